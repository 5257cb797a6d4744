"""Beacons and probe responses of access points made into rows (IEEE 802.11-2020, 9.3.3.2 and 9.3.3.10)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from wiremap_lab.errors import DecodeError
from wiremap_lab.ids import Mac
from wiremap_lab.readers.frames.octets import Octets
from wiremap_lab.readers.mibs.columns import spelled
from wiremap_lab.tables import Bss, Finding

_BEACON, _PROBE_RESPONSE = 0x80, 0x50
_HT_CONTROL = 0x80
_FCS = 4
_SSID, _DS_PARAMETER, _HT_OPERATION, _MULTIPLE_BSSID = 0, 3, 61, 71
_PROFILE, _PROFILE_BEGINS, _MULTIPLE_BSSID_INDEX = 0, b"\x53", 85
_LONGEST_SSID = 32
_MOST_BITS = 8  # an index is one octet

Element = tuple[int, bytes]


def basic_service_sets(frame: bytes) -> Iterator[Bss | Finding]:
    """The BSS that a frame announces, and the ones it announces for others; other frames announce none.

    Raises DecodeError where it is cut short before its elements begin.
    """
    if frame[:1] not in (bytes([_BEACON]), bytes([_PROBE_RESPONSE])):
        return
    octets = Octets(_without_check_sum(frame), what="a beacon or probe response that is cut short")
    header = octets.take(24)
    if header[1] & _HT_CONTROL:
        octets.take(4)
    octets.take(12)  # time stamp, interval, capabilities
    bssid, elements = Mac(header[16:22]), list[Element]()
    if bssid.is_group:
        raise DecodeError("a BSSID that names a group")
    try:
        for element in _elements(octets):
            elements.append(element)
    except DecodeError as fault:
        yield Finding("bss", str(fault))
    if len(_first(elements, _SSID)) > _LONGEST_SSID:
        yield Finding("bss", "an SSID that is too long: left out")
    channel = _channel(elements)
    yield Bss(bssid, _ssid(elements), "", channel=channel)
    yield from _nontransmitted(bssid, channel, elements)


def _without_check_sum(frame: bytes) -> bytes:
    """Monitors leave the check sum at the end, or not, and seldom say so; it is known by being right."""
    body, check_sum = frame[:-_FCS], frame[-_FCS:]
    return body if zlib.crc32(body).to_bytes(_FCS, "little") == check_sum else frame


def _elements(octets: Octets) -> Iterator[Element]:
    while octets.left:
        yield octets.uint(1), octets.take(octets.uint(1))


def _first(elements: Sequence[Element], kind: int) -> bytes:
    return next((value for each, value in elements if each == kind), b"")


def _ssid(elements: Sequence[Element]) -> str:
    """The name of a network; a hidden one is empty or all zeros."""
    ssid = _first(elements, _SSID)
    return spelled(ssid) if any(ssid) and len(ssid) <= _LONGEST_SSID else ""


def _channel(elements: Sequence[Element]) -> int | None:
    found = _first(elements, _DS_PARAMETER)[:1] or _first(elements, _HT_OPERATION)[:1]
    return found[0] if found else None


def _nontransmitted(transmitted: Mac, channel: int | None, elements: Sequence[Element]) -> Iterator[Bss | Finding]:
    """The BSSs that one beacon announces for others: their BSSIDs are computed, as the standard says (9.4.2.45)."""
    sets = [value for kind, value in elements if kind == _MULTIPLE_BSSID]
    try:
        for profile in _profiles(sets):
            index = _first(profile, _MULTIPLE_BSSID_INDEX)[:1]
            bssid = nontransmitted_bssid(transmitted, bits=sets[0][0], index=index[0] if index else 0)
            yield Bss(bssid, _ssid(profile), "", channel=channel, derived=True)
    except DecodeError as fault:
        yield Finding("bss", str(fault))


def _profiles(sets: Sequence[bytes]) -> Iterator[Sequence[Element]]:
    """The profiles in Multiple BSSID elements; one that is too long for an element goes on in the next (11.1.3.8)."""
    what = "a Multiple BSSID element that is cut short"
    profiles: list[bytes] = []
    for value in sets:
        octets = Octets(value, what=what)
        octets.take(1)
        for part in (part for kind, part in _elements(octets) if kind == _PROFILE):
            if profiles and not part.startswith(_PROFILE_BEGINS):
                profiles[-1] += part
            else:
                profiles.append(part)
    for profile in profiles:
        yield tuple(_elements(Octets(profile, what=what)))


def nontransmitted_bssid(transmitted: Mac, *, bits: int, index: int) -> Mac:
    """The BSSID at a place in a set of 2^bits (IEEE 802.11-2020, 9.4.2.45).

    Raises DecodeError where the set has no such place.

    >>> nontransmitted_bssid(Mac.parse("8c:fd:0f:7f:1e:f5"), bits=3, index=4)
    Mac('8c:fd:0f:7f:1e:f1')
    """
    if not 1 <= bits <= _MOST_BITS or not 1 <= index < 2**bits:
        raise DecodeError("a place that a multiple BSSID set does not have")
    low = int(transmitted) % 2**bits
    return Mac((int(transmitted) - low + (low + index) % 2**bits).to_bytes(6, "big"))
