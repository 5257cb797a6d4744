"""``wiremap assign``: place what a run discovered by the rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from wiremap_lab.cli.diff import placement_sheet
from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.kept import (
    DatabaseOption,
    DeriveOption,
    PlacesOption,
    RulesOption,
    RunOption,
    open_places,
    open_rules,
    open_store,
    results_of_run,
    run_of,
)
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit, say
from wiremap_lab.cli.saving import save
from wiremap_lab.cli.settings import load_settings, without_password
from wiremap_lab.collectors.collect import Collected
from wiremap_lab.experiment import Built, build
from wiremap_lab.reports.model import Sheet
from wiremap_lab.wiremap import Change, Wiremap


def command(
    *,
    rules: RulesOption = None,
    places: PlacesOption = None,
    run: RunOption = None,
    database: DatabaseOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what the rules would do, and keep nothing.")] = False,
    derive_bssids: DeriveOption = False,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Place what a run discovered by the rules: the entries, what nothing placed, and what changes by it.

    The places are kept as a run of their own, as old as the one that saw the elements. Exit code 1 says that an
    element has no place, or that a rule names a place nobody knows.
    """
    settings = load_settings()
    book = open_rules(settings, rules, open_places(settings, places))
    with open_store(settings, database) as store:
        seen = run_of(store, run)
        results = results_of_run(store, seen)
        tables = [each.tables for each in results if isinstance(each, Collected)]
        derived = derive_bssids or settings.derived_bssids
        built = build(tables, book, now=seen.finished, derived_bssids=derived)
        changes = store.wiremap_at(seen.finished).diff(built.wiremap)
        if not dry_run:
            source = f"run {seen.id}: {seen.inventory}"
            number = save(store, results, built, started=seen.started, finished=seen.finished, inventory=source)
            say(f"run {number} is kept in {without_password(database or settings.database)}")
    found = sheets(built, changes)
    emit(found, chosen(how, as_json=as_json), facts={"run": seen.id})
    if built.unassigned or built.problems:
        raise typer.Exit(ExitCode.FINDINGS)


def sheets(built: Built, changes: Iterable[Change]) -> tuple[Sheet, ...]:
    """What the rules made of the elements, as rows."""
    return (
        entry_sheet(built.wiremap),
        unassigned_sheet(built),
        Sheet(
            "problems",
            "Rules that name no known place",
            ("element", "rule", "what"),
            tuple((str(each.element), each.rule, each.what) for each in built.problems),
        ),
        confusable_sheet(built.wiremap),
        placement_sheet(changes),
    )


def confusable_sheet(wiremap: Wiremap) -> Sheet:
    """BSSIDs that are taken for each other by who leaves the last digit open, and are at different places."""
    groups = wiremap.confusable()
    rows = ((str(entry.element), entry.label, entry.erl, number) for number, g in enumerate(groups, 1) for entry in g)
    lead = "A location server that does not compare the last digit takes the BSSIDs of a group for each other."
    return Sheet(
        "confusable", "BSSIDs that differ in one digit", ("element", "label", "erl", "group"), tuple(rows), lead
    )


def entry_sheet(wiremap: Wiremap) -> Sheet:
    """The entries of a wiremap, aliases left out."""
    rows = ((str(each.element), each.label, each.erl, each.source) for each in wiremap if each.alias_of is None)
    return Sheet("entries", "Elements and their places", ("element", "label", "erl", "source"), tuple(rows))


def unassigned_sheet(built: Built) -> Sheet:
    """What nothing placed, and why."""
    rows = (
        (str(each.element.element), each.element.label, each.element.device, "; ".join(each.tried))
        for each in built.unassigned
    )
    return Sheet("unassigned", "Elements without a place", ("element", "label", "device", "tried"), tuple(rows))
