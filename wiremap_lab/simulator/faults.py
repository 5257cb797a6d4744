"""What is wrong with a network, as edits of the campus it happens to: each draws from a generator of its own.

The rates are the caller's; docs/how-to/measure-accuracy.md says which ones we measure with, and why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from wiremap_lab.simulator.parts import Campus, OnPort, OnSegment, Placement, Segment

if TYPE_CHECKING:
    import numpy

_Any = TypeVar("_Any")
#: How many devices besides the first one there may be behind an unmanaged switch.
_MORE_BEHIND = 4
#: Half of the unmanaged switches pass LLDP on, as no bridge should (IEEE 802.1D-2004, 7.12.6).
_FLOODING = 0.5
_ONCE_A_DAY = 86_400


def lldp_off(campus: Campus, share: float, *, rng: numpy.random.Generator) -> Campus:
    """Switch LLDP and CDP off at a share of all ports, those of cables between switches among them (F13)."""
    return replace(campus, lldp_off=campus.lldp_off | {*_drawn([*campus.ports], share, rng)})


def out_of_band(campus: Campus, share: float, *, rng: numpy.random.Generator) -> Campus:
    """Manage a share of the switches over a network of their own: no other switch ever sees their MAC."""
    return replace(campus, out_of_band=campus.out_of_band | {*_drawn([*campus.switches], share, rng)})


def silent_devices(campus: Campus, share: float, *, rng: numpy.random.Generator) -> Campus:
    """Have a share of the devices speak once a day only: no forwarding database remembers them (quirk 52)."""
    found = dict(campus.devices)
    for id_ in _drawn([*found], share, rng):
        found[id_] = replace(found[id_], kind=replace(found[id_].kind, talks_every=_ONCE_A_DAY))
    return replace(campus, devices=found)


def unmanaged_switches(campus: Campus, share: float, *, rng: numpy.random.Generator) -> Campus:
    """Put an unmanaged switch on a share of the ports in use, and plug up to four neighbors into it as well (F12)."""
    at = {place.device: place.point.port for place in campus.placements if isinstance(place.point, OnPort)}
    beside: dict[str, list[str]] = defaultdict(list)
    for device, port in at.items():
        beside[campus.ports[port].switch].append(device)
    moved: dict[str, str] = {}
    segments = dict(campus.segments)
    for device in _drawn([*at], share, rng):
        if device in moved:
            continue
        port = at[device]
        room = campus.ports[port].room or campus.switches[campus.ports[port].switch].closet
        id_ = f"desk-switch-{len(segments) + 1}"
        segments[id_] = Segment(id_, port, room, bool(rng.random() < _FLOODING))
        others = [other for other in beside[campus.ports[port].switch] if other not in moved and other != device]
        for member in (device, *_some(others, int(rng.integers(0, _MORE_BEHIND + 1)), rng)):
            moved[member] = id_
    placements = tuple(_moved(place, moved) for place in campus.placements)
    return replace(campus, segments=segments, placements=placements)


def _moved(place: Placement, to: dict[str, str]) -> Placement:
    segment = to.get(place.device)
    return place if segment is None else replace(place, point=OnSegment(segment))


def _drawn(all_: Sequence[_Any], share: float, rng: numpy.random.Generator) -> list[_Any]:
    return _some(all_, round(share * len(all_)), rng)


def _some(all_: Sequence[_Any], count: int, rng: numpy.random.Generator) -> list[_Any]:
    return [all_[int(at)] for at in rng.permutation(len(all_))[:count]]
