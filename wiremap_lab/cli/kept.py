"""What the commands share that work on what is kept: the database, the places, the rules."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wiremap_lab.assignment.book import RuleBook
from wiremap_lab.cli.output import read_text
from wiremap_lab.cli.settings import Settings
from wiremap_lab.errors import InvalidValue
from wiremap_lab.places import Places
from wiremap_lab.store.repository import Store
from wiremap_lab.store.values import Run, Status
from wiremap_lab.tables import DeviceTables

if TYPE_CHECKING:
    from wiremap_lab.collectors.collect import Collected, Skipped

DatabaseOption = Annotated[
    str | None, typer.Option("--db", help="Where runs are kept: a file, or a URL.  [default: wiremap.db]")
]
PlacesOption = Annotated[
    Path | None, typer.Option("--places", help="Buildings, floors, rooms and PSAPs.  [default: places.yaml]")
]
RulesOption = Annotated[
    Path | None, typer.Option("--rules", help="Which element is at which place.  [default: rules.yaml]")
]

RunOption = Annotated[int | None, typer.Option("--run", help="Which run, by its number.  [default: the last]")]
#: The same as the setting `bssids = "derived"`.
DeriveOption = Annotated[
    bool, typer.Option("--derive-bssids", help="Also count BSSIDs that were not read but derived from an address.")
]


def open_store(settings: Settings, database: str | None, *, new: bool = False) -> Store:
    """The database of runs. Raises InvalidValue where a file is not there and is not to be made `new`."""
    url = database or settings.database
    file = url.removeprefix("sqlite:///")
    if not new and "://" not in file and not Path(file).exists():
        raise InvalidValue(f"no database {file!r}: wiremap collect makes one, --db names another")
    return Store.open(url)


def open_places(settings: Settings, path: Path | None) -> Places:
    """The places of a file that has them: one of their own, or a topology.

    Raises InvalidFile with every fault of its PSAPs and buildings.
    """
    from wiremap_lab.simulator.campus import load_places

    path = path or Path(settings.places)
    return load_places(read_text(path, remedy="--places names another"), path=str(path))


def open_rules(settings: Settings, path: Path | None, places: Places) -> RuleBook:
    """The rules that place elements. Raises InvalidFile with every fault."""
    from wiremap_lab.assignment.rules import load_rules

    path = path or Path(settings.rules)
    text, written = read_text(path, remedy="--rules names another"), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return load_rules(text, path=str(path), places=places, written=written)


def tables_of_run(store: Store, number: int | None) -> tuple[DeviceTables, ...]:
    """What the devices said in a run, the last one where none is named, read again from the rows that were kept.

    Raises InvalidValue where there is no such run.
    """
    from wiremap_lab.collectors.collect import split

    read, _ = split(results_of_run(store, run_of(store, number)))
    return tuple(each.tables for each in read)


def run_of(store: Store, number: int | None) -> Run:
    """A run by its number, or the last one. Raises InvalidValue where there is none."""
    runs = {run.id: run for run in store.runs()}
    if not runs:
        raise InvalidValue("the database has no run yet: wiremap collect makes one")
    if number is not None and number not in runs:
        raise InvalidValue(f"no run {number}; the last one is {max(runs)}")
    return runs[max(runs) if number is None else number]


def results_of_run(store: Store, run: Run) -> tuple[Collected | Skipped, ...]:
    """What a run read, as if it had just been read."""
    from wiremap_lab.collectors.answer import Answer
    from wiremap_lab.collectors.collect import Skipped, collected

    known = store.devices(run.id)
    answers = ((name, store.raw(run.id, name)) for name, status in known.items() if status is not Status.SKIPPED)
    read = {each.name: each for name, texts in answers if texts for each in collected(Answer.of(name, texts))}
    return tuple(read.get(name) or Skipped(name, f"it was skipped in run {run.id}") for name in known)
