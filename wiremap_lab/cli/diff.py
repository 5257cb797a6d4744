"""``wiremap diff``: what changed between two runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.kept import DatabaseOption, open_store
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit, say
from wiremap_lab.cli.settings import load_settings
from wiremap_lab.errors import InvalidValue
from wiremap_lab.reports.model import Cell, Sheet
from wiremap_lab.store.values import Attached, RunDiff
from wiremap_lab.wiremap import Change, Entry


def command(
    before: Annotated[int | None, typer.Argument(help="A run, by its number.  [default: the last but one]")] = None,
    after: Annotated[int | None, typer.Argument(help="A later run.  [default: the last]")] = None,
    *,
    database: DatabaseOption = None,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two runs: devices that moved, elements that came or went, places that differ.

    What a run could not read is told of as uncertain, never as gone. Exit code 1 says that something changed.
    """
    with open_store(load_settings(), database) as store:
        numbers = [run.id for run in store.runs()]
        if len(numbers) < 2:
            raise InvalidValue(f"a difference is between two runs, and the database has {len(numbers)}")
        found = store.diff(before or numbers[-2], after or numbers[-1])
    emit(sheets(found), chosen(how, as_json=as_json), facts={"before": found.before.id, "after": found.after.id})
    for name in found.uncertain:
        say(f"uncertain: {name} was not read completely in both runs; what it no longer shows may still be there")
    if any(sheet.rows for sheet in sheets(found)):
        raise typer.Exit(ExitCode.FINDINGS)


def sheets(diff: RunDiff) -> tuple[Sheet, ...]:
    """What changed, as rows; a table without a row did not change."""
    return (
        Sheet(
            "moved",
            "Devices that moved",
            ("mac", "ip", "from", "to"),
            tuple((str(each.after.mac), _ips(each.after), each.before.where, each.after.where) for each in diff.moved),
        ),
        Sheet("devices", "Devices that came or went", ("mac", "ip", "change", "where"), tuple(_came_or_went(diff))),
        placement_sheet(diff.placements),
        Sheet(
            "elements", "Elements that came or went", ("element", "change", "device", "label"), tuple(_elements(diff))
        ),
        Sheet("neighbors", "Neighbors that came or went", ("neighbor", "change"), tuple(_neighbors(diff))),
    )


def _ips(attached: Attached) -> str:
    return ", ".join(str(ip) for ip in attached.ips)


def _came_or_went(diff: RunDiff) -> Iterator[tuple[Cell, ...]]:
    for change, group in (("appeared", diff.appeared), ("vanished", diff.vanished)):
        yield from ((str(each.mac), _ips(each), change, each.where) for each in group)


def placement_sheet(changes: Iterable[Change]) -> Sheet:
    """What turns one wiremap into another; other names of an element are not told apart from it."""
    return Sheet(
        "placements",
        "Places that changed",
        ("element", "change", "from", "to"),
        tuple(
            (str(entry.element), change.kind, _erl(change.before), _erl(change.after))
            for change in changes
            if (entry := change.after or change.before) and entry.alias_of is None
        ),
    )


def _erl(entry: Entry | None) -> str | None:
    return entry.erl if entry else None


def _elements(diff: RunDiff) -> Iterator[tuple[Cell, ...]]:
    for change, group in (("new", diff.new_elements), ("gone", diff.gone_elements)):
        yield from ((str(each.element), change, each.device, each.label) for each in group)


def _neighbors(diff: RunDiff) -> Iterator[tuple[Cell, ...]]:
    for change, group in (("new", diff.new_neighbors), ("gone", diff.gone_neighbors)):
        yield from ((str(each), change) for each in group)
