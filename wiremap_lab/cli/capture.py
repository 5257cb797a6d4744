"""``wiremap capture``: listen on an interface, and say who announced what there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit, emit_json, say
from wiremap_lab.collectors.capture import Frame, Pcapng, listen
from wiremap_lab.errors import Fault, InvalidFile
from wiremap_lab.inference.civic import civic_elements
from wiremap_lab.readers import frames
from wiremap_lab.readers.as_json import document
from wiremap_lab.reports.model import Cell, Sheet
from wiremap_lab.tables import DeviceTables, LldpNeighbor

#: Switches announce themselves every 30 s by LLDP and every 60 s by CDP.
LONG_ENOUGH = 65.0
#: A link on which more was said in that time is no place to listen on.
ENOUGH = 100_000
_ELIN = 4  # LldpXMedRemLocationSubtype
NEIGHBOR_COLUMNS = ("protocol", "name", "chassis", "port", "about", "tells_the_place")


def command(
    interface: Annotated[str, typer.Argument(help="Where to listen: eth0, or wlan0 in monitor mode.")],
    *,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help="How long to listen.")] = LONG_ENOUGH,
    count: Annotated[int, typer.Option("--count", min=1, help="How many frames to take at most.")] = ENOUGH,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Keep the frames, as a pcapng file that wiremap read reads.")
    ] = None,
    promiscuous: Annotated[bool, typer.Option("--promiscuous", help="Take in what is addressed to others.")] = False,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Listen on an interface for LLDP, CDP, ARP, DHCP and Neighbor Discovery, or for the beacons of access points.

    Nothing is sent, and no other frames are taken in. It needs Linux, and sudo or the capability CAP_NET_RAW. Ctrl-C
    ends it, and what was heard until then is told.
    """
    heard = listen(interface, seconds=seconds, count=count, promiscuous=promiscuous)
    say(f"listening on {interface} for {seconds:g} s; Ctrl-C ends it")
    with ExitStack() as stack:
        kept = _kept(heard, stack.enter_context(_opened(output)) if output else None)
        tables = frames.heard(interface, _until_interrupted(kept))
    if chosen(how, as_json=as_json) in (Format.JSON, Format.JSONL):
        emit_json(document(interface, tables))
        return
    emit(sheets(tables), chosen(how, as_json=as_json))


def sheets(tables: DeviceTables) -> tuple[Sheet, ...]:
    """What was heard, for people to read."""
    return (
        Sheet(
            "neighbors", "Who announced itself", ("protocol", "name", "chassis", "port", "about"), _neighbors(tables)
        ),
        Sheet("bss", "Access points on the air", ("bssid", "ssid", "channel", "how"), tuple(_bss(tables))),
        Sheet("addresses", "Addresses", ("ip", "mac"), tuple((str(each.ip), str(each.mac)) for each in tables.arp)),
        Sheet("leases", "Leases", ("ip", "mac", "relay"), tuple(_leases(tables))),
        Sheet(
            "findings",
            "Frames that contradict themselves",
            ("table", "what", "times"),
            tuple((each.table, each.what, each.count) for each in tables.findings),
        ),
    )


def _neighbors(tables: DeviceTables) -> tuple[tuple[Cell, ...], ...]:
    lldp = (
        ("LLDP", each.system_name, str(each.chassis_id), str(each.port_id), each.port_description, _place(each))
        for each in tables.lldp_neighbors
    )
    cdp = (("CDP", each.device_id, None, each.port_id, each.platform, None) for each in tables.cdp_neighbors)
    return (*lldp, *cdp)


def _place(neighbor: LldpNeighbor) -> str | None:
    """The civic address and the emergency number it tells by LLDP-MED."""
    told = [
        each.octets.decode("ascii") if each.format == _ELIN else " ".join(civic_elements(each.octets).values())
        for each in neighbor.med_locations
    ]
    return "; ".join(filter(None, told)) or None


def _bss(tables: DeviceTables) -> Iterator[tuple[Cell, ...]]:
    for each in tables.bss:
        yield str(each.bssid), each.ssid, each.channel, "computed" if each.derived else "read"


def _leases(tables: DeviceTables) -> Iterator[tuple[Cell, ...]]:
    for each in tables.leases:
        yield str(each.ip), str(each.mac), str(each.relay) if each.relay else None


def _until_interrupted(heard: Iterator[Frame]) -> Iterator[tuple[int, bytes]]:
    try:
        for frame in heard:
            yield frame.link_type, frame.octets
    except KeyboardInterrupt:
        return


def _kept(heard: Iterator[Frame], file: BinaryIO | None) -> Iterator[Frame]:
    """The frames, each written to the file as it comes."""
    capture = Pcapng(file) if file else None
    for frame in heard:
        if capture:
            capture.write(frame)
        yield frame


def _opened(path: Path) -> BinaryIO:
    """A new file that only its owner may read: who is where is nobody else's business."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
    except OSError as fault:
        raise InvalidFile([Fault(str(path), None, "", f"cannot be written: {fault.strerror}")]) from None
