"""ARP packets made into rows (RFC 826)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from wiremap_lab.errors import DecodeError
from wiremap_lab.ids import Mac
from wiremap_lab.readers.frames.octets import Octets
from wiremap_lab.tables import ArpEntry

_ETHERNET_AND_IPV4 = bytes.fromhex("0001 0800 06 04")
_REQUEST, _REPLY = 1, 2


def senders(octets: bytes) -> Iterator[ArpEntry]:
    """The sender of a request or a reply; one that has no address yet is left out (RFC 5227).

    Raises DecodeError where the packet is neither.
    """
    packet = Octets(octets, what="an ARP packet that is cut short")
    if packet.take(6) != _ETHERNET_AND_IPV4:
        raise DecodeError("an ARP packet of other links than Ethernet or other addresses than IPv4")
    if packet.uint(2) not in (_REQUEST, _REPLY):
        raise DecodeError("an ARP packet that is neither request nor reply")
    mac, address = Mac(packet.take(6)), ipaddress.IPv4Address(packet.take(4))
    packet.take(10)
    if not address.is_unspecified:
        yield ArpEntry(address, mac)
