"""``wiremap collect``: read the devices, make a wiremap of what they say, and keep both as a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from wiremap_lab.assignment.book import RuleBook
from wiremap_lab.cli.cost import Costs
from wiremap_lab.cli.gather import (
    EngineOption,
    HostKeysOption,
    InventoryOption,
    LimitOption,
    ReplayOption,
    TimeoutOption,
    inventory_sources,
    leave,
    open_inventory,
    remembered,
    replay,
    survey,
)
from wiremap_lab.cli.kept import (
    DatabaseOption,
    DeriveOption,
    PlacesOption,
    RulesOption,
    open_places,
    open_rules,
    open_store,
)
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit, say
from wiremap_lab.cli.saving import save
from wiremap_lab.cli.settings import Settings, load_settings, without_password
from wiremap_lab.collectors.collect import Collected, Skipped, split
from wiremap_lab.collectors.health import TABLES
from wiremap_lab.collectors.memory import save_memory
from wiremap_lab.experiment import build
from wiremap_lab.reports.model import Cell, Sheet

NO_RULES = RuleBook((), (), {}, frozenset())


def command(
    *,
    inventory: InventoryOption = None,
    limit: LimitOption = "",
    recordings: ReplayOption = None,
    engine: EngineOption = None,
    timeout: TimeoutOption = None,
    host_keys: HostKeysOption = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help="A Dask scheduler whose workers read the devices: tls://HOST:8786."),
    ] = None,
    rules: RulesOption = None,
    places: PlacesOption = None,
    database: DatabaseOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read the devices, and keep nothing.")] = False,
    derive_bssids: DeriveOption = False,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Read the devices of the inventory, find the wiremap's elements, place them by the rules, and keep it all.

    A device that cannot be read is skipped with its reason (exit code 3; 4 where none can), and what was known of
    it stays. Interrupted, nothing is kept. Without rules the elements keep the places they had.
    """
    settings = load_settings()
    book = rules_if_any(settings, rules, places)
    started, memory, costs = datetime.now(UTC), remembered(settings), Costs()
    if recordings:
        with costs.stage("read"):
            results, source = replay(recordings), ", ".join(str(path) for path in recordings)
    else:
        opened, hosts = open_inventory(settings, inventory, limit)
        snmp, ssh = settings.snmp.but(engine=engine, timeout=timeout), settings.ssh.but(host_keys=host_keys)
        with costs.stage("read"):
            results = survey(opened, hosts, snmp, ssh=ssh, memory=memory, scheduler=scheduler)
        source = ", ".join(inventory_sources(settings, inventory))
    finished = datetime.now(UTC)
    read, _ = split(results)
    derived = derive_bssids or settings.derived_bssids
    number: int | None = None
    if read and not dry_run:
        with costs.stage("inferred"):
            built = build([each.tables for each in read], book or NO_RULES, now=finished, derived_bssids=derived)
        with costs.stage("stored"), open_store(settings, database, new=True) as store:
            kept = None if book else store.wiremap_at(finished)
            number = save(store, results, built, started=started, finished=finished, inventory=source, wiremap=kept)
        save_memory(Path(settings.memory), memory.learned)
        say(f"run {number} is kept in {without_password(database or settings.database)}")
    rows = sum(each.rows for each in read)
    say(f"{len(read)} devices, {rows:,} rows: {costs}")
    cost = costs.facts(rows)
    emit([device_sheet(results)], chosen(how, as_json=as_json), facts={"run": number, "cost": cost})
    leave(results)


def device_sheet(results: Sequence[Collected | Skipped]) -> Sheet:
    """What each device said, as counts of rows."""
    columns = ("device", "outcome", "seconds", *TABLES, "findings", "reason")
    return Sheet("devices", "Devices", columns, tuple(_row(result) for result in results))


def _row(result: Collected | Skipped) -> tuple[Cell, ...]:
    seconds = round(result.seconds, 2)
    if isinstance(result, Skipped):
        return (result.name, "skipped", seconds, *(None for _ in TABLES), None, result.reason)
    tables = result.tables
    counts = (count(tables) for count in TABLES.values())
    gaps = f"{len(tables.incomplete)} subtrees were not read to their end" if tables.incomplete else None
    return (result.name, "incomplete" if gaps else "read", seconds, *counts, len(tables.findings), gaps)


def rules_if_any(settings: Settings, rules: Path | None, places: Path | None) -> RuleBook | None:
    """The rules; none where none are named and the usual file is not there."""
    if rules is None and not Path(settings.rules).exists():
        say(f"no rules ({settings.rules}): elements keep the places they had, and new ones have none")
        return None
    return open_rules(settings, rules, open_places(settings, places))
