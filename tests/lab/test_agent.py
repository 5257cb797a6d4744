"""The agent without a socket: RFC 3416 clause by clause, and laws that hold for any MIB."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.lab.agent import Agent, Mib
from wiremap_lab.lab.mib.objects import Cell
from wiremap_lab.snmp.codec import (
    END_OF_MIB_VIEW,
    GET,
    GETBULK,
    GETNEXT,
    INTEGER,
    NO_SUCH_INSTANCE,
    NO_SUCH_OBJECT,
    NULL,
    OCTET_STRING,
    RESPONSE,
    SET,
    TRAP2,
    Pdu,
    Version,
    decode_community,
    encode_community,
)
from wiremap_lab.tables import Oid, Row

TABLE: list[Cell] = [
    ((1, 3, 6, 1, 9, 1), (2,), INTEGER, 12),
    ((1, 3, 6, 1, 9, 1), (1,), INTEGER, 11),
    ((1, 3, 6, 1, 9, 2), (1,), OCTET_STRING, b"one"),
    ((1, 3, 6, 1, 9, 2), (2,), OCTET_STRING, b"two"),
    ((1, 3, 6, 1, 10), (0,), OCTET_STRING, b"last"),
]
oids = st.lists(st.integers(0, 300), min_size=1, max_size=6).map(lambda arcs: (1, 3, *arcs))


def agent(cells: Sequence[Cell] = TABLE, *, room: int = 1472) -> Agent:
    mib = Mib(cells)
    return Agent(b"public", lambda context: None if context else mib, lambda: 4711, room)


def ask(
    kind: int, *names: Oid, of: Agent | None = None, version: Version = Version.V2C, singles: int = 0, times: int = 0
) -> Pdu:
    pdu = Pdu(kind, 7, singles, times, [(name, NULL, None) for name in names])
    answer = (of or agent()).answer(encode_community(version, b"public", pdu), now=0)
    assert answer is not None
    back, community, response = decode_community(answer)
    assert (back, community, response.kind, response.request_id) == (version, b"public", RESPONSE, 7)
    return response


def test_get_gives_the_value_or_says_what_is_missing() -> None:
    rows = ask(GET, (1, 3, 6, 1, 9, 1, 2), (1, 3, 6, 1, 9, 1, 9), (1, 3, 6, 1, 9, 3, 1), (1, 3, 6, 1, 9, 1)).rows
    assert [row[1] for row in rows] == [INTEGER, NO_SUCH_INSTANCE, NO_SUCH_OBJECT, NO_SUCH_INSTANCE]
    assert rows[0][2] == 12


def test_getnext_gives_the_row_after_whether_or_not_the_name_exists() -> None:
    rows = ask(GETNEXT, (1, 3), (1, 3, 6, 1, 9, 1, 1), (1, 3, 6, 1, 9, 1, 1, 5), (1, 3, 6, 1, 10, 0)).rows
    assert [row[0] for row in rows[:3]] == [(1, 3, 6, 1, 9, 1, 1), (1, 3, 6, 1, 9, 1, 2), (1, 3, 6, 1, 9, 1, 2)]
    assert rows[3] == ((1, 3, 6, 1, 10, 0), END_OF_MIB_VIEW, None)


def test_version_1_has_no_exceptions_but_an_error_with_an_index() -> None:
    for kind, missing in ((GET, (1, 3, 6, 1, 9, 9)), (GETNEXT, (1, 3, 7))):
        response = ask(kind, (1, 3, 6, 1, 9, 1, 1), missing, version=Version.V1)
        assert (response.error_status, response.error_index) == (2, 2)
        assert [row[0] for row in response.rows] == [(1, 3, 6, 1, 9, 1, 1), missing]


def test_getbulk_walks_columns_side_by_side_after_the_single_ones() -> None:
    """RFC 3416, 4.2.3.1 has the same shape as its example."""
    response = ask(GETBULK, (1, 3, 6, 1, 10), (1, 3, 6, 1, 9, 1), (1, 3, 6, 1, 9, 2), singles=1, times=2)
    assert [row[0][-2:] for row in response.rows] == [(10, 0), (1, 1), (2, 1), (1, 2), (2, 2)]


def test_getbulk_stops_when_nothing_is_left_in_any_column() -> None:
    response = ask(GETBULK, (1, 3, 6, 1, 9, 2, 2), (1, 3, 6, 1, 10, 0), times=50)
    assert [row[1] for row in response.rows] == [OCTET_STRING, END_OF_MIB_VIEW, END_OF_MIB_VIEW, END_OF_MIB_VIEW]
    assert response.rows[2][0] == (1, 3, 6, 1, 10, 0), "the end is told under the last name"


def test_getbulk_is_cut_to_what_one_datagram_holds() -> None:
    cells: list[Cell] = [((1, 3, 6, 1, 9), (n,), OCTET_STRING, b"x" * 100) for n in range(50)]
    for room in (484, 1472, 65507):
        small = agent(cells, room=room)
        pdu = Pdu(GETBULK, 7, 0, 50, [((1, 3), NULL, None)])
        answer = small.answer(encode_community(Version.V2C, b"public", pdu), now=0)
        assert answer is not None
        assert len(answer) <= room
        rows = decode_community(answer)[2].rows
        assert len(rows) == min(50, (room - 54) // 113)


def test_what_does_not_fit_is_too_big() -> None:
    cells: list[Cell] = [((1, 3, 6, 1, 9), (n,), OCTET_STRING, b"x" * 300) for n in range(5)]
    response = ask(GET, *((1, 3, 6, 1, 9, n) for n in range(5)), of=agent(cells, room=484))
    assert (response.error_status, response.error_index, list(response.rows)) == (1, 0, [])


def test_nothing_can_be_set() -> None:
    assert ask(SET, (1, 3, 6, 1, 10, 0)).error_status == 17


def test_uptime_is_told_as_of_now() -> None:
    cells: list[Cell] = [((1, 3, 6, 1, 2, 1, 1, 3), (0,), 0x43, 0)]
    assert ask(GET, (1, 3, 6, 1, 2, 1, 1, 3, 0), of=agent(cells)).rows[0][2] == 4711
    assert ask(GETNEXT, (1, 3), of=agent(cells)).rows[0][2] == 4711


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x30",
        b"hello",
        encode_community(Version.V2C, b"private", Pdu(GET, 1, 0, 0, [])),
        encode_community(Version.V2C, b"public@110", Pdu(GET, 1, 0, 0, [])),
        encode_community(Version.V2C, b"public", Pdu(RESPONSE, 1, 0, 0, [])),
        encode_community(Version.V2C, b"public", Pdu(TRAP2, 1, 0, 0, [])),
        encode_community(Version.V1, b"public", Pdu(GETBULK, 1, 0, 5, [])),
    ],
)
def test_what_is_no_request_of_ours_gets_no_answer(datagram: bytes) -> None:
    assert agent().answer(datagram, now=0) is None


@given(st.dictionaries(oids, st.integers(0, 2**31 - 1), min_size=1, max_size=40))
def test_walking_by_getnext_gives_every_row_once_and_in_order(values: dict[Oid, int]) -> None:
    mine = agent([(oid, (), INTEGER, value) for oid, value in values.items()])
    found: list[Row] = []
    name: Oid = (0, 0)
    while (row := ask(GETNEXT, name, of=mine).rows[0])[1] != END_OF_MIB_VIEW:
        found.append(row)
        name = row[0]
    assert found == [(oid, INTEGER, values[oid]) for oid in sorted(values)]


@given(st.dictionaries(oids, st.integers(0, 99), min_size=1, max_size=40), st.integers(1, 20))
def test_walking_by_getbulk_gives_what_getnext_gives(values: dict[Oid, int], times: int) -> None:
    mine = agent([(oid, (), INTEGER, value) for oid, value in values.items()])
    found: list[Oid] = []
    name: Oid = (0, 0)
    while True:
        rows = ask(GETBULK, name, of=mine, times=times).rows
        found += [row[0] for row in rows if row[1] != END_OF_MIB_VIEW]
        if rows[-1][1] == END_OF_MIB_VIEW:
            break
        name = rows[-1][0]
    assert found == sorted(values)


@given(st.binary(max_size=80))
def test_no_octets_make_an_agent_fail(octets: bytes) -> None:
    agent().answer(octets, now=0)
