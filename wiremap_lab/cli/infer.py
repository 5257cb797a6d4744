"""``wiremap infer``: what each port is for, and where each device is attached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import typer

from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.gather import ReplayOption, replay, say_skipped
from wiremap_lab.cli.kept import DatabaseOption, DeriveOption, RunOption, open_store, tables_of_run
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit
from wiremap_lab.cli.settings import load_settings
from wiremap_lab.collectors.collect import split
from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import Mac
from wiremap_lab.inference.edge_ports import Attachment, PortVerdict, Unattached, infer_ports
from wiremap_lab.inference.wireless import locate
from wiremap_lab.reports.model import Cell, Sheet
from wiremap_lab.tables import DeviceTables

PORT_COLUMNS = ("device", "port", "role", "leads_to", "evidence")
ATTACHMENT_COLUMNS = ("mac", "ip", "device", "port", "role", "behind", "via", "evidence", "rejected", "bssid")


def command(
    *,
    recordings: ReplayOption = None,
    run: RunOption = None,
    database: DatabaseOption = None,
    mac: Annotated[str | None, typer.Option("--mac", help="Only this device.")] = None,
    device: Annotated[str | None, typer.Option("--device", help="Only what is on this switch.")] = None,
    ports: Annotated[bool, typer.Option("--ports", help="Tell what each port is, in place of who is on it.")] = False,
    derive_bssids: DeriveOption = False,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Say where each device is attached, with the evidence and the ports that were rejected.

    Works on the last run in the database, or on recordings. Exit code 1 says that a device asked for by --mac is at
    no port that can be told.
    """
    tables = _tables(recordings, run, database)
    if device is not None and device not in (names := sorted(each.name for each in tables)):
        raise InvalidValue(f"no device {device!r} was read; those were: {', '.join(names)}")
    if ports:
        verdicts = (each for each in infer_ports(tables) if device in (None, each.port.device))
        emit([port_sheet(verdicts)], chosen(how, as_json=as_json))
        return
    wanted, derived = Mac.parse(mac) if mac else None, derive_bssids or load_settings().derived_bssids
    found = [each for each in locate(tables, derived_bssids=derived) if _asked_for(each, wanted, device)]
    if wanted and chosen(how, as_json=as_json) is Format.TABLE:
        typer.echo("\n".join(line for each in found for line in told(each)) or f"{wanted} was never seen")
    else:
        emit([attachment_sheet(found)], chosen(how, as_json=as_json))
    if wanted and not any(isinstance(each, Attachment) for each in found):
        raise typer.Exit(ExitCode.FINDINGS)


def port_sheet(verdicts: Iterable[PortVerdict]) -> Sheet:
    """What each port is for, as rows."""
    rows = (
        (each.port.device, each.port.name, each.role.value, ", ".join(sorted(each.leads_to)), "; ".join(each.evidence))
        for each in verdicts
    )
    return Sheet("ports", "Ports", PORT_COLUMNS, tuple(rows))


def attachment_sheet(found: Iterable[Attachment | Unattached]) -> Sheet:
    """Where each MAC is attached, or why that cannot be told, as rows."""
    return Sheet("attachments", "Attachments", ATTACHMENT_COLUMNS, tuple(_row(each) for each in found))


def told(found: Attachment | Unattached) -> Iterator[str]:
    """Where a MAC is attached and why there, or why that cannot be told, line by line."""
    ips = f" ({', '.join(str(ip) for ip in found.ips)})" if found.ips else ""
    match found:
        case Unattached():
            yield f"{found.mac}{ips} is at no port that can be told: {found.reason}"
            yield from (f"  seen at {candidate}" for candidate in found.candidates)
        case Attachment():
            via = f" by {found.via}" if found.via else f" behind the phone {found.behind}" if found.behind else ""
            bss = f", BSSID {found.bssid}" if found.bssid else ""
            yield f"{found.mac}{ips} is on {found.port}{via}{bss}, role {found.role}"
            yield from (f"  because {evidence}" for evidence in found.evidence)
            yield from (f"  not {candidate}" for candidate in found.rejected)


def _row(found: Attachment | Unattached) -> tuple[Cell, ...]:
    ips = ", ".join(str(ip) for ip in found.ips)
    bssid = str(found.bssid) if found.bssid else None
    if isinstance(found, Unattached):
        nowhere = (None, None, None, None, found.via)
        return str(found.mac), ips, *nowhere, found.reason, _listed(found.candidates), bssid
    where = (found.port.device, found.port.name, found.role.value)
    behind = str(found.behind) if found.behind else None
    return str(found.mac), ips, *where, behind, found.via, _listed(found.evidence), _listed(found.rejected), bssid


def _listed(parts: Sequence[object]) -> str:
    return "; ".join(str(part) for part in parts)


def _asked_for(found: Attachment | Unattached, mac: Mac | None, device: str | None) -> bool:
    if mac not in (None, found.mac):
        return False
    return device is None or (isinstance(found, Attachment) and found.port.device == device)


def _tables(recordings: ReplayOption, run: int | None, database: str | None) -> tuple[DeviceTables, ...]:
    if recordings:
        read, skipped = split(replay(recordings))
        say_skipped(skipped)
        return tuple(each.tables for each in read)
    with open_store(load_settings(), database) as store:
        return tables_of_run(store, run)
