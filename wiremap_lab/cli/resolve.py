"""``wiremap resolve``: where is the device that reports these identifiers, and why."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.kept import DatabaseOption, PlacesOption, open_places, open_store
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit, read_source
from wiremap_lab.cli.reported import read_reported
from wiremap_lab.cli.settings import load_settings
from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.measurements import LldpMeasurement, Measurements
from wiremap_lab.places import Places
from wiremap_lab.reports.model import Cell, Sheet
from wiremap_lab.resolver import Profile, Resolution, Resolved, explain, load_profiles, resolve
from wiremap_lab.tables import IpAddress

COLUMNS = ("profile", "outcome", "erl", "place", "by", "element", "source", "age_s", "degraded")


def command(
    *,
    lldp_chassis: Annotated[str | None, typer.Option(help="The chassis ID it hears, as in 02:00:00:00:01:01.")] = None,
    lldp_port: Annotated[str | None, typer.Option(help="The port ID it hears, as in Gi1/0/7 or local:7.")] = None,
    bssid: Annotated[str | None, typer.Option(help="The BSSID it is associated with.")] = None,
    ip: Annotated[str | None, typer.Option(help="Its address.")] = None,
    gateway_mac: Annotated[str | None, typer.Option(help="The MAC address of its default gateway.")] = None,
    mac: Annotated[str | None, typer.Option(help="Its own MAC address.")] = None,
    device: Annotated[
        str | None, typer.Option(help="Ask for this device of --reports, in place of identifiers.")
    ] = None,
    reports: Annotated[
        str | None, typer.Option(help="What devices report, from `wiremap lab status --json`: a file, or - for stdin.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="The order of precedence, or all.  [default: cautious]")] = None,
    why: Annotated[bool, typer.Option("--explain", help="Tell how the answer came about.")] = False,
    at: Annotated[datetime | None, typer.Option(help="Answer as of this time (UTC).  [default: now]")] = None,
    places: PlacesOption = None,
    database: DatabaseOption = None,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Answer where a device is, from the identifiers it reports, by the wiremap in the database.

    Every identifier may be left out. Exit code 1 says that a profile gave no place.
    """
    settings = load_settings()
    now = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    if device is None:
        if reports is not None:
            raise InvalidValue("--reports needs --device: which of them is asked for")
        lldp = _lldp(lldp_chassis, lldp_port)
        asked = Measurements("asked", now, lldp, _mac(bssid), _address(ip), _mac(gateway_mac), _mac(mac))
    else:
        asked = _reported(device, reports)
    profiles = profiles_named(profile or settings.profile)
    known = open_places(settings, places)
    with open_store(settings, database) as store:
        wiremap = store.wiremap_at(now)
    found = [(each, resolve(wiremap, asked, each, places=known, now=now)) for each in profiles]
    _tell(found, known, chosen(how, as_json=as_json), why=why)
    if not all(isinstance(resolution, Resolved) for _, resolution in found):
        raise typer.Exit(ExitCode.FINDINGS)


def _tell(found: Sequence[tuple[Profile, Resolution]], places: Places, how: Format, *, why: bool) -> None:
    explained = {profile.name: explain(resolution, places) for profile, resolution in found} if why else {}
    sheet = Sheet("resolutions", "Resolution", COLUMNS, tuple(_row(*each, places) for each in found))
    emit([sheet], how, facts={"explained": {name: text.splitlines() for name, text in explained.items()}})
    if how is Format.TABLE:
        for name, text in explained.items():
            typer.echo(f"{name}: {text}")


def _row(profile: Profile, resolution: Resolution, places: Places) -> tuple[Cell, ...]:
    if not isinstance(resolution, Resolved):
        return (profile.name, "unresolved", *(None for _ in COLUMNS[2:]))
    return (
        profile.name,
        "resolved",
        resolution.erl,
        places.describe(places.erls[resolution.erl]),
        resolution.by,
        str(resolution.element),
        resolution.entry.source,
        round(resolution.freshness.total_seconds(), 1),
        resolution.degraded,
    )


def one_profile(name: str) -> Profile:
    """A profile by its name. Raises InvalidValue, with the names there are, where there is none."""
    known = load_profiles()
    if name not in known:
        raise InvalidValue(f"unknown profile {name!r}; known are {', '.join(known)}")
    return known[name]


def profiles_named(name: str) -> tuple[Profile, ...]:
    """A profile by its name, or ``all`` of them."""
    return tuple(load_profiles().values()) if name == "all" else (one_profile(name),)


def _lldp(chassis: str | None, port: str | None) -> LldpMeasurement | None:
    if chassis is None:
        if port is not None:
            raise InvalidValue("a port ID says nothing without the chassis ID: add --lldp-chassis")
        return None
    return LldpMeasurement(ChassisId.parse(chassis), PortId.parse(port) if port else None)


def _mac(text: str | None) -> Mac | None:
    return None if text is None else Mac.parse(text)


def _address(text: str | None) -> IpAddress | None:
    try:
        return None if text is None else ipaddress.ip_address(text)
    except ValueError as fault:
        raise InvalidValue(str(fault)) from None


def _reported(device: str, source: str | None) -> Measurements:
    if source is None:
        raise InvalidValue("--device needs --reports: what devices report, as `wiremap lab status --json` writes it")
    measurements = read_reported(read_source(source), path=source).measurements
    if device not in measurements:
        raise InvalidValue(f"{source}: device {device!r} is not in it, or reports nothing")
    return measurements[device]
