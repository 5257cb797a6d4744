"""Recordings are read as snmpsim writes them, and written so that they are read back the same."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.errors import InvalidFile
from wiremap_lab.snmp.recording import Recording, dump, load, parse
from wiremap_lab.tables import Incomplete, Oid, Row

SYS_NAME: Oid = (1, 3, 6, 1, 2, 1, 1, 5, 0)

oids = st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=8).map(lambda arcs: (1, 3, *arcs))
values = st.one_of(
    st.tuples(st.sampled_from([2, 0x41, 0x42, 0x43, 0x46]), st.integers(0, 2**31)),
    st.tuples(st.sampled_from([4, 0x40, 0x44]), st.binary(max_size=20)),
    st.tuples(st.just(6), oids),
    st.tuples(st.just(5), st.none()),
)


@given(st.dictionaries(oids, values, min_size=1, max_size=20))
def test_what_is_written_is_read_back(table: dict[Oid, tuple[int, int | bytes | Oid | None]]) -> None:
    rows: list[Row] = [(oid, *table[oid]) for oid in sorted(table)]
    assert list(parse(dump(rows).encode(), name="sw").rows) == rows


@given(st.dictionaries(oids, st.just((2, 1)), min_size=1, max_size=30), oids)
def test_a_walk_gives_just_the_rows_below_its_root(table: dict[Oid, tuple[int, int]], root: Oid) -> None:
    recording = Recording("sw", sorted((oid, tag, value) for oid, (tag, value) in table.items()))
    for length in range(1, len(root) + 1):
        start = root[:length]
        assert list(recording.walk(start)) == [row for row in recording.rows if row[0][:length] == start]


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (b"1.3.6.1.2.1.1.5.0|4|core|1", (SYS_NAME, 4, b"core|1")),
        (b"1.3.6.1.2.1.1.5.0|4x|636F 7265", (SYS_NAME, 4, b"core")),
        (b"1.3.6.1.2.1.1.5.0|4e|a\\x00\\n\\\\b", (SYS_NAME, 4, b"a\0\n\\b")),
        (b"1.3.6.1.2.1.1.5.0|64|10.9.0.1", (SYS_NAME, 0x40, b"\x0a\x09\x00\x01")),
        (b"1.3.6.1.2.1.1.5.0|64x|0a090001", (SYS_NAME, 0x40, b"\x0a\x09\x00\x01")),
        (b".1.3.6.1.2.1.1.5.0|6|1.3.6.1\r", (SYS_NAME, 6, (1, 3, 6, 1))),
        (b"1.3.6.1.2.1.1.5.0|67:numeric|rate=100,initial=7", (SYS_NAME, 0x43, 7)),
        (b"1.3.6.1.2.1.1.5.0|5|", (SYS_NAME, 5, None)),
        (b"1.3.6.1.2.1.1.5.0|70|18446744073709551615", (SYS_NAME, 0x46, 2**64 - 1)),
    ],
)
def test_every_tag_of_the_format_is_understood(line: bytes, row: Row) -> None:
    assert list(parse(line + b"\n", name="sw").rows) == [row]


def test_rows_out_of_order_are_put_in_order_and_told_of() -> None:
    recording = parse(b"1.3.2|2|2\n1.3.1|2|1\n1.3.1|2|9\n", name="sw")
    assert [value for _, _, value in recording.rows] == [1, 2]
    assert [finding.quirk for finding in recording.findings] == [66, 66]


def test_a_line_that_is_no_row_is_told_of_with_its_number() -> None:
    recording = parse(b"# made up\n1.3.1|2|1\n1.3.2|2|<private>\nnonsense\n1.3.3|4x|0g\n", name="sw")
    assert len(recording.rows) == 1
    assert [finding.what.split(":")[0] for finding in recording.findings] == ["line 3", "line 4", "line 5"]


def test_what_a_walk_did_not_reach_is_remembered() -> None:
    cut_short = Incomplete((1, 3, 6, 1, 2, 1, 17), "timeout")
    recording = parse(dump([(SYS_NAME, 4, b"core-1")], incomplete=[cut_short]).encode(), name="sw")
    assert recording.incomplete == (cut_short,)


def test_contexts_are_the_files_beside_it(tmp_path: Path) -> None:
    for name in ("core[1]", "core[1]@10", "core[1]@vlan-20", "core1@30"):
        (tmp_path / f"{name}.snmprec").write_text(dump([(SYS_NAME, 4, name.encode())]))
    recording = load(tmp_path / "core[1].snmprec")
    assert sorted(recording.contexts) == ["10", "vlan-20"]
    assert list(recording.contexts["10"].walk(SYS_NAME)) == [(SYS_NAME, 4, b"core[1]@10")]


@pytest.mark.parametrize("octets", [b"", b"\n\n", b"hello\nworld\n", b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00"])
def test_what_is_no_recording_is_refused_with_its_faults(octets: bytes) -> None:
    with pytest.raises(InvalidFile):
        parse(octets, name="sw")


def test_a_file_of_something_else_is_told_by_its_first_line_and_no_more() -> None:
    with pytest.raises(InvalidFile) as refused:
        parse(b"one|2|3\n" * 500, name="sw")
    assert [fault.what for fault in refused.value.faults] == ["no row: not a recording of SNMP", "not an OID: b'one'"]


def test_a_file_that_is_not_there_is_a_fault_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="No such file"):
        load(tmp_path / "gone.snmprec")


@given(st.binary(max_size=300))
def test_no_octets_break_the_reader(octets: bytes) -> None:
    with suppress(InvalidFile):
        assert parse(octets, name="sw").rows
