"""Frames captured on a link, made into tables: LLDP, CDP, ARP, and the beacons of access points.

What was captured was heard by whoever captured, so neighbors here have no local port. A frame that is
cut short or contradicts its own lengths gives what could be read of it before that, or nothing.
"""

from __future__ import annotations

import io
import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping

from wiremap_lab.errors import DecodeError, Fault, InvalidFile
from wiremap_lab.ids import ChassisId, Mac, PortId, clean_text
from wiremap_lab.readers.mibs.columns import address_of, before_nul, spelled
from wiremap_lab.tables import (
    ArpEntry,
    Bss,
    Capability,
    CdpNeighbor,
    DeviceTables,
    Finding,
    IpAddress,
    LldpNeighbor,
    MedInventory,
    MedLocation,
)

Row = LldpNeighbor | CdpNeighbor | ArpEntry | Bss

#: How pcap and pcapng files begin, in either order of octets.
MAGIC = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a")

#: The upper half of the field says whether frames end in their check sum.
_LINK_TYPE = 0xFFFF
_VLAN_TAGS = {0x8100, 0x88A8, 0x9100}
_ARP, _LLDP = 0x0806, 0x88CC
_LONGEST_LLC_FRAME = 1500
_CDP_SNAP = bytes.fromhex("aaaa0300000c2000")
_TIA = bytes.fromhex("0012bb")
_CAPABILITIES = tuple(Capability)
_CDP_CAPABILITIES = {
    0x01: Capability.ROUTER,
    0x02: Capability.BRIDGE,
    0x08: Capability.BRIDGE,
    0x10: Capability.STATION,
    0x40: Capability.REPEATER,
    0x80: Capability.TELEPHONE,
}
_BEACON, _PROBE_RESPONSE = 8, 5


def tables(name: str, octets: bytes) -> DeviceTables:
    """Everything that was heard in a capture. Raises InvalidFile where the octets are no capture."""
    found: dict[Row, None] = {}
    odd: Counter[str] = Counter()
    for link_type, frame in _frames(name, octets):
        try:
            found.update(dict.fromkeys(read_frame(link_type, frame)))
        except DecodeError as fault:
            odd[str(fault)] += 1
    rows = tuple(found)
    return DeviceTables(
        name,
        lldp_neighbors=tuple(row for row in rows if isinstance(row, LldpNeighbor)),
        cdp_neighbors=tuple(row for row in rows if isinstance(row, CdpNeighbor)),
        arp=tuple(row for row in rows if isinstance(row, ArpEntry)),
        bss=tuple({(row.bssid, row.ssid): row for row in rows if isinstance(row, Bss)}.values()),
        findings=tuple(Finding("frames", what, count=count) for what, count in odd.items()),
    )


def _frames(name: str, octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Link type and octets of each frame."""
    from scapy.error import Scapy_Exception
    from scapy.utils import RawPcapNgReader, RawPcapReader

    try:
        reader = RawPcapReader(io.BytesIO(octets))
        for frame, metadata in reader:
            own = metadata.linktype if isinstance(reader, RawPcapNgReader) else reader.linktype
            yield own & _LINK_TYPE, bytes(frame)
    except (Scapy_Exception, EOFError, ValueError, KeyError, IndexError) as fault:
        raise InvalidFile([Fault(name, None, "", f"not a capture that can be read: {fault}")]) from None


def read_frame(link_type: int, frame: bytes) -> Iterator[Row]:
    """What one frame says, if it is of a kind that says something here.

    Raises DecodeError where its lengths contradict each other before anybody was named.
    """
    match link_type:
        case 1:
            yield from _ethernet(frame)
        case 105:
            yield from _ieee80211(frame)
        case 119 if len(frame) > 8:  # behind a Prism header
            yield from _ieee80211(frame[int.from_bytes(frame[4:8], "little") :])
        case 127 if len(frame) > 4:  # behind a radiotap header
            yield from _ieee80211(frame[int.from_bytes(frame[2:4], "little") :])


def _ethernet(frame: bytes) -> Iterator[Row]:
    at = 12
    while int.from_bytes(frame[at : at + 2], "big") in _VLAN_TAGS:
        at += 4
    kind, payload = int.from_bytes(frame[at : at + 2], "big"), frame[at + 2 :]
    if kind == _LLDP:
        yield lldp_neighbor(payload)
    elif kind == _ARP:
        yield from _arp(payload)
    elif kind <= _LONGEST_LLC_FRAME and payload.startswith(_CDP_SNAP):
        yield cdp_neighbor(payload[len(_CDP_SNAP) : kind])


def _arp(payload: bytes) -> Iterator[ArpEntry]:
    """The sender of a request or an answer (RFC 826); one that has no address yet is left out."""
    if payload[:6] != bytes.fromhex("000108000604") or len(payload) < 18:
        return
    address = ipaddress.ip_address(payload[14:18])
    if not address.is_unspecified:
        yield ArpEntry(address, Mac(payload[8:14]))


def _lldp_tlvs(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and value of each TLV (IEEE 802.1AB-2016, 8.4), up to the end or to one that is cut short."""
    at = 0
    while at + 2 <= len(octets):
        header = int.from_bytes(octets[at : at + 2], "big")
        kind, length = header >> 9, header & 0x1FF
        value = octets[at + 2 : at + 2 + length]
        if kind == 0 or len(value) < length:
            return
        yield kind, value
        at += 2 + length


def lldp_neighbor(octets: bytes) -> LldpNeighbor:
    """The sender of an LLDPDU. Raises DecodeError where it does not name itself and its port."""
    texts: dict[int, str] = {}
    identities: dict[int, bytes] = {}
    addresses: list[IpAddress] = []
    med = _Med()
    capabilities: frozenset[Capability] = frozenset()
    for kind, value in _lldp_tlvs(octets):
        match kind:
            case 1 | 2 if value:
                identities.setdefault(kind, value)
            case 4 | 5 | 6:
                texts.setdefault(kind, spelled(value) if kind == 5 else clean_text(before_nul(value)))
            case 7 if len(value) >= 4:
                word = int.from_bytes(value[2:4], "big")
                capabilities = frozenset(each for place, each in enumerate(_CAPABILITIES) if word >> place & 1)
            case 8 if value and (address := address_of(value[2 : 1 + value[0]])):
                addresses.append(address)
            case 127 if value.startswith(_TIA):
                med.take(value[3:])
    if len(identities) != 2:
        raise DecodeError("an LLDPDU without chassis ID or port ID")
    return LldpNeighbor(
        None,
        ChassisId.read(identities[1][0], identities[1][1:]),
        PortId.read(identities[2][0], identities[2][1:]),
        texts.get(4, ""),
        texts.get(5, ""),
        texts.get(6, ""),
        capabilities,
        tuple(addresses),
        med.inventory(),
        tuple(med.locations),
        local_evidence="captured: whoever captured heard it",
    )


class _Med:
    """The TLVs of LLDP-MED in one LLDPDU (ANSI/TIA-1057, 10.2)."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._device_class: int | None = None
        self.locations: list[MedLocation] = []

    def take(self, value: bytes) -> None:
        kind, content = value[:1], value[1:]
        if kind == b"\x01" and len(content) >= 3:
            self._device_class = content[2]
        elif kind == b"\x03" and len(content) > 1:
            self.locations.append(MedLocation(content[0], content[1:]))
        elif kind and 5 <= kind[0] <= 11:
            self._texts[kind[0]] = clean_text(before_nul(content))

    def inventory(self) -> MedInventory | None:
        if self._device_class is None and not self._texts:
            return None
        return MedInventory(self._device_class, *(self._texts.get(number, "") for number in range(5, 12)))


def _cdp_tlvs(octets: bytes) -> Iterator[tuple[int, bytes]]:
    at = 4
    while at + 4 <= len(octets):
        kind, length = int.from_bytes(octets[at : at + 2], "big"), int.from_bytes(octets[at + 2 : at + 4], "big")
        if length < 4 or at + length > len(octets):
            return
        yield kind, octets[at + 4 : at + length]
        at += length


def cdp_neighbor(octets: bytes) -> CdpNeighbor:
    """The sender of a CDP packet, from its version on. Raises DecodeError where it does not name itself."""
    tlvs: dict[int, bytes] = {}
    for kind, value in _cdp_tlvs(octets):
        tlvs.setdefault(kind, value)
    if 1 not in tlvs:
        raise DecodeError("a CDP packet without a device ID")
    word = int.from_bytes(tlvs.get(4, b""), "big")
    addresses = (*_cdp_addresses(tlvs.get(2, b"")), *_cdp_addresses(tlvs.get(0x16, b"")))
    return CdpNeighbor(
        None,
        spelled(tlvs[1]),
        spelled(tlvs.get(3, b"")),
        clean_text(before_nul(tlvs.get(6, b""))),
        clean_text(before_nul(tlvs.get(5, b""))),
        frozenset(each for bit, each in _CDP_CAPABILITIES.items() if word & bit),
        tuple(dict.fromkeys(addresses)),
        int.from_bytes(tlvs[0x0A], "big") or None if 0x0A in tlvs else None,
    )


def _cdp_addresses(octets: bytes) -> Iterator[IpAddress]:
    at = 4
    while at + 2 < len(octets):
        at += 2 + octets[at + 1]
        length = int.from_bytes(octets[at : at + 2], "big")
        address = address_of(octets[at + 2 : at + 2 + length])
        if address is not None and not address.is_unspecified:
            yield address
        at += 2 + length


def _ieee80211(frame: bytes) -> Iterator[Bss]:
    """The BSS of a beacon or a probe response (IEEE 802.11-2020, 9.3.3.2)."""
    if len(frame) < 24 or frame[0] & 0x0F or frame[0] >> 4 not in (_BEACON, _PROBE_RESPONSE):
        return
    elements = _elements(frame[36:])
    ssid = elements.get(0, b"")
    channel = elements.get(3, b"")
    yield Bss(Mac(frame[16:22]), "" if not any(ssid) else spelled(ssid), "", channel=channel[0] if channel else None)


def _elements(octets: bytes) -> Mapping[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(octets) and at + 2 + octets[at + 1] <= len(octets):
        found.setdefault(octets[at], octets[at + 2 : at + 2 + octets[at + 1]])
        at += 2 + octets[at + 1]
    return found
