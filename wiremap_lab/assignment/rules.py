r"""Read a file of location rules: where things are, in an administrator's own names.

The file is YAML with three parts, each of which may be left out::

    # Elements placed by hand. They win over all rules. `line` of the row becomes its source.
    rows:
      - {port: {chassis: "02:00:00:00:01:01", id: "Gi1/0/7"}, erl: hq-2-201}
      - {port: {chassis: "local:core-1", id: "local:7"}, erl: hq-2-203}   # other subtypes are named
      - {switch: "02:00:00:00:01:01", erl: hq-2}
      - {bssid: "00:1b:2f:3a:9c:4d", erl: hq-1}
      - {bssid: "00:1b:2f:3a:9c:4*", erl: hq-1}        # a block: one or two digits open
      - {subnet: "10.1.2.0/24", erl: hq-2}             # or 10.1.2.5-10.1.2.99, or one address
      - {gateway: "00:00:5e:00:01:0a", erl: hq}
      - {mac: "02:00:00:00:aa:01", erl: hq-2-201}      # a device's own

    # Names → ERL ids or parts of them.
    tables:
      buildings: {Headquarters: hq, Annex: an}
      closets: {IDF-2A: hq-2}

    # From top to bottom; the first that gives a known ERL places the element.
    rules:
      - name: wall jacks                               # unique; it becomes the entry's source
        kind: port                                     # optional; port, switch, bssid, subnet, gateway; or a list
        match:                                         # all must match, each from its first letter to its last
          ifAlias: 'jack (?P<floor>\d)(?P<room>\d\d)'
          sysLocation: '(?P<building>\w+), .*'
        translate: {building: buildings}               # optional; replace a capture by what a table says of it
        erl: "{building}-{floor}-{floor}{room}"        # captures; {site:lower} and {site:upper} change case
      - name: closet of the switch
        match: {sysLocation: '.*\b(?P<closet>IDF-\w+)'}
        translate: {closet: closets}
        erl: "{closet}"

What may be matched are the names in `wiremap_lab.wiremap.FACTS`, and ``medCivic.`` with the name of
a civic element (``medCivic.FLR``). An access point is placed by its own name or location
(``apName``, ``apLocation``), or by the port it is plugged into (``apPortAlias``, ``apSwitch``,
``apSwitchLocation``). Patterns are Python's; begin one with ``(?i)`` to ignore case, and put ``.*``
where anything may stand. ``rules.schema.json`` beside this module is the same as a JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from wiremap_lab.assignment.book import KINDS, Assignment, Problem, Row, Rule, RuleBook, Template, Unassigned, assign
from wiremap_lab.document import Item, open_page
from wiremap_lab.errors import Fault, InvalidValue
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.places import Places
from wiremap_lab.wiremap import (
    CIVIC_FACT,
    FACTS,
    DeviceMac,
    GatewayMac,
    IpRange,
    NetworkElement,
    Switch,
    SwitchPort,
    Wap,
    WapBlock,
)

__all__ = ["Assignment", "Problem", "Row", "Rule", "RuleBook", "Unassigned", "assign", "load_rules"]

_Tables = Mapping[str, Mapping[str, str]]


def load_rules(text: str, *, path: str, places: Places, written: datetime | None = None) -> RuleBook:
    """Read a file of rules; `path` is what faults are reported under, `written` when somebody last changed it.

    Raises InvalidFile with every fault of the file: unknown and repeated keys, patterns that do not
    compile, captures and tables that do not exist, ERLs that are no place, two rules of one name.
    """
    root = open_page(text, path=path)
    erls = frozenset(places.erls)
    parts = root.fields(("rows", "tables", "rules"))
    rows = tuple(row for item in _items(parts.get("rows")) if (row := _row(item, erls)))
    tables = {name: _table(item) for name, item in _entries(parts.get("tables")).items()}
    rules = tuple(rule for item in _items(parts.get("rules")) if (rule := _rule(item, tables, erls)))
    root.page.faults += _repeated(path, rows, rules)
    root.page.close()
    return RuleBook(rows, rules, tables, erls, written)


def _items(item: Item | None) -> Iterator[Item]:
    return iter(()) if item is None else item.items()


def _entries(item: Item | None) -> dict[str, Item]:
    return {} if item is None else item.entries()


def _table(item: Item) -> dict[str, str]:
    texts = {key: value.text() for key, value in item.entries().items()}
    return {key: text for key, text in texts.items() if text is not None}


def _erl(item: Item | None, erls: frozenset[str]) -> str | None:
    erl = None if item is None else item.text()
    if item is not None and erl is not None and erl not in erls:
        item.blame(f"unknown ERL: {erl!r}", "add it to the places or correct it")
    return erl


def _row(item: Item, erls: frozenset[str]) -> Row | None:
    parts = item.fields((*KINDS, "erl"), required=("erl",))
    erl = _erl(parts.pop("erl", None), erls)
    if len(parts) != 1:
        if erl is not None:
            item.blame(f"names {len(parts)} elements", f"name one: {', '.join(KINDS)}")
        return None
    ((kind, named),) = parts.items()
    element = _element(kind, named)
    return None if element is None or erl is None else Row(element, erl, item.line)


def _element(kind: str, item: Item) -> NetworkElement | None:
    try:
        if kind == "port":
            return _port(item)
        text = item.text()
        return None if text is None else _ELEMENTS[kind](text)
    except InvalidValue as fault:
        item.blame(str(fault))
        return None


def _port(item: Item) -> SwitchPort | None:
    parts = item.fields(("chassis", "id"), required=("chassis", "id"))
    texts = {key: value.text() for key, value in parts.items()}
    chassis, port = texts.get("chassis"), texts.get("id")
    return None if chassis is None or port is None else SwitchPort(ChassisId.parse(chassis), PortId.parse(port))


def _bssid(text: str) -> Wap | WapBlock:
    first = text.rstrip("*")
    wild = len(text) - len(first)
    return WapBlock.around(Mac.parse(first + "0" * wild), wild) if wild else Wap(Mac.parse(text))


_ELEMENTS: Mapping[str, Callable[[str], NetworkElement]] = {
    "switch": lambda text: Switch(ChassisId.parse(text)),
    "bssid": _bssid,
    "subnet": IpRange.parse,
    "gateway": lambda text: GatewayMac(Mac.parse(text)),
    "mac": lambda text: DeviceMac(Mac.parse(text)),
}


def _rule(item: Item, tables: _Tables, erls: frozenset[str]) -> Rule | None:
    required = ("name", "match", "erl")
    parts = item.fields((*required, "kind", "translate"), required=required)
    name = parts["name"].text() if "name" in parts else None
    match = tuple(_patterns(parts["match"])) if "match" in parts else ()
    captures = frozenset(group for _, pattern in match for group in pattern.groupindex)
    kinds = frozenset(_kinds(parts.get("kind")))
    translate = dict(_translations(parts.get("translate"), captures, tables))
    erl = _template(parts["erl"], captures, erls) if "erl" in parts else None
    return None if name is None or erl is None else Rule(name, match, erl, kinds, translate, item.line)


def _patterns(item: Item) -> Iterator[tuple[str, re.Pattern[str]]]:
    facts = item.entries()
    if not facts:
        item.blame("must match on one fact at least")
    captured: set[str] = set()
    for fact, value in facts.items():
        if fact not in FACTS and not fact.startswith(CIVIC_FACT):
            value.blame(f"unknown fact {fact!r}", f"one of {', '.join(FACTS)}, {CIVIC_FACT}NAME")
        pattern = _pattern(value)
        if pattern is None:
            continue
        for group in sorted(captured & set(pattern.groupindex)):
            value.blame(f"capture {group!r} is there twice")
        captured |= set(pattern.groupindex)
        yield fact, pattern


def _pattern(item: Item) -> re.Pattern[str] | None:
    text = item.text()
    try:
        return None if text is None else re.compile(text)
    except re.error as fault:
        item.blame(f"not a regular expression: {text!r}: {fault}")
        return None


def _kinds(item: Item | None) -> Iterator[str]:
    if item is None:
        return
    for each in item.items() if item.is_list() else [item]:
        if kind := each.choice(KINDS):
            yield kind


def _translations(item: Item | None, captures: frozenset[str], tables: _Tables) -> Iterator[tuple[str, str]]:
    for capture, value in _entries(item).items():
        if capture not in captures:
            value.blame(f"no pattern captures {capture!r}", f"write (?P<{capture}>...) in one")
        if table := value.choice(tables):
            yield capture, table


def _template(item: Item, captures: frozenset[str], erls: frozenset[str]) -> Template | None:
    text = item.text()
    try:
        template = None if text is None else Template.parse(text)
    except ValueError as fault:
        item.blame(str(fault))
        return None
    for name in sorted(template.captures - captures) if template else ():
        item.blame(f"no pattern captures {name!r}", f"write (?P<{name}>...) in one")
    if template and not template.captures:  # known or wrong before any element is seen
        _erl(item, erls)
    return template


def _repeated(path: str, rows: tuple[Row, ...], rules: tuple[Rule, ...]) -> Iterator[Fault]:
    first: dict[object, int] = {}
    written: list[tuple[str, object, str, int]] = [
        ("rules", rule.name, f"name {rule.name!r}", rule.line) for rule in rules
    ]
    written += [("rows", row.element, str(row.element), row.line) for row in rows]
    for part, what, name, line in written:
        if what in first:
            yield Fault(path, line, part, f"{name} is there twice", f"see line {first[what]}")
        first.setdefault(what, line)
