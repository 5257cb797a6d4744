"""Neighbor Discovery of IPv6 made into rows: which address has which MAC (RFC 4861)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

from wiremap_lab.errors import DecodeError
from wiremap_lab.ids import Mac
from wiremap_lab.readers.frames.octets import Octets
from wiremap_lab.tables import ArpEntry

_ICMPV6, _HOP_LIMIT = 58, 255
_ROUTER_SOLICITATION, _ROUTER_ADVERTISEMENT, _SOLICITATION, _ADVERTISEMENT = range(133, 137)
#: Octets of a message before its options.
_HEAD: Mapping[int, int] = {_ROUTER_SOLICITATION: 8, _ROUTER_ADVERTISEMENT: 16, _SOLICITATION: 24, _ADVERTISEMENT: 24}
_SOURCE, _TARGET = 1, 2
_ETHERNET = 6
_CUT = "a message of Neighbor Discovery that is cut short"


def neighbors(packet: bytes) -> Iterator[ArpEntry]:
    """The address and MAC that a message of Neighbor Discovery tells; other packets tell none.

    A solicitation tells of its sender, and an advertisement of a neighbor of its target. One that came over a
    router is none (7.1.1). Raises DecodeError where it is cut short.
    """
    octets = Octets(packet, what=_CUT)
    header = octets.take(40)
    if header[6] != _ICMPV6 or header[7] != _HOP_LIMIT:
        return
    length = int.from_bytes(header[4:6], "big")
    message = Octets(octets.take(length), what=_CUT)
    kind = message.uint(1)
    if kind not in _HEAD:
        return
    head = message.take(_HEAD[kind] - 1)
    told = dict(_options(message))
    is_target = kind == _ADVERTISEMENT
    address = ipaddress.IPv6Address(head[7:23] if is_target else header[8:24])
    mac = told.get(_TARGET if is_target else _SOURCE, b"")
    if len(mac) == _ETHERNET and not (address.is_unspecified or address.is_multicast):
        yield ArpEntry(address, Mac(mac))


def _options(message: Octets) -> Iterator[tuple[int, bytes]]:
    """Options by their type; lengths count in eight octets, the two of their header with them (4.6)."""
    while message.left:
        kind, length = message.uint(1), message.uint(1)
        if not length:
            raise DecodeError("an option of Neighbor Discovery without length")
        yield kind, message.take(8 * length - 2)
