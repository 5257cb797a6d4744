"""Two engines, one result: what ours reads, pysnmp reads too, row for row, and net-snmp's agent said."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace

import pytest

from tests.agents import PUBLIC, Mib, Reply, Responder, community, table, usm
from wiremap_lab.errors import Refused, Unreachable
from wiremap_lab.snmp.codec import (
    COUNTER64,
    INTEGER,
    IP_ADDRESS,
    NO_SUCH_INSTANCE,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    OPAQUE,
    TIMETICKS,
    Community,
    Pdu,
    Version,
)
from wiremap_lab.snmp.engine import Target, UsmCredentials
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.snmp.pysnmp_engine import PysnmpEngine
from wiremap_lab.snmp.udp import UdpEngine
from wiremap_lab.snmp.usm import Agent
from wiremap_lab.snmp.walker import Limits, Walked
from wiremap_lab.tables import Oid, Row

ENGINES: Sequence[type[UdpEngine] | type[PysnmpEngine]] = (UdpEngine, PysnmpEngine)
LIMITS = Limits(timeout=0.3, retries=2, requests_per_second=10_000.0)
ROOT: Oid = (1, 3, 6, 1, 2, 1, 2, 2)
ODD: list[Row] = [
    ((1, 3, 6, 1, 4, 1, 9, 1), INTEGER, -(2**31)),
    ((1, 3, 6, 1, 4, 1, 9, 2), OCTET_STRING, b"\x00\xff\x80switch\x00"),
    ((1, 3, 6, 1, 4, 1, 9, 3), OCTET_STRING, b"x" * 300),
    ((1, 3, 6, 1, 4, 1, 9, 4), OBJECT_IDENTIFIER, (0, 0)),
    ((1, 3, 6, 1, 4, 1, 9, 5), OBJECT_IDENTIFIER, (1, 3, 6, 1, 4, 1, 2**32 - 1)),
    ((1, 3, 6, 1, 4, 1, 9, 6), IP_ADDRESS, b"\x7f\x00\x00\x01"),
    ((1, 3, 6, 1, 4, 1, 9, 7), COUNTER64, 2**64 - 1),
    ((1, 3, 6, 1, 4, 1, 9, 8), TIMETICKS, 2**32 - 1),
    ((1, 3, 6, 1, 4, 1, 9, 9), OPAQUE, b"\x9f\x78\x04\x42\xc8\x00\x00"),
    ((1, 3, 6, 1, 4, 1, 9, 10, 128, 16383, 16384, 2**32 - 1), INTEGER, 0),
]
ROWS = table(ROOT, 3, 40) + ODD
ROOTS = [(*ROOT, 1, 1), (*ROOT, 1, 2), (*ROOT, 1, 3), (1, 3, 6, 1, 4), (1, 3, 6, 1, 5)]
AUTH_PRIV = User("wiremap", AuthProtocol.SHA1, "long enough", PrivProtocol.AES128, "longer still")


def good(name: User) -> Responder:
    engine = Agent(b"\x80\x00\x1f\x88\x04wiremap", [name], started=time.monotonic() - 1000, boots=3)
    return Responder(usm(engine, Mib(ROWS).answer))


def assert_whole(walked: Sequence[Walked], rows: Sequence[Row] = ROWS) -> None:
    assert [each.root for each in walked] == ROOTS
    for each in walked:
        assert each.complete
        assert each.rows == [row for row in rows if row[0][: len(each.root)] == each.root]


@pytest.mark.parametrize("engine_of", ENGINES)
@pytest.mark.parametrize("version", [Version.V1, Version.V2C])
async def test_a_walk_brings_every_row_of_every_type(engine_of: type[UdpEngine], version: Version) -> None:
    rows = [row for row in ROWS if row[1] != COUNTER64 or version is Version.V2C]  # v1 has no Counter64

    def respond(asked: Pdu) -> Pdu:
        return Mib(rows).answer(asked, version)

    async with engine_of(LIMITS) as engine:
        with Responder(community(respond)) as agent:
            assert_whole(await engine.walk(agent.target(Community(version, b"public")), ROOTS), rows)


@pytest.mark.parametrize("engine_of", ENGINES)
@pytest.mark.parametrize(
    "user",
    [
        User("nobody"),
        User("signed", AuthProtocol.MD5, "long enough"),
        AUTH_PRIV,
        User("modern", AuthProtocol.SHA256, "long enough", PrivProtocol.AES256, "longer still"),
        User("cisco", AuthProtocol.SHA1, "long enough", PrivProtocol.AES256C, "longer still"),
    ],
    ids=lambda user: user.name,
)
async def test_a_walk_under_snmpv3_brings_the_same(engine_of: type[UdpEngine], user: User) -> None:
    async with engine_of(LIMITS) as engine:
        with good(user) as agent:
            assert_whole(await engine.walk(agent.target(UsmCredentials(user)), ROOTS))


@pytest.mark.parametrize("engine_of", ENGINES)
async def test_batches_are_the_rows_of_a_walk_pdu_by_pdu(engine_of: type[UdpEngine]) -> None:
    async with engine_of(LIMITS) as engine:
        with Responder(community(Mib(ROWS).answer)) as agent:
            stream = engine.walk_batches(agent.target(), [(1, 3, 6, 1)])
            batches = [rows async for rows in stream]
            assert [row for rows in batches for row in rows] == ROWS
            assert len(batches) <= agent.requests
            assert [each.complete for each in stream.walked] == [True]


@pytest.mark.parametrize("engine_of", ENGINES)
async def test_a_stream_of_a_silent_agent_raises_what_a_walk_raises(engine_of: type[UdpEngine]) -> None:
    async with engine_of(replace(LIMITS, timeout=0.05, retries=1)) as engine:
        with pytest.raises(Unreachable), Responder(lambda _: ()) as agent:
            assert [rows async for rows in engine.walk_batches(agent.target(), ROOTS)] == []


@pytest.mark.parametrize("engine_of", ENGINES)
async def test_a_silent_agent_is_unreachable(engine_of: type[UdpEngine]) -> None:
    async with engine_of(replace(LIMITS, timeout=0.05, retries=1)) as engine:
        with pytest.raises(Unreachable), Responder(lambda _: ()) as agent:
            await engine.walk(agent.target(), ROOTS)


@pytest.mark.parametrize("engine_of", ENGINES)
async def test_single_objects_come_in_the_order_asked_with_what_is_missing(engine_of: type[UdpEngine]) -> None:
    asked = [ROWS[7][0], (1, 3, 6, 1, 9), ROWS[2][0], *(row[0] for row in ODD)]
    async with engine_of(LIMITS) as engine:
        with Responder(community(Mib(ROWS).answer)) as agent:
            rows = await engine.get(agent.target(), asked)
    assert rows == [ROWS[7], ((1, 3, 6, 1, 9), NO_SUCH_INSTANCE, None), ROWS[2], *ODD]


@pytest.mark.parametrize("engine_of", ENGINES)
async def test_a_context_is_behind_the_community_or_in_the_v3_message(engine_of: type[UdpEngine]) -> None:
    asked: list[bytes] = []

    def overheard(octets: bytes) -> tuple[()]:
        asked.append(octets)
        return ()

    async with engine_of(replace(LIMITS, timeout=0.05, retries=0)) as engine:
        with Responder(overheard) as agent, pytest.raises(Unreachable):
            await engine.walk(agent.target(PUBLIC, "20"), ROOTS)
    assert b"public@20" in asked[0]


@pytest.mark.parametrize("engine_of", ENGINES)
async def test_a_v3_context_reaches_the_agent(engine_of: type[UdpEngine]) -> None:
    user = User("nobody")
    engine_id = b"\x80\x00\x1f\x88\x04wiremap"
    usm_agent = Agent(engine_id, [user], started=time.monotonic())
    answer = usm(usm_agent, Mib(ROWS).answer)
    heard: list[bytes] = []

    def listening(octets: bytes) -> Iterable[Reply]:
        heard.append(octets)
        return answer(octets)

    async with engine_of(LIMITS) as engine:
        with Responder(listening) as agent:
            assert_whole(await engine.walk(agent.target(UsmCredentials(user), "vlan-20"), ROOTS))
    assert b"\x04\x07vlan-20" in heard[-1]


@pytest.mark.parametrize("engine_of", ENGINES)
@pytest.mark.parametrize(
    "user",
    [replace(AUTH_PRIV, auth_password="wrong password"), replace(AUTH_PRIV, name="stranger"), User("wiremap")],
    ids=["wrong key", "unknown user", "wrong level"],
)
async def test_who_is_not_let_in_is_told_so(engine_of: type[UdpEngine], user: User) -> None:
    async with engine_of(LIMITS) as engine:
        with good(AUTH_PRIV) as agent, pytest.raises(Refused):
            await engine.walk(agent.target(UsmCredentials(user)), ROOTS)


@pytest.mark.parametrize("engine_of", ENGINES)
async def test_many_agents_are_read_at_once_each_with_its_own_rows(engine_of: type[UdpEngine]) -> None:
    async with engine_of(LIMITS) as engine:
        with ExitStack() as stack:
            mibs = [table((*ROOT, at), 2, 20) for at in range(40)]
            agents = [
                stack.enter_context(Responder(community(Mib(rows).answer), f"127.0.3.{at + 1}"))
                for at, rows in enumerate(mibs)
            ]
            walks = await asyncio.gather(*(engine.walk(agent.target(), [(1, 3, 6, 1)]) for agent in agents))
    assert [walked.rows for (walked,) in walks] == mibs


async def test_a_name_nobody_knows_is_unreachable() -> None:
    async with UdpEngine(LIMITS) as engine:
        with pytest.raises(Unreachable):
            await engine.walk(Target("no such host.invalid", 161, PUBLIC), ROOTS)
