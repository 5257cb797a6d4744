"""The codec judged by pysnmp and pyasn1, by messages real agents send, and by what must never decode."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.snmp.messages import pdus, pysnmp_message, pysnmp_pdu, pysnmp_reads
from wiremap_lab.errors import DecodeError, InvalidValue
from wiremap_lab.snmp import ber, codec
from wiremap_lab.snmp.codec import Pdu, Version, decode_community, encode_community, parse_oid
from wiremap_lab.tables import Row, Value

SYS_UPTIME = parse_oid("1.3.6.1.2.1.1.3.0")


def answer(*rows: bytes) -> bytes:
    """A v2c response around varbinds as octets."""
    return codec.wrap_community(Version.V2C, b"public", codec.join_pdu(codec.RESPONSE, 1, 0, 0, rows))


def element(tag: int, text: str) -> bytes:
    return ber.encode(tag, bytes.fromhex(text))


def one_row(value: bytes, *, name: bytes = ber.encode_oid(SYS_UPTIME)) -> Row:
    (row,) = decode_community(answer(ber.encode(ber.SEQUENCE, name + value)))[2].rows
    return row


@settings(max_examples=80, deadline=None)
@given(pdus, st.binary(max_size=200))
def test_what_pysnmp_writes_we_read(pdu: Pdu, community: bytes) -> None:
    assert decode_community(pysnmp_message(community, pdu)) == (Version.V2C, community, pdu)


@settings(max_examples=80, deadline=None)
@given(pdus, st.binary(max_size=200))
def test_what_we_write_pysnmp_reads(pdu: Pdu, community: bytes) -> None:
    octets = encode_community(Version.V2C, community, pdu)
    version, theirs, read = pysnmp_reads(octets)
    assert (version, theirs) == (1, community)
    assert read == pysnmp_pdu(pdu)  # and not the same octets: pyasn1 spends two on -128


@settings(max_examples=200, deadline=None)
@given(pdus, st.sampled_from([Version.V1, Version.V2C]))
def test_a_message_read_back_is_the_same(pdu: Pdu, version: Version) -> None:
    octets = encode_community(version, b"c", pdu)
    assert decode_community(octets) == (version, b"c", pdu)
    assert codec.message_version(octets) is version


def test_octets_after_the_message_are_passed_over() -> None:
    octets = encode_community(Version.V1, b"public", Pdu(codec.GETNEXT, 7, 0, 0, ((SYS_UPTIME, codec.NULL, None),)))
    assert decode_community(octets + bytes(40)) == decode_community(octets)


@pytest.mark.parametrize(
    "rows", [(), ((SYS_UPTIME, codec.TIMETICKS, 5),) * 3, (((1, 3), codec.OCTET_STRING, b"x" * 200),)]
)
def test_a_message_cut_short_never_decodes(rows: tuple[Row, ...]) -> None:
    octets = encode_community(Version.V2C, b"public", Pdu(codec.RESPONSE, 1, 0, 0, rows))
    for length in range(len(octets)):
        with pytest.raises(DecodeError):
            decode_community(octets[:length])


@pytest.mark.parametrize(
    ("octets", "value"),
    [
        (element(codec.INTEGER, "ff"), -1),
        (element(codec.INTEGER, "ffffffffffffffff"), -1),  # sent with all of a 64-bit register
        (element(codec.INTEGER, "0000000007"), 7),
        (element(codec.INTEGER, "00ffffffff"), 2**32 - 1),  # an unsigned number declared INTEGER
        (element(codec.INTEGER, ""), 0),  # every leading zero dropped
        (element(codec.INTEGER, "00ffffffffffffffff"), 2**64 - 1),
        (element(codec.COUNTER64, "00" * 10 + "01"), 1),
        (element(codec.COUNTER32, "ffffffff"), 2**32 - 1),  # without the zero before the top bit
        (element(codec.COUNTER32, "00ffffffff"), 2**32 - 1),
        (element(codec.GAUGE32, "ffffffffffffffff"), 2**32 - 1),  # sign-extended
        (element(codec.GAUGE32, "ff"), 2**32 - 1),  # -1, as net-snmp reads it too
        (element(codec.TIMETICKS, "0000000000000005"), 5),
        (element(codec.COUNTER64, "00ffffffffffffffff"), 2**64 - 1),
        (element(codec.COUNTER64, "ffffffffffffffff"), 2**64 - 1),
        (element(codec.COUNTER64, "ffffffffffffffffff"), 2**64 - 1),
        (element(codec.OBJECT_IDENTIFIER, ""), (0, 0)),
        (bytes.fromhex("04 81 02 6869"), b"hi"),  # a length in a longer form than needed
        (bytes.fromhex("04 84 00000002 6869"), b"hi"),
        (bytes.fromhex("41 82 0001 07"), 7),
    ],
)
def test_what_agents_get_wrong_without_harm_is_read_as_meant(octets: bytes, value: Value) -> None:
    assert one_row(octets) == (SYS_UPTIME, octets[0], value)


def test_rows_with_long_lengths_read_the_same_wherever_they_stand() -> None:
    expected = (SYS_UPTIME, codec.NULL, None)
    long = bytes.fromhex("30810d 068108 2b06010201010300 0500")
    longest = bytes.fromhex("308400000010 068400000008 2b06010201010300 0500")
    rows = (long, longest, codec.encode_row(expected), longest, long)
    assert decode_community(answer(*rows))[2].rows == (expected,) * 5


@pytest.mark.parametrize(
    "value",
    [
        element(codec.COUNTER32, "0100000000"),
        element(codec.COUNTER32, "ff7fffffff"),
        element(codec.COUNTER64, "010000000000000000"),
        element(codec.COUNTER64, "00" * 10 + "01" * 10),
        element(codec.INTEGER, "010000000000000000"),
        element(codec.INTEGER, "ff7fffffffffffffff"),
        element(codec.NULL, "00"),
        element(codec.END_OF_MIB_VIEW, "00"),
        element(codec.OBJECT_IDENTIFIER, "2b86"),
        element(codec.OBJECT_IDENTIFIER, "2b8fffffffff7f"),
        element(0x0C, "6869"),
        element(0x30, "0500"),
        bytes.fromhex("04 80 6869 0000"),  # an indefinite length
        bytes.fromhex("04 84 7fffffff 6869"),
        bytes.fromhex("04 85 0000000002 6869"),
        bytes.fromhex("04 ff 6869"),
        bytes.fromhex("04 05 6869"),
        bytes.fromhex("04 01 6869"),
        bytes.fromhex("04"),
        b"",
        bytes.fromhex("0500 0500"),
    ],
)
def test_a_broken_value_does_not_decode(value: bytes) -> None:
    with pytest.raises(DecodeError):
        one_row(value)


@pytest.mark.parametrize(
    "arcs", ["2b860102010103ff", "2b06010201010386", "2b0601020101038fffffffff7f", "8fffffffff7f0601020101"]
)
def test_a_broken_name_does_not_decode(arcs: str) -> None:
    with pytest.raises(DecodeError):
        one_row(element(codec.NULL, ""), name=element(codec.OBJECT_IDENTIFIER, arcs))


def test_an_arc_of_32_bits_is_the_largest() -> None:
    head = "2b060102010103"
    largest = element(codec.OBJECT_IDENTIFIER, head + "8fffffff7f")
    assert one_row(element(codec.NULL, ""), name=largest)[0] == (*SYS_UPTIME[:-1], 2**32 - 1)
    with pytest.raises(DecodeError):
        one_row(element(codec.NULL, ""), name=element(codec.OBJECT_IDENTIFIER, head + "9080808000"))


def test_deep_nesting_is_refused_without_descending() -> None:
    nested = b""
    for _ in range(20_000):
        nested = ber.encode(ber.SEQUENCE, nested)
    with pytest.raises(DecodeError):
        decode_community(nested)
    with pytest.raises(DecodeError):
        decode_community(answer(nested))


def test_a_row_that_ends_past_its_list_does_not_decode_though_the_octets_are_there() -> None:
    octets = bytearray(answer(codec.encode_row((SYS_UPTIME, codec.OCTET_STRING, b"abcdef"))) + bytes(20))
    octets[octets.index(b"\x30\x12") + 1] += 1  # the row and its value grow by one octet, the list does not
    octets[octets.index(b"\x04\x06abcdef") + 1] += 1
    with pytest.raises(DecodeError):
        decode_community(bytes(octets))


@pytest.mark.parametrize("kind", [0xA4, 0xA9, 0x30, 0x02])
def test_what_is_no_pdu_we_read_is_refused_by_name(kind: int) -> None:
    octets = codec.wrap_community(Version.V1, b"public", codec.join_pdu(kind, 1, 0, 0, ()))
    with pytest.raises(DecodeError, match=f"{kind:#04x} is no PDU"):
        decode_community(octets)


@pytest.mark.parametrize("version", [2, 3, 4, -1])
def test_a_message_of_another_version_has_no_community(version: int) -> None:
    body = ber.encode_integer(version) + ber.encode(codec.OCTET_STRING, b"public") + codec.join_pdu(0xA0, 1, 0, 0, ())
    with pytest.raises(DecodeError):
        decode_community(ber.encode(ber.SEQUENCE, body))


@pytest.mark.parametrize(
    "row",
    [
        (SYS_UPTIME, codec.INTEGER, b"7"),
        (SYS_UPTIME, codec.INTEGER, 2**64),
        (SYS_UPTIME, codec.GAUGE32, -1),
        (SYS_UPTIME, codec.COUNTER32, 2**32),
        (SYS_UPTIME, codec.COUNTER64, 2**64),
        (SYS_UPTIME, codec.OCTET_STRING, None),
        (SYS_UPTIME, codec.NULL, 0),
        (SYS_UPTIME, codec.OBJECT_IDENTIFIER, (1,)),
        (SYS_UPTIME, 0x0C, b"text"),
        ((1,), codec.NULL, None),
        ((3, 1), codec.NULL, None),
        ((1, 40), codec.NULL, None),
        ((1, 3, -1), codec.NULL, None),
        ((1, 3, 2**32), codec.NULL, None),
    ],
)
def test_a_row_that_cannot_be_is_not_sent(row: Row) -> None:
    with pytest.raises(InvalidValue):
        codec.encode_row(row)


@pytest.mark.parametrize("text", ["", ".", "1..3", "1.3.x", "1.-3", "1.3.4294967296", "1.3.²"])
def test_a_text_that_is_no_oid_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_oid(text)


def test_an_oid_of_any_first_arcs_survives() -> None:
    for text in ("0.0", "0.39", "1.0.8802", "1.39", "2.0", "2.39", "2.999.1", "2.4294967215.7"):
        oid = parse_oid(text)
        assert codec.format_oid(oid) == text
        assert one_row(element(codec.NULL, ""), name=ber.encode_oid(oid))[0] == oid


def test_no_repr_shows_a_community() -> None:
    assert "secret" not in repr(codec.Community(Version.V2C, b"secret"))


def test_a_row_costs_a_twentieth_of_what_pysnmp_needs_for_it() -> None:
    rows = tuple((parse_oid(f"1.3.6.1.2.1.2.2.1.2.{port}"), codec.OCTET_STRING, b"Gi1/0/1") for port in range(1, 51))
    octets = encode_community(Version.V2C, b"public", Pdu(codec.RESPONSE, 1, 0, 0, rows))

    def cost(read: Callable[[bytes], object], times: int) -> float:
        started = time.process_time()
        for _ in range(times):
            read(octets)
        return (time.process_time() - started) / times

    assert min(cost(decode_community, 50) for _ in range(5)) * 20 < min(cost(pysnmp_reads, 2) for _ in range(5))
