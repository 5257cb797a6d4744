"""A value of a topology file that may be missing: asked for what is not there, it gives a default, never an error."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from wiremap_lab.document import Item, open_page

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Node:
    """A value, or the place of a missing one. `item` is the value, `around` the nearest thing that is there."""

    item: Item | None
    around: Item

    @property
    def given(self) -> bool:
        """Whether there is a value."""
        return self.item is not None

    def expect(self, known: Collection[str], required: Collection[str] = ()) -> Node:
        """Note every key that nobody knows and every one that is missing; the node itself."""
        if self.item is not None:
            self.item.fields(known, tuple(required))
        return self

    def get(self, key: str) -> Node:
        """The value of a key."""
        found = None if self.item is None else self.item.entries().get(key)
        return Node(found, found or self.around)

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Key and value of each entry of a mapping."""
        for key, item in self.item.entries().items() if self.item is not None else ():
            yield key, Node(item, item)

    def items(self) -> Iterator[Node]:
        """Each value of a list; what is no list is the only one of it."""
        if self.item is not None:
            for item in self.item.items() if self.item.is_list() else (self.item,):
                yield Node(item, item)

    def text(self, default: str = "") -> str:
        """A text."""
        return default if self.item is None else self.item.text() or default

    def choice(self, known: Collection[str], default: str) -> str:
        """A text that is one of those known."""
        return default if self.item is None else self.item.choice(known) or default

    def number(self, low: int, high: int, default: int) -> int:
        """A whole number from `low` to `high`."""
        found = None if self.item is None else self.item.integer(low, high)
        return default if found is None else found

    def parsed(self, parse: Callable[[str], T], default: T) -> T:
        """What `parse` makes of the text; a ValueError it raises is a fault of the value."""
        if self.item is None or (text := self.item.text()) is None:
            return default
        try:
            return parse(text)
        except ValueError as fault:
            self.fault(str(fault))
            return default

    def fault(self, what: str, remedy: str = "") -> None:
        """Note a fault here, and go on."""
        self.around.blame(what, remedy)


def open_node(text: str, *, path: str) -> Node:
    """The whole of a file. Raises InvalidFile where the text is no YAML."""
    item = open_page(text, path=path)
    return Node(item, item)
