"""``wiremap score``: how much of the network has a place, and what calls would come to."""

from __future__ import annotations

from typing import Annotated

import typer

from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.figures import GOOD, coverage_sheet, outcome_sheet, via_sheet, wrong_sheet
from wiremap_lab.cli.kept import DatabaseOption, PlacesOption, RunOption, open_places, open_store, run_of, tables_of_run
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit, read_source, say
from wiremap_lab.cli.reported import Reported, read_reported
from wiremap_lab.cli.resolve import profiles_named
from wiremap_lab.cli.settings import load_settings
from wiremap_lab.errors import InvalidValue
from wiremap_lab.inference.elements import discover_elements
from wiremap_lab.places import Places
from wiremap_lab.reports.model import Sheet
from wiremap_lab.resolver import Profile
from wiremap_lab.scoring import judge_all
from wiremap_lab.store.values import Status
from wiremap_lab.wiremap import Wiremap


def command(
    *,
    truth: Annotated[
        str | None, typer.Option("--truth", help="What devices report and where they are: a file, or - for stdin.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="The order of precedence, or all.  [default: cautious]")] = None,
    run: RunOption = None,
    places: PlacesOption = None,
    database: DatabaseOption = None,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Measure how much of what a run discovered has a place; and, given the truth, what 911 calls would come to.

    The truth is what `wiremap lab status --format json` writes. Exit code 1 says that a call would go wrong.
    """
    settings = load_settings()
    profiles = profiles_named(profile or settings.profile)
    known = open_places(settings, places)
    reported = _reported(truth, known) if truth else None
    with open_store(settings, database) as store:
        seen = run_of(store, run)
        tables, derived = tables_of_run(store, seen.id), settings.derived_bssids
        elements = discover_elements(tables, now=seen.finished, derived_bssids=derived)
        wiremap = store.wiremap_at(seen.finished)
        unread = [name for name, status in store.devices(seen.id).items() if status is not Status.COMPLETE]
    if unread:
        say(f"not read to the end, so that not all they have is counted: {', '.join(unread)}")
    sheets = [coverage_sheet(elements, wiremap, known)]
    bad = False
    if reported:
        outcomes, bad = _outcomes(reported, wiremap, known, profiles)
        sheets += outcomes
    emit(sheets, chosen(how, as_json=as_json), facts={"run": seen.id})
    if bad:
        raise typer.Exit(ExitCode.FINDINGS)


def _reported(source: str, places: Places) -> Reported:
    reported = read_reported(read_source(source), path=source)
    unknown = sorted({erl for erl in reported.truth.values() if erl not in places.erls})
    if unknown:
        raise InvalidValue(f"{source}: the truth is at places nobody knows: {', '.join(unknown)}")
    return reported


def _outcomes(
    reported: Reported, wiremap: Wiremap, places: Places, profiles: tuple[Profile, ...]
) -> tuple[list[Sheet], bool]:
    """What calls would come to under each profile, in detail for the first; and whether any would go wrong by it."""
    judged = {
        profile.name: judge_all(
            wiremap, reported.measurements, truth=reported.truth, places=places, profile=profile, now=reported.at
        )
        for profile in profiles
    }
    first = judged[profiles[0].name]
    cases = {name: [each.outcome for each in found] for name, found in judged.items()}
    return [outcome_sheet(cases), via_sheet(first), wrong_sheet(first)], any(e.outcome not in GOOD for e in first)
