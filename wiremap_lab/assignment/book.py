"""Rules that place elements, and what comes of applying them.

The first rule that gives a known ERL wins; rows typed for one element win over every rule. A rule
that matches but names an ERL nobody has heard of is a problem to report. It never becomes an
entry, and the rules below it still get their turn: a floor that is right beats a relay center.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from string import Formatter

from wiremap_lab.wiremap import (
    DeviceMac,
    Element,
    Entry,
    GatewayMac,
    IpRange,
    NetworkElement,
    Switch,
    SwitchPort,
    Wap,
    WapBlock,
)

#: What a rule may be limited to, and a row may name.
KINDS: Mapping[str, tuple[type, ...]] = {
    "port": (SwitchPort,),
    "switch": (Switch,),
    "bssid": (Wap, WapBlock),
    "subnet": (IpRange,),
    "gateway": (GatewayMac,),
    "mac": (DeviceMac,),
}
_CASES: Mapping[str, Callable[[str], str]] = {"": str, "lower": str.lower, "upper": str.upper}


@dataclass(frozen=True, slots=True)
class Template:
    """An ERL id with captures in it: ``{site:lower}-{floor}``.

    >>> Template.parse("{site:lower}-{floor}").fill({"site": "HQ", "floor": "2"})
    'hq-2'
    """

    parts: tuple[tuple[str, str | None, str], ...]  # literal, capture, case

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a template. Raises ValueError where braces or what follows a colon make no sense."""
        parts = []
        for literal, name, case, conversion in Formatter().parse(text):
            if name is not None and (not name.isidentifier() or conversion or case not in _CASES):
                raise ValueError(f"not {{capture}}, {{capture:lower}} or {{capture:upper}}: {text!r}")
            parts.append((literal, name, case or ""))
        return cls(tuple(parts))

    @property
    def captures(self) -> frozenset[str]:
        """The captures it needs."""
        return frozenset(name for _, name, _ in self.parts if name is not None)

    def fill(self, values: Mapping[str, str]) -> str:
        """Put the captures in."""
        return "".join(literal + (_CASES[case](values[name]) if name else "") for literal, name, case in self.parts)


@dataclass(frozen=True, slots=True)
class Row:
    """One element placed by hand."""

    element: NetworkElement
    erl: str
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Elements whose facts match, and where they are.

    Every pattern must match its fact from the first letter to the last (`re.fullmatch`).
    `translate` says which captures are looked up in which table before they go into the template.
    """

    name: str
    match: tuple[tuple[str, re.Pattern[str]], ...]
    erl: Template
    kinds: frozenset[str] = frozenset()
    translate: Mapping[str, str] = field(default_factory=dict)
    line: int = 0

    def concerns(self, element: NetworkElement) -> bool:
        """Whether it may place elements of this kind at all."""
        return not self.kinds or any(isinstance(element, KINDS[kind]) for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All that an administrator wrote about where things are, and when; `erls` are the ids of known places.

    Rows about elements that no device shows, blocks of BSSIDs among them, are believed to be as old as
    `written`; where that is not known, they place nothing.
    """

    rows: tuple[Row, ...]
    rules: tuple[Rule, ...]
    tables: Mapping[str, Mapping[str, str]]
    erls: frozenset[str]
    written: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unassigned:
    """An element nothing placed, and why each rule for its kind did not."""

    element: Element
    tried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that matched an element and gave no known ERL for it."""

    element: NetworkElement
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.element}: rule {self.rule!r}: {self.what}"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Entries for the wiremap, and everything that did not become one."""

    entries: tuple[Entry, ...]
    unassigned: tuple[Unassigned, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Placed:
    erl: str
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class _Missed:
    why: str
    matched: bool = False


def assign(elements: Iterable[Element], rulebook: RuleBook) -> Assignment:
    """Place every element by the rows and rules of `rulebook`, and say what could not be placed.

    Where several elements have one name, as ports of switches that share a chassis ID, the name is
    placed only if each of them is: whoever reports it may be at the one that is not.
    """
    found: list[tuple[Element, _Placed]] = []
    unassigned: list[Unassigned] = []
    problems: list[Problem] = []
    rows = {row.element: row for row in reversed(rulebook.rows)}
    seen: set[NetworkElement] = set()
    for element in elements:
        names = (element.element, *element.aliases)
        seen.update(names)
        outcomes = tuple(_outcomes(element, rulebook, rows))
        problems += (Problem(element.element, *miss) for miss in _unknown_erls(outcomes))
        placed = next((outcome for _, outcome in outcomes if isinstance(outcome, _Placed)), None)
        if placed:
            found.append((element, placed))
        else:
            unassigned.append(Unassigned(element, tuple(_sentences(outcomes))))
    nowhere = {each.element.element for each in unassigned}
    entries: list[Entry] = []
    for element, placed in found:
        if element.element in nowhere:
            unassigned.append(Unassigned(element, (f"{placed.why}, and another of that name has no place",)))
        else:
            entries += _entries(element, placed, rows)
    if written := rulebook.written:
        unseen = (row for row in rulebook.rows if row.element not in seen)
        entries += (Entry(row.element, row.erl, f"row:{row.line}", written, label="typed") for row in unseen)
    return Assignment(tuple(entries), tuple(unassigned), tuple(problems))


def _outcomes(
    element: Element, rulebook: RuleBook, rows: Mapping[NetworkElement, Row]
) -> Iterator[tuple[str, _Placed | _Missed]]:
    """What each rule made of an element, up to and including the one that placed it."""
    typed = [row for name in (element.element, *element.aliases) if (row := rows.get(name))]
    if typed:
        yield "", _typed(typed[0])
        return
    for rule in rulebook.rules:
        if not rule.concerns(element.element):
            continue
        outcome = _apply(rule, element.facts, rulebook)
        yield rule.name, outcome
        if isinstance(outcome, _Placed):
            return


def _apply(rule: Rule, facts: Mapping[str, str], rulebook: RuleBook) -> _Placed | _Missed:
    captures: dict[str, str] = {}
    because = []
    for fact, pattern in rule.match:
        value = facts.get(fact)
        if value is None:
            return _Missed(f"{fact} is not known")
        found = pattern.fullmatch(value)
        if found is None:
            return _Missed(f"{fact} {value!r} does not match {pattern.pattern!r}")
        captures.update({name: text or "" for name, text in found.groupdict().items()})
        because.append(f"{fact} {value!r}")
    for capture, table in rule.translate.items():
        translated = rulebook.tables[table].get(captures[capture])
        if translated is None:
            return _Missed(f"table {table!r} has no {captures[capture]!r}", matched=True)
        captures[capture] = translated
    erl = rule.erl.fill(captures)
    if erl not in rulebook.erls:
        return _Missed(f"{' and '.join(because)} gives an unknown ERL: {erl!r}", matched=True)
    return _Placed(erl, f"rule:{rule.name}", f"rule {rule.name!r}: {' and '.join(because)} gives {erl!r}")


def _unknown_erls(outcomes: Sequence[tuple[str, _Placed | _Missed]]) -> Iterator[tuple[str, str]]:
    for rule, outcome in outcomes:
        if isinstance(outcome, _Missed) and outcome.matched:
            yield rule, outcome.why


def _sentences(outcomes: Sequence[tuple[str, _Placed | _Missed]]) -> Iterator[str]:
    for rule, outcome in outcomes:
        yield f"rule {rule!r}: {outcome.why}"
    if not outcomes:
        yield "no rule is for this kind of element"


def _typed(row: Row) -> _Placed:
    return _Placed(row.erl, f"row:{row.line}", f"typed in line {row.line} for {row.element}")


def _entries(element: Element, placed: _Placed, rows: Mapping[NetworkElement, Row]) -> Iterator[Entry]:
    """An entry for each name an element goes by; a name somebody typed a row for is where that row says."""
    for name in dict.fromkeys((element.element, *element.aliases)):
        here = _typed(rows[name]) if name in rows else placed
        yield Entry(
            name,
            here.erl,
            here.source,
            element.observed_at,
            label=element.label,
            evidence=(*element.evidence, here.why),
            alias_of=None if name == element.element else element.element,
        )
