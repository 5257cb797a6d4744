"""Read a YAML file a person wrote, and find everything that is wrong with it at once, each fault with its line.

A reader walks down the file by `Item`: a value, where it stands, and the page that faults are
noted on. What is wrong is noted and read as None, so that the reader can go on to the next fault;
`Page.close` raises them all.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from wiremap_lab.errors import Fault, InvalidFile

_NULL = "tag:yaml.org,2002:null"
_MERGE = "tag:yaml.org,2002:merge"
_STR, _SEQ, _MAP = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))


@dataclass(slots=True)
class Page:
    """A file being read, and the faults found in it so far."""

    path: str
    faults: list[Fault] = field(default_factory=list)

    def close(self) -> None:
        """Raise InvalidFile with every fault found; nothing, where there was none."""
        if self.faults:
            raise InvalidFile(dict.fromkeys(self.faults))


@dataclass(frozen=True, slots=True)
class Item:
    """A value of the file. `where` is its path from the top, as in ``hosts.hq-sw1.port``."""

    page: Page
    node: Node
    where: str

    @property
    def line(self) -> int:
        """The line it begins in, from 1; 0 where that is not known, as in JSON."""
        return int(self.node.start_mark.line) + 1 if self.node.start_mark else 0

    def fault(self, what: str, remedy: str = "") -> Fault:
        """Something to be said of this value, with where it stands."""
        return Fault(self.page.path, self.line or None, self.where, what, remedy)

    def blame(self, what: str, remedy: str = "") -> None:
        """Note a fault of this value."""
        self.page.faults.append(self.fault(what, remedy))

    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.node, SequenceNode)

    def is_mapping(self) -> bool:
        """Whether it is a mapping of keys to values."""
        return isinstance(self.node, MappingNode)

    def is_null(self) -> bool:
        """Whether nothing stands there."""
        return bool(self.node.tag == _NULL)

    def fields(self, known: Collection[str], required: Sequence[str] = ()) -> dict[str, Item]:
        """The values of a mapping that may have the `known` keys and must have the `required` ones."""
        found = self.entries()
        for key, item in found.items():
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                item.blame(f"unknown key {key!r}", f"{near[0]!r}?" if near else f"known are {', '.join(known)}")
        for key in required:
            if key not in found:
                self.blame(f"key {key!r} is missing")
        return {key: item for key, item in found.items() if key in known}

    def entries(self) -> dict[str, Item]:
        """The values of a mapping whose keys are names of the user."""
        if not isinstance(self.node, MappingNode):
            if self.node.tag != _NULL:
                self.blame("must be a mapping of names to values")
            return {}
        found: dict[str, Item] = {}
        for key_node, value in _without_merges(self.node, set()):
            item = Item(self.page, value, f"{self.where}.{key_node.value}" if self.where else str(key_node.value))
            if not isinstance(key_node, ScalarNode):
                Item(self.page, key_node, self.where).blame("a key must be a text")
            elif key_node.value in found:
                Item(self.page, key_node, self.where).blame(f"key {key_node.value!r} is there twice")
            else:
                found[str(key_node.value)] = item
        return found

    def items(self) -> Iterator[Item]:
        """The values of a list."""
        if not isinstance(self.node, SequenceNode):
            if self.node.tag != _NULL:
                self.blame("must be a list")
            return
        for number, node in enumerate(self.node.value):
            yield Item(self.page, node, f"{self.where}[{number}]")

    def text(self) -> str | None:
        """A scalar as it is spelled: 02 is no number here, and 10:20 no time."""
        if isinstance(self.node, ScalarNode) and self.node.tag != _NULL:
            return str(self.node.value)
        self.blame("must be a text")
        return None

    def choice(self, known: Collection[str]) -> str | None:
        """A text that is one of those known."""
        text = self.text()
        if text is None or text in known:
            return text
        near = difflib.get_close_matches(text, known, 1)
        self.blame(f"unknown: {text!r}", f"{near[0]!r}?" if near else f"known are {', '.join(known)}")
        return None

    def integer(self, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`."""
        text = self.text()
        if text is None:
            return None
        if text.isascii() and text.isdigit() and low <= int(text) <= high:
            return int(text)
        self.blame(f"must be a whole number from {low} to {high}, not {text!r}")
        return None


def _without_merges(node: MappingNode, merged: set[int]) -> Iterator[tuple[Node, Node]]:
    """The keys and values of a mapping, those merged into it by ``<<`` last: its own win. Each is merged once."""
    own = [pair for pair in node.value if pair[0].tag != _MERGE]
    yield from own
    said = {_spelled(key) for key, _ in own}
    for key, value in node.value:
        for other in (value.value if isinstance(value, SequenceNode) else [value]) if key.tag == _MERGE else ():
            if isinstance(other, MappingNode) and id(other) not in merged:
                merged.add(id(other))
                pairs = [pair for pair in _without_merges(other, merged) if _spelled(pair[0]) not in said]
                yield from pairs
                said |= {_spelled(key) for key, _ in pairs}


def _spelled(key: Node) -> str:
    """A key as text; one that is a list or a mapping is like no other."""
    return key.value if isinstance(key.value, str) else f"no text {id(key)}"


def open_page(text: str, *, path: str) -> Item:
    """Begin to read a file: the value that is all of it. `path` is what faults are reported under.

    Raises InvalidFile where the text is no YAML at all.

    >>> hosts = open_page("hosts: {sw1: {port: 99999}}", path="inventory.yaml").fields(["hosts"])["hosts"]
    >>> port = hosts.entries()["sw1"].fields(["port"])["port"]
    >>> port.integer(1, 65535), str(port.page.faults[0])
    (None, "inventory.yaml:1: hosts.sw1.port: must be a whole number from 1 to 65535, not '99999'")
    """
    page = Page(path)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        what = f"not YAML: {fault.problem or fault.context}"
        raise InvalidFile([Fault(path, mark.line + 1 if mark else None, "", what)]) from None
    except RecursionError:
        raise InvalidFile([Fault(path, None, "", "not YAML: nested too deep")]) from None
    except yaml.YAMLError as fault:
        raise InvalidFile([Fault(path, None, "", f"not YAML: {fault}")]) from None
    return Item(page, node or ScalarNode(_NULL, "", yaml.Mark(path, 0, 0, 0, "", 0)), "")


def open_json(text: str | bytes, *, path: str) -> Item:
    """The same for JSON, which is read swiftly and without the lines of its values.

    Raises InvalidFile where the text is no JSON at all.

    >>> open_json('{"port": 22, "name": null}', path="x.json").entries()["port"].integer(1, 65535)
    22
    """
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as fault:
        raise InvalidFile([Fault(path, fault.lineno, "", f"not JSON: {fault.msg}")]) from None
    except (UnicodeDecodeError, RecursionError) as fault:
        raise InvalidFile([Fault(path, None, "", f"not JSON: {fault}")]) from None
    return Item(Page(path), _node(value), "")


def _node(value: object) -> Node:
    """A value of JSON as a node of YAML, of which it is a part."""
    match value:
        case dict():
            return MappingNode(_MAP, [(ScalarNode(_STR, str(key)), _node(each)) for key, each in value.items()])
        case list():
            return SequenceNode(_SEQ, [_node(each) for each in value])
        case None:
            return ScalarNode(_NULL, "")
        case bool():
            return ScalarNode(_STR, str(value).lower())
        case _:
            return ScalarNode(_STR, str(value))


def line_of(page: Page, number: int, values: Mapping[str, str]) -> Item:
    """A line of a table as a mapping, its values by column; empty ones are left out.

    >>> line_of(Page("hosts.csv"), 3, {"name": "sw1", "port": "x"}).entries()["port"].line
    3
    """
    mark = yaml.Mark(page.path, 0, number - 1, 0, "", 0)
    told = ((ScalarNode(_STR, key, mark), ScalarNode(_STR, value, mark)) for key, value in values.items() if value)
    return Item(page, MappingNode(_MAP, list(told), mark), "")
