"""DHCP messages made into rows: which MAC got which address, and on which port of which relay (RFC 2131, 3046)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

from wiremap_lab.errors import DecodeError
from wiremap_lab.ids import Mac
from wiremap_lab.readers.frames.med import check_civic
from wiremap_lab.readers.frames.octets import Octets
from wiremap_lab.tables import DhcpLease, Finding, MedLocation

_IPV4_HEADER, _UDP = 20, 17
_OFFSET_OF_FRAGMENT = 0x1FFF
_SERVER_PORT, _CLIENT_PORT = 67, 68
_REPLY = b"\x02\x01\x06"  # of a server, to a client on Ethernet
_COOKIE = bytes.fromhex("63825363")
_PAD, _END = 0, 255
_MESSAGE_TYPE, _RELAY_AGENT, _CIVIC, _COORDINATE = 53, 82, 99, 123
_CIRCUIT_ID, _REMOTE_ID = 1, 2
_ACK, _LEASE_ACTIVE = b"\x05", b"\x0d"
_CUT = "a DHCP message that is cut short"


def leases(packet: bytes) -> Iterator[DhcpLease | Finding]:
    """The lease that an IPv4 packet grants (DHCPACK) or tells of (DHCPLEASEACTIVE, RFC 4388).

    Raises DecodeError where a message of DHCP is cut short.
    """
    message = _message(packet)
    if message[:3] != _REPLY:
        return
    octets = Octets(message, what=_CUT)
    octets.take(12)
    client, granted, _, relay = (ipaddress.IPv4Address(octets.take(4)) for _ in range(4))
    mac = Mac(octets.take(16)[:6])
    octets.take(64 + 128)
    if octets.take(4) != _COOKIE:
        return
    options = _options(octets)
    address = {_ACK: granted, _LEASE_ACTIVE: client}.get(options.get(_MESSAGE_TYPE, b""))
    if address is None or address.is_unspecified or not any(mac.octets):
        return
    agent: Mapping[int, bytes] = {}
    locations: tuple[MedLocation, ...] = ()
    try:
        agent = _suboptions(options.get(_RELAY_AGENT, b""))
        locations = tuple(_locations(options))
    except DecodeError as fault:
        yield Finding("leases", str(fault))
    yield DhcpLease(
        address,
        mac,
        relay=None if relay.is_unspecified else relay,
        circuit_id=agent.get(_CIRCUIT_ID, b""),
        remote_id=agent.get(_REMOTE_ID, b""),
        locations=locations,
    )


def _message(packet: bytes) -> bytes:
    """The message of DHCP in an IPv4 packet; nothing where it holds something else."""
    header, length = (packet[0] & 0x0F) * 4 if packet else 0, int.from_bytes(packet[2:4], "big")
    later = int.from_bytes(packet[6:8], "big") & _OFFSET_OF_FRAGMENT
    if header < _IPV4_HEADER or packet[9:10] != bytes([_UDP]) or later:
        return b""
    datagram = packet[header : length or None]
    ports = {int.from_bytes(datagram[:2], "big"), int.from_bytes(datagram[2:4], "big")}
    return datagram[8:] if ports <= {_SERVER_PORT, _CLIENT_PORT} else b""


def _options(octets: Octets) -> Mapping[int, bytes]:
    """Options by their number; one that comes in parts is joined (RFC 3396)."""
    found: dict[int, bytes] = {}
    while octets.left and (kind := octets.uint(1)) != _END:
        if kind != _PAD:
            found[kind] = found.get(kind, b"") + octets.take(octets.uint(1))
    return found


def _suboptions(octets: bytes) -> Mapping[int, bytes]:
    agent, found = Octets(octets, what="relay agent information that is cut short"), dict[int, bytes]()
    while agent.left:
        kind = agent.uint(1)
        found[kind] = agent.take(agent.uint(1))
    return found


def _locations(options: Mapping[int, bytes]) -> Iterator[MedLocation]:
    """Where the server says the client is: a civic address (RFC 4776) or coordinates (RFC 6225)."""
    if civic := options.get(_CIVIC):
        check_civic(civic)
        yield MedLocation(3, civic)
    if len(coordinate := options.get(_COORDINATE, b"")) == 16:
        yield MedLocation(2, coordinate)
