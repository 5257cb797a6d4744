"""What a trap or an inform says, as events: which port, which MAC, which access point changed.

A notification is the list of varbinds of an SNMPv2-Trap-PDU: sysUpTime.0, snmpTrapOID.0 and the objects its
MIB names (RFC 3416, 4.2.6). One of SNMPv1 is made into that list first (RFC 3584, 3.1). An event is a hint
where to look, no more: anybody can send one, so what changed is read again before it is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wiremap_lab.ids import Mac, clean_text
from wiremap_lab.readers.mibs.columns import mac_of
from wiremap_lab.tables import Oid, Row, Value

SNMP_TRAP_OID: Oid = (1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0)
SNMP_TRAPS: Oid = (1, 3, 6, 1, 6, 3, 1, 1, 5)
COLD_START: Oid = (*SNMP_TRAPS, 1)
WARM_START: Oid = (*SNMP_TRAPS, 2)
LINK_DOWN: Oid = (*SNMP_TRAPS, 3)
LINK_UP: Oid = (*SNMP_TRAPS, 4)
IF_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1)

CISCO_MAC_NOTIFICATION_MIB: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 215)
CMN_MAC_CHANGED_NOTIFICATION: Oid = (*CISCO_MAC_NOTIFICATION_MIB, 2, 0, 1)
CMN_MAC_MOVE_NOTIFICATION: Oid = (*CISCO_MAC_NOTIFICATION_MIB, 2, 0, 2)
CMN_HIST_MAC_CHANGED_MSG: Oid = (*CISCO_MAC_NOTIFICATION_MIB, 1, 1, 8, 1, 2)
CMN_MAC_MOVE_ADDRESS: Oid = (*CISCO_MAC_NOTIFICATION_MIB, 1, 3, 3)
CMN_MAC_MOVE_VLAN_NUMBER: Oid = (*CISCO_MAC_NOTIFICATION_MIB, 1, 3, 4)
CMN_MAC_MOVE_FROM_PORT_ID: Oid = (*CISCO_MAC_NOTIFICATION_MIB, 1, 3, 5)
CMN_MAC_MOVE_TO_PORT_ID: Oid = (*CISCO_MAC_NOTIFICATION_MIB, 1, 3, 6)

LLDP_REM_TABLES_CHANGE: Oid = (1, 0, 8802, 1, 1, 2, 0, 0, 1)

BSN_TRAP_VARIABLE: Oid = (1, 3, 6, 1, 4, 1, 14179, 2, 6, 2)
BSN_TRAPS: Oid = (1, 3, 6, 1, 4, 1, 14179, 2, 6, 3)
BSN_DOT11_STATION_DISASSOCIATE: Oid = (*BSN_TRAPS, 1)
BSN_DOT11_STATION_DEAUTHENTICATE: Oid = (*BSN_TRAPS, 2)
BSN_DOT11_STATION_ASSOCIATE: Oid = (*BSN_TRAPS, 53)
BSN_AP_ASSOCIATED: Oid = (*BSN_TRAPS, 7)
BSN_AP_DISASSOCIATED: Oid = (*BSN_TRAPS, 8)
BSN_AP_MAC_ADDR_TRAP_VARIABLE: Oid = (*BSN_TRAP_VARIABLE, 20)
BSN_STATION_MAC_ADDRESS: Oid = (*BSN_TRAP_VARIABLE, 34)
BSN_STATION_AP_MAC_ADDR: Oid = (*BSN_TRAP_VARIABLE, 35)
BSN_AP_NAME: Oid = (1, 3, 6, 1, 4, 1, 14179, 2, 2, 1, 1, 3)

CISCO_LWAPP_AP_MIB: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 513)
CISCO_LWAPP_AP_ASSOCIATED: Oid = (*CISCO_LWAPP_AP_MIB, 0, 4)
C_L_AP_NAME: Oid = (*CISCO_LWAPP_AP_MIB, 1, 1, 1, 1, 5)
CISCO_LWAPP_DOT11_CLIENT_MIB: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 599)
CISCO_LWAPP_DOT11_CLIENT_MOVED_TO_RUN_STATE: Oid = (*CISCO_LWAPP_DOT11_CLIENT_MIB, 0, 4)
CISCO_LWAPP_DOT11_CLIENT_ASSOC_TRAP: Oid = (*CISCO_LWAPP_DOT11_CLIENT_MIB, 0, 9)
CISCO_LWAPP_DOT11_CLIENT_DEAUTHENTICATED_TRAP: Oid = (*CISCO_LWAPP_DOT11_CLIENT_MIB, 0, 10)
CLDC_CLIENT_MAC_ADDRESS: Oid = (*CISCO_LWAPP_DOT11_CLIENT_MIB, 1, 3, 1, 1, 1)
CLDC_AP_MAC_ADDRESS: Oid = (*CISCO_LWAPP_DOT11_CLIENT_MIB, 1, 3, 1, 1, 8)

#: A tuple of cmnHistMacChangedMsg: operation (1), VLAN (2), MAC (6), dot1dBasePort (2).
_TUPLE = 11
_LEARNT, _REMOVED = 1, 2


@dataclass(frozen=True, slots=True)
class Restarted:
    """The agent began anew (SNMPv2-MIB coldStart, warmStart): its interfaces may have other numbers now."""


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """A link came up or went down (IF-MIB linkUp, linkDown)."""

    if_index: int
    up: bool


@dataclass(frozen=True, slots=True)
class MacChanged:
    """A MAC was learnt on a bridge port, or removed from it (CISCO-MAC-NOTIFICATION-MIB cmnHistMacChangedMsg)."""

    mac: Mac
    vlan: int
    bridge_port: int
    present: bool


@dataclass(frozen=True, slots=True)
class MacMoved:
    """A MAC went from one bridge port to another of the same bridge (cmnMacMoveNotification)."""

    mac: Mac
    vlan: int
    from_port: int
    to_port: int


@dataclass(frozen=True, slots=True)
class NeighborsChanged:
    """Neighbors came, went or changed (LLDP-MIB lldpRemTablesChange, which names no port)."""


@dataclass(frozen=True, slots=True)
class ClientChanged:
    """A wireless client associated with an access point, or left it; `radio_mac` is the AP's base radio MAC."""

    mac: Mac
    radio_mac: Mac | None
    ap_name: str
    associated: bool


@dataclass(frozen=True, slots=True)
class ApChanged:
    """An access point joined its controller, or left it; some traps give its name only."""

    radio_mac: Mac | None
    name: str
    joined: bool


Event = Restarted | LinkChanged | MacChanged | MacMoved | NeighborsChanged | ClientChanged | ApChanged


def read_notification(rows: Sequence[Row]) -> tuple[Event, ...]:
    """The events that the varbinds of a notification tell of; none where it is of another kind, or lacks what it needs.

    A trap of SNMPv1 has a zero before its last arc, where its MIB may have none (RFC 3584, 3.1): both are taken.
    """
    what = _first(rows, SNMP_TRAP_OID)
    read = _READERS.get(_plain(what)) if isinstance(what, tuple) else None
    return tuple(read(rows)) if read else ()


def _plain(oid: Oid) -> Oid:
    """The OID of a notification without the zero before its last arc."""
    return (*oid[:-2], oid[-1]) if len(oid) > 1 and oid[-2] == 0 else oid


def _first(rows: Sequence[Row], root: Oid) -> Value:
    return next((value for oid, _, value in rows if oid[: len(root)] == root), None)


def _mac(rows: Sequence[Row], root: Oid) -> Mac | None:
    return mac_of(_first(rows, root))


def _text(rows: Sequence[Row], *roots: Oid) -> str:
    found = (_first(rows, root) for root in roots)
    return next((clean_text(value) for value in found if isinstance(value, bytes)), "")


def _restarted(_: Sequence[Row]) -> Iterator[Event]:
    yield Restarted()


def _link(rows: Sequence[Row], *, up: bool) -> Iterator[Event]:
    """The ifIndex is in the varbind of that name, and the index of every other one of ifTable."""
    told = _first(rows, (*IF_ENTRY, 1))
    index = next(
        (oid[-1] for oid, _, _ in rows if oid[: len(IF_ENTRY)] == IF_ENTRY and len(oid) > len(IF_ENTRY) + 1), 0
    )
    if_index = told if isinstance(told, int) else index
    if if_index > 0:
        yield LinkChanged(if_index, up)


def _macs_changed(rows: Sequence[Row]) -> Iterator[Event]:
    """Operation 0 ends the message; octets after the last whole tuple are none."""
    for oid, _, message in rows:
        if oid[: len(CMN_HIST_MAC_CHANGED_MSG)] != CMN_HIST_MAC_CHANGED_MSG or not isinstance(message, bytes):
            continue
        for at in range(0, len(message) - _TUPLE + 1, _TUPLE):
            part = message[at : at + _TUPLE]
            if part[0] not in (_LEARNT, _REMOVED):
                break
            vlan, port = int.from_bytes(part[1:3], "big"), int.from_bytes(part[9:11], "big")
            yield MacChanged(Mac(part[3:9]), vlan, port, part[0] == _LEARNT)


def _mac_moved(rows: Sequence[Row]) -> Iterator[Event]:
    mac = _mac(rows, CMN_MAC_MOVE_ADDRESS)
    roots = (CMN_MAC_MOVE_VLAN_NUMBER, CMN_MAC_MOVE_FROM_PORT_ID, CMN_MAC_MOVE_TO_PORT_ID)
    numbers = [value for value in (_first(rows, root) for root in roots) if isinstance(value, int)]
    if mac is not None and len(numbers) == len(roots):
        yield MacMoved(mac, *numbers)


def _neighbors(_: Sequence[Row]) -> Iterator[Event]:
    yield NeighborsChanged()


def _client(rows: Sequence[Row], *, associated: bool) -> Iterator[Event]:
    mac = _mac(rows, BSN_STATION_MAC_ADDRESS) or _mac(rows, CLDC_CLIENT_MAC_ADDRESS) or _indexed_client(rows)
    radio = _mac(rows, BSN_STATION_AP_MAC_ADDR) or _mac(rows, CLDC_AP_MAC_ADDRESS)
    if mac is not None:
        yield ClientChanged(mac, radio, _text(rows, BSN_AP_NAME, C_L_AP_NAME), associated)


def _indexed_client(rows: Sequence[Row]) -> Mac | None:
    """The client is the index of cldcClientTable; the controllers that keep to it do not name it otherwise."""
    width = len(CLDC_AP_MAC_ADDRESS)
    index = next((oid[width:] for oid, _, _ in rows if oid[:width] == CLDC_AP_MAC_ADDRESS), ())
    return Mac(bytes(index)) if len(index) == 6 and max(index) < 256 else None


def _ap(rows: Sequence[Row], *, joined: bool) -> Iterator[Event]:
    radio, name = _mac(rows, BSN_AP_MAC_ADDR_TRAP_VARIABLE), _text(rows, BSN_AP_NAME, C_L_AP_NAME)
    if radio is not None or name:
        yield ApChanged(radio, name, joined)


_READERS: Mapping[Oid, Callable[[Sequence[Row]], Iterator[Event]]] = {
    _plain(oid): read
    for oid, read in (
        (COLD_START, _restarted),
        (WARM_START, _restarted),
        (LINK_DOWN, lambda rows: _link(rows, up=False)),
        (LINK_UP, lambda rows: _link(rows, up=True)),
        (CMN_MAC_CHANGED_NOTIFICATION, _macs_changed),
        (CMN_MAC_MOVE_NOTIFICATION, _mac_moved),
        (LLDP_REM_TABLES_CHANGE, _neighbors),
        (BSN_DOT11_STATION_ASSOCIATE, lambda rows: _client(rows, associated=True)),
        (BSN_DOT11_STATION_DISASSOCIATE, lambda rows: _client(rows, associated=False)),
        (BSN_DOT11_STATION_DEAUTHENTICATE, lambda rows: _client(rows, associated=False)),
        (CISCO_LWAPP_DOT11_CLIENT_MOVED_TO_RUN_STATE, lambda rows: _client(rows, associated=True)),
        (CISCO_LWAPP_DOT11_CLIENT_ASSOC_TRAP, lambda rows: _client(rows, associated=True)),
        (CISCO_LWAPP_DOT11_CLIENT_DEAUTHENTICATED_TRAP, lambda rows: _client(rows, associated=False)),
        (BSN_AP_ASSOCIATED, lambda rows: _ap(rows, joined=True)),
        (BSN_AP_DISASSOCIATED, lambda rows: _ap(rows, joined=False)),
        (CISCO_LWAPP_AP_ASSOCIATED, lambda rows: _ap(rows, joined=True)),
    )
}
