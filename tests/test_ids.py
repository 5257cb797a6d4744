"""Identifiers: every spelling of the field means what it says, and nothing else does."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import E164, ChassisId, Mac, PortId, clean_text

SIX = st.binary(min_size=6, max_size=6)

SPELLINGS = [
    "00:0f:34:23:dd:f1",
    "00-0F-34-23-DD-F1",
    "00 0f 34 23 dd f1",
    "000f.3423.ddf1",
    "000f3423ddf1",
    "0x000F3423DDF1",
    "000f34-23ddf1",
    "0:f:34:23:dd:f1",
    "f.3423.ddf1",
    "00:0F:34:23:DD:F1\0",
    "  00:0f:34:23:dd:f1\r\n",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_of_one_mac_is_one_mac(text: str) -> None:
    assert str(Mac.parse(text)) == "00:0f:34:23:dd:f1"
    assert Mac.from_octets(text.encode()) == Mac.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vmnic2",
        "00:0f:34:23:dd",
        "00:0f:34:23:dd:f1:00",
        "000f.3423",
        "00:0f:34:23:dd:fg",
        "0f:34:23:dd:f1:",
        "1.2.3.4",
        "12345.6789.abcd",
    ],
)
def test_what_is_no_mac_is_refused_and_shown(text: str) -> None:
    with pytest.raises(InvalidValue, match="MAC"):
        Mac.parse(text)


@given(SIX)
def test_six_octets_are_the_address_even_where_they_could_be_read_as_text(octets: bytes) -> None:
    assert Mac.from_octets(octets).octets == octets
    assert Mac.parse(str(Mac(octets))) == Mac(octets)
    assert int(Mac(octets)) == int.from_bytes(octets, "big")


@given(st.binary(max_size=20).filter(lambda octets: len(octets) != 6))
def test_other_octets_are_a_mac_in_ascii_or_an_error_of_ours(octets: bytes) -> None:
    try:
        mac = Mac.from_octets(octets)
    except InvalidValue:
        return
    assert octets.isascii()
    assert len(mac.octets) == 6


def test_the_bits_of_a_mac_tell_groups_and_randomised_addresses() -> None:
    assert Mac.parse("01:80:c2:00:00:0e").is_group
    assert Mac.parse("02:00:00:00:01:01").is_local
    assert not Mac.parse("00:1b:2f:3a:9c:4d").is_local


@pytest.mark.parametrize(
    ("subtype", "octets", "kind", "text"),
    [
        (4, bytes.fromhex("001b2f3a9c4d"), "mac", "00:1b:2f:3a:9c:4d"),
        (4, b"48:A9:8A:BD:B4:7D", "mac", "48:a9:8a:bd:b4:7d"),
        (4, b"48:A9:8A:BD:B4:7D\0", "mac", "48:a9:8a:bd:b4:7d"),
        (4, b"core-switch-1", "local", "core-switch-1"),
        (5, b"\x01\x0a\x0a\x14\x26", "network-address", "10.10.20.38"),
        (5, b"10.10.20.38", "network-address", "10.10.20.38"),
        (5, b"\x02" + ipaddress.ip_address("2001:db8::1").packed, "network-address", "2001:db8::1"),
        (5, b"\x0a\x09\x00\x01", "network-address", "10.9.0.1"),
        (5, b"\x06" + bytes.fromhex("001b2f3a9c4d"), "local", "0x06001b2f3a9c4d"),
        (7, b"\xff\xfe\x01", "local", "0xfffe01"),
        (0, b"sw1", "local", "sw1"),
        (99, b"sw1", "local", "sw1"),
        (6, b"eth0\0", "interface-name", "eth0"),
    ],
)
def test_a_chassis_id_is_read_as_what_its_octets_can_be(subtype: int, octets: bytes, kind: str, text: str) -> None:
    read = ChassisId.read(subtype, octets)
    assert (read.kind, read.text) == (kind, text)
    assert (read.octets, read.advertised) == (octets, subtype)


@given(st.integers(-1, 300), st.binary(max_size=40))
def test_no_octets_of_any_subtype_can_break_the_reading(subtype: int, octets: bytes) -> None:
    for kind in (ChassisId, PortId):
        read = kind.read(subtype, octets)
        assert read.octets == octets
        assert "\0" not in read.text


@given(
    st.integers(1, 7), st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=20)
)
def test_an_identifier_reads_back_from_its_own_text(subtype: int, text: str) -> None:
    port = PortId.read(subtype, text.encode())
    assert PortId.parse(str(port)) == port


def test_two_spellings_of_one_chassis_are_one_chassis() -> None:
    assert ChassisId.read(4, b"48:A9:8A:BD:B4:7D") == ChassisId.read(4, bytes.fromhex("48a98abdb47d"))
    assert len({ChassisId.parse("48a9.8abd.b47d"), ChassisId.parse("mac:48:a9:8a:bd:b4:7d")}) == 1


def test_a_chassis_and_a_port_of_the_same_text_are_not_the_same() -> None:
    assert len({ChassisId.parse("local:1"), PortId.parse("local:1")}) == 2


def test_a_text_that_is_not_of_its_subtype_is_refused() -> None:
    with pytest.raises(InvalidValue, match="IP address"):
        ChassisId.parse("network-address:somewhere")


@pytest.mark.parametrize("octets", [b"Gi1/0/1\0", b" Gi1/0/1\r\n", b"\x01Gi1/0/1"])
def test_text_of_devices_is_trimmed_of_what_breaks_terminals_and_databases(octets: bytes) -> None:
    assert clean_text(octets) == "Gi1/0/1"


def test_text_that_is_no_utf8_is_read_as_latin1() -> None:
    assert clean_text("Büro".encode("latin-1")) == "Büro"


@pytest.mark.parametrize("text", ["+16125550100", "612-555-0100", "(612) 555.0100"])
def test_a_telephone_number_has_one_form(text: str) -> None:
    assert str(E164.parse(text)) == "+16125550100"


@pytest.mark.parametrize("text", ["911", "+0123456789", "5550100", "+1612555010012345"])
def test_what_is_no_telephone_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"E\.164"):
        E164.parse(text)
