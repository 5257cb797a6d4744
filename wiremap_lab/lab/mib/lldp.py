"""What a switch says of itself and hears from others: LLDP-MIB, LLDP-EXT-MED-MIB, CISCO-CDP-MIB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from wiremap_lab.ids import ChassisId
from wiremap_lab.lab.mib.heard import Heard, heard
from wiremap_lab.lab.mib.objects import (
    CDP_CACHE_ENTRY,
    LLDP,
    LLDP_LOC_MAN_ADDR_ENTRY,
    LLDP_V2,
    LLDP_X_MED_REM_CAPABILITIES_ENTRY,
    LLDP_X_MED_REM_INVENTORY_ENTRY,
    SCALAR,
    Cell,
    text,
)
from wiremap_lab.simulator.models import Quirk
from wiremap_lab.simulator.parts import Campus, Port, Switch
from wiremap_lab.simulator.state import State
from wiremap_lab.snmp.codec import INTEGER, OBJECT_IDENTIFIER, OCTET_STRING
from wiremap_lab.tables import Capability, Oid

_IF_INDEX = 2  # LldpManAddrIfSubtype
_IPV4 = 1
_MAC, _ADDRESS = 4, 5  # chassis ID subtypes
#: What remote systems say of the number of an interface's OID, which nobody uses.
_NO_OID: Oid = (0, 0)
_CAPABILITIES = tuple(Capability)
_MED_CAPABILITIES = b"\xb6"  # capabilities, policy, extended power, inventory ...
#: CDP capability bits (CISCO-CDP-MIB): router, transparent bridge, switch, host, phone.
_CDP_BITS = {Capability.ROUTER: 0x01, Capability.STATION: 0x10, Capability.TELEPHONE: 0x90, Capability.BRIDGE: 0x08}


def capability_bits(capabilities: frozenset[Capability]) -> bytes:
    """LldpSystemCapabilitiesMap: bit 0 is the highest bit of the first octet."""
    return bytes([sum(0x80 >> _CAPABILITIES.index(capability) for capability in capabilities)])


def chassis_octets(switch: Switch, chassis_id: ChassisId) -> bytes:
    """A chassis ID as this agent renders it."""
    if chassis_id.advertised == _MAC and Quirk.CHASSIS_ID_ASCII in switch.quirks:
        return text(chassis_id.text.upper())
    if chassis_id.advertised == _ADDRESS and Quirk.ADDRESS_ASCII in switch.quirks:
        return text(chassis_id.text)
    return chassis_id.octets


@dataclass(frozen=True, slots=True)
class _Form:
    """Where a version of the LLDP MIB keeps its tables. Version 2 puts a destination address into the index."""

    root: Oid
    first_column: int
    by_if_index: bool = False
    destination: Oid = ()

    def local(self, *arcs: int) -> Oid:
        return (*self.root, 3, *arcs)

    def remote(self, place: int) -> Oid:
        """The column of the remote table at a place: 0 chassis ID subtype ... 8 enabled capabilities."""
        return (*self.root, 4, 1, 1, self.first_column + place)

    def address(self, column: int) -> Oid:
        return (*self.root, 4, 2, 1, column)

    def number(self, port: Port) -> int:
        return port.if_index if self.by_if_index else port.lldp_number


_VERSION_1 = _Form(LLDP, 4)
_VERSION_2 = _Form(LLDP_V2, 5, by_if_index=True, destination=(1,))


def _form(switch: Switch) -> _Form:
    return _VERSION_2 if Quirk.LLDP_V2 in switch.quirks else _VERSION_1


def local_system(switch: Switch) -> Iterator[Cell]:
    """lldpLocalSystemData: what the phones on its ports hear."""
    form, bits = _form(switch), capability_bits(frozenset({Capability.BRIDGE}))
    yield form.local(1), SCALAR, INTEGER, switch.chassis_id.advertised
    yield form.local(2), SCALAR, OCTET_STRING, chassis_octets(switch, switch.chassis_id)
    yield form.local(3), SCALAR, OCTET_STRING, text(switch.name)
    yield form.local(4), SCALAR, OCTET_STRING, text(switch.model.description)
    yield form.local(5), SCALAR, OCTET_STRING, bits
    yield form.local(6), SCALAR, OCTET_STRING, bits
    address = (_IPV4, 4, *switch.address.packed)
    for column, number in {3: 5, 4: _IF_INDEX, 5: 1}.items() if form is _VERSION_1 else ():
        yield (*LLDP_LOC_MAN_ADDR_ENTRY, column), address, INTEGER, number
    for port in () if Quirk.NO_LOCAL_PORTS in switch.quirks else switch.ports:
        index = (form.number(port),)
        yield form.local(7, 1, 2), index, INTEGER, port.port_id.advertised
        yield form.local(7, 1, 3), index, OCTET_STRING, port.port_id.octets
        yield form.local(7, 1, 4), index, OCTET_STRING, text(port.lldp_description)


def remote_systems(campus: Campus, state: State, switch: Switch, *, now: datetime) -> Iterator[Cell]:
    """Everybody heard by LLDP, and by CDP where the switch speaks it."""
    for neighbor in heard(campus, state, switch, now=now):
        if neighbor.by_lldp:
            yield from _lldp_rows(switch, neighbor)
        if neighbor.by_cdp and switch.model.speaks_cdp:
            yield from _cdp_rows(switch, neighbor)


def _lldp_rows(switch: Switch, neighbor: Heard) -> Iterator[Cell]:
    form = _form(switch)
    mark = 100 + neighbor.index if Quirk.TIME_MARKS in switch.quirks else 0
    index: Oid = (mark, form.number(neighbor.port), *form.destination, neighbor.index)
    if Quirk.REMOTE_INDEX_SHORT in switch.quirks:
        index = (neighbor.index,)
    bits = capability_bits(neighbor.capabilities)
    strings = {
        1: chassis_octets(switch, neighbor.chassis_id),
        3: neighbor.port_id.octets,
        4: text(neighbor.port_description),
        5: text(neighbor.name),
        6: text(neighbor.description),
        7: bits,
        8: bits,
    }
    if Quirk.NO_REMOTE_NAMES in switch.quirks:
        del strings[5]
    yield form.remote(0), index, INTEGER, neighbor.chassis_id.advertised
    yield form.remote(2), index, INTEGER, neighbor.port_id.advertised
    for place, octets in strings.items():
        yield form.remote(place), index, OCTET_STRING, octets
    yield from _management_address(switch, neighbor, index)
    if form is _VERSION_1:
        yield from _med_rows(neighbor, index)


def _management_address(switch: Switch, neighbor: Heard, index: Oid) -> Iterator[Cell]:
    """Under time marks this table has marks of its own (quirk 11)."""
    if neighbor.address is None:
        return
    if Quirk.TIME_MARKS in switch.quirks:
        index = (index[0] + 7, *index[1:])
    form = _form(switch)
    at = (*index, _IPV4, 4, *neighbor.address.packed)
    for column, number in {3: _IF_INDEX, 4: 1}.items():
        yield form.address(column), at, INTEGER, number
    yield form.address(5), at, OBJECT_IDENTIFIER, _NO_OID


def _med_rows(neighbor: Heard, index: Oid) -> Iterator[Cell]:
    med = neighbor.med
    if med is None or med.device_class is None:
        return
    for column in (1, 2):
        yield (*LLDP_X_MED_REM_CAPABILITIES_ENTRY, column), index, OCTET_STRING, _MED_CAPABILITIES
    yield (*LLDP_X_MED_REM_CAPABILITIES_ENTRY, 3), index, INTEGER, med.device_class
    texts = (med.hardware, med.firmware, med.software, med.serial, med.manufacturer, med.model, med.asset)
    for column, value in enumerate(texts, 1):
        yield (*LLDP_X_MED_REM_INVENTORY_ENTRY, column), index, OCTET_STRING, text(value)


def _cdp_rows(switch: Switch, neighbor: Heard) -> Iterator[Cell]:
    index = (neighbor.port.if_index, neighbor.index)
    bits = 0
    for capability in neighbor.capabilities:
        bits |= _CDP_BITS.get(capability, 0)
    if Capability.TELEPHONE in neighbor.capabilities:
        bits = _CDP_BITS[Capability.TELEPHONE]
    strings = {
        5: text(neighbor.description),
        6: _cdp_id(switch, neighbor),
        7: text(neighbor.cdp_port),
        8: text(neighbor.platform),
        9: bits.to_bytes(4, "big"),
    }
    if neighbor.address is not None:
        yield (*CDP_CACHE_ENTRY, 3), index, INTEGER, _IPV4
        strings[4] = neighbor.address.packed
    for column, octets in strings.items():
        yield (*CDP_CACHE_ENTRY, column), index, OCTET_STRING, octets


def _cdp_id(switch: Switch, neighbor: Heard) -> bytes:
    if Quirk.CDP_ID_MAC in switch.quirks and Capability.TELEPHONE in neighbor.capabilities:
        return bytes.fromhex(neighbor.cdp_id.removeprefix("SEP"))
    return text(neighbor.cdp_id)
