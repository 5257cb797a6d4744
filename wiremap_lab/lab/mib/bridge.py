"""Forwarding tables: BRIDGE-MIB, Q-BRIDGE-MIB, and the VLANs of CISCO-VTP-MIB."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from wiremap_lab.lab.mib.objects import (
    DOT1D_BASE,
    DOT1D_BASE_PORT_ENTRY,
    DOT1D_TP_AGING_TIME,
    DOT1D_TP_FDB_ENTRY,
    DOT1Q_TP_FDB_ENTRY,
    DOT1Q_VLAN_CURRENT_ENTRY,
    DOT1Q_VLAN_STATIC_ENTRY,
    SCALAR,
    VTP_VLAN_ENTRY,
    Cell,
    mac_index,
    text,
)
from wiremap_lab.simulator.forwarding import Learned, forwarding_database
from wiremap_lab.simulator.models import Quirk
from wiremap_lab.simulator.parts import BridgePort, Campus, Lag, Switch
from wiremap_lab.simulator.state import State
from wiremap_lab.snmp.codec import GAUGE32, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING
from wiremap_lab.tables import Oid

_LEARNED, _SELF, _MGMT = 3, 4, 5
_TRANSPARENT_ONLY = 2
_OPERATIONAL, _ETHERNET = 1, 1
_PERMANENT, _ACTIVE = 2, 1
#: VLANs every Cisco switch has and none uses (quirk 34): FDDI and Token Ring.
_LEGACY_VLANS = {1002: "fddi-default", 1003: "token-ring-default", 1004: "fddinet-default", 1005: "trnet-default"}


def bridge(campus: Campus, state: State, switch: Switch, context: str, *, now: datetime) -> Iterator[Cell]:
    """Everything about forwarding, as a switch tells it in one context."""
    entries = list(forwarding_database(campus, state, switch.name, now=now))
    if Quirk.BRIDGE_EMPTY in switch.quirks:
        entries = []
    ports: tuple[BridgePort, ...] = switch.bridge_ports
    if Quirk.VLAN_CONTEXTS in switch.quirks and Quirk.CONTEXTS_IGNORED not in switch.quirks:
        vlan = int(context or campus.subnets[campus.management].vlan)
        entries = [entry for entry in entries if entry.vlan == vlan]
        ports = _ports_in(campus, switch, vlan)
    yield DOT1D_TP_AGING_TIME, SCALAR, INTEGER, campus.fdb_ageing
    yield from _base(switch, ports)
    if Quirk.VLAN_CONTEXTS in switch.quirks:
        yield from _vtp_vlans(campus, switch)
    if switch.quirks & {Quirk.NO_Q_BRIDGE, Quirk.VLAN_CONTEXTS}:
        yield from _without_vlans(switch, entries)
    else:
        yield from _vlans(campus, switch)
        yield from _with_vlans(campus, switch, entries)


def _ports_in(campus: Campus, switch: Switch, vlan: int) -> tuple[BridgePort, ...]:
    """Ports that carry a VLAN: trunks carry all of them, jacks those of the switch."""
    at_jacks = {campus.subnets[name].vlan for name in (switch.voice, switch.data) if name}
    if vlan in at_jacks:
        return switch.bridge_ports
    trunks = campus.infrastructure_ports
    return tuple(port for port in switch.bridge_ports if isinstance(port, Lag) or port.key in trunks)


def _base(switch: Switch, ports: tuple[BridgePort, ...]) -> Iterator[Cell]:
    yield (*DOT1D_BASE, 1), SCALAR, OCTET_STRING, switch.mac.octets
    yield (*DOT1D_BASE, 2), SCALAR, INTEGER, len(ports)
    yield (*DOT1D_BASE, 3), SCALAR, INTEGER, _TRANSPARENT_ONLY
    for port in () if Quirk.NO_BASE_PORTS in switch.quirks else ports:
        index = (port.base_port,)
        yield (*DOT1D_BASE_PORT_ENTRY, 1), index, INTEGER, port.base_port
        yield (*DOT1D_BASE_PORT_ENTRY, 2), index, INTEGER, port.if_index
        yield (*DOT1D_BASE_PORT_ENTRY, 3), index, OBJECT_IDENTIFIER, (0, 0)


def _port_number(switch: Switch, entry: Learned) -> int:
    return entry.port.if_index if Quirk.NO_BASE_PORTS in switch.quirks else entry.port.base_port


def _status(switch: Switch, entry: Learned, campus_devices: frozenset[str]) -> int:
    return _MGMT if Quirk.STATIC_FDB in switch.quirks and entry.device in campus_devices else _LEARNED


def _without_vlans(switch: Switch, entries: list[Learned]) -> Iterator[Cell]:
    """dot1dTpFdbTable has one row for a MAC, whatever VLANs it is in; the last learned is the one it shows."""
    rows = {entry.mac: (_port_number(switch, entry), _LEARNED) for entry in entries}
    if Quirk.PORT_ZERO in switch.quirks:
        rows[switch.mac] = (0, _SELF)
    for mac, (port, status) in rows.items():
        index = mac_index(mac)
        yield (*DOT1D_TP_FDB_ENTRY, 1), index, OCTET_STRING, mac.octets
        yield (*DOT1D_TP_FDB_ENTRY, 2), index, INTEGER, port
        yield (*DOT1D_TP_FDB_ENTRY, 3), index, INTEGER, status


def _with_vlans(campus: Campus, switch: Switch, entries: list[Learned]) -> Iterator[Cell]:
    devices = frozenset(campus.devices)
    fids = filtering_databases(campus, switch)
    rows = [
        (fids[entry.vlan], entry.mac, _port_number(switch, entry), _status(switch, entry, devices)) for entry in entries
    ]
    if Quirk.PORT_ZERO in switch.quirks:
        rows.append((fids[campus.subnets[campus.management].vlan], switch.mac, 0, _SELF))
    length: Oid = (6,) if Quirk.FDB_LENGTH_OCTET in switch.quirks else ()
    for fid, mac, port, status in rows:
        index = (fid, *length, *mac_index(mac))
        yield (*DOT1Q_TP_FDB_ENTRY, 2), index, INTEGER, port
        yield (*DOT1Q_TP_FDB_ENTRY, 3), index, INTEGER, status


def filtering_databases(campus: Campus, switch: Switch) -> dict[int, int]:
    """The filtering database of each VLAN: of the same number, unless the switch counts them itself (quirk 39)."""
    vlans = sorted({subnet.vlan for subnet in campus.carried[switch.name]})
    if Quirk.FID_NOT_VLAN in switch.quirks:
        return {vlan: number for number, vlan in enumerate(vlans, 2)}
    return {vlan: vlan for vlan in vlans}


def _vlans(campus: Campus, switch: Switch) -> Iterator[Cell]:
    fids = filtering_databases(campus, switch)
    for subnet in campus.carried[switch.name]:
        index = (subnet.vlan,)
        yield (*DOT1Q_VLAN_CURRENT_ENTRY, 3), (0, subnet.vlan), GAUGE32, fids[subnet.vlan]
        yield (*DOT1Q_VLAN_CURRENT_ENTRY, 6), (0, subnet.vlan), INTEGER, _PERMANENT
        yield (*DOT1Q_VLAN_STATIC_ENTRY, 1), index, OCTET_STRING, text(subnet.name)
        yield (*DOT1Q_VLAN_STATIC_ENTRY, 5), index, INTEGER, _ACTIVE


def _vtp_vlans(campus: Campus, switch: Switch) -> Iterator[Cell]:
    names = {subnet.vlan: subnet.name for subnet in campus.carried[switch.name]}
    for vlan, name in {**names, **_LEGACY_VLANS}.items():
        index = (1, vlan)
        yield (*VTP_VLAN_ENTRY, 2), index, INTEGER, _OPERATIONAL
        yield (*VTP_VLAN_ENTRY, 3), index, INTEGER, _ETHERNET if vlan in names else vlan - 1000
        yield (*VTP_VLAN_ENTRY, 4), index, OCTET_STRING, text(name)
