"""However an agent errs, its walk ends in time with the reason, and the agents beside it do not notice."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.agents import Answer, Mib, Responder, community, table
from tests.faults.agents import (
    COLUMNS,
    MIB,
    ROOT,
    ROWS,
    TURN,
    doubled,
    finds_it_too_big,
    late,
    lossy,
    mid_walk,
    mistakes_the_request_id,
    only_foreign,
    only_garbage,
    with_garbage,
)
from wiremap_lab.errors import TransportError, Unreachable
from wiremap_lab.snmp.udp import UdpEngine
from wiremap_lab.snmp.walker import Ended, Limits, Walked
from wiremap_lab.tables import Oid

LIMITS = Limits(timeout=0.1, retries=3, rows=1500, seconds=5.0, requests_per_second=5000.0)
HEALTHY = table((1, 3, 6, 1, 2, 1, 2, 2), 5, 200)

Outcome = list[Walked] | TransportError


async def walk_beside_a_good_one(
    answer: Answer, limits: Limits = LIMITS, roots: Sequence[Oid] = COLUMNS
) -> tuple[Outcome, float]:
    """Walk a bad agent and a good one by one engine; tell what became of the bad one, and how long it took."""
    async with UdpEngine(limits, rng=random.Random(1)) as engine:
        with Responder(answer) as bad, Responder(community(Mib(HEALTHY).answer), "127.0.0.2") as good:
            began = time.monotonic()

            async def of_bad() -> tuple[Outcome, float]:
                try:
                    return await engine.walk(bad.target(), roots), time.monotonic() - began
                except TransportError as failure:
                    return failure, time.monotonic() - began

            outcome, (healthy,) = await asyncio.gather(of_bad(), engine.walk(good.target(), [HEALTHY[0][0][:9]]))
    assert healthy.complete
    assert healthy.rows == HEALTHY
    return outcome


def assert_nothing_is_invented(walked: Sequence[Walked]) -> None:
    for each in walked:
        whole = [row for row in ROWS if row[0][: len(each.root)] == each.root]
        assert each.rows == whole[: len(each.rows)]
        assert not each.complete or len(each.rows) == len(whole)


@pytest.mark.parametrize(
    ("fault", "ended"),
    [
        ("repeated OID", Ended.NOT_INCREASING),
        ("cycle", Ended.NOT_INCREASING),
        ("backward jump", Ended.NOT_INCREASING),
        ("empty varbind list", Ended.EMPTY_ANSWER),
        ("genErr", Ended.ERROR_STATUS),
        ("silence", Ended.TIMEOUT),
    ],
)
async def test_what_goes_wrong_in_mid_walk_is_the_reason_it_ends(fault: str, ended: Ended) -> None:
    outcome, seconds = await walk_beside_a_good_one(community(mid_walk[fault]))
    assert isinstance(outcome, list)
    assert [each.ended for each in outcome] == [ended] * 2
    assert_nothing_is_invented(outcome)
    assert all(len(each.rows) >= TURN for each in outcome)
    assert seconds < LIMITS.seconds


async def test_a_table_without_end_is_cut_at_the_row_limit() -> None:
    outcome, seconds = await walk_beside_a_good_one(community(mid_walk["endless table"]))
    assert isinstance(outcome, list)
    assert [(each.ended, len(each.rows)) for each in outcome] == [(Ended.ROW_LIMIT, LIMITS.rows)] * 2
    assert seconds < LIMITS.seconds


async def test_an_agent_that_only_manages_one_row_a_message_is_read_whole() -> None:
    outcome, _ = await walk_beside_a_good_one(community(finds_it_too_big))
    assert isinstance(outcome, list)
    assert all(each.complete for each in outcome)
    assert_nothing_is_invented(outcome)


@pytest.mark.parametrize(
    "answer",
    [only_garbage, community(mistakes_the_request_id), only_foreign],
    ids=["garbage", "wrong request-id", "foreign address"],
)
async def test_datagrams_that_are_no_answer_are_none(answer: Answer) -> None:
    outcome, seconds = await walk_beside_a_good_one(answer)
    assert isinstance(outcome, Unreachable)
    assert seconds < (1 + LIMITS.retries) * LIMITS.timeout * 2


async def test_garbage_is_counted_in_the_reason() -> None:
    outcome, _ = await walk_beside_a_good_one(only_garbage)
    assert "4 requests and no answer, 24 datagrams that were none" in str(outcome)


async def test_garbage_and_forged_answers_beside_the_good_ones_change_nothing() -> None:
    chance = random.Random(2)
    outcome, _ = await walk_beside_a_good_one(with_garbage(community(MIB.answer), chance))
    assert isinstance(outcome, list)
    assert all(each.complete for each in outcome)
    assert_nothing_is_invented(outcome)


@pytest.mark.parametrize("seed", range(3))
async def test_thirty_in_a_hundred_lost_each_way_cost_time_only(seed: int) -> None:
    limits = replace(LIMITS, timeout=0.02, retries=20, seconds=20.0)
    answer = lossy(community(MIB.answer), random.Random(seed), 0.3)
    outcome, seconds = await walk_beside_a_good_one(answer, limits)
    assert isinstance(outcome, list)
    assert [each.ended for each in outcome] == [Ended.COMPLETE] * 2
    assert_nothing_is_invented(outcome)
    assert seconds < limits.seconds


@pytest.mark.parametrize("seed", range(3))
async def test_late_doubled_and_reordered_answers_put_no_row_in_a_wrong_place(seed: int) -> None:
    answer = doubled(late(community(MIB.answer), random.Random(seed), 2.5 * LIMITS.timeout))
    outcome, _ = await walk_beside_a_good_one(answer)
    assert isinstance(outcome, list)
    assert [each.ended for each in outcome] == [Ended.COMPLETE] * 2
    assert_nothing_is_invented(outcome)


async def test_an_agent_that_dribbles_is_left_at_the_time_limit() -> None:
    limits = replace(LIMITS, seconds=0.5, timeout=1.0)
    answer = late(community(mid_walk["endless table"]), random.Random(1), 0.2)
    outcome, seconds = await walk_beside_a_good_one(answer, limits)
    assert isinstance(outcome, list)
    assert {each.ended for each in outcome} == {Ended.TIME_LIMIT}
    assert 0.5 <= seconds < 1.0


async def test_a_network_of_bad_agents_ends_by_itself_with_each_ones_reason() -> None:
    async with UdpEngine(LIMITS, rng=random.Random(1)) as engine:
        agents = [Responder(community(respond), f"127.0.1.{at}") for at, respond in enumerate(mid_walk.values(), 1)]
        began = time.monotonic()
        walks = await asyncio.gather(*(engine.walk(agent.target(), [ROOT]) for agent in agents * 3))
        assert time.monotonic() - began < LIMITS.seconds
        for agent in agents:
            agent.__exit__()
    reasons = [walked.ended for (walked,) in walks]
    assert reasons == reasons[: len(agents)] * 3
    assert Ended.COMPLETE not in reasons


async def test_an_agent_is_not_asked_faster_than_its_limit_nor_twice_at_a_time() -> None:
    limits = replace(LIMITS, requests_per_second=100.0)
    async with UdpEngine(limits, rng=random.Random(1)) as engine:
        with Responder(community(MIB.answer)) as agent:
            began = time.monotonic()
            await asyncio.gather(*(engine.walk(agent.target(), COLUMNS) for _ in range(4)))
            seconds = time.monotonic() - began
            assert (agent.requests - 1) / 100 <= seconds
