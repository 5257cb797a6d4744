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
from dataclasses import dataclass, field
from typing import TypeVar

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from wiremap_lab.assignment.book import KINDS, Assignment, Problem, Row, Rule, RuleBook, Template, Unassigned, assign
from wiremap_lab.errors import Fault, InvalidFile, InvalidValue
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

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class _Page:
    """The file under the eye, and the faults found in it so far."""

    path: str
    erls: frozenset[str]
    faults: list[Fault] = field(default_factory=list)

    def blame(self, node: Node, where: str, what: str, remedy: str = "") -> None:
        self.faults.append(Fault(self.path, node.start_mark.line + 1, where, what, remedy))

    def check_erl(self, node: Node, where: str, erl: str) -> None:
        if erl not in self.erls:
            self.blame(node, where, f"unknown ERL: {erl!r}", "add it to the places or correct it")


def load_rules(text: str, *, path: str, places: Places) -> RuleBook:
    """Read a file of rules; `path` is what faults are reported under.

    Raises InvalidFile with every fault of the file: unknown and repeated keys, patterns that do not
    compile, captures and tables that do not exist, ERLs that are no place, two rules of one name.
    """
    page = _Page(path, frozenset(places.erls))
    root = _compose(text, page)
    parts = {} if root is None else _mapping(root, "", page, allowed=("rows", "tables", "rules"))
    rows = tuple(_each(parts.get("rows"), "rows", page, _row))
    tables = _tables(parts.get("tables"), page)
    rules = tuple(_each(parts.get("rules"), "rules", page, lambda node, where, page: _rule(node, where, page, tables)))
    _check_unique(rows, rules, page)
    if page.faults:
        raise InvalidFile(page.faults)
    return RuleBook(rows, rules, {name: entries for name, (_, entries) in tables.items()}, page.erls)


_Tables = Mapping[str, tuple[Node, Mapping[str, str]]]


def _compose(text: str, page: _Page) -> Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        what = f"not YAML: {fault.problem or fault.context}"
        raise InvalidFile([Fault(page.path, mark.line + 1 if mark else None, "", what)]) from None
    except yaml.YAMLError as fault:
        raise InvalidFile([Fault(page.path, None, "", f"not YAML: {fault}")]) from None


def _mapping(
    node: Node, where: str, page: _Page, *, allowed: tuple[str, ...] | None = None, required: tuple[str, ...] = ()
) -> dict[str, Node]:
    """The values of a mapping by their keys; what is unknown, repeated or missing is blamed."""
    if not isinstance(node, MappingNode):
        page.blame(node, where, "must be a mapping of names to values")
        return {}
    found: dict[str, Node] = {}
    for key_node, value in node.value:
        key = _text(key_node, where, page)
        if key is None:
            continue
        if key in found:
            page.blame(key_node, where, f"key {key!r} is there twice")
        elif allowed is not None and key not in allowed:
            page.blame(key_node, where, f"unknown key {key!r}", f"one of {', '.join(allowed)}")
        found[key] = value
    for key in required:
        if key not in found:
            page.blame(node, where, f"key {key!r} is missing")
    return found


def _text(node: Node, where: str, page: _Page) -> str | None:
    """A scalar as it is spelled: 02 is no number here, and 10:20 no time."""
    if isinstance(node, ScalarNode) and node.tag != "tag:yaml.org,2002:null":
        return str(node.value)
    page.blame(node, where, "must be a text")
    return None


def _each(
    node: Node | None, where: str, page: _Page, read: Callable[[Node, str, _Page], _Read | None]
) -> Iterator[_Read]:
    if node is None:
        return
    if not isinstance(node, SequenceNode):
        page.blame(node, where, "must be a list")
        return
    for number, item in enumerate(node.value):
        value = read(item, f"{where}[{number}]", page)
        if value is not None:
            yield value


def _port(node: Node, where: str, page: _Page) -> SwitchPort | None:
    parts = _mapping(node, where, page, allowed=("chassis", "id"), required=("chassis", "id"))
    texts = {key: _text(value, f"{where}.{key}", page) for key, value in parts.items()}
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


def _row(node: Node, where: str, page: _Page) -> Row | None:
    parts = _mapping(node, where, page, allowed=(*KINDS, "erl"), required=("erl",))
    if not parts:
        return None
    erl = _text(parts["erl"], f"{where}.erl", page) if "erl" in parts else None
    if erl is not None:
        page.check_erl(parts["erl"], f"{where}.erl", erl)
    kinds = [kind for kind in KINDS if kind in parts]
    if len(kinds) != 1:
        page.blame(node, where, f"names {len(kinds)} elements", f"name one: {', '.join(KINDS)}")
        return None
    element = _element(kinds[0], parts[kinds[0]], f"{where}.{kinds[0]}", page)
    return None if element is None or erl is None else Row(element, erl, node.start_mark.line + 1)


def _element(kind: str, node: Node, where: str, page: _Page) -> NetworkElement | None:
    try:
        if kind == "port":
            return _port(node, where, page)
        text = _text(node, where, page)
        return None if text is None else _ELEMENTS[kind](text)
    except InvalidValue as fault:
        page.blame(node, where, str(fault))
        return None


def _tables(node: Node | None, page: _Page) -> _Tables:
    found = {}
    for name, table in ({} if node is None else _mapping(node, "tables", page)).items():
        texts = {
            key: _text(value, f"tables.{name}", page) for key, value in _mapping(table, f"tables.{name}", page).items()
        }
        found[name] = table, {key: text for key, text in texts.items() if text is not None}
    return found


def _rule(node: Node, where: str, page: _Page, tables: _Tables) -> Rule | None:
    required = ("name", "match", "erl")
    parts = _mapping(node, where, page, allowed=(*required, "kind", "translate"), required=required)
    name = _text(parts["name"], f"{where}.name", page) if "name" in parts else None
    match = tuple(_patterns(parts["match"], f"{where}.match", page)) if "match" in parts else ()
    captures = frozenset(group for _, pattern in match for group in pattern.groupindex)
    kinds = _kinds(parts["kind"], f"{where}.kind", page) if "kind" in parts else frozenset[str]()
    translate = _translate(parts.get("translate"), f"{where}.translate", page, captures, tables)
    erl = _template(parts["erl"], f"{where}.erl", page, captures) if "erl" in parts else None
    if name is None or erl is None:
        return None
    _check_constant(parts["erl"], f"{where}.erl", page, erl)
    return Rule(name, match, erl, kinds, translate, node.start_mark.line + 1)


def _patterns(node: Node, where: str, page: _Page) -> Iterator[tuple[str, re.Pattern[str]]]:
    parts = _mapping(node, where, page)
    if not parts and isinstance(node, MappingNode):
        page.blame(node, where, "matches on nothing", "name at least one fact")
    captured: set[str] = set()
    for fact, value in parts.items():
        if fact not in FACTS and not fact.startswith(CIVIC_FACT):
            page.blame(value, where, f"unknown fact {fact!r}", f"one of {', '.join(FACTS)}, {CIVIC_FACT}NAME")
        pattern = _pattern(value, f"{where}.{fact}", page)
        if pattern is None:
            continue
        for group in sorted(captured & set(pattern.groupindex)):
            page.blame(value, f"{where}.{fact}", f"capture {group!r} is there twice")
        captured |= set(pattern.groupindex)
        yield fact, pattern


def _pattern(node: Node, where: str, page: _Page) -> re.Pattern[str] | None:
    text = _text(node, where, page)
    try:
        return None if text is None else re.compile(text)
    except re.error as fault:
        page.blame(node, where, f"not a regular expression: {text!r}: {fault}")
        return None


def _kinds(node: Node, where: str, page: _Page) -> frozenset[str]:
    items = node.value if isinstance(node, SequenceNode) else [node]
    kinds = [(item, _text(item, where, page)) for item in items]
    for item, kind in kinds:
        if kind is not None and kind not in KINDS:
            page.blame(item, where, f"unknown kind {kind!r}", f"one of {', '.join(KINDS)}")
    return frozenset(kind for _, kind in kinds if kind is not None)


def _translate(node: Node | None, where: str, page: _Page, captures: frozenset[str], tables: _Tables) -> dict[str, str]:
    found = {}
    for capture, value in ({} if node is None else _mapping(node, where, page)).items():
        table = _text(value, f"{where}.{capture}", page)
        if capture not in captures:
            page.blame(value, where, f"no pattern captures {capture!r}", f"write (?P<{capture}>...) in one")
        if table is not None and table not in tables:
            page.blame(value, f"{where}.{capture}", f"unknown table {table!r}")
        if table is not None:
            found[capture] = table
    return found


def _template(node: Node, where: str, page: _Page, captures: frozenset[str]) -> Template | None:
    text = _text(node, where, page)
    if text is None:
        return None
    try:
        template = Template.parse(text)
    except ValueError as fault:
        page.blame(node, where, str(fault))
        return None
    for name in sorted(template.captures - captures):
        page.blame(node, where, f"no pattern captures {name!r}", f"write (?P<{name}>...) in one")
    return template


def _check_constant(node: Node, where: str, page: _Page, erl: Template) -> None:
    """An ERL without captures is known or wrong before any element is seen."""
    if not erl.captures:
        page.check_erl(node, where, erl.fill({}))


def _check_unique(rows: tuple[Row, ...], rules: tuple[Rule, ...], page: _Page) -> None:
    written = [("rules", f"name {rule.name!r}", rule.line) for rule in rules]
    written += [("rows", str(row.element), row.line) for row in rows]
    first: dict[tuple[str, str], int] = {}
    for part, name, line in written:
        if line != first.setdefault((part, name), line):
            page.faults.append(Fault(page.path, line, part, f"{name} is there twice", f"see line {first[part, name]}"))
