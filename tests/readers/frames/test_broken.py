"""Frames and captures that are cut or flipped anywhere are findings or other rows, never an exception."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.frames import crafted
from wiremap_lab.errors import InvalidFile
from wiremap_lab.readers import frames
from wiremap_lab.readers.as_json import document
from wiremap_lab.tables import Finding

KINDS = ("LLDP", "CDP", "DHCP", "ARP", "ND", "802.11")
FLIPS = st.lists(st.tuples(st.integers(0, 2**16), st.integers(1, 255)), min_size=1, max_size=6)


@pytest.fixture(scope="module", autouse=True)
def crafted_once() -> None:
    """Scapy takes its time to load; no example of hypothesis has to wait for it."""
    assert set(crafted.frames()) == set(KINDS)
    frames.tables("desk", crafted.capture(crafted.ETHERNET, []))


def flipped(octets: bytes, flips: list[tuple[int, int]]) -> bytes:
    broken = bytearray(octets)
    for place, bits in flips:
        broken[place % len(broken)] ^= bits
    return bytes(broken)


@given(st.sampled_from(KINDS), FLIPS, st.integers(0, 400))
def test_broken_frames_raise_nothing(kind: str, flips: list[tuple[int, int]], length: int) -> None:
    link_type, frame = crafted.frames()[kind]
    list(frames.read_frame(link_type, flipped(frame, flips)[: length or None]))


@pytest.mark.parametrize("kind", KINDS)
def test_every_octet_can_be_any_other(kind: str) -> None:
    link_type, frame = crafted.frames()[kind]
    for place in range(len(frame)):
        for octet in (0, 1, 0x7F, 0xFF):
            list(frames.read_frame(link_type, frame[:place] + bytes([octet]) + frame[place + 1 :]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_cut_short_says_nothing_else_and_mostly_that_it_is_cut(kind: str) -> None:
    link_type, frame = crafted.frames()[kind]
    silent = 0
    for length in range(len(frame)):
        heard = list(frames.read_frame(link_type, frame[:length]))
        silent += not any(isinstance(one, Finding) for one in heard)
    assert silent < len(frame) / 4  # where it is cut between two elements, or before it is known what it is


def pcapng(link_type: int, heard: list[bytes]) -> bytes:
    def block(kind: int, body: bytes) -> bytes:
        length = struct.pack("<I", len(body) + 12)
        return struct.pack("<I", kind) + length + body + length

    def packet(frame: bytes) -> bytes:
        return block(6, struct.pack("<IIIII", 0, 0, 0, len(frame), len(frame)) + frame + bytes(-len(frame) % 4))

    section = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    return section + block(1, struct.pack("<HHI", link_type, 0, 0)) + b"".join(map(packet, heard))


@given(st.booleans(), FLIPS, st.integers(0, 3000))
def test_a_broken_capture_is_refused_or_read_as_far_as_it_goes(
    newer: bool,
    flips: list[tuple[int, int]],
    length: int,
) -> None:
    heard = [frame for link_type, frame in crafted.frames().values() if link_type == crafted.ETHERNET]
    octets = (pcapng if newer else crafted.capture)(crafted.ETHERNET, heard)
    try:
        tables = frames.tables("desk", flipped(octets, flips)[: length or None])
    except InvalidFile:
        return
    json.dumps(document("desk", tables))


def test_pcap_and_pcapng_hold_the_same() -> None:
    heard = [frame for link_type, frame in crafted.frames().values() if link_type == crafted.ETHERNET]
    first, second = (frames.tables("desk", make(crafted.ETHERNET, heard)) for make in (crafted.capture, pcapng))
    assert first == second
    assert (len(first.lldp_neighbors), len(first.cdp_neighbors), len(first.arp), len(first.leases)) == (1, 1, 2, 1)


def test_a_broken_frame_never_takes_the_place_of_a_sound_one() -> None:
    _, frame = crafted.frames()["LLDP"]
    tables = frames.tables("desk", crafted.capture(crafted.ETHERNET, [frame, frame[:-5]]))
    [row] = tables.lldp_neighbors
    assert row.med is not None
    assert row.med.model == "Phone 9"
    assert [(each.table, each.count) for each in tables.findings] == [("lldp_neighbors", 1)]


def test_links_that_are_not_read_are_counted() -> None:
    tables = frames.tables("serial", crafted.capture(104, [b"octets", b"more"]))
    assert [(each.what, each.count) for each in tables.findings] == [("frames of link type 104 are not read", 2)]


def test_what_scapy_says_of_a_damaged_capture_is_a_finding_and_not_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    _, frame = crafted.frames()["LLDP"]
    whole = pcapng(crafted.ETHERNET, [frame, frame])
    first_packet = 28 + 20  # behind the section header and the interface
    damaged = whole[:-10], whole[: first_packet + 4] + b"\x04\0\0\0" + whole[first_packet + 8 :]
    told: list[tuple[object, ...]] = []
    for octets in (*damaged, *damaged):
        try:
            told.append(frames.tables("desk", octets).findings)
        except InvalidFile as fault:
            told.append(fault.faults)
    assert all(told)
    assert told[:2] == told[2:], "how often it was said before is no matter"
    assert capfd.readouterr() == ("", "")
