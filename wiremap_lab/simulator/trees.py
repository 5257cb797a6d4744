"""The ways frames take through a network: spanning tree, pairs of switches that count as one, pruned trunks.

Where every link that would close a loop is blocked, there is one way between any two switches. A link whose
end is at two switches (MLAG, vPC) is one aggregate for the far end, and each of the two reaches the far end
by its own share of it; the link between the two is taken only for what hangs on one of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

_Port = TypeVar("_Port")
#: switch → (its port, the switch at the other end) for each cable frames may take
Cabling = Mapping[str, Sequence[tuple[_Port, str]]]


def by_which_port(start: str, cabling: Cabling[_Port]) -> dict[str, _Port]:
    """The port of one switch towards every other one, by the fewest hops."""
    found: dict[str, _Port] = {}
    queue: deque[tuple[str, _Port | None]] = deque([(start, None)])
    while queue:
        here, by = queue.popleft()
        for port, there in cabling[here]:
            if there != start and there not in found:
                found[there] = by or port
                queue.append((there, found[there]))
    return found


def spanned(members: Iterable[str], cabling: Cabling[_Port], pairs: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The switches a VLAN is on, where trunks carry no more than they must: its members and all between them."""
    wanted = sorted(set(members))
    if not wanted:
        return frozenset()
    before = _parents(wanted[0], cabling)
    found = {step for member in wanted for step in _back(member, before)}
    return frozenset(found | {other for name in found for other in pairs.get(name, ())})


def _parents(start: str, cabling: Cabling[_Port]) -> dict[str, str]:
    found = {start: start}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for _, there in cabling[here]:
            if there not in found:
                found[there] = here
                queue.append(there)
    return found


def _back(name: str, before: Mapping[str, str]) -> Iterator[str]:
    yield name
    while before.get(name, name) != name:
        name = before[name]
        yield name
