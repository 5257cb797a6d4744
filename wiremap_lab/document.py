"""Read a YAML file a person wrote, and find everything that is wrong with it at once, each fault with its line.

A reader walks down the file by `Item`: a value, where it stands, and the page that faults are
noted on. What is wrong is noted and read as None, so that the reader can go on to the next fault;
`Page.close` raises them all.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from wiremap_lab.errors import Fault, InvalidFile

_NULL = "tag:yaml.org,2002:null"


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
        """The line it begins in, from 1."""
        return int(self.node.start_mark.line) + 1

    def blame(self, what: str, remedy: str = "") -> None:
        """Note a fault of this value."""
        self.page.faults.append(Fault(self.page.path, self.line, self.where, what, remedy))

    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.node, SequenceNode)

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
        for key_node, value in self.node.value:
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
