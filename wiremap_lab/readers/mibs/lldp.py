"""What a device advertises by LLDP and whom it hears (LLDP-MIB of IEEE 802.1AB-2005 and its successors).

One table in several dresses: the MIB of 2005, the one of 2009 whose ports are interfaces by
definition, and makers' copies with another index. `LAYOUTS` describes them; the reading is one.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from wiremap_lab.ids import ChassisId, PortId, clean_text
from wiremap_lab.readers.mibs.columns import (
    address_of,
    index_octets,
    integers,
    mac_of,
    names,
    octets,
    scalar,
    scalar_text,
    texts,
)
from wiremap_lab.readers.mibs.med import local_locations, med_inventories, med_locations
from wiremap_lab.readers.mibs.tplink import lldp_neighbors as tplink_neighbors
from wiremap_lab.tables import (
    Capability,
    Finding,
    IpAddress,
    LldpLocal,
    LldpLocalPort,
    LldpNeighbor,
    Oid,
    Walk,
)

LLDP_MIB: Oid = (1, 0, 8802, 1, 1, 2)
LLDP_V2_MIB: Oid = (1, 3, 111, 2, 802, 1, 1, 13)
TMNX_LLDP: Oid = (1, 3, 6, 1, 4, 1, 6527, 3, 1, 2, 59)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where one dress of the LLDP MIB keeps its tables; its columns follow one another as in lldpRemTable."""

    name: str
    local: Oid
    remote: Oid
    addresses: Oid
    first_column: int
    port_arc: int = 1
    index_length: int = 3
    port_is_if_index: bool = False

    def remote_column(self, place: int) -> Oid:
        """The column of lldpRemTable at a place: 0 chassis ID subtype ... 8 enabled capabilities."""
        return (*self.remote, self.first_column + place)

    def local_object(self, number: int) -> Oid:
        """An object of lldpLocalSystemData: 1 chassis ID subtype, 2 chassis ID, 3 system name, 7 the port table."""
        return (*self.local, number)

    def key(self, index: Oid) -> Oid:
        """A row's index without the TimeMark, by which tables of one device are joined (quirk 11)."""
        return index[1:] if len(index) >= self.index_length else index


LLDP = Layout("LLDP-MIB", (*LLDP_MIB, 1, 3), (*LLDP_MIB, 1, 4, 1, 1), (*LLDP_MIB, 1, 4, 2, 1), 4)
LLDP_V2 = Layout(
    "LLDP-V2-MIB",
    (*LLDP_V2_MIB, 1, 3),
    (*LLDP_V2_MIB, 1, 4, 1, 1),
    (*LLDP_V2_MIB, 1, 4, 2, 1),
    5,
    index_length=4,
    port_is_if_index=True,
)
TIMETRA = Layout(
    "TIMETRA-LLDP-MIB",
    (*TMNX_LLDP, 3),
    (*TMNX_LLDP, 4, 1, 1),
    (*TMNX_LLDP, 4, 2, 1),
    4,
    index_length=4,
    port_is_if_index=True,
)
LAYOUTS = (LLDP, LLDP_V2, TIMETRA)

CHASSIS_SUBTYPE, CHASSIS, PORT_SUBTYPE, PORT, PORT_DESCRIPTION, NAME, DESCRIPTION, SUPPORTED, ENABLED = range(9)

ROOTS: tuple[Oid, ...] = tuple(
    root
    for layout in LAYOUTS
    for root in (
        *(layout.local_object(number) for number in (1, 2, 3)),
        *((*layout.local_object(7), 1, number) for number in (2, 3, 4)),
        *(layout.remote_column(place) for place in range(9)),
        layout.addresses,
    )
)

_CAPABILITIES = tuple(Capability)
#: How net-snmp prints BITS: octets in hexadecimal, and behind them the numbers of the bits that are set.
#: No octets of this map are such text: they would have bits set that nothing is assigned to.
_PRINTED = re.compile(rb"([0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2})*)(?: \d{1,2})*\s*")
_IPV4, _IPV6 = 1, 2
#: What stands between the octets of a MAC address that is spelled out; without, it may be a serial number.
_SIGNS = (b":", b"-")

Joined = TypeVar("Joined")


def lldp_local(walk: Walk) -> LldpLocal | None:
    """What the device advertises of itself and of each port; None where it says nothing of it."""
    for layout in LAYOUTS:
        subtype, chassis = scalar(walk, layout.local_object(1)), scalar(walk, layout.local_object(2))
        ports = tuple(_local_ports(walk, layout))
        name = scalar_text(walk, layout.local_object(3))
        if ports or isinstance(chassis, bytes):
            chassis_id = _chassis_id(subtype if isinstance(subtype, int) else None, chassis)
            return LldpLocal(chassis_id, name, ports)
    return None


def _local_ports(walk: Walk, layout: Layout) -> Iterator[LldpLocalPort]:
    table = (*layout.local_object(7), 1)
    subtypes, ids, descriptions = integers(walk, (*table, 2)), octets(walk, (*table, 3)), texts(walk, (*table, 4))
    located = local_locations(walk) if layout is LLDP else {}
    for index in sorted(set(ids) | set(descriptions)):
        if len(index) == 1:
            port_id = _port_id(subtypes.get(index), ids.get(index))
            yield LldpLocalPort(index[0], port_id, descriptions.get(index, ""), located.get(index[0], ()))


def _chassis_id(subtype: int | None, value: object) -> ChassisId:
    content = _content(subtype, value)
    return ChassisId.read(4 if subtype is None and _looks_like_mac(content) else subtype or 0, content)


def _port_id(subtype: int | None, value: object) -> PortId:
    content = _content(subtype, value)
    return PortId.read(3 if subtype is None and _looks_like_mac(content) else subtype or 5, content)


def _content(subtype: int | None, value: object) -> bytes:
    """The octets of an ID; nothing but NULs without a subtype is no ID."""
    content = value if isinstance(value, bytes) else b""
    return content if subtype or any(content) else b""


def _looks_like_mac(value: bytes) -> bool:
    """Six octets that are no text, or a MAC spelled out, where the subtype that should decide did not answer."""
    if len(value) == 6:
        return not (value.isascii() and value.decode("ascii").isprintable())
    return mac_of(value) is not None and any(sign in value for sign in _SIGNS)


def lldp_neighbors(walk: Walk) -> tuple[tuple[LldpNeighbor, ...], tuple[Finding, ...]]:
    """The neighbors of all dresses of the MIB, each once, and what was odd about them."""
    neighbors: dict[LldpNeighbor, None] = {}
    findings: list[Finding] = []
    for layout in LAYOUTS:
        table = _Remote(walk, layout, findings)
        neighbors.update(dict.fromkeys(_not_among(neighbors, table.neighbors())))
        if layout is not LLDP and table.rows:
            findings.append(Finding("lldp_neighbors", f"read from {layout.name}", quirk=27, count=len(table.rows)))
    others = [*_not_among(neighbors, tplink_neighbors(walk))]
    if others:
        findings.append(Finding("lldp_neighbors", "read from TPLINK-LLDPINFO-MIB", quirk=9, count=len(others)))
    return (*neighbors, *others), tuple(findings)


def _not_among(known: Iterable[LldpNeighbor], found: Iterable[LldpNeighbor]) -> Iterator[LldpNeighbor]:
    """The neighbors that another dress of the MIB has not told of: by MSAP identifier, chassis ID and port ID."""
    told = {(neighbor.chassis_id, neighbor.port_id) for neighbor in known}
    return (neighbor for neighbor in found if (neighbor.chassis_id, neighbor.port_id) not in told)


class _Remote:
    """The remote tables of one layout, read once and joined by index."""

    def __init__(self, walk: Walk, layout: Layout, findings: list[Finding]) -> None:
        self._walk, self._layout, self._findings = walk, layout, findings
        self._chassis = octets(walk, layout.remote_column(CHASSIS))
        self._ports = octets(walk, layout.remote_column(PORT))
        self.rows = self._newest(set(self._chassis) | set(self._ports))
        self._known = set(self.rows)
        self._keys = {layout.key(index) for index in self.rows}

    def _newest(self, indexes: set[Oid]) -> tuple[Oid, ...]:
        """The indexes, of several TimeMarks of one row the newest (quirk 12); rows that name somebody first.

        Agents that number every neighbor 1 tell them apart by TimeMark alone, so a copy has the same IDs too.
        """
        newest = {
            (self._layout.key(index), self._chassis.get(index), self._ports.get(index)): index
            for index in sorted(indexes)
        }
        if len(newest) < len(indexes):
            self._odd("the same row under several TimeMarks", 12, len(indexes) - len(newest))
        odd = sum(len(index) != self._layout.index_length for index in newest.values())
        if odd:
            self._odd(f"an index that is not of {self._layout.index_length} parts: port unknown", 10, odd)
        return tuple(sorted(newest.values(), key=lambda index: (not self._ports.get(index), index)))

    def _odd(self, what: str, quirk: int | None, count: int) -> None:
        self._findings.append(Finding("lldp_neighbors", what, quirk=quirk, count=count))

    def neighbors(self) -> Iterator[LldpNeighbor]:
        """The rows as values. A row for which neither ID was answered names nobody and is left out."""
        if not self.rows:
            self._tell_of_nameless()
            return
        layout = self._layout
        subtypes = integers(self._walk, layout.remote_column(CHASSIS_SUBTYPE))
        port_subtypes = integers(self._walk, layout.remote_column(PORT_SUBTYPE))
        descriptions = texts(self._walk, layout.remote_column(PORT_DESCRIPTION))
        system_names = names(self._walk, layout.remote_column(NAME))
        systems = texts(self._walk, layout.remote_column(DESCRIPTION))
        enabled = octets(self._walk, layout.remote_column(ENABLED))
        supported = octets(self._walk, layout.remote_column(SUPPORTED))
        addresses = self._joined(self._addresses())
        inventories = self._joined(med_inventories(self._walk) if layout is LLDP else {})
        locations = self._joined(med_locations(self._walk) if layout is LLDP else {})
        self._tell_of_nameless()
        for index in self.rows:
            port = index[layout.port_arc] if len(index) == layout.index_length else None
            yield LldpNeighbor(
                local_port_num=port or None,
                chassis_id=_chassis_id(subtypes.get(index), self._chassis.get(index)),
                port_id=_port_id(port_subtypes.get(index), self._ports.get(index)),
                port_description=descriptions.get(index, ""),
                system_name=system_names.get(index, ""),
                system_description=systems.get(index, ""),
                capabilities=capabilities(enabled.get(index) or supported.get(index, b"")),
                management_addresses=addresses.get(index, ()),
                med=inventories.get(index),
                med_locations=locations.get(index, ()),
                local_if_index=port if layout.port_is_if_index else None,
                local_evidence=f"the index of {layout.name} is an ifIndex" if layout.port_is_if_index else "",
            )

    def _tell_of_nameless(self) -> None:
        subtyped = set(integers(self._walk, self._layout.remote_column(CHASSIS_SUBTYPE)))
        if nameless := len(subtyped - set(self._chassis) - set(self._ports)):
            self._odd("rows with neither chassis ID nor port ID", 19, nameless)

    def _joined(self, table: Mapping[Oid, Joined]) -> dict[Oid, Joined]:
        """Another table's rows by the index of the neighbor they belong to.

        By the same index; or without the TimeMark, which may differ (quirk 11); or by port, where the number
        of the neighbor differs and the port has but one (quirk 13).
        """
        by_key = _only(self._layout.key, self.rows)
        by_port = _only(lambda index: self._layout.key(index)[:1], self.rows)
        found: dict[Oid, Joined] = {}
        strayed = 0
        for index, value in table.items():
            key = self._layout.key(index)
            row = index if index in found or index in self._known else by_key.get(key)
            if row is None and key not in self._keys:
                row = by_port.get(key[:1])
                strayed += row is not None
            if row is not None:
                found[row] = value
        if strayed:
            self._odd("details under another index than their neighbor", 13, strayed)
        return found

    def _addresses(self) -> dict[Oid, tuple[IpAddress, ...]]:
        """Management addresses by index, each once."""
        found: dict[Oid, dict[IpAddress, None]] = {}
        for index, address in _management_addresses(self._walk, self._layout):
            found.setdefault(index, {})[address] = None
        return {index: tuple(addresses) for index, addresses in found.items()}


def _only(key: Callable[[Oid], Oid], indexes: Iterable[Oid]) -> dict[Oid, Oid]:
    """The index of each key that belongs to one index only."""
    found: dict[Oid, list[Oid]] = {}
    for index in indexes:
        found.setdefault(key(index), []).append(index)
    return {name: members[0] for name, members in found.items() if len(members) == 1}


def _management_addresses(walk: Walk, layout: Layout) -> Iterator[tuple[Oid, IpAddress]]:
    """Addresses from the index of any column, or from the not-accessible column where an agent answers it."""
    length, skip = layout.index_length, len(layout.addresses)
    seen: set[Oid] = set()
    for oid, _, value in walk(layout.addresses):
        index = oid[skip + 1 :]
        if index in seen or len(index) < length:
            continue
        seen.add(index)
        address = _index_address(index[length:])
        if address is None and len(index) == length and isinstance(value, bytes):
            address = _text_address(value)
        if address is not None and not address.is_unspecified:
            yield index[:length], address


def _index_address(arcs: Oid) -> IpAddress | None:
    """Family, length and octets; the length may be missing, the octets may be ASCII."""
    if len(arcs) < 3 or arcs[0] not in (_IPV4, _IPV6):
        return None
    content = index_octets(arcs[2:] if arcs[1] == len(arcs) - 2 else arcs[1:])
    return address_of(content) if content is not None and len(content) in (4, 16) else _text_address(content or b"")


def _text_address(value: bytes) -> IpAddress | None:
    try:
        return ipaddress.ip_address(clean_text(value))
    except ValueError:
        return None


def capabilities(bits: bytes) -> frozenset[Capability]:
    r"""LldpSystemCapabilitiesMap: the most significant bit of the first octet is `other`.

    Agents also send the TLV's word, whose bits count from the other end, and recordings hold what net-snmp
    printed (quirk 29).

    >>> sorted(capability.value for capability in capabilities(b"\x28\x00"))
    ['bridge', 'router']
    >>> capabilities(b"\x28\x00") == capabilities(b"\x00\x14") == capabilities(b"28 00 2 4") == capabilities(b"28 2 4")
    True
    """
    if found := _PRINTED.fullmatch(bits):
        return capabilities(bytes.fromhex(found[1].decode("ascii")))
    if len(bits) == 2 and not bits[0] and bits[1] & 0x1F:
        return frozenset(capability for place, capability in enumerate(_CAPABILITIES) if bits[1] >> place & 1)
    first = bits[0] if bits else 0
    return frozenset(capability for place, capability in enumerate(_CAPABILITIES) if first << place & 0x80)
