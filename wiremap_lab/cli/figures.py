"""The figures of the lab as sheets: coverage of the wiremap, outcomes of calls, and who would be sent wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from wiremap_lab.places import Depth, Places
from wiremap_lab.reports.model import Cell, Chart, Sheet
from wiremap_lab.resolver import Resolved, explain
from wiremap_lab.scoring import Judged, Outcome, Share, Via, coverage, via
from wiremap_lab.wiremap import Element, Wiremap

#: A call that ends so reaches somebody who can say where to go, and is right.
GOOD = (Outcome.EXACT, Outcome.COARSE)


def coverage_sheet(elements: Sequence[Element], wiremap: Wiremap, places: Places) -> Sheet:
    """How much of what was discovered the wiremap places, to each depth, with 95 % intervals."""
    groups = coverage(elements, wiremap, places=places)
    shares = (group.share(depth) for group in groups for depth in (Depth.BUILDING, Depth.FLOOR, Depth.ROOM))
    return Sheet(
        "coverage",
        "Coverage: how much of what was discovered has a place",
        ("elements", "part", "whole", "share", "low", "high"),
        tuple(share_row(share) for share in shares),
        lead="Low and high bound the share with 95 % confidence (Wilson).",
        chart=Chart.SHARES,
    )


def share_row(share: Share) -> tuple[Cell, ...]:
    """A share as a row of a sheet that is drawn as shares."""
    low, high = share.interval
    return share.name, share.part, share.whole, round(share.value, 4), round(low, 4), round(high, 4)


def outcome_sheet(
    cases: Mapping[str, Iterable[Outcome]],
    *,
    name: str = "outcomes",
    title: str = "Outcomes: what a 911 call from each device would come to",
) -> Sheet:
    """What calls would come to, case by case."""
    counts = {case: Counter(outcomes) for case, outcomes in cases.items()}
    return Sheet(
        name,
        title,
        ("case", *(outcome.value for outcome in Outcome)),
        tuple((case, *(count[outcome] for outcome in Outcome)) for case, count in counts.items()),
        lead="Exact: right, and as deep as required (the floor). Coarse: right, not as deep. Misroute: the wrong PSAP."
        " Relay: no location, so an operator has to ask.",
        chart=Chart.STACKED,
    )


def via_sheet(judged: Iterable[Judged]) -> Sheet:
    """What the answers rest on, and what they are worth."""
    counts = Counter((via(each.resolution), each.outcome) for each in judged)
    used = [kind for kind in Via if any(counts[kind, outcome] for outcome in Outcome)]
    return Sheet(
        "answers",
        "What the answers rest on",
        ("answer by", *(outcome.value for outcome in Outcome)),
        tuple((kind.value, *(counts[kind, outcome] for outcome in Outcome)) for kind in used),
        chart=Chart.STACKED,
    )


def wrong_sheet(judged: Iterable[Judged]) -> Sheet:
    """Every device whose call would go wrong or nowhere, and why."""
    rows = tuple(_wrong(each) for each in judged if each.outcome not in GOOD)
    columns = ("device", "outcome", "really at", "sent to", "by", "element", "source")
    return Sheet("wrong", "Calls that would go wrong", columns, rows)


def _wrong(judged: Judged) -> tuple[Cell, ...]:
    truth, found = judged.truth.id, judged.resolution
    if not isinstance(found, Resolved):
        tried = "; ".join(str(each) for each in found.tried) or "it reports nothing"
        return judged.device, judged.outcome.value, truth, None, None, None, tried
    return judged.device, judged.outcome.value, truth, found.erl, found.by, str(found.element), found.entry.source


def explained_sheet(judged: Iterable[Judged], places: Places) -> Sheet:
    """One call of each outcome, best first, with how its answer came about."""
    examples: dict[Outcome, Judged] = {}
    for each in judged:
        examples.setdefault(each.outcome, each)
    ordered = (examples[outcome] for outcome in Outcome if outcome in examples)
    rows = tuple(
        (each.device, each.outcome.value, places.describe(each.truth), explain(each.resolution, places))
        for each in ordered
    )
    return Sheet("explained", "Why there? A call of each outcome", ("device", "outcome", "really at", "answer"), rows)
