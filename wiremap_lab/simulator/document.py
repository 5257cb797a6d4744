"""A YAML document in which every value still knows its line, so that every fault can name it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from wiremap_lab.errors import Fault, InvalidFile

#: Where a value stands: keys and positions from the top.
Where = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """One file while it is read: its lines, and the faults found so far."""

    path: str
    lines: dict[Where, int] = field(default_factory=dict)
    faults: list[tuple[Where, Fault]] = field(default_factory=list)
    misshapen: list[Where] = field(default_factory=list)

    def line_of(self, where: Where) -> int | None:
        """The line of a value, or of the nearest thing around it."""
        return next((self.lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in self.lines), None)

    def fault(self, where: Where, what: str, remedy: str = "") -> None:
        """Note a fault, and go on."""
        dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).lstrip(".")
        self.faults.append((where, Fault(self.path, self.line_of(where), dotted, what, remedy)))

    def check(self) -> None:
        """Raise InvalidFile with all faults, if there are any.

        What lies inside a thing that is itself of the wrong shape is not reported a second time.
        """
        first = [f for at, f in self.faults if not any(at[: len(bad)] == bad != at for bad in self.misshapen)]
        if first:
            raise InvalidFile(dict.fromkeys(first))


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document with its place; asking it for the wrong shape gives nothing, never an error."""

    document: Document
    value: object
    where: Where = ()

    def get(self, key: str) -> Node:
        """The value under a key; its value is None where there is none."""
        inner = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(self.document, inner, (*self.where, key))

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Key and value of each entry of a mapping."""
        for key in self.value if isinstance(self.value, dict) else ():
            yield str(key), self.get(key)

    def items(self) -> Iterator[Node]:
        """Each value of a list; a value that is no list is a list of itself."""
        values = self.value if isinstance(self.value, list) else [] if self.value is None else [self.value]
        for at, inner in enumerate(values):
            yield Node(self.document, inner, (*self.where, at) if isinstance(self.value, list) else self.where)

    def text(self, default: str = "") -> str:
        """The value as text."""
        return default if self.value is None else str(self.value)

    def number(self, default: int = 0) -> int:
        """The value as a number."""
        return self.value if isinstance(self.value, int) else default

    @property
    def given(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    def fault(self, what: str, remedy: str = "") -> None:
        """Note a fault at this place."""
        self.document.fault(self.where, what, remedy)


def read_document(text: str, *, path: str, schema: Mapping[str, object]) -> Node:
    """Read YAML and hold it against a JSON Schema; the faults of shape are in the document, all of them.

    Raises InvalidFile where the text is no YAML at all, for then there is no more to find.
    """
    from jsonschema import Draft202012Validator  # takes its time to load

    document = Document(path)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else None
        raise InvalidFile([Fault(path, line, "", f"not YAML: {fault.problem}")]) from None
    value = None if root is None else _plain(document, root, ())
    for error in Draft202012Validator(schema).iter_errors(value):
        document.fault(tuple(error.absolute_path), error.message)
        document.misshapen.append(tuple(error.absolute_path))
    return Node(document, value)


def _plain(document: Document, node: yaml.Node, where: Where) -> object:
    document.lines[where] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_plain(document, inner, (*where, at)) for at, inner in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, node, where)
    return _scalar(node)


def _mapping(document: Document, node: yaml.MappingNode, where: Where) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, inner in node.value:
        key = str(key_node.value)
        if key in found:
            document.lines[(*where, key)] = key_node.start_mark.line + 1
            document.fault((*where, key), f"{key!r} is given twice", "give each name once")
            continue
        found[key] = _plain(document, inner, (*where, key))
        document.lines[(*where, key)] = key_node.start_mark.line + 1
    return found


def _scalar(node: yaml.Node) -> object:
    """Numbers and booleans are what they look like; a MAC address is never a number in base 60."""
    tag = node.tag.rpartition(":")[2]
    if tag == "null":
        return None
    if tag == "bool":
        return str(node.value).lower() in ("true", "yes", "on")
    if tag == "int" and re.fullmatch(r"0|[1-9][0-9]*", str(node.value)):
        return int(node.value)
    return str(node.value)
