import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from tests.collectors.canned import (
    DOT1D_BASE_PORT_IF_INDEX,
    DOT1D_TP_FDB_PORT,
    INTEGER,
    VTP_VLAN_STATE,
    CannedEngine,
    agent,
)
from wiremap_lab.collectors.answer import Answer
from wiremap_lab.collectors.collect import Collected, Skipped, collect
from wiremap_lab.collectors.inventory.model import Host, SnmpProfile
from wiremap_lab.collectors.inventory.native import AUTH_PROTOCOLS, PRIV_PROTOCOLS, load_inventory
from wiremap_lab.collectors.memory import DeviceMemory, Memory
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.collectors.snmp import credentials, read_host, sources
from wiremap_lab.errors import InvalidValue, Unreachable
from wiremap_lab.readers.mibs.system import SYS_UP_TIME
from wiremap_lab.snmp.engine import Target, UsmCredentials
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import Oid, Row

SECRET = "hunter2-is-secret"
INVENTORY = load_inventory(
    f"""\
profiles:
  new: {{version: 3, user: wiremap, auth: {{protocol: SHA256, password: "{SECRET}"}}}}
  old: {{version: 2c, community: "{SECRET}"}}
hosts:
  sw1: {{host: 10.0.0.1, profiles: [new, old]}}
  sw2: {{host: 10.0.0.2, profiles: [old]}}
  sw3: {{host: 10.0.0.3, profiles: [new, old]}}
""",
    path="inventory.yaml",
)
MAC = (2, 0, 0, 0, 0, 7)
UP_TIME = (*SYS_UP_TIME, 0)


def ask(what: str) -> str:
    raise AssertionError(f"asked for {what}")


async def read(agents: Mapping[tuple[str, str], Recording], broken: frozenset[Oid] = frozenset()) -> dict[str, object]:
    engine = CannedEngine(agents, broken)
    results = await collect(sources(engine, INVENTORY, INVENTORY.hosts, ask=ask), at_once=2)
    return {result.name: result for result in results}


async def test_the_first_profile_that_is_let_in_reads_the_device() -> None:
    results = await read({("10.0.0.1", SECRET): agent("core-1"), ("10.0.0.2", SECRET): agent("core-2")})
    assert list(results) == ["sw1", "sw2", "sw3"]
    first = results["sw1"]
    assert isinstance(first, Collected)
    assert first.tables.system is not None
    assert (first.tables.name, first.tables.system.name) == ("sw1", "core-1")


async def test_a_device_that_lets_nobody_in_is_skipped_with_what_was_tried_and_no_secret() -> None:
    skipped = (await read({}))["sw3"]
    assert isinstance(skipped, Skipped)
    assert skipped.reason == (
        "10.0.0.3 port 161: profile 'new': 4 requests and no answer; profile 'old': 4 requests and no answer"
    )


async def test_a_subtree_without_an_end_is_told_of() -> None:
    results = await read({("10.0.0.2", SECRET): agent("core-2")}, broken=frozenset({DOT1D_TP_FDB_PORT}))
    read_ = results["sw2"]
    assert isinstance(read_, Collected)
    assert [(gap.root, gap.reason) for gap in read_.tables.incomplete] == [
        (DOT1D_TP_FDB_PORT, "timeout: 3 requests and no answer")
    ]


def cisco(*vlans: int) -> Recording:
    """A switch that shows the forwarding database of each VLAN in a context, and one VLAN in none."""
    states = [((*VTP_VLAN_STATE, vlan), INTEGER, 1) for vlan in (*vlans, 99)]
    views = {
        vlan: agent(
            f"vlan {vlan}",
            ((*DOT1D_BASE_PORT_IF_INDEX, 3), INTEGER, 10103),
            ((*DOT1D_TP_FDB_PORT, *MAC[:5], vlan), INTEGER, 3),
        )
        for vlan in vlans
    }
    contexts = {name: view for vlan, view in views.items() for name in (str(vlan), f"vlan-{vlan}")}
    return replace(agent("cisco", *states), contexts=contexts)


def way_in(name: str) -> SnmpProfile:
    profile = INVENTORY.profiles[name]
    assert isinstance(profile, SnmpProfile)
    return profile


@pytest.mark.parametrize("profile", ["new", "old"])
async def test_each_vlan_of_a_cisco_switch_is_read_in_its_own_context(profile: str) -> None:
    engine = CannedEngine({("10.0.0.1", SECRET): cisco(10, 20), ("10.0.0.1", "wiremap"): cisco(10, 20)})
    way = {profile: credentials(way_in(profile), ask)}
    recording = await read_host(engine, Host("sw1", "10.0.0.1"), way)
    assert {target.context for target in engine.asked} == (
        {"", "10", "20", "99"} if profile == "old" else {"", "vlan-10", "vlan-20", "vlan-99"}
    )
    assert list(recording.contexts) == ["10", "20", "99"]
    found = await collect([("sw1", lambda: _given(recording))], at_once=1)
    assert isinstance(found[0], Collected)
    assert {(entry.vlan, entry.if_index) for entry in found[0].tables.fdb} == {(10, 10103), (20, 10103)}
    silent = {gap.reason for gap in found[0].tables.incomplete}
    assert silent == {"4 requests and no answer"}


@dataclass
class Restarting(CannedEngine):
    """An engine whose agents restart, so many times, just before they are asked a single object."""

    times: int = 0

    async def get(self, target: Target, oids: Sequence[Oid]) -> list[Row]:
        self.times -= 1
        assert (target.host, [*oids]) == ("10.0.0.1", [UP_TIME])
        return [(UP_TIME, 0x43, 100 if self.times >= 0 else 90_000)]


async def test_a_switch_that_restarts_while_it_is_read_is_read_again_and_not_believed_the_second_time() -> None:
    switch = agent("core-1", (UP_TIME, 0x43, 80_000))
    way = {"old": credentials(way_in("old"), ask)}
    for times, walks in ((0, 1), (1, 2)):
        engine = Restarting({("10.0.0.1", SECRET): switch}, times=times)
        assert (await read_host(engine, Host("sw1", "10.0.0.1"), way)).rows == switch.rows
        assert len(engine.asked) == walks
    with pytest.raises(Unreachable, match="restarted twice"):
        await read_host(Restarting({("10.0.0.1", SECRET): switch}, times=2), Host("sw1", "10.0.0.1"), way)


async def _given(recording: Recording) -> Answer:
    return Answer(recording.name, recording)


async def test_no_more_devices_are_read_at_once_than_allowed_and_all_are_told_of() -> None:
    running = peak = 0

    async def slow() -> Answer:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        await asyncio.sleep(0)
        running -= 1
        raise Unreachable("gone")

    told: list[str] = []
    names = [f"sw{number}" for number in range(20)]
    results = await collect([(name, slow) for name in names], at_once=3, done=told.append)
    assert peak == 3
    assert [each.name for each in results] == names
    assert sorted(told) == sorted(names)


@pytest.mark.parametrize("auth", AUTH_PROTOCOLS)
@pytest.mark.parametrize("priv", PRIV_PROTOCOLS)
def test_every_protocol_an_inventory_may_name_is_one_we_speak(auth: str, priv: str) -> None:
    asked = Secret.parse("ask")
    profile = SnmpProfile("p", "3", user="u", auth=(auth, asked), priv=(priv, asked))
    found = credentials(profile, lambda what: f"for {what}")
    assert found == UsmCredentials(
        User(
            "u",
            AuthProtocol(auth.lower()),
            "for profile 'p', auth password",
            PrivProtocol(priv.lower()),
            "for profile 'p', priv password",
        )
    )


def test_a_secret_that_is_not_to_be_had_stops_the_run_before_any_device_is_asked() -> None:
    inventory = load_inventory(
        "profiles: {p: {version: 1, community: 'env:WIREMAP_NOT_SET'}}\nhosts: {a: {profiles: p}}", path="i.yaml"
    )
    engine = CannedEngine({})
    with pytest.raises(InvalidValue, match="WIREMAP_NOT_SET"):
        sources(engine, inventory, inventory.hosts, ask=ask)
    assert engine.asked == []


async def test_the_profile_that_let_us_in_is_tried_first_the_next_time() -> None:
    engine = CannedEngine({("10.0.0.1", SECRET): agent("core-1")})
    host = Host("sw1", "10.0.0.1", profiles=("new", "old"))
    memory = Memory({"sw1": DeviceMemory("sw1", ("shell",), max_repetitions=9)})
    tried: list[int] = []
    for _ in range(2):
        await collect(sources(engine, INVENTORY, [host], ask=ask, memory=memory), at_once=1)
        tried.append(len(engine.asked))
        engine.asked.clear()
    assert tried == [2, 1]
    assert memory.learned == {"sw1": DeviceMemory("sw1", ("old", "shell"), max_repetitions=9)}


async def test_no_repr_shows_a_secret() -> None:
    engine = CannedEngine({("10.0.0.2", SECRET): agent("core-2")})
    results = await collect(sources(engine, INVENTORY, INVENTORY.hosts, ask=ask), at_once=9)
    assert SECRET not in repr((results, INVENTORY, engine.asked))


async def test_a_switch_of_many_silent_vlans_does_not_hold_the_run_up() -> None:
    engine = CannedEngine({("10.0.0.1", SECRET): cisco(10, 20)})
    way = {"old": credentials(way_in("old"), ask)}
    recording = await read_host(engine, Host("sw1", "10.0.0.1"), way, seconds=0)
    assert [target.context for target in engine.asked] == [""]
    reasons = {gap.reason for context in recording.contexts.values() for gap in context.incomplete}
    assert reasons == {"time-limit: 0 s"}
