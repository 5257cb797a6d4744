"""What stands before a protocol in a captured frame: headers of Ethernet, of Linux, of Wi-Fi monitors."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from wiremap_lab.errors import DecodeError
from wiremap_lab.readers.frames.octets import Octets


class Protocol(Enum):
    """The protocols that say something of where things are."""

    LLDP = auto()
    CDP = auto()
    ARP = auto()
    IPV4 = auto()
    IPV6 = auto()
    IEEE80211 = auto()


_PROTOCOL_OF: Mapping[int, Protocol] = {
    0x88CC: Protocol.LLDP,
    0x0806: Protocol.ARP,
    0x0800: Protocol.IPV4,
    0x86DD: Protocol.IPV6,
}
_VLAN_TAGS = {0x8100, 0x88A8, 0x9100}
_LONGEST_LLC_FRAME = 1500
_LLC_OF_LINUX = 4
_CDP_SNAP = bytes.fromhex("aaaa0300000c2000")
_FCS = 4
_RADIOTAP_TSFT, _RADIOTAP_FLAGS, _RADIOTAP_MORE = 1 << 0, 1 << 1, 1 << 31
_FLAG_FCS, _FLAG_BAD_FCS = 0x10, 0x40
_PPI = 192
_PPI_80211 = 2  # the field of PPI that says how a frame came over the air
_PPI_FCS, _PPI_BAD_FCS = 0x01, 0x04
_SHORT = "a frame shorter than its header"
_DAMAGED = "a frame that came damaged over the air"


def unwrap(link_type: int, frame: bytes) -> tuple[Protocol, bytes] | None:
    """The protocol in a frame and its octets; None where it says nothing here.

    `link_type` is a LINKTYPE of the pcap registry. Raises DecodeError where the header is cut short or
    the frame is known to be damaged.
    """
    octets = Octets(frame, what=_SHORT)
    match link_type:
        case 1:
            octets.take(12)
            return _behind_type(octets)
        case 113:  # cooked by Linux: the type stands last
            octets.take(14)
            return _behind_type(octets)
        case 276:  # cooked by Linux, second version: the type stands first
            kind = octets.take(20)[:2]
            return _behind_type(Octets(kind + octets.rest(), what=_SHORT))
        case 105:
            return Protocol.IEEE80211, frame
        case 119:  # behind a Prism header
            octets.take(4)
            return Protocol.IEEE80211, _behind(frame, int.from_bytes(octets.take(4), "little"))
        case 163:  # behind an AVS header
            octets.take(4)
            return Protocol.IEEE80211, _behind(frame, octets.uint(4))
        case 127:
            return Protocol.IEEE80211, _behind_radiotap(frame)
        case _ if link_type == _PPI:
            return unwrap(*_behind_ppi(frame))
    raise DecodeError(f"frames of link type {link_type} are not read")


def _behind_type(octets: Octets) -> tuple[Protocol, bytes] | None:
    """What stands behind an EtherType or, in older frames, behind the length of what follows."""
    kind = octets.uint(2)
    while kind in _VLAN_TAGS:
        octets.take(2)
        kind = octets.uint(2)
    if protocol := _PROTOCOL_OF.get(kind):
        return protocol, octets.rest()
    if kind > _LONGEST_LLC_FRAME:
        return None
    payload = octets.rest()
    if not payload.startswith(_CDP_SNAP):
        return None
    return Protocol.CDP, payload[len(_CDP_SNAP) : None if kind == _LLC_OF_LINUX else kind]


def _behind(frame: bytes, length: int) -> bytes:
    if length > len(frame):
        raise DecodeError(_SHORT)
    return frame[length:]


def _behind_radiotap(frame: bytes) -> bytes:
    """The frame of IEEE 802.11 behind a radiotap header, without its check sum; see radiotap.org."""
    octets = Octets(frame, what=_SHORT)
    octets.take(2)
    length = int.from_bytes(octets.take(2), "little")
    present = more = int.from_bytes(octets.take(4), "little")
    while more & _RADIOTAP_MORE:
        more = int.from_bytes(octets.take(4), "little")
    if present & _RADIOTAP_TSFT:
        octets.take((octets.left - len(frame)) % 8 + 8)  # eight octets at a place that eight divides
    flags = octets.uint(1) if present & _RADIOTAP_FLAGS else 0
    if flags & _FLAG_BAD_FCS:
        raise DecodeError(_DAMAGED)
    behind = _behind(frame, length)
    return behind[:-_FCS] if flags & _FLAG_FCS else behind


def _behind_ppi(frame: bytes) -> tuple[int, bytes]:
    """Link type and frame behind a header of PPI (CACE, Per-Packet Information Header Specification 1.0.7)."""
    octets = Octets(frame, what=_SHORT)
    octets.take(2)
    length, link_type = _little(octets, 2), _little(octets, 4)
    fields = Octets(_behind(frame[:length], 8), what=_SHORT)
    if length < 8 or link_type == _PPI:
        raise DecodeError("a PPI header that holds no frame")
    behind = _behind(frame, length)
    while fields.left:
        kind, field = _little(fields, 2), fields.take(_little(fields, 2))
        flags = int.from_bytes(field[8:10], "little") if kind == _PPI_80211 else 0
        if flags & _PPI_BAD_FCS:
            raise DecodeError(_DAMAGED)
        behind = behind[:-_FCS] if flags & _PPI_FCS else behind
    return link_type, behind


def _little(octets: Octets, count: int) -> int:
    return int.from_bytes(octets.take(count), "little")
