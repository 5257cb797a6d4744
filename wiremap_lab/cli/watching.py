"""Watch devices: poll each tier when it is due, read again what a trap points at, and note what changed.

What is held of each device, and when it was polled, is in the store: whoever kills the process loses what was
on its way, and nothing else. Attachments are inferred from all devices together, and only once each of them was
tried: half a network would take an uplink for a desk.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from wiremap_lab.collectors.answer import Answer, understood
from wiremap_lab.collectors.inventory.model import Host
from wiremap_lab.collectors.merging import merged, merged_context
from wiremap_lab.collectors.refresh import Reread, rereads
from wiremap_lab.collectors.schedule import FORWARDING, LEAST_SECONDS, TIERS, Due, Schedule, forwarding_seconds
from wiremap_lab.collectors.snmp import read_host, recording
from wiremap_lab.errors import WiremapError
from wiremap_lab.ids import Mac
from wiremap_lab.inference.wireless import locate
from wiremap_lab.readers.traps import ApChanged, ClientChanged, Event, LinkChanged, Restarted
from wiremap_lab.snmp.codec import NO_SUCH_OBJECT, Version
from wiremap_lab.snmp.engine import Credentials, Engine, Target
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.snmp.walker import Chance
from wiremap_lab.store.repository import Store
from wiremap_lab.store.values import Attached, Changed
from wiremap_lab.tables import DeviceTables, Oid

_log = logging.getLogger(__name__)

#: Events of a device are gathered so long (seconds) before it is read again.
SETTLE = 0.1
#: Of more events at once, a poll is the cheaper account.
MOST_EVENTS = 64
#: What comes up says who it is a little later: by LLDP's fast start, then by DHCP (seconds).
LATER = (3.0, 30.0)
#: Of the time that passes, at most this share goes into inferring after polls.
_SHARE = 0.25

#: An event, and how often it was looked into before.
_Hint = tuple[Event, int]
Clock = Callable[[], datetime]
#: Hears what happened: a word for it, the device, and the details.
Tell = Callable[[str, str, Mapping[str, object]], None]


class Reader(Protocol):
    """Reads one device, wholly by tables or a few rows. Both raise TransportError where it does not answer."""

    async def poll(self, roots: tuple[Oid, ...]) -> Recording:
        """Read these tables, and the contexts they show."""

    async def again(self, what: Reread) -> Recording:
        """Read a few rows again."""


class SnmpReader:
    """Reads a host by SNMP, first by the way that let us in last."""

    def __init__(self, engine: Engine, host: Host, ways: Mapping[str, Credentials]) -> None:
        self._engine, self._host, self._ways = engine, host, dict(ways)

    async def poll(self, roots: tuple[Oid, ...]) -> Recording:
        """Read these tables, and the contexts they show."""
        read = await read_host(self._engine, self._host, self._ways, roots=roots)
        if read.profile in self._ways:
            self._ways = {read.profile: self._ways.pop(read.profile), **self._ways}
        return read

    async def again(self, what: Reread) -> Recording:
        """Read a few rows again."""
        target = Target(self._host.host, self._host.port, next(iter(self._ways.values())))
        if what.context:
            name = f"vlan-{what.context}" if target.version is Version.V3 else what.context
            target = replace(target, context=name)
        got = await self._engine.get(target, what.gets) if what.gets else []
        walked = await self._engine.walk(target, what.walks) if what.walks else []
        read = recording(self._host.name, walked)
        there = [row for row in got if row[1] < NO_SUCH_OBJECT]
        return replace(read, rows=sorted([*read.rows, *there]))


class Watch:
    """The loop and what it knows; `counts` are polls, refreshes, failures, events and changes.

    BSSIDs that were derived and not read count only where `derived_bssids` says so.
    """

    def __init__(
        self,
        readers: Mapping[str, Reader],
        store: Store,
        *,
        clock: Clock,
        rng: Chance,
        at_once: int,
        tell: Tell,
        derived_bssids: bool = False,
    ) -> None:
        self._readers, self._store, self._clock, self._tell = readers, store, clock, tell
        self._at_once, self._derived_bssids = at_once, derived_bssids
        self.schedule = Schedule(readers, TIERS, polled=store.polls(), now=clock(), rng=rng)
        self.tables: dict[str, DeviceTables] = {}
        self.counts: Counter[str] = Counter()
        self._untried = set(readers)
        self._attached: dict[Mac, Attached] = dict(store.attachments_now())
        self._pending: dict[str, dict[_Hint, datetime]] = {}
        self._hurried: dict[str, datetime] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._infer_after = 0.0
        self._stale = False
        for name in readers:
            if (kept := self._held(name)) is not None:
                self._understand(name, kept)
                self._untried.discard(name)

    @property
    def is_settled(self) -> bool:
        """Whether every device was tried, nothing is being read and all of it is inferred."""
        return not (self._untried or self._busy or self._stale)

    def hear(self, name: str, events: tuple[Event, ...]) -> None:
        """Take the events of a device; more than can be looked into is left to a poll."""
        now = self._clock()
        self.counts["events"] += len(events)
        for event in events:
            self._tell("event", name, {"event": type(event).__name__, "detail": repr(event)})
            if isinstance(event, Restarted | ClientChanged | ApChanged):
                self._hurry(name, *(() if isinstance(event, Restarted) else ("wireless",)))
            else:
                self._later(name, event, now + timedelta(seconds=SETTLE))
        self._wake.set()

    def overwhelmed(self, name: str) -> None:
        """A device says more than can be looked into: poll it."""
        self._pending.pop(name, None)
        self._hurry(name)

    def _later(self, name: str, event: Event, at: datetime) -> None:
        waiting = self._pending.setdefault(name, {})
        waiting.setdefault((event, 0), at)
        if len(waiting) > MOST_EVENTS:
            self.overwhelmed(name)

    def _hurry(self, name: str, *tiers: str) -> None:
        """Let a device be polled, and again not before some seconds have passed."""
        now = self._clock()
        if now - self._hurried.get(name, now - timedelta(days=1)) >= timedelta(seconds=LEAST_SECONDS):
            self._hurried[name] = now
            self.schedule.hurry(name, now, *tiers)

    async def run(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Go on until told to stop."""
        try:
            while not until():
                self._begin()
                self._infer_in_time()
                if until():
                    return
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), SETTLE if self._pending or self._stale else 0.5)
                except TimeoutError:
                    continue
        finally:
            for task in self._busy.values():
                task.cancel()

    def _begin(self) -> None:
        now = self._clock()
        for name in [name for name in self._pending if name not in self._busy]:
            ready = [hint for hint, at in self._pending[name].items() if at <= now]
            for hint in ready:
                del self._pending[name][hint]
            if not self._pending[name]:
                del self._pending[name]
            if ready:
                self._start(name, self._refresh(name, ready))
        for due in self.schedule.take(now, most=max(0, self._at_once - len(self._busy)), busy=self._busy):
            self._start(due.device, self._poll(due))

    def _start(self, name: str, work: Coroutine[None, None, None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except WiremapError as fault:
                self.counts["failures"] += 1
                self._tell("failed", name, {"reason": str(fault)})
            finally:
                self._untried.discard(name)
                del self._busy[name]
                self._wake.set()

        self._busy[name] = asyncio.get_running_loop().create_task(guarded())

    async def _poll(self, due: Due) -> None:
        name, begun = due.device, self._clock()
        roots = tuple(dict.fromkeys(root for tier in due.tiers for root in tier.roots))
        try:
            fresh = await self._readers[name].poll(roots)
        finally:
            for tier in due.tiers:
                self.schedule.polled(name, tier.name, begun)
        before = self._held(name)
        after = merged(before, fresh, roots) if before else fresh
        if before is not None and after is fresh and len(due.tiers) < len(TIERS):
            self.schedule.hurry(name, begun)  # it began anew, and nothing that was held of it holds
        self._keep(name, after, {tier.name: begun for tier in due.tiers})
        self.schedule.pace(name, FORWARDING.name, forwarding_seconds(self.tables[name].fdb_ageing))
        self.counts["polls"] += 1
        self._stale = True
        tiers = [tier.name for tier in due.tiers]
        self._tell("polled", name, {"tiers": tiers, "rows": len(fresh.rows), "incomplete": len(fresh.incomplete)})

    async def _refresh(self, name: str, ready: list[_Hint]) -> None:
        begun, kept = self._clock(), self._held(name)
        events = [event for event, _ in ready]
        if kept is None:
            self._hurry(name)
            return
        plan = dict.fromkeys(what for event in events for what in rereads(event, kept))
        for what in plan:
            kept = merged_context(kept, what.context, await self._readers[name].again(what), what.roots)
        self._keep(name, kept, {})
        self.counts["refreshes"] += 1
        self._infer(", ".join(sorted({type(event).__name__ for event in events})), begun)
        for event, turn in ready:
            if isinstance(event, LinkChanged) and event.up and not turn:
                later: dict[_Hint, datetime] = {
                    (event, turn): begun + timedelta(seconds=wait) for turn, wait in enumerate(LATER, 1)
                }
                self._pending.setdefault(name, {}).update(later)

    def _held(self, name: str) -> Recording | None:
        return Answer.of(name, self._store.held(name)).recording

    def _keep(self, name: str, kept: Recording, polled: Mapping[str, datetime]) -> None:
        self._understand(name, kept)
        self._store.keep(name, Answer(name, kept).texts(), polled=polled)

    def _understand(self, name: str, kept: Recording) -> None:
        self.tables[name] = understood(Answer(name, kept))[0]

    def _infer_in_time(self) -> None:
        if self._stale and not self._untried and time.monotonic() >= self._infer_after:
            self._infer("poll", self._clock())

    def _infer(self, cause: str, seen: datetime) -> None:
        """Find where everybody is now, and note who is elsewhere."""
        if self._untried:
            self._stale = True
            return
        begun = time.monotonic()
        located = locate([*self.tables.values()], derived_bssids=self._derived_bssids)
        found = {each.mac: Attached.of(each) for each in located}
        lost = self._attached.keys() - found.keys()
        gone = {mac: Attached(mac, evidence=("no device shows it any more",)) for mac in lost}
        changed = [each for mac, each in {**found, **gone}.items() if _differs(self._attached.get(mac), each)]
        self._store.note([Changed(each, seen, cause) for each in changed])
        self._attached = found
        self._stale = False
        self.counts["changes"] += len(changed)
        for each in changed:
            self._tell("changed", each.device or "", {"mac": str(each.mac), "where": each.where, "cause": cause})
        self._infer_after = time.monotonic() + (time.monotonic() - begun) / _SHARE


def _differs(before: Attached | None, now: Attached) -> bool:
    if before is None:
        return now.device is not None
    return (before.device, before.port, before.via) != (now.device, now.port, now.via)
