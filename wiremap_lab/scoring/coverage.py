"""How much of the network the wiremap places, and how precisely (metrics.md, 3, M1).

The provisioning coverage of a group E of discovered elements at depth g is
C_E(g) = |{e in E: depth(L(e)) ≥ g}| / |E|. Only an element's own entry counts, a port's not that of
its switch; one that is placed at several ERLs is placed nowhere, as the resolver sees it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from wiremap_lab.places import Depth, Erl, Places
from wiremap_lab.scoring.intervals import Share
from wiremap_lab.wiremap import (
    DeviceMac,
    Element,
    GatewayMac,
    IpRange,
    NetworkElement,
    Switch,
    SwitchPort,
    Wap,
    WapBlock,
    Wiremap,
)

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the elements discovered in a group, how many are placed at least to each depth. `ambiguous` are in none."""

    group: str
    discovered: int
    building: int
    floor: int
    room: int
    ambiguous: int = 0

    def share(self, depth: Depth) -> Share:
        """The coverage at a depth; of depth NOTHING, which everything reaches, it is one."""
        parts = {Depth.BUILDING: self.building, Depth.FLOOR: self.floor, Depth.ROOM: self.room}
        return Share(f"{self.group} to {depth.name.lower()}", parts.get(depth, self.discovered), self.discovered)


def kind_of(element: Element) -> str:
    """What kind of element it is, in a word."""
    return _kind(element.element)


def _kind(element: NetworkElement) -> str:
    match element:
        case SwitchPort():
            return "port"
        case Switch():
            return "switch"
        case Wap():
            return "bssid"
        case WapBlock():
            return "bssid block"
        case IpRange():
            return "subnet"
        case GatewayMac():
            return "gateway"
        case DeviceMac():
            return "device"


def coverage(
    elements: Iterable[Element], wiremap: Wiremap, *, places: Places, by: Callable[[Element], str] = kind_of
) -> tuple[Coverage, ...]:
    """The coverage of each group of elements; groups come in the order they are first met."""
    groups: dict[str, list[Element]] = defaultdict(list)
    for element in elements:
        groups[by(element)].append(element)
    return tuple(_covered(group, members, wiremap, places) for group, members in groups.items())


def building_of(elements: Sequence[Element], wiremap: Wiremap, *, places: Places) -> Callable[[Element], str]:
    """A grouping by building: an element's own, or else the one most elements of its device are in, or ``unknown``."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for element in elements:
        votes[element.device].update(erl.building for erl in _erls(element, wiremap, places))
    commonest = {device: min(count, key=lambda b: (-count[b], b)) for device, count in votes.items() if count}

    def group(element: Element) -> str:
        own = {erl.building for erl in _erls(element, wiremap, places)}
        return own.pop() if len(own) == 1 else commonest.get(element.device, UNKNOWN)

    return group


def _erls(element: Element, wiremap: Wiremap, places: Places) -> tuple[Erl, ...]:
    """The distinct places of an element, by its own entry or, for a BSSID, that of its block."""
    of = element.element
    entries = wiremap.at_bssid(of.bssid) if isinstance(of, Wap) else wiremap.at(of)
    return tuple(places.erls[erl] for erl in sorted({entry.erl for entry in entries}) if erl in places.erls)


def _covered(group: str, elements: Sequence[Element], wiremap: Wiremap, places: Places) -> Coverage:
    found = [_erls(element, wiremap, places) for element in elements]
    depths = [erls[0].depth for erls in found if len(erls) == 1]
    at_least = {depth: sum(each >= depth for each in depths) for depth in Depth}
    return Coverage(
        group=group,
        discovered=len(elements),
        building=at_least[Depth.BUILDING],
        floor=at_least[Depth.FLOOR],
        room=at_least[Depth.ROOM],
        ambiguous=sum(len(erls) > 1 for erls in found),
    )
