"""SNMPv3 agents that reboot, change, lose their clock or do not know us: learned again, or told as a refusal."""

import random
import time
from collections.abc import Callable, Iterator

import pytest

from tests.agents import Answer, Mib, Reply, Responder, usm
from tests.faults.agents import COLUMNS, MIB, ROWS, lossy, with_v3_garbage
from wiremap_lab.errors import Refused, Unreachable
from wiremap_lab.snmp.engine import UsmCredentials
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.snmp.udp import UdpEngine
from wiremap_lab.snmp.usm import Agent
from wiremap_lab.snmp.walker import Ended, Limits, Walked

LIMITS = Limits(timeout=0.1, retries=3, seconds=5.0, requests_per_second=5000.0)
USER = User("wiremap", AuthProtocol.SHA1, "long enough", PrivProtocol.AES128, "longer still")
ENGINE_ID = b"\x80\x00\x1f\x88\x04fault"


def an_agent(boots: int = 7) -> Agent:
    return Agent(ENGINE_ID, [USER], started=time.monotonic() - 10_000, boots=boots)


async def walk(answer: Answer, limits: Limits = LIMITS, times: int = 1) -> list[Walked]:
    async with UdpEngine(limits, rng=random.Random(1)) as engine:
        with Responder(answer) as agent:
            for _ in range(times):
                walked = await engine.walk(agent.target(UsmCredentials(USER)), COLUMNS)
    return walked


def assert_whole(walked: list[Walked]) -> None:
    assert [each.ended for each in walked] == [Ended.COMPLETE] * 2
    assert [row for each in walked for row in each.rows] == ROWS


def at_request(number: int, happens: Callable[[], None], answer: Answer) -> Answer:
    """Let something happen to the agent before it takes this request."""
    count = iter(range(1, 10_000))

    def answers(octets: bytes) -> Iterator[Reply]:
        if next(count) == number:
            happens()
        yield from answer(octets)

    return answers


async def test_a_reboot_in_mid_walk_costs_one_report() -> None:
    agent = an_agent()

    def reboot() -> None:
        agent.boots, agent.started = agent.boots + 1, time.monotonic()

    assert_whole(await walk(at_request(4, reboot, usm(agent, MIB.answer))))


async def test_a_reboot_between_walks_is_learned_from_the_next() -> None:
    agent = an_agent()

    def reboot() -> None:
        agent.boots, agent.started = agent.boots + 1, time.monotonic()

    assert_whole(await walk(at_request(12, reboot, usm(agent, MIB.answer)), times=3))


async def test_a_clock_that_was_set_back_is_believed_once_it_is_signed() -> None:
    agent = an_agent()

    def set_back() -> None:
        agent.boots, agent.started = 1, time.monotonic() - 60

    assert_whole(await walk(at_request(4, set_back, usm(agent, MIB.answer))))


async def test_another_agent_at_the_same_address_is_discovered() -> None:
    agent = an_agent()

    def swap() -> None:
        agent.engine_id = b"\x80\x00\x1f\x88\x04spare"

    assert_whole(await walk(at_request(4, swap, usm(agent, MIB.answer))))


async def test_an_agent_that_is_never_in_time_is_asked_a_few_times_and_left() -> None:
    agent = an_agent()
    requests: list[bytes] = []
    clock = iter(range(0, 10_000_000, 1000))

    def answers(octets: bytes) -> Iterator[Reply]:
        requests.append(octets)
        agent.started = -next(clock)
        yield from usm(agent, MIB.answer, clock=lambda: 0.0)(octets)

    with pytest.raises(Refused, match="not in time window"):
        await walk(answers)
    assert len(requests) < 10


async def test_an_agent_that_has_run_out_of_boots_is_refused() -> None:
    with pytest.raises(Refused, match="not in time window"):
        await walk(usm(an_agent(2**31 - 1), MIB.answer))


async def test_an_agent_that_forgets_us_in_mid_walk_keeps_what_it_said() -> None:
    agent = an_agent()
    walked = await walk(at_request(4, agent._users.clear, usm(agent, MIB.answer)))
    assert [each.ended for each in walked] == [Ended.REFUSED] * 2
    assert {each.detail for each in walked} == {"the agent reports: unknown user name"}
    for each in walked:
        assert each.rows == [row for row in ROWS if row[0][: len(each.root)] == each.root][: len(each.rows)]
    assert sum(len(each.rows) for each in walked) > 20


async def test_loss_of_any_message_costs_time_only() -> None:
    limits = Limits(timeout=0.03, retries=20, seconds=20.0, requests_per_second=5000.0)
    assert_whole(await walk(lossy(usm(an_agent(), MIB.answer), random.Random(5), 0.3), limits))


async def test_unsigned_forged_and_broken_messages_change_nothing() -> None:
    assert_whole(await walk(with_v3_garbage(usm(an_agent(), MIB.answer), random.Random(6))))


async def test_who_has_other_keys_than_ours_is_not_believed() -> None:
    other = User("wiremap", AuthProtocol.SHA1, "not its own key", PrivProtocol.AES128, "nor this one")
    impostor = Agent(ENGINE_ID, [other], started=0.0)
    with pytest.raises((Refused, Unreachable)):
        await walk(usm(impostor, Mib([]).answer))
