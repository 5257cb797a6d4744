"""Beside devices that err in every way we know, the others are read, told and kept as if they were alone."""

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.agents import Answer, Mib, Respond, Responder, community
from tests.bench import estate
from tests.faults.agents import (
    cycles,
    doubled,
    errs,
    falls_silent,
    finds_it_too_big,
    is_empty,
    is_endless,
    jumps_back,
    late,
    lossy,
    mistakes_the_request_id,
    only_foreign,
    only_garbage,
    repeats,
    with_garbage,
)
from wiremap_lab.assignment.book import RuleBook
from wiremap_lab.cli.saving import save
from wiremap_lab.collectors.collect import Collected, Skipped, packed
from wiremap_lab.collectors.inventory.model import Host, Inventory, SnmpProfile
from wiremap_lab.collectors.network import collect_hosts
from wiremap_lab.collectors.processes import collect_in_processes
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.collectors.shards import How
from wiremap_lab.experiment import build
from wiremap_lab.snmp.codec import Pdu
from wiremap_lab.snmp.walker import Limits
from wiremap_lab.store.repository import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMITS = Limits(timeout=0.2, retries=3, rows=1500, seconds=2.5, requests_per_second=5000.0)
#: A distribution switch and three of its access switches.
HEALTHY = (0, 2, 3, 4)
PROFILES = {"lab": SnmpProfile("lab", "2c", Secret.parse("env:WIREMAP_TEST_COMMUNITY"))}
Results = Sequence[Collected | Skipped]
Read = Callable[[Sequence[Host]], Awaitable[Results]]


#: A switch somewhere else, which errs once its forwarding database is asked for.
ELSEWHERE = Mib(estate.rows(30, 50))
IN_THE_FDB = (*estate.FDB, 2)


def _then(strange: Respond) -> Respond:
    def respond(asked: Pdu) -> Pdu | None:
        there = any(row[0][: len(IN_THE_FDB)] == IN_THE_FDB != row[0] for row in asked.rows)
        return strange(asked) if there else ELSEWHERE.answer(asked)

    return respond


def faults() -> dict[str, Answer]:
    chance = random.Random(7)
    good = community(ELSEWHERE.answer)
    strange = {
        "repeated OID": repeats,
        "cycle": cycles,
        "backward jump": jumps_back,
        "empty varbind list": is_empty,
        "genErr": errs,
        "silence": falls_silent,
    }
    return {
        **{fault: community(_then(respond)) for fault, respond in strange.items()},
        "endless table": community(is_endless),
        "too big for more than a row": community(finds_it_too_big),
        "another request-id": community(mistakes_the_request_id),
        "garbage only": only_garbage,
        "garbage too": with_garbage(good, chance),
        "foreign address": only_foreign,
        "lost": lossy(good, chance, 0.3),
        "late": late(good, chance, 0.5),
        "doubled": doubled(good),
        "dribbles for ever": late(community(is_endless), chance, 0.4),
        "nobody": lambda _: [],
    }


@contextlib.contextmanager
def network(*, with_faults: bool) -> Iterator[tuple[Host, ...]]:
    """Serve the healthy switches, and the faulty ones between them."""
    agents = {estate.name(switch): community(Mib(estate.rows(switch, 5)).answer) for switch in HEALTHY}
    if with_faults:
        agents = dict(sorted({**agents, **faults()}.items(), key=lambda agent: agent[0][::-1]))
    with contextlib.ExitStack() as stack:
        served = {
            name: stack.enter_context(Responder(answer, f"127.0.5.{at}"))
            for at, (name, answer) in enumerate(agents.items(), 1)
        }
        yield tuple(Host(name, agent.host, agent.port, ("lab",)) for name, agent in served.items())


def nobody_is_asked(what: str) -> str:
    raise AssertionError(what)


async def read_here(hosts: Sequence[Host], at_once: int = 8) -> Results:
    return await collect_hosts(
        Inventory(tuple(hosts), PROFILES),
        hosts,
        engine="udp",
        limits=LIMITS,
        at_once=at_once,
        ask=nobody_is_asked,
        rng=random.Random(1),
        reading=packed,
    )


async def read_by_processes(hosts: Sequence[Host]) -> Results:
    inventory, how = Inventory(tuple(hosts), PROFILES), How("udp", LIMITS, 8)
    return await asyncio.to_thread(collect_in_processes, inventory, hosts, how, processes=2, ask=nobody_is_asked)


@pytest.fixture(autouse=True)
def _community(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREMAP_TEST_COMMUNITY", "public")


def of_the_healthy(results: Results) -> Mapping[str, object]:
    healthy = {estate.name(switch) for switch in HEALTHY}
    read = (each for each in results if isinstance(each, Collected) and each.name in healthy)
    return {each.name: (each.tables, each.kept) for each in read}


def stored(results: Results, path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Save a run, and read from the file all that it says of the healthy ones, ids and times aside."""
    built = build(
        [each.tables for each in results if isinstance(each, Collected)], RuleBook((), (), {}, frozenset()), now=NOW
    )
    with Store.open(str(path)) as store:
        save(store, results, built, started=NOW, finished=NOW, inventory="lab")
    names = ",".join(f"'{estate.name(switch)}'" for switch in HEALTHY)
    queries = {
        "raw": f"SELECT device, context, sha256, octets FROM raw WHERE device IN ({names})",
        "elements": f"SELECT key, parts, device, label, facts, evidence FROM elements WHERE device IN ({names})",
        "attachments": f"SELECT mac, device, port, via, ips, evidence FROM attachments WHERE device IN ({names})",
        "neighbors": f"SELECT device, port, chassis, far_port, system FROM neighbors WHERE device IN ({names})",
        "findings": f"SELECT device, place, what, quirk, times FROM findings WHERE device IN ({names})",
        "devices": f"SELECT name, status, reason, incomplete FROM devices WHERE name IN ({names})",
    }
    with contextlib.closing(sqlite3.connect(path)) as database:
        return {what: sorted(database.execute(query), key=repr) for what, query in queries.items()}


@pytest.mark.parametrize("read", [read_here, read_by_processes])
async def test_what_is_kept_of_the_others_is_the_same_octet_for_octet(read: Read, tmp_path: Path) -> None:
    with network(with_faults=False) as hosts:
        alone = await read_here(hosts)
    with network(with_faults=True) as hosts:
        beside = await read(hosts)
    assert [each.name for each in beside] == [host.name for host in hosts]
    assert of_the_healthy(beside) == of_the_healthy(alone)
    assert len(of_the_healthy(alone)) == len(HEALTHY)
    kept = stored(alone, tmp_path / "alone.db")
    assert all(len(rows) >= len(HEALTHY) for rows in kept.values())
    assert stored(beside, tmp_path / "beside.db") == kept


async def test_each_faulty_one_is_skipped_or_incomplete_with_its_reason_unless_it_is_only_slow(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with network(with_faults=True) as hosts:
        results = {each.name: each for each in await read_here(hosts)}
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    told = {name: reason(result) for name, result in results.items() if name in faults()}
    whole = {name for name, why in told.items() if not why}
    assert whole <= {"too big for more than a row", "garbage too", "lost", "late", "doubled"}
    assert "not-increasing" in told["cycle"]
    assert "time-limit: more than 2.5 seconds" in told["dribbles for ever"]
    assert "datagrams that were none" in told["garbage only"]


def reason(result: Collected | Skipped) -> str:
    if isinstance(result, Skipped):
        return result.reason
    return "; ".join(gap.reason for gap in result.tables.incomplete)
