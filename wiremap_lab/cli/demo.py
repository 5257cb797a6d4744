"""``wiremap demo``: the whole path on a virtual campus, from switches that answer SNMP to what a call would come to."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from wiremap_lab.assignment.book import RuleBook
from wiremap_lab.assignment.rules import load_rules
from wiremap_lab.cli.demo_report import SHOWN, Findings, Look
from wiremap_lab.cli.gather import gather
from wiremap_lab.cli.output import (
    Format,
    FormatOption,
    JsonOption,
    chosen,
    emit,
    make_folder,
    read_text,
    say,
    write_text,
)
from wiremap_lab.cli.reported import CANNOT_CALL
from wiremap_lab.cli.resolve import one_profile
from wiremap_lab.cli.saving import save
from wiremap_lab.cli.settings import Snmp
from wiremap_lab.cli.topologies import rules_path, topology_path
from wiremap_lab.collectors.collect import split
from wiremap_lab.collectors.inventory.native import load_inventory
from wiremap_lab.experiment import build
from wiremap_lab.lab.serve import Served, serve_in_thread
from wiremap_lab.lab.virtual import scaled_clock
from wiremap_lab.reports.html import render
from wiremap_lab.resolver import Profile
from wiremap_lab.simulator.campus import Campus, load_campus
from wiremap_lab.store.repository import Store

DATABASE, REPORT = "demo.db", "demo-report.html"
#: How long after the moves the second collection is: longer than a forwarding database remembers a silent MAC.
LATER = timedelta(minutes=10)


class MovableClock:
    """A clock of a campus: another clock, which can be put forward."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        """The time it shows."""
        return self._clock() + self._ahead

    def advance(self, span: timedelta) -> None:
        """Put it forward."""
        self._ahead += span


def command(
    topology: Annotated[str, typer.Argument(help="A campus: a file, or the name of one of ours.")] = "small-office",
    *,
    moves: Annotated[int, typer.Option("--moves", min=0, help="How many devices to move.")] = 25,
    seed: Annotated[int, typer.Option("--seed", min=0, help="What chance follows from.")] = 911,
    profile: Annotated[str, typer.Option("--profile", help="The order of precedence to resolve by.")] = "cautious",
    output: Annotated[Path, typer.Option("-o", "--output", help=f"The folder for {DATABASE} and {REPORT}.")] = Path(),
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Run the whole path on a virtual campus whose switches and controller really answer SNMP on 127.0.0.0/8.

    Collects it, infers where devices are attached, places the elements by rules, resolves every device, moves some,
    collects again, and scores what their 911 calls would come to. Needs no root, no network and no configuration.
    """
    path = topology_path(topology)
    campus = load_campus(read_text(path), path=str(path))
    rules = rules_path(path)
    book = load_rules(read_text(rules), path=str(rules), places=campus.places)
    found = Demo(campus, book, one_profile(profile)).run(output / DATABASE, moves=moves, seed=seed)
    asked = f"wiremap demo {topology} --moves {moves} --seed {seed} --profile {profile}"
    report = found.report(command=asked, database=output / DATABASE)
    write_text(output / REPORT, render(report))
    emit(report.sheets[:SHOWN], chosen(how, as_json=as_json))
    say(f"{report.summary}\n\nWritten: {output / DATABASE} and {output / REPORT}. Try next:")
    if shutil.which("wiremap") is None:
        say(f"  . {Path(sys.prefix) / 'bin' / 'activate'}  (first: then the shell finds wiremap)")
    for step in report.next_steps:
        say(f"  {step}")


@dataclass(frozen=True, slots=True)
class Demo:
    """A campus, the rules that place its elements, and an order of precedence: all the path needs."""

    campus: Campus
    book: RuleBook
    profile: Profile

    def run(self, database: Path, *, moves: int, seed: int) -> Findings:
        """Collect, move so many devices, collect again; both runs are kept in the database, which is made anew.

        Interrupted, it leaves no database behind.
        """
        import numpy

        make_folder(database.parent)
        if database.exists():
            with Store.open(str(database)):
                pass  # a database of somebody else is refused, and stays
        unfinished = database.with_name(f".{database.name}.unfinished")
        clock = MovableClock(scaled_clock(start=datetime.now(UTC) - LATER))
        try:
            with Store.open(str(unfinished)) as store, serve_in_thread(self.campus, port=0, clock=clock) as served:
                say(f"{len(served.agents)} agents of {self.campus.name} answer SNMP on loopback")
                before = self._look(served, store)
                moved = served.virtual.move_some(moves, rng=numpy.random.default_rng(seed))
                clock.advance(LATER)
                say(f"{len(moved)} devices moved; collecting again, {LATER.seconds // 60} minutes later")
                after = self._look(served, store)
                changes = store.diff(before.run, after.run)
            unfinished.replace(database)
        finally:
            remove_database(unfinished)
        return Findings(self.campus, self.profile, before, after, moved, changes)

    def _look(self, served: Served, store: Store) -> Look:
        """Collect the campus, keep the run, and note how it is there in truth."""
        virtual = served.virtual
        inventory = load_inventory(served.inventory(), path="inventory")
        started, begun = virtual.clock(), time.perf_counter()
        results = gather(inventory, inventory.hosts, Snmp())
        seconds, at = time.perf_counter() - begun, virtual.clock()
        built = build([each.tables for each in split(results)[0]], self.book, now=at)
        run = save(store, results, built, started=started, finished=at, inventory=self.campus.name)
        kinds = {id_: device.kind.name for id_, device in self.campus.devices.items()}
        truth = {id_: erl for id_, erl in virtual.truth().items() if kinds[id_] not in CANNOT_CALL}
        wiremap, state = store.wiremap_at(at), virtual.state
        return Look(run, at, seconds, results, built, wiremap, state, virtual.measurements(), truth)


def remove_database(path: Path) -> None:
    """Remove a SQLite database and what it writes beside itself."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
