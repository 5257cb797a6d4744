"""What each box of a campus answers: its MIB, computed from the campus and its state at one time.

Nothing here is a recording. A switch answers what it would have to, were the campus real and the time
`now`; its quirks bend how that is said, never what is true.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from wiremap_lab.lab.mib import airespace, aruba, bridge, interfaces, lldp, routing, system
from wiremap_lab.lab.mib.objects import Cell
from wiremap_lab.simulator.models import Quirk
from wiremap_lab.simulator.parts import Campus, Switch
from wiremap_lab.simulator.state import State

__all__ = ["Cell", "boxes", "cells", "contexts"]

#: The subtree that a view on 1.3.6.1 leaves out (quirk 26).
_LLDP_ROOT = (1, 0)


def boxes(campus: Campus) -> tuple[str, ...]:
    """Names of everything that answers SNMP: the switches, and the controller."""
    return (*campus.switches, *([campus.controller.name] if campus.controller else []))


def contexts(campus: Campus, box: str) -> tuple[str, ...]:
    """The contexts of a box besides the empty one: VLANs, where its make wants to be asked for each."""
    switch = campus.switches.get(box)
    if switch is None or not switch.quirks & {Quirk.VLAN_CONTEXTS, Quirk.CONTEXTS_IGNORED}:
        return ()
    return tuple(str(subnet.vlan) for subnet in campus.carried[box])


def cells(campus: Campus, state: State, box: str, context: str, *, now: datetime) -> Iterator[Cell]:
    """All cells of a box in one context (empty, or the number of a VLAN), in no order."""
    switch = campus.switches.get(box)
    if switch is None:
        known = campus.controller
        make = aruba if known is not None and known.make == "aruba" else airespace
        yield from make.controller(campus, state)
        return
    found = _switch(campus, state, switch, context, now)
    if Quirk.LLDP_HIDDEN in switch.quirks:
        found = (cell for cell in found if cell[0][:2] != _LLDP_ROOT)
    yield from found


def _switch(campus: Campus, state: State, switch: Switch, context: str, now: datetime) -> Iterator[Cell]:
    yield from system.system(switch)
    yield from system.entities(switch)
    yield from interfaces.interfaces(campus, state, switch)
    yield from interfaces.aggregates(switch)
    yield from lldp.local_system(switch)
    yield from lldp.remote_systems(campus, state, switch, now=now)
    yield from bridge.bridge(campus, state, switch, context, now=now)
    yield from routing.routing(campus, state, switch, now=now)
