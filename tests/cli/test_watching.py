"""A virtual campus on loopback is watched; net-snmp's snmptrap says what its switches would say."""

from __future__ import annotations

import asyncio
import random
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path

import pytest

from tests.simulator.campuses import campus
from wiremap_lab.cli.watching import SnmpReader, Watch
from wiremap_lab.collectors.inventory.model import Host
from wiremap_lab.collectors.schedule import TIERS
from wiremap_lab.collectors.traps import Sender, TrapReceiver
from wiremap_lab.ids import Mac
from wiremap_lab.inference.edge_ports import Attachment, attach
from wiremap_lab.lab.serve import Served, serve
from wiremap_lab.simulator.parts import OnBss, OnPort
from wiremap_lab.simulator.state import initial_state
from wiremap_lab.snmp.codec import Version
from wiremap_lab.snmp.engine import CommunityCredentials
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.snmp.udp import UdpEngine
from wiremap_lab.snmp.walker import Limits
from wiremap_lab.store.repository import Store
from wiremap_lab.tables import Oid

pytestmark = pytest.mark.skipif(shutil.which("snmptrap") is None, reason="net-snmp's snmptrap is not here")
SWITCH, PHONE = "sw-1", "phone-back"
DOT1D_BRIDGE = (1, 3, 6, 1, 2, 1, 17)


@dataclass
class Hands:
    """A clock that runs, and whose hands we move as well."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Watched:
    served: Served
    watch: Watch
    store: Store
    hands: Hands
    told: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)

    @property
    def phone(self) -> Mac:
        return self.served.virtual.campus.devices[PHONE].mac

    def port_of(self, mac: Mac) -> str | None:
        found = self.store.attachments_now().get(mac)
        return found.port if found else None

    async def until_settled(self) -> None:
        await asyncio.wait_for(self.watch.run(until=lambda: self.watch.is_settled), 20)

    def polls(self) -> int:
        return sum(what == "polled" for what, _, _ in self.told)


@asynccontextmanager
async def watching(served: Served, database: Path, hands: Hands) -> AsyncIterator[Watched]:
    way = {"lab": CommunityCredentials(Version.V2C, served.community.encode())}
    told: list[tuple[str, str, Mapping[str, object]]] = []
    async with UdpEngine(Limits(timeout=0.5, retries=1)) as engine:
        readers = {
            name: SnmpReader(engine, Host(name, host, port), way) for name, (host, port) in served.addresses.items()
        }
        with Store.open(str(database)) as store:
            watch = Watch(
                readers,
                store,
                clock=hands,
                rng=random.Random(1),
                at_once=8,
                tell=lambda what, name, facts: told.append((what, name, facts)),
            )
            yield Watched(served, watch, store, hands, told)


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    async with serve(campus("two-rooms"), port=0) as served, watching(served, tmp_path / "w.db", Hands()) as found:
        await found.until_settled()
        yield found


async def trap(ear: TrapReceiver, source: str, *words: str) -> None:
    host, port = ear.address
    process = await asyncio.create_subprocess_exec(
        "snmptrap", "-v2c", "-c", "public", f"--clientaddr={source}", f"{host}:{port}", *words
    )
    await process.wait()


def jack(watched: Watched, key: str) -> int:
    return watched.served.virtual.campus.ports[key].if_index


async def test_a_trap_of_a_link_has_the_phone_at_its_new_port_in_the_store_within_two_seconds(watched: Watched) -> None:
    before = watched.port_of(watched.phone)
    source = watched.served.addresses[SWITCH][0]
    sender = Sender(SWITCH, frozenset({source}), frozenset({b"public"}))
    async with TrapReceiver([sender], watched.watch.hear, host="127.0.0.1", port=0) as ear:
        watched.served.virtual.move(PHONE, "sw-1:3")
        index = jack(watched, "sw-1:3")
        running = asyncio.create_task(watched.watch.run())
        polls, begun = watched.polls(), time.monotonic()
        await trap(ear, source, "", "1.3.6.1.6.3.1.1.5.4", f"1.3.6.1.2.1.2.2.1.1.{index}", "i", str(index))
        while watched.port_of(watched.phone) == before and time.monotonic() - begun < 5:
            await asyncio.sleep(0.02)
        took = time.monotonic() - begun
        running.cancel()
    assert watched.port_of(watched.phone) not in (before, None)
    assert took <= 2
    assert watched.polls() == polls  # by the trap, not by a poll


class Tunnel(SnmpReader):
    """Reads switches into which a controller lets the frames of `inside` out, beside `outlet` (quirk 55)."""

    inside: Mac
    outlet: Mac

    async def poll(self, roots: tuple[Oid, ...]) -> Recording:
        read = await super().poll(roots)
        contexts = {name: self._let_out(view) for name, view in read.contexts.items()}
        return replace(self._let_out(read), contexts=contexts)

    def _let_out(self, view: Recording) -> Recording:
        inside, outlet = tuple(self.inside.octets), tuple(self.outlet.octets)
        kept = [row for row in view.rows if row[0][:7] != DOT1D_BRIDGE or row[0][-6:] != inside]
        outside = [row for row in kept if row[0][:7] == DOT1D_BRIDGE and row[0][-6:] == outlet]
        out = [((*oid[:-6], *inside), tag, value) for oid, tag, value in outside]
        return replace(view, rows=sorted([*kept, *out], key=itemgetter(0)))


async def test_a_wireless_client_is_watched_at_its_access_point_and_not_where_its_frames_come_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = campus("small-office")
    there = initial_state(office, datetime.now(UTC)).current
    inside = next(id_ for id_, stay in there.items() if isinstance(stay.point, OnBss))
    outlet = next(id_ for id_, stay in there.items() if isinstance(stay.point, OnPort))
    Tunnel.inside, Tunnel.outlet = office.devices[inside].mac, office.devices[outlet].mac
    monkeypatch.setattr("tests.cli.test_watching.SnmpReader", Tunnel)
    point = there[inside].point
    assert isinstance(point, OnBss)
    access_point = next(each for each in office.access_points.values() if each.name == office.bss[point.bssid].ap_name)
    async with serve(office, port=0) as served, watching(served, tmp_path / "w.db", Hands()) as found:
        await found.until_settled()
        wired = next(each for each in attach([*found.watch.tables.values()]) if each.mac == Tunnel.inside)
        assert isinstance(wired, Attachment)  # the wire alone has it elsewhere
        port = office.ports[access_point.port]
        assert wired.port.name != port.name
        assert found.port_of(Tunnel.inside) == port.name


async def test_a_lost_trap_is_made_good_by_the_next_poll(watched: Watched) -> None:
    before = watched.port_of(watched.phone)
    watched.served.virtual.move(PHONE, "sw-1:3")
    await watched.until_settled()
    assert watched.port_of(watched.phone) == before
    watched.hands.ahead = timedelta(seconds=151)
    running = asyncio.create_task(watched.watch.run())
    for _ in range(250):
        if watched.port_of(watched.phone) != before:
            break
        await asyncio.sleep(0.02)
    running.cancel()
    assert watched.port_of(watched.phone) not in (before, None)


async def test_who_starts_again_polls_only_what_is_due_and_knows_what_was_known(tmp_path: Path) -> None:
    hands = Hands()
    async with serve(campus("two-rooms"), port=0) as served:
        async with watching(served, tmp_path / "w.db", hands) as first:
            await first.until_settled()
            known = first.port_of(first.phone)
            assert first.polls() == len(served.addresses)
        async with watching(served, tmp_path / "w.db", hands) as again:
            assert again.watch.is_settled
            assert again.watch.tables.keys() == served.addresses.keys()
            due = again.watch.schedule.next()
            assert due is not None
            assert due > hands()
            assert (again.polls(), again.port_of(again.phone)) == (0, known)
            assert again.watch.schedule.plan()[-1][0] <= hands() + timedelta(seconds=max(t.seconds for t in TIERS))


async def test_a_device_that_falls_silent_keeps_what_was_known_of_it(tmp_path: Path) -> None:
    hands = Hands()
    async with serve(campus("two-rooms"), port=0) as served, watching(served, tmp_path / "w.db", hands) as first:
        await first.until_settled()
        known = first.port_of(first.phone)
    hands.ahead = timedelta(hours=1)
    async with watching(served, tmp_path / "w.db", hands) as again:
        running = asyncio.create_task(again.watch.run())
        for _ in range(300):
            if again.watch.counts["failures"] >= len(served.addresses):
                break
            await asyncio.sleep(0.02)
        running.cancel()
        assert again.watch.counts["failures"] >= len(served.addresses)
        assert again.port_of(again.phone) == known
