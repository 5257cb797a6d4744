"""``wiremap crawl``: find the devices of a network from a few of them, and write them down as an inventory."""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.gather import (
    EngineOption,
    InventoryOption,
    LimitOption,
    TimeoutOption,
    ask,
    limits,
    open_inventory,
)
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit, say, write_text
from wiremap_lab.cli.settings import Snmp, load_settings
from wiremap_lab.collectors.inventory.model import Host, Inventory
from wiremap_lab.reports.model import Sheet

if TYPE_CHECKING:
    from wiremap_lab.collectors.crawl import Found, Scope

AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow", help="Ask neighbors in this network, as 10.1.0.0/16; with a glob of names, only those. Repeatable."
    ),
]
DenyOption = Annotated[
    list[str] | None,
    typer.Option("--deny", help="Ask none in this network or with a name like this, whatever is allowed. Repeatable."),
]


def command(
    seeds: Annotated[
        list[str] | None,
        typer.Argument(help="Where to begin: names in the inventory, or addresses.", metavar="[SEED]..."),
    ] = None,
    *,
    inventory: InventoryOption = None,
    limit: LimitOption = "",
    allow: AllowOption = None,
    deny: DenyOption = None,
    depth: Annotated[int, typer.Option(min=0, help="How many steps away from a seed.")] = 16,
    most: Annotated[int, typer.Option(min=1, help="How many devices to ask at most.")] = 1000,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write what was read as an inventory.")] = None,
    engine: EngineOption = None,
    timeout: TimeoutOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Ask the seeds only, and show which neighbors would be asked.")
    ] = False,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Ask devices for their LLDP and CDP neighbors, and those for theirs, and list all that are found.

    Neighbors are asked with the profiles of the device that heard them, and only where --allow has their address:
    without it, none is. What is found is not collected; -o writes an inventory to read over first.
    """
    from wiremap_lab.collectors.crawl import Scope, Terms, as_inventory

    settings = load_settings()
    scope = Scope(Terms.of(allow or ()), Terms.of(deny or ()), depth, most)
    opened, hosts = open_inventory(settings, inventory, limit, extra=seeds or ())
    chosen_hosts = tuple(host for host in hosts if not seeds or host.name in seeds)
    snmp = settings.snmp.but(engine=engine, timeout=timeout)
    found = asyncio.run(_crawl(opened, chosen_hosts, snmp, scope, ask_neighbors=not dry_run))
    if output and not dry_run:
        write_text(output, as_inventory(found))
        say(f"{output} has the devices that were read; their profiles are where they were: -i {output} beside them")
    emit([_sheet(found)], chosen(how, as_json=as_json))
    _leave(found)


async def _crawl(
    inventory: Inventory, hosts: Sequence[Host], snmp: Snmp, scope: Scope, *, ask_neighbors: bool
) -> tuple[Found, ...]:
    from wiremap_lab.collectors.collect import Collected, Skipped, collect
    from wiremap_lab.collectors.crawl import ROOTS, crawl
    from wiremap_lab.collectors.snmp import open_engine, sources

    once = functools.cache(ask)
    async with open_engine(snmp.engine, limits(snmp), random.Random()) as engine:

        async def read(level: Sequence[Host]) -> Sequence[Collected | Skipped]:
            told = sources(engine, inventory, level, ask=once, seconds=snmp.seconds, roots=ROOTS)
            return await collect(told, at_once=snmp.workers)

        return await crawl(read, hosts, scope, ask_neighbors=ask_neighbors)


def _sheet(found: Sequence[Found]) -> Sheet:
    columns = ("device", "address", "steps", "outcome", "heard by", "profile", "reason")
    rows = tuple(
        (each.host.name, each.host.host, each.depth, each.outcome, each.heard_by, each.profile, each.reason)
        for each in found
    )
    return Sheet("found", "Devices", columns, rows)


def _leave(found: Sequence[Found]) -> None:
    """End the command as the devices answered that were asked."""
    from wiremap_lab.collectors.crawl import READ, SKIPPED

    outcomes = {each.outcome for each in found}
    if SKIPPED in outcomes:
        raise typer.Exit(ExitCode.PARTIAL if READ in outcomes else ExitCode.ALL_FAILED)
