"""Workers elsewhere read what one process reads, and it is kept by the same rules; one that dies loses nothing."""

import os
import pickle
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bench import estate
from wiremap_lab.assignment.book import RuleBook
from wiremap_lab.cli.saving import save
from wiremap_lab.collectors.cluster import collect_on_cluster, shards_by_site
from wiremap_lab.collectors.collect import Collected, Skipped, packed
from wiremap_lab.collectors.inventory.model import Host, Inventory, SnmpProfile
from wiremap_lab.collectors.inventory.native import load_inventory
from wiremap_lab.collectors.network import collect_hosts
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.collectors.shards import How
from wiremap_lab.errors import InvalidValue, Unreachable
from wiremap_lab.experiment import build
from wiremap_lab.snmp.walker import Limits
from wiremap_lab.store.repository import Store

distributed = pytest.importorskip("distributed")

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
COMMUNITY = "WIREMAP_TEST_COMMUNITY"
SECRET = "public"
HOW = How("udp", Limits(timeout=0.5, retries=1), 8)
Results = Sequence[Collected | Skipped]


@pytest.fixture(scope="module")
def inventory() -> Iterator[Inventory]:
    """Six switches that answer, at two sites."""
    command = [sys.executable, "-m", "tests.bench.estate_agents", "6"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as agents:
        assert agents.stdout is not None
        text = estate.inventory(6, int(agents.stdout.readline()))
        read = load_inventory(text.replace(SECRET, f'"env:{COMMUNITY}"'), path="inventory.yaml")
        hosts = tuple(replace(host, site=("hq", "branch")[at % 2]) for at, host in enumerate(read.hosts))
        yield replace(read, hosts=hosts)


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A scheduler, and two workers in processes of their own, which alone know the community."""
    local = {"dashboard_address": "127.0.0.1:0", "host": "127.0.0.1", "env": {COMMUNITY: SECRET}}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **local) as cluster:
        yield cluster.scheduler_address


async def read_here(inventory: Inventory) -> Results:
    return await collect_hosts(
        inventory,
        inventory.hosts,
        engine="udp",
        limits=HOW.limits,
        at_once=8,
        ask=str,
        rng=random.Random(1),
        reading=packed,
    )


def keep(url: str, results: Results) -> tuple[object, ...]:
    """Save what was read, and give what is kept of it."""
    tables = [each.tables for each in results if isinstance(each, Collected)]
    built = build(tables, RuleBook((), (), {}, frozenset()), now=NOW)
    with Store.open(url) as store:
        run = save(store, results, built, started=NOW, finished=NOW, inventory="lab")
        raw = {each.name: store.raw(run, each.name) for each in results}
        return raw, store.elements(), store.attachments(run), store.devices(run), store.findings(run)


async def test_two_workers_bring_into_the_store_what_one_process_brings(
    scheduler: str, inventory: Inventory, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    results = collect_on_cluster(inventory, inventory.hosts, HOW, scheduler=scheduler, done=heard.append)
    assert [each.name for each in results] == [host.name for host in inventory.hosts]
    assert sorted(heard) == sorted(host.name for host in inventory.hosts)
    monkeypatch.setenv(COMMUNITY, SECRET)
    here = await read_here(inventory)
    assert all(isinstance(each, Collected) for each in here)
    assert keep(url, results) == keep(f"sqlite:///{tmp_path / 'here.db'}", here)


def test_a_worker_that_is_killed_costs_nothing_but_time(scheduler: str, inventory: Inventory) -> None:
    silent = tuple(Host(f"silent-{at}", f"127.8.200.{at}", 9, ("bench",), site="hq") for at in range(1, 9))
    with distributed.Client(scheduler, set_as_default=False) as client:
        killed = min(client.run(os.getpid).values())
    threading.Timer(0.5, os.kill, (killed, signal.SIGKILL)).start()
    hosts = (*inventory.hosts, *silent)
    results = collect_on_cluster(replace(inventory, hosts=hosts), hosts, replace(HOW, at_once=2), scheduler=scheduler)
    assert [each.name for each in results] == [host.name for host in hosts]
    assert [each.name for each in results if isinstance(each, Collected)] == [each.name for each in inventory.hosts]


def test_a_secret_the_worker_lacks_skips_its_shard_with_that_reason_and_no_other(
    scheduler: str, inventory: Inventory
) -> None:
    lacking = SnmpProfile("lacking", "2c", Secret.parse("env:WIREMAP_TEST_NOWHERE"))
    other = Host("other", "127.8.200.1", 9, ("lacking",), site="elsewhere")
    both = Inventory((*inventory.hosts, other), {**inventory.profiles, "lacking": lacking})
    *read, skipped = collect_on_cluster(both, both.hosts, HOW, scheduler=scheduler)
    assert all(isinstance(each, Collected) for each in read)
    assert isinstance(skipped, Skipped)
    assert "environment variable 'WIREMAP_TEST_NOWHERE' is not set" in skipped.reason


def test_a_secret_that_would_travel_is_refused(inventory: Inventory) -> None:
    for source in ("hunter2-in-the-file", "ask"):
        profile = SnmpProfile("bench", "3", user="wiremap", auth=("SHA256", Secret.parse(source)))
        with pytest.raises(InvalidValue, match="would go to the workers") as refused:
            collect_on_cluster(
                Inventory(inventory.hosts, {"bench": profile}), inventory.hosts, HOW, scheduler="tcp://x:1"
            )
        assert "hunter2" not in str(refused.value)


def test_a_shard_has_hosts_of_one_site_and_says_where_secrets_are(inventory: Inventory) -> None:
    shards = shards_by_site(inventory, inventory.hosts, HOW)
    assert [(site, part.places) for site, part in shards] == [("hq", (0, 2, 4)), ("branch", (1, 3, 5))]
    sent = pickle.dumps([part for _, part in shards])
    assert COMMUNITY.encode() in sent
    assert SECRET.encode() not in sent


def test_without_a_worker_everything_is_skipped_with_that_reason(inventory: Inventory) -> None:
    with distributed.LocalCluster(
        n_workers=0, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as none:
        results = collect_on_cluster(inventory, inventory.hosts, HOW, scheduler=none.scheduler_address, patience=0.1)
    assert {each.reason for each in results if isinstance(each, Skipped)} == {
        "no worker is left that could read it, for 0.1 s"
    }


def test_a_scheduler_that_is_not_there_is_told_of(inventory: Inventory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wiremap_lab.collectors.cluster.ANSWERS_WITHIN", 0.2)
    with pytest.raises(Unreachable, match=r"scheduler tcp://127\.0\.0\.1:9"):
        collect_on_cluster(inventory, inventory.hosts, HOW, scheduler="tcp://127.0.0.1:9")
