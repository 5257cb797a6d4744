"""Columns of conceptual tables, joined by index.

Agents leave cells out, so the n-th value of one column says nothing of the n-th of another (quirk 19).
A column here is a mapping from index to value, and a row is what several columns hold for one index.
"""

from __future__ import annotations

import ipaddress

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import Mac, clean_text, shared_mac
from wiremap_lab.tables import IpAddress, Oid, Value, Walk

Cell = tuple[int, Value]
Column = dict[Oid, Cell]

#: InetAddressType (RFC 4001): the length of each kind of address; ipv4z and ipv6z have a zone of four octets behind.
_INET_LENGTHS = {1: 4, 2: 16, 3: 8, 4: 20}


def column(walk: Walk, root: Oid) -> Column:
    """One column: index → (tag, value). A row at the root itself has no index and is none."""
    skip = len(root)
    return {oid[skip:]: (tag, value) for oid, tag, value in walk(root) if len(oid) > skip}


def integers(walk: Walk, root: Oid) -> dict[Oid, int]:
    """A column of whole numbers; cells that hold something else are left out."""
    skip = len(root)
    return {oid[skip:]: value for oid, _, value in walk(root) if isinstance(value, int) and len(oid) > skip}


def octets(walk: Walk, root: Oid) -> dict[Oid, bytes]:
    """A column of octet strings, as they are."""
    skip = len(root)
    return {oid[skip:]: value for oid, _, value in walk(root) if isinstance(value, bytes) and len(oid) > skip}


def texts(walk: Walk, root: Oid) -> dict[Oid, str]:
    """A column of text that people read: UTF-8 or else Latin-1, control characters gone (quirk 20)."""
    return {index: clean_text(before_nul(value)) for index, value in octets(walk, root).items()}


def names(walk: Walk, root: Oid) -> dict[Oid, str]:
    """A column of names that identify something; see `spelled`."""
    return {index: spelled(value) for index, value in octets(walk, root).items()}


def spelled(value: bytes) -> str:
    r"""A name as text; what is not UTF-8 is in a charset nobody can know, and is spelled in hexadecimal.

    >>> spelled(b"core-1\0\0"), spelled(b"\xca\xd4")
    ('core-1', 'hex:cad4')
    """
    value = before_nul(value)
    try:
        value.decode()
    except UnicodeDecodeError:
        return "hex:" + value.hex()
    return clean_text(value)


def before_nul(value: bytes) -> bytes:
    r"""What a string of C holds; some agents send the buffer behind it too.

    >>> before_nul(b"core-1\0\0\n00 00 00")
    b'core-1'
    """
    return value.lstrip(b"\0").partition(b"\0")[0]


def macs(walk: Walk, root: Oid) -> dict[Oid, Mac]:
    """A column of MAC addresses; cells that are none, or all zeros, are left out."""
    found = {index: mac_or_none(value) for index, value in octets(walk, root).items()}
    return {index: mac for index, mac in found.items() if mac is not None}


def scalar(walk: Walk, root: Oid) -> Value:
    """The value of a scalar object, whether its instance is named .0 or not at all; None where there is none."""
    for oid, _, value in walk(root):
        if len(oid) - len(root) <= 1:
            return value
    return None


def scalar_text(walk: Walk, root: Oid) -> str:
    """The value of a scalar object of text, cleaned; empty where there is none."""
    value = scalar(walk, root)
    return clean_text(value) if isinstance(value, bytes) else ""


def mac_of(value: Value) -> Mac | None:
    """The MAC address a cell holds: six octets or ASCII (quirk 14); None for all else."""
    if not isinstance(value, bytes) or not value:
        return None
    if len(value) == 6:
        return shared_mac(value)
    try:
        return Mac.from_octets(value)
    except InvalidValue:
        return None


def mac_or_none(value: Value) -> Mac | None:
    """The MAC address a cell holds, where all zeros are none."""
    mac = mac_of(value)
    return mac if mac is not None and any(mac.octets) else None


def index_octets(arcs: Oid) -> bytes | None:
    """Arcs of an index as octets; None where one is no octet."""
    try:
        return bytes(arcs)
    except ValueError:
        return None


def index_mac(arcs: Oid) -> Mac | None:
    """The MAC address in an index: six arcs, or seven with their number before them (quirk 40)."""
    if len(arcs) == 7 and arcs[0] == 6:
        arcs = arcs[1:]
    found = index_octets(arcs)
    return shared_mac(found) if found is not None and len(found) == 6 else None


def index_address(arcs: Oid) -> IpAddress | None:
    """The address in an index of InetAddressType and InetAddress, with its length octet or without (quirk 81).

    A zone is left away. None where the arcs are no address.
    """
    if not arcs:
        return None
    length = _INET_LENGTHS.get(arcs[0])
    rest = arcs[2:] if len(arcs) > 1 and len(arcs) - 2 == arcs[1] else arcs[1:]
    if length is None or len(rest) not in (length, 4, 16):
        return None
    return address_of(index_octets(rest[: 4 if len(rest) in (4, 8) else 16]))


def address_of(value: bytes | None) -> IpAddress | None:
    """Four or sixteen octets as an address; None for all else."""
    if value is None or len(value) not in (4, 16):
        return None
    return ipaddress.ip_address(value)
