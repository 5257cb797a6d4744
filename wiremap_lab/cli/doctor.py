"""``wiremap doctor``: what works here and on each device, what is odd, what would be lost, and what helps."""

from __future__ import annotations

import platform
import resource
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.gather import (
    EngineOption,
    InventoryOption,
    LimitOption,
    ReplayOption,
    TimeoutOption,
    gather,
    leave,
    open_inventory,
    replay,
)
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit
from wiremap_lab.cli.settings import load_settings
from wiremap_lab.collectors.collect import Collected, Skipped, split
from wiremap_lab.collectors.health import TABLES, Complaint, complaints
from wiremap_lab.reports.model import Cell, Sheet

#: Enough for the replies of 200 agents at once; the kernel grants twice what is asked.
ENOUGH_BUFFER = 212_992


def command(
    *,
    inventory: InventoryOption = None,
    limit: LimitOption = "",
    recordings: ReplayOption = None,
    engine: EngineOption = None,
    timeout: TimeoutOption = None,
    here: Annotated[bool, typer.Option("--here", help="Check this machine only, and no device.")] = False,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Check this machine, and each device: whether it lets us in, which tables answer, what is odd about them.

    Nothing is stored. Exit code 1 says that something is wrong that would cost locations.
    """
    settings = load_settings()
    results: tuple[Collected | Skipped, ...] = ()
    if recordings:
        results = replay(recordings)
    elif not here:
        opened, hosts = open_inventory(settings, inventory, limit)
        results = gather(opened, hosts, settings.snmp.but(engine=engine, timeout=timeout))
    machine = tuple(_machine())
    read, _ = split(results)
    told = tuple((each.name, complaint) for each in read for complaint in complaints(each.tables))
    emit([_machine_sheet(machine), *_device_sheets(results, told)], chosen(how, as_json=as_json))
    leave(results)
    if told or not all(fine for _, _, fine, _ in machine):
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


def _device_sheets(
    results: tuple[Collected | Skipped, ...], told: tuple[tuple[str, Complaint], ...]
) -> Iterator[Sheet]:
    if not results:
        return
    columns = ("device", "reachable", "seconds", *TABLES, "skipped because")
    yield Sheet("devices", "Devices: rows of each table", columns, tuple(_device_row(each) for each in results))
    columns = ("device", "what is wrong", "what is lost", "what helps")
    rows = tuple((device, each.what, each.lost, each.remedy) for device, each in told)
    yield Sheet("complaints", "What costs locations", columns, rows)
    columns = ("device", "table", "quirk", "what was handled", "times")
    yield Sheet("quirks", "Odd, and handled", columns, tuple(row for each in results for row in _quirks(each)))


def _device_row(result: Collected | Skipped) -> tuple[Cell, ...]:
    if isinstance(result, Skipped):
        return (result.name, False, round(result.seconds, 2), *(None for _ in TABLES), result.reason)
    counts = (count(result.tables) for count in TABLES.values())
    return (result.name, True, round(result.seconds, 2), *counts, None)


def _quirks(result: Collected | Skipped) -> Iterator[tuple[Cell, ...]]:
    if isinstance(result, Collected):
        for finding in result.tables.findings:
            yield result.name, finding.table, finding.quirk, finding.what, finding.count
