"""However rows are looked up, they are the rows that the octets say; what was read before changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.snmp.messages import rows
from wiremap_lab.errors import DecodeError
from wiremap_lab.snmp.codec import COUNTER32, INTEGER, NULL, encode_row
from wiremap_lab.snmp.varbinds import head_octets, question, read_rows
from wiremap_lab.tables import Oid, Row

lists = st.lists(rows, max_size=12)


def read(octets: bytes, alike: int) -> tuple[Row, ...] | str:
    try:
        return read_rows(octets, 0, len(octets), alike=alike)
    except DecodeError:
        return "no varbinds"


@given(lists, st.integers(1, 20))
def test_rows_are_read_back_the_first_time_and_from_memory(given: list[Row], alike: int) -> None:
    octets = b"".join(map(encode_row, given))
    assert read(octets, alike) == read(octets, alike) == tuple(given)


@given(lists.filter(bool), st.integers(1, 20), st.data())
def test_what_was_read_before_does_not_change_what_broken_octets_are_read_as(
    given: list[Row], alike: int, data: st.DataObject
) -> None:
    octets = bytearray(b"".join(map(encode_row, given)))
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    broken = bytes(octets)
    afresh = read(broken, 127)  # longer than any name here: each varbind is read the long way
    read(b"".join(map(encode_row, given)), alike)
    assert read(broken, alike) == read(broken, alike) == afresh


@pytest.mark.parametrize("number", [0, 1, 127, 128, 255, 256, 2**31 - 1, 2**31, 2**32 - 1])
def test_a_number_is_read_from_few_octets_and_from_many(number: int) -> None:
    row = ((1, 3, 6, 1, 2, 1, 2, 2, 1, 10, 10101), COUNTER32, number)
    assert read(encode_row(row) * 3, 9) == (row,) * 3


@given(rows.map(lambda row: row[0]), st.integers(0, 20))
def test_a_question_is_a_varbind_of_nothing_wherever_its_name_is_parted(oid: Oid, depth: int) -> None:
    assert question(oid, depth=depth) == encode_row((oid, NULL, None))


def test_octets_of_a_name_are_as_many_as_its_arcs_need() -> None:
    assert head_octets((1, 3, 6, 1, 2, 1, 17)) == bytes.fromhex("2b0601020111")
    assert head_octets((1, 0, 8802)) == bytes.fromhex("28c462")


def test_more_names_than_a_memory_holds_are_read_all_the_same() -> None:
    many = [((1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2, 200 + at), INTEGER, at % 100) for at in range(9000)]
    for start in range(0, len(many), 50):
        part = many[start : start + 50]
        assert read(b"".join(map(encode_row, part)), 13) == tuple(part)
