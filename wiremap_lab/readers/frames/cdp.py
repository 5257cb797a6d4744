"""CDP packets made into rows; the format is Cisco's, known from its documents and from what switches send."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

from wiremap_lab.errors import DecodeError
from wiremap_lab.ids import clean_text
from wiremap_lab.readers.frames.octets import Octets
from wiremap_lab.readers.mibs.columns import before_nul, spelled
from wiremap_lab.tables import Capability, CdpNeighbor, Finding, IpAddress

_DEVICE_ID, _ADDRESSES, _PORT_ID, _CAPABILITIES, _VERSION, _PLATFORM = range(1, 7)
_NATIVE_VLAN, _MANAGEMENT_ADDRESSES = 0x0A, 0x16
_CAPABILITY_OF: Mapping[int, Capability] = {
    0x01: Capability.ROUTER,
    0x02: Capability.BRIDGE,
    0x08: Capability.BRIDGE,
    0x10: Capability.STATION,
    0x40: Capability.REPEATER,
    0x80: Capability.TELEPHONE,
}
#: Type of protocol and protocol: NLPID of IPv4, SNAP of IPv6.
_ADDRESS_LENGTH: Mapping[tuple[int, bytes], int] = {(1, b"\xcc"): 4, (2, bytes.fromhex("aaaa0300000086dd")): 16}
_CUT = "a CDP packet that is cut short"


def cdp_neighbors(octets: bytes) -> Iterator[CdpNeighbor | Finding]:
    """The sender of a CDP packet, from its version on, and what is wrong with it.

    Raises DecodeError where it does not name itself.
    """
    packet = Octets(octets, what=_CUT)
    _, holdtime, _ = packet.uint(1), packet.uint(1), packet.uint(2)
    tlvs: dict[int, bytes] = {}
    try:
        for kind, value in _tlvs(packet):
            tlvs.setdefault(kind, value)
    except DecodeError as fault:
        yield Finding("cdp_neighbors", str(fault))
    if not tlvs.get(_DEVICE_ID):
        raise DecodeError("a CDP packet without a device ID")
    addresses: dict[IpAddress, None] = {}
    try:
        for kind in (_ADDRESSES, _MANAGEMENT_ADDRESSES):
            addresses.update(dict.fromkeys(_addresses(tlvs.get(kind, b""))))
    except DecodeError as fault:
        yield Finding("cdp_neighbors", str(fault))
    if holdtime:  # else it says that it leaves
        yield _neighbor(tlvs, tuple(addresses))


def _tlvs(packet: Octets) -> Iterator[tuple[int, bytes]]:
    while packet.left:
        kind, length = packet.uint(2), packet.uint(2)
        if length < 4:
            raise DecodeError("a TLV of CDP shorter than its header")
        yield kind, packet.take(length - 4)


def _neighbor(tlvs: Mapping[int, bytes], addresses: tuple[IpAddress, ...]) -> CdpNeighbor:
    word = int.from_bytes(tlvs.get(_CAPABILITIES, b""), "big")
    return CdpNeighbor(
        None,
        spelled(tlvs[_DEVICE_ID]),
        spelled(tlvs.get(_PORT_ID, b"")),
        clean_text(before_nul(tlvs.get(_PLATFORM, b""))),
        clean_text(before_nul(tlvs.get(_VERSION, b""))),
        frozenset(each for bit, each in _CAPABILITY_OF.items() if word & bit),
        addresses,
        int.from_bytes(tlvs.get(_NATIVE_VLAN, b"")[:2], "big") or None,
    )


def _addresses(octets: bytes) -> Iterator[IpAddress]:
    """The IP addresses of a list: their number, then protocol and address of each."""
    listed = Octets(octets, what="a list of addresses in CDP that is cut short")
    for _ in range(listed.uint(4) if octets else 0):
        protocol = listed.uint(1), listed.take(listed.uint(1))
        address = listed.take(listed.uint(2))
        if _ADDRESS_LENGTH.get(protocol) == len(address) and any(address):
            yield ipaddress.ip_address(address)
