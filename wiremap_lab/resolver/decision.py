"""Resolve one device: ask a profile's rules in order, take the first usable answer, and keep the rest as evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations

from wiremap_lab.measurements import Measurements
from wiremap_lab.places import Depth, Erl, Places, agreement
from wiremap_lab.resolver.profiles import Profile, Step
from wiremap_lab.resolver.resolution import Candidate, Conflict, Resolution, Resolved, Tried, Unresolved, Why
from wiremap_lab.resolver.rules import RULES
from wiremap_lab.wiremap import Entry, NetworkElement, Switch, SwitchPort, Wiremap

#: What makes an answer degraded when it comes before it: the wiremap knew more, and could not be believed.
_PASSED_OVER = (Why.AMBIGUOUS, Why.UNKNOWN_PLACE, Why.STALE)


def resolve(
    wiremap: Wiremap, measurements: Measurements, profile: Profile, *, places: Places, now: datetime
) -> Resolution:
    """Where the device is that reported these measurements, under one order of precedence.

    The first step whose identifier the wiremap places at one ERL, precisely and freshly enough for the
    profile, is the answer. An identifier with several ERLs is never settled by picking one, and where
    identifiers differ within `profile.agree_on` there is no answer at all.
    """
    looked = [_look(wiremap, measurements, step, profile, places=places, now=now) for step in profile.steps]
    candidates = _distinct([found for found in looked if isinstance(found, Candidate)])
    tried = tuple(found for found in looked if isinstance(found, Tried))
    doubles = tuple(_conflict(each.asked, each.entries, places) for each in tried if each.why is Why.AMBIGUOUS)
    if not candidates:
        return Unresolved(tried, doubles)
    believed = [*(each.entry for each in candidates), *(e for t in tried if t.why is Why.AMBIGUOUS for e in t.entries)]
    if refused := _contradictions(believed, profile.agree_on, places):
        return Unresolved((*tried, *(_contradicted(each) for each in candidates)), (*doubles, *refused))
    best, *others = candidates
    before = looked[: looked.index(best)]
    passed_over = (found for found in before if isinstance(found, Tried) and found.why in _PASSED_OVER)
    against = (_contradictions([best.entry, each.entry], Depth.ROOM, places) for each in others)
    return Resolved(
        by=best.rule,
        asked=best.asked,
        entry=best.entry,
        measured_at=measurements.observed_at,
        freshness=best.age,
        others=tuple(others),
        conflicts=(*doubles, *(conflict for conflicts in against for conflict in conflicts)),
        tried=tried,
        degraded="; ".join(str(each) for each in passed_over) or None,
    )


def explain(resolution: Resolution, places: Places) -> str:
    """How a resolution came about, line by line, as a person would want to read it."""
    return "\n".join(_lines(resolution, places))


def _look(
    wiremap: Wiremap, measurements: Measurements, step: Step, profile: Profile, *, places: Places, now: datetime
) -> Candidate | Tried:
    sighting = RULES[step.rule](wiremap, measurements)
    if sighting is None:
        return Tried(step.rule, "", Why.NOT_REPORTED)
    asked, entries = sighting.asked, sighting.entries
    if not entries:
        return Tried(step.rule, asked, Why.NOT_ON_WIREMAP)
    erls = sorted({entry.erl for entry in entries})
    if unknown := [erl for erl in erls if erl not in places.erls]:
        return Tried(step.rule, asked, Why.UNKNOWN_PLACE, f"no such ERL: {', '.join(unknown)}", entries)
    if len(erls) > 1:
        return Tried(step.rule, asked, Why.AMBIGUOUS, f"placed at {' and at '.join(erls)}", entries)
    latest = max(entries, key=lambda entry: entry.observed_at)
    depth = places.erls[latest.erl].depth
    if depth < step.at_least:
        detail = f"{latest.erl} is a {depth.name.lower()}"
        return Tried(step.rule, asked, Why.TOO_COARSE, detail, entries)
    age = max(now - latest.observed_at, timedelta())
    if profile.fresh_within is not None and age > profile.fresh_within:
        detail = f"{latest.erl}, last seen {span(age)} ago, is believed for {span(profile.fresh_within)}"
        return Tried(step.rule, asked, Why.STALE, detail, entries)
    return Candidate(step.rule, asked, latest, age)


def _distinct(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """One candidate an entry, at its first place in the order: a rule may come twice, first for rooms only."""
    found: dict[tuple[str, NetworkElement], Candidate] = {}
    for each in candidates:
        found.setdefault((each.rule, each.entry.element), each)
    return [*found.values()]


def _contradict(one: Erl, other: Erl, level: Depth) -> bool:
    """Whether two places differ on a level that both of them claim."""
    return agreement(one, other) < min(one.depth, other.depth, level)


def _overrides(one: NetworkElement, other: NetworkElement) -> bool:
    """A switch is the default for its ports: a port elsewhere is no contradiction but what ports are for."""
    return isinstance(one, SwitchPort) and isinstance(other, Switch) and one.chassis_id == other.chassis_id


def _contradictions(entries: Sequence[Entry], level: Depth, places: Places) -> tuple[Conflict, ...]:
    pairs = (
        (one, other)
        for one, other in combinations(entries, 2)
        if not _overrides(one.element, other.element) and not _overrides(other.element, one.element)
    )
    return tuple(
        _conflict(f"{one.element} and {other.element}", (one, other), places)
        for one, other in pairs
        if _contradict(places.erls[one.erl], places.erls[other.erl], level)
    )


def _conflict(what: str, entries: Sequence[Entry], places: Places) -> Conflict:
    erls = tuple(sorted({entry.erl for entry in entries}))
    agree = min(agreement(places.erls[one], places.erls[other]) for one, other in combinations(erls, 2))
    return Conflict(what, erls, agree)


def _contradicted(candidate: Candidate) -> Tried:
    detail = f"{candidate.entry.erl}, and identifiers must agree"
    return Tried(candidate.rule, candidate.asked, Why.CONTRADICTED, detail, (candidate.entry,))


def span(time: timedelta) -> str:
    """A time span to the unit that matters.

    >>> span(timedelta(seconds=90)), span(timedelta(hours=30)), span(timedelta(days=9))
    ('2 min', '30 h', '9 d')
    """
    seconds = time.total_seconds()
    if seconds >= 2 * 86400:
        return f"{seconds / 86400:.0f} d"
    return f"{seconds / 3600:.0f} h" if seconds >= 2 * 3600 else f"{seconds / 60:.0f} min"


def _lines(resolution: Resolution, places: Places) -> Iterator[str]:
    if isinstance(resolution, Resolved):
        yield f"{resolution.erl}: {places.describe(places.erls[resolution.erl])}"
        yield f"  by {resolution.by}, seen {span(resolution.freshness)} ago"
        yield from (f"  because {line}" for line in resolution.evidence)
        if resolution.degraded:
            yield f"  degraded: {resolution.degraded}"
        for other in resolution.others:
            yield f"  also {other.rule}: {other.asked} is at {other.entry.erl}, seen {span(other.age)} ago"
    else:
        yield "unresolved: no identifier of the device gives its place"
    yield from (f"  conflict: {each.what}: {' or '.join(each.erls)}" for each in resolution.conflicts)
    yield from (f"  tried {each}" for each in resolution.tried)
