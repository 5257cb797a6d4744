"""Which MAC has which IP address (IP-MIB, RFC 4293): ARP and neighbor discovery.

Some devices fill only the old table, some only the new one, some each for other interfaces
(quirks 80 and 81), so both are read and joined.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.ids import Mac
from wiremap_lab.readers.mibs.columns import address_of, index_address, index_octets, integers, mac_of, octets
from wiremap_lab.tables import ArpEntry, Finding, Oid, Walk

IP_NET_TO_MEDIA_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 4, 22, 1)
IP_NET_TO_MEDIA_PHYS_ADDRESS: Oid = (*IP_NET_TO_MEDIA_ENTRY, 2)
IP_NET_TO_MEDIA_NET_ADDRESS: Oid = (*IP_NET_TO_MEDIA_ENTRY, 3)
IP_NET_TO_MEDIA_TYPE: Oid = (*IP_NET_TO_MEDIA_ENTRY, 4)
IP_NET_TO_PHYSICAL_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 4, 35, 1)
IP_NET_TO_PHYSICAL_PHYS_ADDRESS: Oid = (*IP_NET_TO_PHYSICAL_ENTRY, 4)
IP_NET_TO_PHYSICAL_TYPE: Oid = (*IP_NET_TO_PHYSICAL_ENTRY, 6)

ROOTS: tuple[Oid, ...] = (
    IP_NET_TO_MEDIA_PHYS_ADDRESS,
    IP_NET_TO_MEDIA_NET_ADDRESS,
    IP_NET_TO_MEDIA_TYPE,
    IP_NET_TO_PHYSICAL_PHYS_ADDRESS,
    IP_NET_TO_PHYSICAL_TYPE,
)

_INVALID = 2
#: What agents put into ipNetToPhysicalTable for a neighbor they have asked for and not heard of.
_UNRESOLVED = Mac(bytes(6))
#: ifIndex and an IPv4 address.
_INDEX_LENGTH = 5


def arp(walk: Walk) -> Iterator[ArpEntry]:
    """Addresses and their MACs on each interface, once; entries without a MAC or marked invalid are left out."""
    yield from dict.fromkeys((*_net_to_media(walk), *_net_to_physical(walk)))


def _net_to_media(walk: Walk) -> Iterator[ArpEntry]:
    """The old table; where its rows are just numbered, the address is in a column only and the interface unknown."""
    types, addresses = integers(walk, IP_NET_TO_MEDIA_TYPE), octets(walk, IP_NET_TO_MEDIA_NET_ADDRESS)
    for index, value in octets(walk, IP_NET_TO_MEDIA_PHYS_ADDRESS).items():
        numbered = len(index) < _INDEX_LENGTH
        mac, address = mac_of(value), address_of(addresses.get(index) if numbered else index_octets(index[-4:]))
        if mac is None or address is None or types.get(index) == _INVALID:
            continue
        yield ArpEntry(address, mac, None if numbered else index[0])


def _net_to_physical(walk: Walk) -> Iterator[ArpEntry]:
    types = integers(walk, IP_NET_TO_PHYSICAL_TYPE)
    for index, value in octets(walk, IP_NET_TO_PHYSICAL_PHYS_ADDRESS).items():
        mac, address = mac_of(value), index_address(index[1:])
        if mac is None or mac == _UNRESOLVED or address is None or types.get(index) == _INVALID:
            continue
        yield ArpEntry(address, mac, index[0])


def unread(walk: Walk) -> Iterator[Finding]:
    """Rows of the new table whose index holds no address, so that nobody can say whose MAC it is."""
    cells = octets(walk, IP_NET_TO_PHYSICAL_PHYS_ADDRESS)
    if count := sum(index_address(index[1:]) is None and mac_of(value) is not None for index, value in cells.items()):
        yield Finding("arp", "an index that holds no address", quirk=81, count=count)
