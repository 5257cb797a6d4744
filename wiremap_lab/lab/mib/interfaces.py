"""Interfaces (IF-MIB) and which of them are aggregated (IEEE8023-LAG-MIB, ifStackTable)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wiremap_lab.ids import Mac
from wiremap_lab.lab.mib.objects import (
    DOT3AD_AGG_PORT_ATTACHED_AGG_ID,
    DOT3AD_AGG_PORT_SELECTED_AGG_ID,
    IF_ENTRY,
    IF_NUMBER,
    IF_STACK_STATUS,
    IF_X_ENTRY,
    SCALAR,
    Cell,
    text,
)
from wiremap_lab.simulator.forwarding import link_up
from wiremap_lab.simulator.models import Quirk
from wiremap_lab.simulator.parts import Campus, Switch
from wiremap_lab.simulator.state import State
from wiremap_lab.snmp.codec import GAUGE32, INTEGER, OCTET_STRING

_ETHERNET, _LAG, _VLAN = 6, 161, 136
_UP, _DOWN = 1, 2
_ACTIVE = 1
_GIGABIT = 10**9
#: ifIndex of the routed interface of a VLAN: beyond those of any port.
VLAN_INTERFACE = 2_000_000


@dataclass(frozen=True, slots=True)
class _Interface:
    index: int
    name: str
    description: str
    alias: str
    mac: Mac
    kind: int
    up: bool


def interfaces(campus: Campus, state: State, switch: Switch) -> Iterator[Cell]:
    """IfTable and ifXTable: ports, aggregates, and routed VLANs."""
    up = link_up(campus, state)
    found = [
        _Interface(p.if_index, p.name, p.description, p.alias, p.mac, _ETHERNET, p.key in up) for p in switch.ports
    ]
    found += [_Interface(lag.if_index, lag.name, lag.name, "", lag.mac, _LAG, up=True) for lag in switch.lags]
    for subnet in campus.subnets.values():
        if switch.name in subnet.routers:
            name = f"Vlan{subnet.vlan}"
            mac = subnet.gateway_mac if len(subnet.routers) == 1 else switch.mac
            found.append(_Interface(VLAN_INTERFACE + subnet.vlan, name, name, subnet.name, mac, _VLAN, up=True))
    yield IF_NUMBER, SCALAR, INTEGER, len(found)
    for interface in found:
        yield from _rows(switch, interface)


def _rows(switch: Switch, interface: _Interface) -> Iterator[Cell]:
    index = (interface.index,)
    ending = "\0" if Quirk.TRAILING_NUL in switch.quirks else ""
    name = "" if Quirk.EMPTY_IF_NAMES in switch.quirks else interface.name + ending
    status = _UP if interface.up else _DOWN
    for column, number in {1: interface.index, 3: interface.kind, 4: 1500, 7: _UP, 8: status}.items():
        yield (*IF_ENTRY, column), index, INTEGER, number
    yield (*IF_ENTRY, 2), index, OCTET_STRING, text(interface.description + ending)
    yield (*IF_ENTRY, 5), index, GAUGE32, _GIGABIT
    yield (*IF_ENTRY, 6), index, OCTET_STRING, interface.mac.octets
    yield (*IF_X_ENTRY, 1), index, OCTET_STRING, text(name)
    yield (*IF_X_ENTRY, 15), index, GAUGE32, _GIGABIT // 10**6
    yield (*IF_X_ENTRY, 18), index, OCTET_STRING, text(interface.alias)


def aggregates(switch: Switch) -> Iterator[Cell]:
    """Which aggregate each port is attached to; a port that is in none is attached to itself or to 0."""
    bundled = {key: lag for lag in switch.lags for key in lag.members}
    for port in switch.ports if switch.lags else ():
        lag = bundled.get(port.key)
        for column in (DOT3AD_AGG_PORT_SELECTED_AGG_ID, DOT3AD_AGG_PORT_ATTACHED_AGG_ID):
            yield column, (port.if_index,), INTEGER, lag.if_index if lag else 0
        if lag:
            yield IF_STACK_STATUS, (lag.if_index, port.if_index), INTEGER, _ACTIVE
