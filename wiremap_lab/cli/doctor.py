"""``wiremap doctor``: what works here and on each device, what is odd, what would be lost, and what helps."""

from __future__ import annotations

import platform
import resource
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.gather import (
    EngineOption,
    HostKeysOption,
    InventoryOption,
    LimitOption,
    ReplayOption,
    TimeoutOption,
    gather,
    leave,
    open_inventory,
    remembered,
    replay,
)
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit
from wiremap_lab.cli.settings import load_settings
from wiremap_lab.collectors.advice import platform_of
from wiremap_lab.collectors.collect import Collected, Skipped, split
from wiremap_lab.collectors.health import (
    NOTHING_KNOWN,
    TABLES,
    Complaint,
    Surroundings,
    complaints,
    losses,
    readings,
    surroundings,
    told_complaints,
)
from wiremap_lab.collectors.rehearsal import rehearse
from wiremap_lab.inference.edge_ports import infer
from wiremap_lab.reports.model import Cell, Sheet
from wiremap_lab.snmp.recording import Recording

#: Enough for the replies of 200 agents at once; the kernel grants twice what is asked.
ENOUGH_BUFFER = 212_992
#: More ports than this are counted, not named.
MOST_PORTS = 12
ANSWER_COLUMNS = ("device", "tables", "rows", "requests", "seconds", "ended")
COMPLAINT_COLUMNS = ("device", "what is wrong", "what is lost", "what helps")
QUIRK_COLUMNS = ("device", "table", "quirk", "what was handled", "times")
SHARED = "Requests and seconds are shares: several columns are asked for together. A recording has no seconds."


def command(
    *,
    inventory: InventoryOption = None,
    limit: LimitOption = "",
    recordings: ReplayOption = None,
    engine: EngineOption = None,
    timeout: TimeoutOption = None,
    host_keys: HostKeysOption = None,
    here: Annotated[bool, typer.Option("--here", help="Check this machine only, and no device.")] = False,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Check this machine, and each device: what answers and at what cost, what is odd, what is lost, what helps.

    Nothing is stored. Exit code 1 says that something is wrong that would cost locations.
    """
    settings = load_settings()
    results: tuple[Collected | Skipped, ...] = ()
    if recordings:
        results = replay(recordings)
    elif not here:
        opened, hosts = open_inventory(settings, inventory, limit)
        snmp = settings.snmp.but(engine=engine, timeout=timeout)
        ssh = settings.ssh.but(host_keys=host_keys)
        results = gather(opened, hosts, snmp, ssh=ssh, memory=remembered(settings))
    machine = tuple(_machine())
    sheets, ill = _device_sheets(results)
    emit([_machine_sheet(machine), *sheets], chosen(how, as_json=as_json))
    leave(results)
    if ill or not all(fine for _, _, fine, _ in machine):
        raise typer.Exit(ExitCode.FINDINGS)


_Check = tuple[str, str, bool, str]


def _machine() -> Iterator[_Check]:
    """What is checked, what was found, whether that is fine, and what else would help."""
    version = platform.python_version()
    yield "Python", version, sys.version_info >= (3, 11), "3.11 or newer is needed"
    yield "SQLite", sqlite3.sqlite_version, sqlite3.sqlite_version_info >= (3, 35), "3.35 or newer is needed"
    files_at_most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    yield "open files", str(files_at_most), files_at_most >= 256, "ulimit -n 1024"
    buffer = Path("/proc/sys/net/core/rmem_max")
    if buffer.exists():
        size = int(buffer.read_text())
        yield "UDP receive buffer", f"{size} octets", size >= ENOUGH_BUFFER, f"sysctl net.core.rmem_max={ENOUGH_BUFFER}"


def _machine_sheet(checks: tuple[_Check, ...]) -> Sheet:
    rows = tuple((what, found, fine, None if fine else remedy) for what, found, fine, remedy in checks)
    return Sheet("machine", "This machine", ("check", "found", "fine", "remedy"), rows)


def _device_sheets(results: tuple[Collected | Skipped, ...]) -> tuple[tuple[Sheet, ...], bool]:
    """What each device answered and what it cost, what is wrong, what is lost, what was handled; whether it is ill."""
    if not results:
        return (), False
    read, _ = split(results)
    inferred = infer([each.tables for each in read])
    around, lost = surroundings(inferred.network), losses(inferred)
    recorded = {id(each): _recording(each) for each in read}
    told = tuple(
        (each.name, complaint.what, complaint.lost, complaint.remedy)
        for each in read
        for complaint in _complaints(each, recorded[id(each)], around.get(each.name, NOTHING_KNOWN))
    )
    rows = tuple(_device_row(each, recorded.get(id(each))) for each in results)
    answers = tuple(row for each in read for row in _answers(each.name, recorded[id(each)]))
    found = ((name, len(loss.ports), loss.what, _some(loss.ports)) for name, each in lost.items() for loss in each)
    columns = ("device", "reachable", "by", "profile", "platform", "seconds", "requests", *TABLES, "skipped because")
    sheets = (
        Sheet("devices", "Devices: rows of each table", columns, rows),
        Sheet("answers", "What was read, and what it cost", ANSWER_COLUMNS, answers, lead=SHARED),
        Sheet("complaints", "What costs locations", COMPLAINT_COLUMNS, told),
        Sheet("losses", "Who is likely not to be found", ("device", "ports", "what is lost", "which"), tuple(found)),
        Sheet("quirks", "Odd, and handled", QUIRK_COLUMNS, tuple(row for each in read for row in _quirks(each))),
    )
    return sheets, bool(told)


def _complaints(result: Collected, recording: Recording | None, around: Surroundings) -> Iterator[Complaint]:
    """What is wrong with what a device said, or with what its controller says of it, who alone has the answer."""
    if result.answer is None or result.answer.documents:
        return told_complaints(result.tables)
    return complaints(result.tables, recording, around)


def _recording(result: Collected) -> Recording | None:
    """The rows of a device with what they cost; what a recording would cost is tried out."""
    recording = result.answer.recording if result.answer else None
    return recording if recording is None or recording.costs else rehearse(recording)


def _device_row(result: Collected | Skipped, recording: Recording | None) -> tuple[Cell, ...]:
    seconds = round(result.seconds, 2)
    if isinstance(result, Skipped):
        return (result.name, False, None, None, None, seconds, None, *(None for _ in TABLES), result.reason)
    counts = (count(result.tables) for count in TABLES.values())
    platform = platform_of(result.tables.system)
    requests = round(sum(each.requests for each in readings(recording))) if recording else None
    profile = recording.profile or None if recording else None
    return (
        result.name,
        True,
        _transports(result),
        profile,
        platform.name if platform else None,
        seconds,
        requests,
        *counts,
        None,
    )


def _transports(result: Collected) -> str | None:
    """Over what it answered; a device that only a controller told of, over nothing."""
    answer = result.answer
    if answer is None:
        return None
    said = {"SNMP": answer.recording, "SSH": answer.session, "HTTPS": answer.documents}
    return ", ".join(name for name, what in said.items() if what) or None


def _answers(name: str, recording: Recording | None) -> Iterator[tuple[Cell, ...]]:
    for each in readings(recording) if recording else ():
        seconds = None if each.seconds is None else round(each.seconds, 3)
        yield name, each.group, each.rows, round(each.requests, 1), seconds, each.ended


def _some(ports: Sequence[str]) -> str:
    return ", ".join(ports[:MOST_PORTS]) + (f" and {len(ports) - MOST_PORTS} more" if len(ports) > MOST_PORTS else "")


def _quirks(result: Collected) -> Iterator[tuple[Cell, ...]]:
    for finding in result.tables.findings:
        yield result.name, finding.table, finding.quirk, finding.what, finding.count
