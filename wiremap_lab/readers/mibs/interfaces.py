"""Interfaces and the networks they are in (IF-MIB, RFC 2863; IP-MIB, RFC 4293)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from wiremap_lab.readers.mibs.columns import (
    address_of,
    column,
    index_address,
    index_octets,
    integers,
    macs,
    octets,
    texts,
)
from wiremap_lab.tables import Interface, IpAddress, Oid, Subnet, Walk

IF_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IF_DESCR: Oid = (*IF_ENTRY, 2)
IF_TYPE: Oid = (*IF_ENTRY, 3)
IF_PHYS_ADDRESS: Oid = (*IF_ENTRY, 6)
IF_ADMIN_STATUS: Oid = (*IF_ENTRY, 7)
IF_OPER_STATUS: Oid = (*IF_ENTRY, 8)
IF_X_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
IF_NAME: Oid = (*IF_X_ENTRY, 1)
IF_ALIAS: Oid = (*IF_X_ENTRY, 18)

IP_ADDR_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 4, 20, 1)
IP_AD_ENT_IF_INDEX: Oid = (*IP_ADDR_ENTRY, 2)
IP_AD_ENT_NET_MASK: Oid = (*IP_ADDR_ENTRY, 3)
IP_ADDRESS_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 4, 34, 1)
IP_ADDRESS_IF_INDEX: Oid = (*IP_ADDRESS_ENTRY, 3)
IP_ADDRESS_PREFIX: Oid = (*IP_ADDRESS_ENTRY, 5)

ROOTS: tuple[Oid, ...] = (
    IF_DESCR,
    IF_TYPE,
    IF_PHYS_ADDRESS,
    IF_ADMIN_STATUS,
    IF_OPER_STATUS,
    IF_NAME,
    IF_ALIAS,
    IP_AD_ENT_IF_INDEX,
    IP_AD_ENT_NET_MASK,
    IP_ADDRESS_IF_INDEX,
    IP_ADDRESS_PREFIX,
)

_UP = 1


def interfaces(walk: Walk) -> Iterator[Interface]:
    """The rows of ifTable joined with ifXTable, in the order of ifIndex."""
    names, descriptions, aliases = texts(walk, IF_NAME), texts(walk, IF_DESCR), texts(walk, IF_ALIAS)
    types, addresses = integers(walk, IF_TYPE), macs(walk, IF_PHYS_ADDRESS)
    admin, oper = integers(walk, IF_ADMIN_STATUS), integers(walk, IF_OPER_STATUS)
    known = set(names) | set(descriptions) | set(types) | set(oper)
    for index in sorted(index for index in known if len(index) == 1):
        yield Interface(
            if_index=index[0],
            name=names.get(index, ""),
            description=descriptions.get(index, ""),
            alias=aliases.get(index, ""),
            mac=addresses.get(index),
            type=types.get(index, 0),
            admin_up=_is_up(admin.get(index)),
            oper_up=_is_up(oper.get(index)),
        )


def _is_up(status: int | None) -> bool | None:
    return None if status is None else status == _UP


def subnets(walk: Walk) -> Iterator[Subnet]:
    """The networks the device has addresses in, from the old table and the new one, each once."""
    seen: set[IpAddress] = set()
    for subnet in (*_ipv4_subnets(walk), *_inet_subnets(walk)):
        if subnet.address not in seen and not subnet.address.is_loopback:
            seen.add(subnet.address)
            yield subnet


def _ipv4_subnets(walk: Walk) -> Iterator[Subnet]:
    masks = octets(walk, IP_AD_ENT_NET_MASK)
    for index, if_index in integers(walk, IP_AD_ENT_IF_INDEX).items():
        address = address_of(index_octets(index))
        prefix = _prefix_length(masks.get(index, b""))
        if address is not None and prefix:
            yield Subnet(ipaddress.ip_network((address, prefix), strict=False), address, if_index)


def _prefix_length(mask: bytes) -> int:
    r"""How many bits a mask has; 0 where its bits have gaps, as in a wildcard, or are none.

    >>> _prefix_length(b"\xff\xff\xfe\0"), _prefix_length(b"\0\0\0\xff"), _prefix_length(bytes(4))
    (23, 0, 0)
    """
    ones = int.from_bytes(mask, "big").bit_count()
    return ones if len(mask) == 4 and int.from_bytes(mask, "big") == (1 << 32) - (1 << 32 - ones) else 0


def _inet_subnets(walk: Walk) -> Iterator[Subnet]:
    """The ipAddressPrefix of an address points to its prefix, whose length is the last arc."""
    prefixes = column(walk, IP_ADDRESS_PREFIX)
    for index, if_index in integers(walk, IP_ADDRESS_IF_INDEX).items():
        address = index_address(index)
        pointer = prefixes.get(index, (0, None))[1]
        if address is None or not isinstance(pointer, tuple) or len(pointer) < 3:
            continue
        if 0 < pointer[-1] <= address.max_prefixlen:
            yield Subnet(ipaddress.ip_network((address, pointer[-1]), strict=False), address, if_index)
