"""``wiremap where``: where somebody or something is, with all that speaks for it, how old that is, and what lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.kept import DatabaseOption, PlacesOption, RunOption, open_places, open_store, run_of, tables_of_run
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit
from wiremap_lab.cli.settings import Settings, load_settings
from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import Mac
from wiremap_lab.inference.whereabouts import Directory, Kind, Whereabouts
from wiremap_lab.places import Places
from wiremap_lab.reports.model import Cell, Sheet
from wiremap_lab.resolver.decision import span
from wiremap_lab.store.repository import Store
from wiremap_lab.store.values import Attached, Run
from wiremap_lab.wiremap import Entry

ANSWER_COLUMNS = (
    *("subject", "kind", "mac", "ips", "device", "port", "role", "via", "behind", "also_at"),
    *("erl", "place", "placed_as", "source", "run", "read_at", "age_s", "since", "before", "randomized", "reason"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Where something is by a run, and its place: `entries` are those of its most precise element that has one.

    `since` is the first of the unbroken runs that found it there, `before` where one did before.
    """

    found: Whereabouts
    run: Run
    entries: tuple[Entry, ...]
    others: tuple[Entry, ...]
    unplaced: tuple[str, ...]
    since: Run | None = None
    before: tuple[Run, Attached] | None = None

    @property
    def erls(self) -> tuple[str, ...]:
        """The places its entries name; more than one is a conflict that nobody settles by picking."""
        return tuple(dict.fromkeys(entry.erl for entry in self.entries))


def command(
    what: Annotated[str, typer.Argument(metavar="MAC|IP|NAME", help="A MAC in any spelling, an address, or a name.")],
    *,
    run: RunOption = None,
    at: Annotated[datetime | None, typer.Option(help="By the last run before this time (UTC).")] = None,
    places: PlacesOption = None,
    database: DatabaseOption = None,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Say where a device, a switch, an access point or a BSSID is, by the last run in the database.

    With the evidence and its age, the place and who says so, and the ports that were rejected and why. A device
    that run did not see is where an earlier one saw it. Exit code 1 says that nobody goes by it, and names the
    likely ones.
    """
    settings = load_settings()
    now = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    known = _places(settings, places)
    with open_store(settings, database) as store:
        chosen_run = run_of(store, run if at is None else _run_before(store, run, now))
        directory = Directory.of(
            tables_of_run(store, chosen_run.id), now=chosen_run.finished, derived_bssids=settings.derived_bssids
        )
        found = directory.find(what)
        answers = [_answer(store, each, chosen_run) for each in found] or [*_earlier(store, what, chosen_run)]
    near = () if answers else directory.near(what)
    if chosen(how, as_json=as_json) is Format.TABLE:
        typer.echo("\n".join(_lines(what, answers, near, known, chosen_run, now)))
    else:
        facts = {"asked": what, "run": chosen_run.id}
        emit([*_sheets(answers, near, known, now)], chosen(how, as_json=as_json), facts=facts)
    if not answers:
        raise typer.Exit(ExitCode.FINDINGS)


def _places(settings: Settings, path: Path | None) -> Places | None:
    """The places; none where none are named and the usual file is not there."""
    return None if path is None and not Path(settings.places).exists() else open_places(settings, path)


def _run_before(store: Store, run: int | None, when: datetime) -> int:
    if run is not None:
        raise InvalidValue("--run and --at both name a run: give one of them")
    before = [each.id for each in store.runs() if each.finished <= when]
    if not before:
        raise InvalidValue(f"no run ended before {when:%Y-%m-%d %H:%M:%S}")
    return max(before)


def _answer(store: Store, found: Whereabouts, run: Run) -> Answer:
    """What a run found, with the place its wiremap has for it and since when it is there."""
    wiremap = store.wiremap_at(run.finished)
    placed = [entries for element in found.elements if (entries := wiremap.at(element))]
    if not placed:
        placed = [entries for ip in found.ips if (entries := wiremap.at_ip(ip))]
    first, *rest = placed or [()]
    others = tuple(entry for entries in rest for entry in entries if entry.erl not in {each.erl for each in first})
    tried = store.unassigned(run.id)
    unplaced = tuple(f"{each}: {why}" for each in found.elements for why in tried.get(each, ()))
    answer = Answer(found, run, first, others, unplaced)
    if found.mac is None or found.kind not in (Kind.WIRED, Kind.WIRELESS):
        return answer
    return _with_history(answer, store.history_of(found.mac))


def _with_history(answer: Answer, history: Sequence[tuple[Run, Attached]]) -> Answer:
    """Since which of the unbroken runs it is there, and where it was before; runs that could not tell say nothing."""
    port, since = answer.found.port, None
    for run, attached in reversed([each for each in history if each[0].id <= answer.run.id and each[1].device]):
        if port is None or (attached.device, attached.port) != (port.device, port.name):
            return replace(answer, since=since, before=(run, attached))
        since = run
    return replace(answer, since=since)


def _earlier(store: Store, what: str, run: Run) -> Iterator[Answer]:
    """Where an earlier run saw a device that this one did not: silent devices are forgotten after five minutes."""
    try:
        mac = Mac.parse(what)
    except InvalidValue:
        return
    seen = [(each, attached) for each, attached in store.history_of(mac) if each.id < run.id and attached.device]
    if seen:
        last, attached = seen[-1]
        directory = Directory.of(tables_of_run(store, last.id), now=last.finished)
        yield from (_answer(store, each, last) for each in directory.find(str(attached.mac)))


def _lines(
    what: str, answers: Sequence[Answer], near: Sequence[str], places: Places | None, run: Run, now: datetime
) -> Iterator[str]:
    if not answers:
        yield f"nobody goes by {what!r} in run {run.id}, {span(now - run.finished)} ago"
        yield from (f"  like it: {each}" for each in near)
    if len(answers) > 1:
        yield f"ambiguous: {len(answers)} go by {what!r}"
    for answer in answers:
        yield from _told(answer, places, run, now)


def _told(answer: Answer, places: Places | None, run: Run, now: datetime) -> Iterator[str]:
    found, age = answer.found, span(now - answer.run.finished)
    yield _headline(found)
    if found.randomized:
        yield "  its address is made up by the device, which may come back under another"
    for entry in answer.entries:
        yield f"  at {_described(entry.erl, places)}, as {entry.element}, by {entry.source}"
    if len(answer.erls) > 1:
        yield f"  conflict: one element is at {' and at '.join(answer.erls)}"
    if not answer.entries:
        yield "  at no place: nothing of it is on the wiremap"
        yield from (f"  {why}" for why in answer.unplaced)
    yield from (f"  also at {_described(entry.erl, places)}, as {entry.element}" for entry in answer.others)
    gone = "" if answer.run == run else f", and not in run {run.id}, {span(now - run.finished)} ago"
    yield f"  seen {age} ago in run {answer.run.id}{gone}"
    if answer.since and answer.since != answer.run:
        yield f"  there since run {answer.since.id}, {span(now - answer.since.finished)} ago"
    if answer.before:
        run_before, attached = answer.before
        yield f"  before that on {attached.where}, in run {run_before.id}, {span(now - run_before.finished)} ago"
    yield from (f"  because {why}" for why in dict.fromkeys(found.evidence))
    for entry in answer.entries:
        yield from (f"  placed because {why}" for why in entry.evidence if why not in found.evidence)
    yield from (f"  not {candidate}" for candidate in found.rejected)


def _headline(found: Whereabouts) -> str:
    ips = f" ({', '.join(map(str, found.ips))})" if found.ips else ""
    who = f"{found.subject}{ips}, {found.kind},"
    if found.port is None:
        return f"{who} is at no port that can be told: {found.reason}"
    via = f" by {found.via}" if found.via else f" behind the phone {found.behind}" if found.behind else ""
    also = f" and {', '.join(map(str, found.also_at))}" if found.also_at else ""
    role = f", role {found.role}" if found.role else ""
    return f"{who} is on {found.port}{also}{via}{role}"


def _described(erl: str, places: Places | None) -> str:
    known = places.erls.get(erl) if places else None
    return f"{erl}: {places.describe(known)}" if places and known else erl


def _sheets(answers: Sequence[Answer], near: Sequence[str], places: Places | None, now: datetime) -> Iterator[Sheet]:
    """The same as rows: an answer a row, and beside it a row for each piece of evidence and each lost candidate."""
    yield Sheet("answers", "Answers", ANSWER_COLUMNS, tuple(_row(each, places, now) for each in answers))
    evidence = tuple(row for each in answers for row in _evidence(each, now))
    yield Sheet("evidence", "Evidence", ("subject", "of", "what", "seen_at", "age_s"), evidence)
    rejected = [(each.found.subject, str(lost.port), lost.why) for each in answers for lost in each.found.rejected]
    rejected += [(each.found.subject, "place", why) for each in answers for why in each.unplaced]
    yield Sheet("rejected", "Rejected", ("subject", "candidate", "why"), tuple(rejected))
    yield Sheet("near", "Spelled like it", ("like",), tuple((each,) for each in near))


def _row(answer: Answer, places: Places | None, now: datetime) -> tuple[Cell, ...]:
    found, erls = answer.found, answer.erls
    port = (found.port.device, found.port.name) if found.port else (None, None)
    described = [_described(erl, places) for erl in erls]
    return (
        found.subject,
        found.kind.value,
        str(found.mac) if found.mac else None,
        ", ".join(map(str, found.ips)),
        *port,
        found.role or None,
        found.via,
        str(found.behind) if found.behind else None,
        ", ".join(map(str, found.also_at)) or None,
        " or ".join(erls) or None,
        " or ".join(described) or None,
        ", ".join(dict.fromkeys(str(entry.element) for entry in answer.entries)) or None,
        ", ".join(dict.fromkeys(entry.source for entry in answer.entries)) or None,
        answer.run.id,
        answer.run.finished.isoformat(),
        _age(answer.run.finished, now),
        answer.since.finished.isoformat() if answer.since else None,
        answer.before[1].where if answer.before else None,
        found.randomized,
        found.reason or None,
    )


def _evidence(answer: Answer, now: datetime) -> Iterator[tuple[Cell, ...]]:
    subject, read = answer.found.subject, answer.run.finished
    yield from (
        (subject, "port", why, read.isoformat(), _age(read, now)) for why in dict.fromkeys(answer.found.evidence)
    )
    for entry in answer.entries:
        seen = entry.observed_at
        yield from ((subject, "place", why, seen.isoformat(), _age(seen, now)) for why in entry.evidence)


def _age(seen: datetime, now: datetime) -> float:
    return round((now - seen).total_seconds(), 1)
