"""Neighbors heard by CDP (CISCO-CDP-MIB); its index is an ifIndex, which makes the local port certain."""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.ids import Mac
from wiremap_lab.readers.mibs.columns import address_of, integers, names, octets, spelled, texts
from wiremap_lab.tables import Capability, CdpNeighbor, IpAddress, Oid, Walk

CDP_CACHE_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1)
CDP_CACHE_ADDRESS_TYPE: Oid = (*CDP_CACHE_ENTRY, 3)
CDP_CACHE_ADDRESS: Oid = (*CDP_CACHE_ENTRY, 4)
CDP_CACHE_VERSION: Oid = (*CDP_CACHE_ENTRY, 5)
CDP_CACHE_DEVICE_ID: Oid = (*CDP_CACHE_ENTRY, 6)
CDP_CACHE_DEVICE_PORT: Oid = (*CDP_CACHE_ENTRY, 7)
CDP_CACHE_PLATFORM: Oid = (*CDP_CACHE_ENTRY, 8)
CDP_CACHE_CAPABILITIES: Oid = (*CDP_CACHE_ENTRY, 9)
CDP_CACHE_NATIVE_VLAN: Oid = (*CDP_CACHE_ENTRY, 11)
CDP_CACHE_PRIMARY_MGMT_ADDR: Oid = (*CDP_CACHE_ENTRY, 20)

ROOTS: tuple[Oid, ...] = (
    CDP_CACHE_ADDRESS,
    CDP_CACHE_VERSION,
    CDP_CACHE_DEVICE_ID,
    CDP_CACHE_DEVICE_PORT,
    CDP_CACHE_PLATFORM,
    CDP_CACHE_CAPABILITIES,
    CDP_CACHE_NATIVE_VLAN,
    CDP_CACHE_PRIMARY_MGMT_ADDR,
)

#: ifIndex and a number of the neighbor there.
_INDEX_LENGTH = 2
#: Bits of the capabilities word, least significant first.
_CAPABILITIES = (
    (0x01, Capability.ROUTER),
    (0x02, Capability.BRIDGE),  # transparent
    (0x04, Capability.BRIDGE),  # source route
    (0x08, Capability.BRIDGE),  # switch
    (0x10, Capability.STATION),
    (0x40, Capability.REPEATER),
    (0x80, Capability.TELEPHONE),
)


def cdp_neighbors(walk: Walk) -> Iterator[CdpNeighbor]:
    """The rows of cdpCacheTable, joined by ifIndex and device index; a row without device and port is none.

    An index of another length says nothing certain of the port: the neighbor is told of without it.
    """
    devices, ports = octets(walk, CDP_CACHE_DEVICE_ID), names(walk, CDP_CACHE_DEVICE_PORT)
    platforms, versions = texts(walk, CDP_CACHE_PLATFORM), texts(walk, CDP_CACHE_VERSION)
    capabilities, vlans = octets(walk, CDP_CACHE_CAPABILITIES), integers(walk, CDP_CACHE_NATIVE_VLAN)
    first, second = octets(walk, CDP_CACHE_ADDRESS), octets(walk, CDP_CACHE_PRIMARY_MGMT_ADDR)
    for index in sorted(set(devices) | set(ports)):
        yield CdpNeighbor(
            local_if_index=index[0] if len(index) == _INDEX_LENGTH else None,
            device_id=_device_id(devices.get(index, b"")),
            port_id=ports.get(index, ""),
            platform=platforms.get(index, ""),
            version=versions.get(index, ""),
            capabilities=_capabilities(capabilities.get(index, b"")),
            addresses=tuple(_addresses(first.get(index), second.get(index))),
            native_vlan=vlans.get(index) or None,
        )


def _device_id(octets: bytes) -> str:
    r"""Text, or a MAC address where six octets are no text (quirk 28).

    >>> _device_id(b"Switch"), _device_id(b"\xec\x1d\x8b\x0a\x0b\x0c")
    ('Switch', 'ec:1d:8b:0a:0b:0c')
    """
    if len(octets) == 6 and not (octets.isascii() and octets.decode("ascii").isprintable()):
        return str(Mac(octets))
    return spelled(octets)


def _capabilities(octets: bytes) -> frozenset[Capability]:
    """Four octets; some agents send fewer (quirk 29)."""
    word = int.from_bytes(octets[:4], "big")
    return frozenset(capability for bit, capability in _CAPABILITIES if word & bit)


def _addresses(*values: bytes | None) -> Iterator[IpAddress]:
    """Each address once; 0.0.0.0 names nobody (quirk 28)."""
    seen: set[IpAddress] = set()
    for value in values:
        address = address_of(value)
        if address is not None and not address.is_unspecified and address not in seen:
            seen.add(address)
            yield address
