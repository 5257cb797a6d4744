"""Frames of scapy's and of the standards are read as they were meant."""

import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.frames import crafted
from tests.readers.frames.crafted import ETHERNET, IEEE80211, RADIOTAP
from wiremap_lab.errors import DecodeError
from wiremap_lab.ids import Mac
from wiremap_lab.inference.civic import civic_elements
from wiremap_lab.readers import frames
from wiremap_lab.readers.frames.wifi import nontransmitted_bssid
from wiremap_lab.tables import ArpEntry, Bss, Capability, CdpNeighbor, DhcpLease, Finding, LldpNeighbor, MedPolicy

PPI = 192
PHONE_MAC = Mac.parse("02:00:00:aa:00:01")


def heard(link_type: int, frame: bytes) -> list[object]:
    return list(frames.read_frame(link_type, frame))


def test_a_phone_names_its_model_its_number_and_the_vlan_it_was_told() -> None:
    [phone] = heard(ETHERNET, crafted.phone())
    assert isinstance(phone, LldpNeighbor)
    assert (phone.chassis_id.text, phone.port_id.mac) == ("10.9.1.21", PHONE_MAC)
    assert (phone.system_name, phone.port_description) == ("SEP020000AA0001", "SW PORT")
    assert phone.capabilities == {Capability.BRIDGE, Capability.TELEPHONE}
    assert [str(each) for each in phone.management_addresses] == ["10.9.1.21"]
    assert phone.med is not None
    assert (phone.med.device_class, phone.med.model) == (3, "Phone 9")
    assert phone.med_policies == (MedPolicy(1, vlan=20, priority=5, dscp=46, tagged=True, defined=True),)
    assert [(each.format, each.octets) for each in phone.med_locations] == [(4, b"16125550100")]


def test_a_frame_with_every_location_of_lldp_med_is_read_as_the_vector_says(shared: Path) -> None:
    vector = json.loads((shared / "vectors" / "lldp-med-tlvs.json").read_text(encoding="utf-8"))
    [row] = heard(ETHERNET, bytes.fromhex(vector["frame"]))
    assert isinstance(row, LldpNeighbor)
    assert (row.chassis_id.text, row.port_id.text) == ("00:11:22:33:44:55", "Gi1/0/14")
    assert (row.system_name, row.port_description) == ("idf2-sw1", "GigabitEthernet1/0/14")
    assert row.med_policies == (MedPolicy(1, vlan=500, priority=5, dscp=46, tagged=True, defined=True),)
    located = {each.format: each.octets for each in row.med_locations}
    tlv = bytes.fromhex(vector["med_location_coordinate"])
    assert located[2] == tlv[7:]
    assert civic_elements(located[3]) == vector["med_location_civic_expect"]["pidflo"]
    assert located[4] == bytes.fromhex(vector["med_location_elin"])[7:]


def test_a_switch_says_by_cdp_who_it_is_and_which_port() -> None:
    [row] = heard(ETHERNET, crafted.switch())
    assert isinstance(row, CdpNeighbor)
    assert (row.device_id, row.port_id, row.platform) == ("access-1", "GigabitEthernet1/0/1", "WS-C2960X")
    assert [str(each) for each in row.addresses] == ["10.9.0.9", "fd00::9"]
    assert (row.version, row.native_vlan) == ("15.2", 20)
    assert row.capabilities == {Capability.BRIDGE}


@pytest.mark.parametrize(("operation", "rows"), [(1, 1), (2, 1), (3, 0), (9, 0), (0x2500, 0)])
def test_only_requests_and_replies_of_arp_bind_an_address(operation: int, rows: int) -> None:
    found = heard(ETHERNET, crafted.asker(operation))
    assert len([row for row in found if isinstance(row, ArpEntry)]) == rows
    assert len([row for row in found if isinstance(row, Finding)]) == 1 - rows


def test_a_lease_tells_address_and_circuit() -> None:
    [row] = heard(ETHERNET, crafted.grant(vlan=20))
    assert isinstance(row, DhcpLease)
    assert (str(row.ip), row.mac, str(row.relay)) == ("10.9.1.21", PHONE_MAC, "10.9.1.1")
    assert (row.circuit_id, row.remote_id) == (crafted.CIRCUIT_ID, crafted.REMOTE_ID)


def test_a_server_may_tell_a_client_where_it_is(shared: Path) -> None:
    vector = json.loads((shared / "vectors" / "dhcp-civic.json").read_text(encoding="utf-8"))["rfc4776_munich"]
    address = crafted.civic(vector["country"], vector["sequence"])
    [row] = heard(ETHERNET, crafted.grant(address))
    assert isinstance(row, DhcpLease)
    assert [(each.format, each.octets) for each in row.locations] == [(3, address)]
    assert civic_elements(row.locations[0].octets)["HNO"] == "8"


def test_a_civic_address_cut_short_places_nobody() -> None:
    address = crafted.civic("US", [(3, "Minneapolis"), (28, "214")])
    whole, cut = (heard(ETHERNET, crafted.grant(each)) for each in (address, address[:-1]))
    assert [len(row.locations) for row in (*whole, *cut) if isinstance(row, DhcpLease)] == [1, 0]
    assert [type(row) for row in cut if not isinstance(row, DhcpLease)] == [Finding]


def test_a_beacon_announces_bsss_for_others_and_they_are_marked() -> None:
    rows = [row for row in heard(RADIOTAP, crafted.crowd()) if isinstance(row, Bss)]
    assert [(str(row.bssid), row.ssid, row.channel, row.derived) for row in rows] == [
        ("8c:fd:0f:7f:1e:f5", "corp", 6, False),
        ("8c:fd:0f:7f:1e:f6", "guest", 6, True),
        ("8c:fd:0f:7f:1e:f1", "voice", 6, True),
    ]


@pytest.mark.parametrize("at", [4, 9, 12])
def test_a_profile_too_long_for_one_element_goes_on_in_the_next(at: int) -> None:
    whole = crafted.profile(2, b"a-guest-network")
    first, second = whole[:at], whole[at:]
    parts = [(71, b"\x04" + bytes([0, len(each)]) + each) for each in (first, second)]
    rows = heard(RADIOTAP, crafted.beacon("02:00:00:00:00:10", (0, b"corp"), *parts))
    assert [(str(row.bssid), row.ssid) for row in rows if isinstance(row, Bss) and row.derived] == [
        ("02:00:00:00:00:12", "a-guest-network")
    ]


@pytest.mark.parametrize("element", [b"", b"\x00", b"\x09", b"\x02\x00"])
def test_a_set_of_bssids_that_contradicts_itself_announces_nothing(element: bytes) -> None:
    parts = crafted.profile(4, b"guest")
    rows = heard(RADIOTAP, crafted.beacon("02:00:00:00:00:10", (71, element + bytes([0, len(parts)]) + parts)))
    assert [str(row.bssid) for row in rows if isinstance(row, Bss)] == ["02:00:00:00:00:10"]
    assert [row for row in rows if isinstance(row, Finding)]


@given(st.binary(min_size=6, max_size=6), st.integers(1, 8), st.data())
def test_a_set_of_bssids_is_a_ring_below_its_upper_bits(octets: bytes, bits: int, data: st.DataObject) -> None:
    sender, index = Mac(octets), data.draw(st.integers(1, 2**bits - 1))
    other = nontransmitted_bssid(sender, bits=bits, index=index)
    assert int(other) >> bits == int(sender) >> bits
    assert (int(other) - int(sender)) % 2**bits == index
    assert nontransmitted_bssid(other, bits=bits, index=2**bits - index) == sender


@pytest.mark.parametrize(("bits", "index"), [(0, 0), (3, 0), (3, 8), (9, 1)])
def test_a_set_of_bssids_has_no_other_places(bits: int, index: int) -> None:
    with pytest.raises(DecodeError):
        nontransmitted_bssid(PHONE_MAC, bits=bits, index=index)


def test_a_check_sum_at_the_end_is_no_element() -> None:
    with_check_sum = crafted.crowd()
    bare = with_check_sum[int.from_bytes(with_check_sum[2:4], "little") :]
    assert heard(IEEE80211, bare) == heard(IEEE80211, bare[:-4]) == heard(RADIOTAP, with_check_sum)


def test_a_bssid_counts_once_and_by_what_was_read_of_it() -> None:
    hidden = crafted.beacon("8c:fd:0f:7f:1e:f6", (0, b""), (3, b"\x06"))
    own = crafted.beacon("8c:fd:0f:7f:1e:f6", (0, b"guest"))
    tables = frames.tables("air", crafted.capture(RADIOTAP, [crafted.crowd(), hidden, own]))
    assert [(str(row.bssid), row.ssid, row.derived) for row in tables.bss] == [
        ("8c:fd:0f:7f:1e:f5", "corp", False),
        ("8c:fd:0f:7f:1e:f6", "guest", False),
        ("8c:fd:0f:7f:1e:f1", "voice", True),
    ]


@pytest.mark.parametrize("kind", ["LLDP", "CDP"])
def test_a_device_that_leaves_is_no_neighbor(kind: str) -> None:
    _, frame = crafted.frames()[kind]
    lasting = {"LLDP": b"\x06\x02\x00\x78", "CDP": b"\x20\x00\x02\xb4"}[kind]
    leaving = frame.replace(lasting, lasting.replace(b"\x78", b"\0").replace(b"\xb4", b"\0"))
    assert leaving != frame
    assert heard(ETHERNET, leaving) == []


def test_a_frame_behind_a_ppi_header_is_read_and_one_that_came_damaged_is_not() -> None:
    bare = crafted.frames()["802.11"][1]
    beacon = bare[int.from_bytes(bare[2:4], "little") :]  # without radiotap, and with its check sum

    def ppi(flags: int, link_type: int = crafted.IEEE80211) -> bytes:
        common = struct.pack("<HH8xH10x", 2, 20, flags)
        return struct.pack("<BBHI", 0, 0, 8 + len(common), link_type) + common + beacon

    expected = list(frames.read_frame(*crafted.frames()["802.11"]))
    assert list(frames.read_frame(PPI, ppi(1))) == expected
    assert heard(PPI, ppi(5)) == [Finding("frames", "a frame that came damaged over the air")]
    assert [type(each) for each in frames.read_frame(PPI, ppi(1, PPI))] == [Finding]
    assert all(isinstance(each, Finding) for length in range(30) for each in frames.read_frame(PPI, ppi(1)[:length]))
