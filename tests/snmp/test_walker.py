"""A walk ends complete or with a reason, keeps what it read, and invents nothing, whatever the agent does."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents import GEN_ERR, TOO_BIG, Mib, error, table
from wiremap_lab.errors import Refused, Unreachable
from wiremap_lab.snmp.codec import GETBULK, GETNEXT, INTEGER, NO_SUCH_OBJECT, RESPONSE, Pdu, Version
from wiremap_lab.snmp.walker import Ended, Limits, Request, SafeWalker, Walked
from wiremap_lab.tables import Oid, Row

Answer = Callable[[Pdu], Pdu | None]

LIMITS = Limits(timeout=1.0, retries=3, seconds=1000.0)
ROOT: Oid = (1, 3, 6, 1, 2, 1, 17)
ROWS = table(ROOT, 3, 40)
COLUMNS = [(*ROOT, 1, column) for column in (1, 2, 3)]


def walk(
    answer: Answer,
    roots: Sequence[Oid],
    limits: Limits = LIMITS,
    version: Version = Version.V2C,
    seconds: float = 0.01,
) -> tuple[list[Walked], list[Request]]:
    """Walk with a clock on which an answer takes so many seconds and a silence its whole wait."""
    now, sent = 0.0, []
    walker = SafeWalker(roots, limits, version=version, rng=random.Random(7), now=now)
    kept: list[list[Row]] = [[] for _ in roots]
    while (request := walker.request) is not None:
        sent.append(request)
        assert len(sent) < 5000, "the walk does not end"
        given = answer(request.pdu(len(sent)))
        now += request.wait if given is None else seconds
        if given is None:
            walker.timed_out(now)
            continue
        for place, rows in walker.answered(given, octets=100 + 20 * len(given.rows), now=now):
            kept[place].extend(rows)
    return walker.walked(kept), sent


def below(root: Oid, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row[0][: len(root)] == root]


def test_columns_that_share_requests_are_untangled() -> None:
    walked, sent = walk(Mib(ROWS).answer, COLUMNS)
    assert [each.rows for each in walked] == [below(root, ROWS) for root in COLUMNS]
    assert all(each.complete for each in walked)
    assert len(sent) < 8
    assert sum(each.seconds for each in walked) == pytest.approx(0.01 * len(sent))


oids = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2**32 - 1)).map(lambda tail: (1, 3, *tail))


@given(
    st.sets(oids, max_size=60),
    st.lists(st.tuples(st.just(1), st.just(3), st.integers(0, 3), st.integers(0, 3)), max_size=5, unique=True),
    st.integers(1, 20),
    st.integers(1, 60),
    st.sampled_from([Version.V1, Version.V2C]),
)
def test_any_mib_is_read_whole_however_small_the_answers(
    names: set[Oid], roots: list[Oid], most: int, repetitions: int, version: Version
) -> None:
    rows: list[Row] = [(oid, INTEGER, 1) for oid in sorted(names)]
    limits = replace(LIMITS, max_repetitions=repetitions, columns_per_request=3)
    mib = Mib(rows, most)
    walked, _ = walk(lambda asked: mib.answer(asked, version), roots, limits, version)
    assert [(each.root, each.rows, each.ended) for each in walked] == [
        (root, below(root, rows), Ended.COMPLETE) for root in roots
    ]


def test_v1_never_asks_in_bulk_and_takes_no_such_name_for_the_end() -> None:
    walked, sent = walk(lambda asked: Mib(ROWS).answer(asked, Version.V1), COLUMNS, version=Version.V1)
    assert {request.kind for request in sent} == {GETNEXT}
    assert all(each.complete and len(each.rows) == 40 for each in walked)


@pytest.mark.parametrize("most", [1, 2, 5, 30])
def test_an_agent_that_says_too_big_is_asked_for_less_until_it_answers(most: int) -> None:
    def answer(asked: Pdu) -> Pdu:
        given = Mib(ROWS).answer(asked)
        return given if len(given.rows) <= most else error(asked, TOO_BIG)

    walked, sent = walk(answer, COLUMNS)
    assert [each.rows for each in walked] == [below(root, ROWS) for root in COLUMNS]
    assert all(each.complete for each in walked)
    assert len(sent) <= len(ROWS) / most * 2 + 20


def test_too_big_for_one_row_ends_with_the_error() -> None:
    (walked,), _ = walk(lambda asked: error(asked, TOO_BIG), [ROOT])
    assert (walked.ended, walked.detail, walked.rows) == (Ended.ERROR_STATUS, "tooBig", [])


def test_an_agent_that_drops_every_getbulk_is_read_by_getnext() -> None:
    def answer(asked: Pdu) -> Pdu | None:
        return None if asked.kind == GETBULK else Mib(ROWS).answer(asked)

    walked, sent = walk(answer, COLUMNS)
    assert [each.rows for each in walked] == [below(root, ROWS) for root in COLUMNS]
    assert sum(request.kind == GETBULK for request in sent) < 20


def test_requests_grow_again_after_a_bad_moment() -> None:
    silences = iter([False] * 3 + [True] * 3 + [False] * 5000)

    def answer(asked: Pdu) -> Pdu | None:
        return None if next(silences) else Mib(table(ROOT, 1, 2000)).answer(asked)

    (walked,), sent = walk(answer, [ROOT])
    assert walked.complete
    assert len(walked.rows) == 2000
    assert sent[3].repetitions > sent[4].repetitions > sent[5].repetitions > sent[6].repetitions == 1
    assert sent[-1].repetitions == LIMITS.max_repetitions


@pytest.mark.parametrize(("seconds", "most"), [(0.01, 256), (0.4, 16)])
def test_only_an_agent_that_answers_swiftly_is_asked_for_more_at_a_time(seconds: float, most: int) -> None:
    walked, sent = walk(Mib(table(ROOT, 1, 1000)).answer, [ROOT], seconds=seconds)
    assert walked[0].complete
    assert max(request.repetitions for request in sent) == most


def test_an_agent_is_asked_for_no_more_than_its_messages_hold() -> None:
    walked, sent = walk(Mib(table(ROOT, 1, 1000), most=20).answer, [ROOT])
    assert walked[0].complete
    assert {request.repetitions for request in sent[2:]} == {21}


def looping(period: int) -> Answer:
    """An agent that gives 30 rows in order and then the last few of them for ever."""
    mib = Mib(table(ROOT, 1, 30))
    endless = [*mib.rows, *list(mib.rows[30 - period :]) * 100]

    def answer(asked: Pdu) -> Pdu:
        at = next((at for at, row in enumerate(endless) if row[0] > asked.rows[0][0]), 30)
        if asked.rows[0][0] == mib.rows[-1][0]:
            at = 30
        return Pdu(RESPONSE, asked.request_id, 0, 0, endless[at : at + max(1, asked.error_index)])

    return answer


@pytest.mark.parametrize("period", [1, 3, 25])
def test_oids_that_come_again_end_the_walk(period: int) -> None:
    (walked,), _ = walk(looping(period), [ROOT])
    assert walked.ended is Ended.NOT_INCREASING
    assert walked.rows == table(ROOT, 1, 30)


def test_an_agent_that_jumps_back_out_of_the_subtree_has_not_shown_its_end() -> None:
    def answer(asked: Pdu) -> Pdu:
        return Pdu(RESPONSE, asked.request_id, 0, 0, [*ROWS[:5], ((1, 3, 6, 1, 1), INTEGER, 0)])

    (walked,), _ = walk(answer, [ROOT])
    assert (walked.ended, walked.rows) == (Ended.NOT_INCREASING, ROWS[:5])
    assert walked.detail == "1.3.6.1.1 comes after 1.3.6.1.2.1.17.1.1.5"


def endless(asked: Pdu) -> Pdu:
    last = asked.rows[0][0]
    number = last[-1] if len(last) > len(ROOT) else 0
    rows: list[Row] = [((*ROOT, number + step + 1), INTEGER, 1) for step in range(max(1, asked.error_index))]
    return Pdu(RESPONSE, asked.request_id, 0, 0, rows)


def test_a_table_without_end_is_left_at_the_row_limit() -> None:
    (walked,), _ = walk(endless, [ROOT], replace(LIMITS, rows=777))
    assert (walked.ended, len(walked.rows)) == (Ended.ROW_LIMIT, 777)


def test_a_table_of_just_as_many_rows_as_allowed_is_complete() -> None:
    (walked,), _ = walk(Mib(table(ROOT, 1, 777)).answer, [ROOT], replace(LIMITS, rows=777))
    assert (walked.ended, len(walked.rows)) == (Ended.COMPLETE, 777)


def test_a_table_without_end_is_left_at_the_octet_limit() -> None:
    (walked,), _ = walk(endless, [ROOT], replace(LIMITS, octets=20_000))
    assert walked.ended is Ended.OCTET_LIMIT
    assert 700 < len(walked.rows) < 1200


def test_a_table_without_end_is_left_at_the_time_limit() -> None:
    (walked,), sent = walk(endless, [ROOT], replace(LIMITS, seconds=1.0))
    assert walked.ended is Ended.TIME_LIMIT
    assert len(sent) == 100


def test_an_answer_without_a_varbind_ends_the_walk_where_it_stands() -> None:
    def answer(asked: Pdu) -> Pdu:
        given = Mib(table(ROOT, 1, 30)).answer(asked)
        return replace(given, rows=()) if any(row[0][-1] > 20 for row in given.rows) else given

    (walked,), sent = walk(answer, [ROOT])
    assert walked.ended is Ended.EMPTY_ANSWER
    assert walked.rows == table(ROOT, 1, 20)
    assert len(sent) < 20


@pytest.mark.parametrize("index", [0, 2])
@pytest.mark.parametrize(("status", "name"), [(GEN_ERR, "genErr"), (6, "noAccess"), (16, "authorizationError")])
def test_an_error_in_mid_walk_ends_its_column_only(status: int, name: str, index: int) -> None:
    bad = COLUMNS[1]

    def answer(asked: Pdu) -> Pdu:
        given = Mib(ROWS).answer(asked)
        wrong = [at for at, row in enumerate(given.rows) if row[0][:-1] == bad and row[0][-1] > 10]
        return error(asked, status, wrong[0] % len(asked.rows) + 1 if index else 0) if wrong else given

    (first, second, third), sent = walk(answer, COLUMNS)
    assert (first.complete, third.complete) == (True, True)
    assert (first.rows, third.rows) == (below(COLUMNS[0], ROWS), below(COLUMNS[2], ROWS))
    assert (second.ended, second.detail) == (Ended.ERROR_STATUS, name)
    assert second.rows == below(bad, ROWS)[:10]
    assert len(sent) < 120


def test_no_such_object_is_no_proof_of_an_end() -> None:
    def answer(asked: Pdu) -> Pdu:
        return Pdu(RESPONSE, asked.request_id, 0, 0, [ROWS[0], ((*ROOT, 9), NO_SUCH_OBJECT, None)])

    (walked,), _ = walk(answer, [ROOT])
    assert (walked.ended, walked.rows) == (Ended.NO_SUCH_OBJECT, ROWS[:1])


def test_rows_beyond_those_asked_for_are_not_believed() -> None:
    def answer(asked: Pdu) -> Pdu:
        given = Mib(ROWS).answer(asked)
        return replace(given, rows=[*given.rows, ((*ROOT, 9, 9), INTEGER, 9), ((*ROOT, 9, 10), INTEGER, 9)])

    walked, _ = walk(answer, COLUMNS)
    assert [each.rows for each in walked] == [below(root, ROWS) for root in COLUMNS]


def test_who_never_answers_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="4 requests and no answer"):
        walk(lambda _: None, COLUMNS)


def test_who_answers_only_that_we_may_not_has_refused() -> None:
    with pytest.raises(Refused, match="authorizationError"):
        walk(lambda asked: error(asked, 16), COLUMNS)


def test_who_falls_silent_is_left_with_what_was_read() -> None:
    answers = iter(range(3))

    def answer(asked: Pdu) -> Pdu | None:
        return Mib(table(ROOT, 20, 40)).answer(asked) if next(answers, None) is not None else None

    walked, sent = walk(answer, [(*ROOT, 1, column) for column in range(1, 21)])
    assert {each.ended for each in walked} == {Ended.TIMEOUT}
    assert sum(len(each.rows) for each in walked) > 60
    assert len(sent) == 3 + 2 * (1 + LIMITS.retries)


def test_a_column_the_agent_chokes_on_does_not_cost_the_others() -> None:
    def answer(asked: Pdu) -> Pdu | None:
        choked = any(row[0][: len(COLUMNS[0])] == COLUMNS[0] for row in asked.rows)
        return None if choked else Mib(ROWS).answer(asked)

    with_first, _ = walk(answer, [COLUMNS[2], COLUMNS[0], COLUMNS[1]], replace(LIMITS, columns_per_request=1))
    assert [each.ended for each in with_first] == [Ended.COMPLETE, Ended.TIMEOUT, Ended.COMPLETE]


@given(st.integers(0, 2**32), st.floats(0, 0.6))
def test_loss_costs_time_and_never_a_row_of_a_complete_walk(seed: int, loss: float) -> None:
    chance = random.Random(seed)

    def answer(asked: Pdu) -> Pdu | None:
        return Mib(ROWS).answer(asked) if chance.random() >= loss else None

    try:
        walked, sent = walk(answer, COLUMNS)
    except Unreachable:
        return
    assert sum(each.requests for each in walked) == pytest.approx(len(sent))
    for each in walked:
        whole = below(each.root, ROWS)
        assert each.rows == (whole if each.complete else whole[: len(each.rows)])
        assert each.ended in {Ended.COMPLETE, Ended.TIMEOUT}
