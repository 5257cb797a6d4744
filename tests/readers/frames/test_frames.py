"""Frames written out octet by octet are read; cut short, they never say something else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.collectors.recordings import read_file
from wiremap_lab.errors import InvalidFile
from wiremap_lab.ids import Mac
from wiremap_lab.readers import frames
from wiremap_lab.tables import ArpEntry, Bss, Capability, CdpNeighbor, Finding, LldpNeighbor

ETHERNET, IEEE802_11 = 1, 105


def tlv(kind: int, value: bytes) -> bytes:
    return (kind << 9 | len(value)).to_bytes(2, "big") + value


PHONE = b"".join(
    [
        bytes.fromhex("0180c200000e 020000aa0051 88cc"),
        tlv(1, b"\x05\x01\x0a\x09\x01\x15"),
        tlv(2, b"\x07020000AA0051:P1"),
        tlv(3, b"\x00\x78"),
        tlv(4, b"SW PORT"),
        tlv(5, b"SEP020000AA0051"),
        tlv(7, b"\x00\x24\x00\x24"),
        tlv(8, b"\x05\x01\x0a\x09\x01\x15\x02\0\0\0\x01\0"),
        tlv(127, b"\x00\x12\xbb\x01\x00\x37\x03"),
        tlv(127, b"\x00\x12\xbb\x03\x0314085550199"),
        tlv(127, b"\x00\x12\xbb\x0aPhone 9"),
        tlv(0, b""),
        bytes(12),
    ]
)


HEADS = [b"", PHONE[:14], PHONE[:40], bytes(12) + b"\x08\x06\x00\x01\x08\x00\x06\x04\x00", b"\x80" + bytes(35)]


def one(link_type: int, frame: bytes) -> object:
    [row] = frames.read_frame(link_type, frame)
    return row


def test_a_phone_says_who_it_is_and_where() -> None:
    heard = one(ETHERNET, PHONE)
    assert isinstance(heard, LldpNeighbor)
    assert (heard.chassis_id.text, heard.port_id.text) == ("10.9.1.21", "020000AA0051:P1")
    assert heard.capabilities == {Capability.BRIDGE, Capability.TELEPHONE}
    assert [str(address) for address in heard.management_addresses] == ["10.9.1.21"]
    assert heard.med is not None
    assert (heard.med.device_class, heard.med.model) == (3, "Phone 9")
    assert [(each.format, each.octets) for each in heard.med_locations] == [(4, b"14085550199")]


def test_a_vlan_tag_is_looked_behind() -> None:
    assert one(ETHERNET, PHONE[:12] + bytes.fromhex("81000014") + PHONE[12:]) == one(ETHERNET, PHONE)


@pytest.mark.parametrize("length", range(14, len(PHONE)))
def test_a_frame_cut_short_never_says_something_else(length: int) -> None:
    whole = one(ETHERNET, PHONE)
    assert isinstance(whole, LldpNeighbor)
    for heard in frames.read_frame(ETHERNET, PHONE[:length]):
        if isinstance(heard, LldpNeighbor):
            assert (heard.chassis_id, heard.port_id) == (whole.chassis_id, whole.port_id)
            assert heard.system_name in ("", whole.system_name)
            assert set(heard.med_locations) <= set(whole.med_locations)
        else:
            assert isinstance(heard, Finding)


@given(st.sampled_from([1, 105, 113, 119, 127, 163, 276, 7]), st.binary(max_size=120), st.sampled_from(HEADS))
def test_no_frame_breaks_the_reader(link_type: int, octets: bytes, head: bytes) -> None:
    list(frames.read_frame(link_type, head + octets))


def test_arp_tells_who_asks() -> None:
    asking = "ffffffffffff 020000aa0001 0806 0001080006040001 020000aa0001 0a090115 000000000000 0a090101"
    heard = one(ETHERNET, bytes.fromhex(asking))
    assert isinstance(heard, ArpEntry)
    assert (str(heard.ip), heard.mac) == ("10.9.1.21", Mac.parse("02:00:00:aa:00:01"))


def test_a_cdp_packet_names_a_switch_and_its_port() -> None:
    def field(kind: int, value: bytes) -> bytes:
        return kind.to_bytes(2, "big") + (len(value) + 4).to_bytes(2, "big") + value

    address = bytes.fromhex("00000001 01 01 cc 0004 0a090063")
    body = (
        field(1, b"Switch")
        + field(2, address)
        + field(3, b"Gi0/24")
        + field(4, bytes([0, 0, 0, 0x28]))
        + field(0xA, b"\0\x0a")
    )
    payload = bytes.fromhex("aaaa0300000c2000 02b4 0000") + body
    heard = one(ETHERNET, bytes.fromhex("01000ccccccc 020000aa0063") + len(payload).to_bytes(2, "big") + payload)
    assert isinstance(heard, CdpNeighbor)
    assert (heard.device_id, heard.port_id, heard.native_vlan) == ("Switch", "Gi0/24", 10)
    assert [str(each) for each in heard.addresses] == ["10.9.0.99"]


def test_a_beacon_names_its_bss() -> None:
    header = bytes.fromhex("80000000 ffffffffffff 0200000b0d01 0200000b0d01 1000")
    heard = one(IEEE802_11, header + bytes(12) + b"\x00\x04corp" + b"\x03\x01\x06")
    assert isinstance(heard, Bss)
    assert (str(heard.bssid), heard.ssid, heard.channel) == ("02:00:00:0b:0d:01", "corp", 6)


def test_a_capture_is_known_by_how_it_begins(tmp_path: Path) -> None:
    header = b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + bytes(8) + b"\xff\xff\x00\x00\x01\x00\x00\x00"
    record = bytes(8) + len(PHONE).to_bytes(4, "little") * 2 + PHONE
    path = tmp_path / "desk.recording"
    path.write_bytes(header + record * 3)
    assert [each.system_name for each in read_file(path).lldp_neighbors] == ["SEP020000AA0051"]


def test_what_only_begins_as_a_capture_is_refused() -> None:
    with pytest.raises(InvalidFile):
        frames.tables("desk", frames.MAGIC[0] + b"rubbish")
