"""When each tier of each device is to be polled: pure, time and chance are arguments.

A device has a place of its own in the period, by a hash of its name, so that any number of devices is spread
evenly, stays spread after a restart, and no list has to be kept. All tiers of a device share that place: where
they meet, they are read in one go. A poll may come early by chance, never late by plan: between two polls of a
tier there is at most its period.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wiremap_lab.readers.mibs import arp, bridge, cdp, entity, interfaces, lag, lldp, med, system, tplink, wireless
from wiremap_lab.snmp.walker import Chance
from wiremap_lab.tables import Oid

#: A device, and the name of a tier.
Key = tuple[str, str]

#: A poll comes up to this share of the grid's step early: two watchers do not stay in step.
JITTER = 0.05
#: A tier that is due this share of its step later is read along with one that is due now.
EARLY = 0.05
#: Nothing is polled more often than this (seconds), whatever ageing time a device names.
LEAST_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Tier:
    """Tables that change at one pace: what to walk, and how often at least (seconds)."""

    name: str
    seconds: float
    roots: tuple[Oid, ...]


def _roots(*parts: Iterable[Oid]) -> tuple[Oid, ...]:
    """Roots without repetition, and always the time since the agent began: a restart renumbers everything."""
    return tuple(dict.fromkeys((system.SYS_UP_TIME, *(root for part in parts for root in part))))


_TOPOLOGY = _roots(*(module.ROOTS for module in (system, interfaces, entity, lag, lldp, med, tplink, cdp)))
_FORWARDING = _roots(bridge.ROOTS, arp.ROOTS, (interfaces.IF_OPER_STATUS,))
#: With who the device is and what interfaces it has: they tell what more there is to ask (`further_roots`).
_WIRELESS = _roots(wireless.ROOTS, (system.SYS_OBJECT_ID, interfaces.IF_TYPE))

TOPOLOGY = Tier("topology", 900.0, _TOPOLOGY)
#: Half of 300 seconds, the ageing time nearly every bridge has (quirk 52); see `forwarding_seconds`.
FORWARDING = Tier("fdb", 150.0, _FORWARDING)
WIRELESS = Tier("wireless", 300.0, _WIRELESS)
TIERS: tuple[Tier, ...] = (TOPOLOGY, FORWARDING, WIRELESS)


def forwarding_seconds(ageing: int | None, *, usual: float = FORWARDING.seconds) -> float:
    """How often a forwarding database is read whose entries age out after so many seconds (dot1dTpAgingTime).

    >>> forwarding_seconds(300), forwarding_seconds(60), forwarding_seconds(14400), forwarding_seconds(None)
    (150.0, 30.0, 150.0, 150.0)
    """
    return usual if not ageing else max(LEAST_SECONDS, min(usual, ageing / 2))


def place_of(device: str) -> float:
    """The device's own place in any period, in [0, 1): the same on every machine and in every run."""
    digest = hashlib.sha256(device.encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def next_poll(device: str, last: datetime, *, seconds: float, rng: Chance) -> datetime:
    """When a tier is due again that was last polled at `last`: after it, and no more than `seconds` later."""
    step = seconds / (1 + JITTER + EARLY)
    at = last.timestamp()
    phase = place_of(device) * step
    slot = math.floor((at - phase) / step + JITTER + EARLY) + 1
    due = phase + slot * step - JITTER * step * rng.random()
    return datetime.fromtimestamp(min(max(due, at), at + seconds), UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """A device to poll, which of its tiers, and since when the first of them is due."""

    device: str
    tiers: tuple[Tier, ...]
    since: datetime


class Schedule:
    """What is due when, of all devices and tiers. It keeps no clock: `now` is told.

    `polled` are the last polls that an earlier schedule knew of; a tier that never was polled is due at once.
    """

    def __init__(
        self,
        devices: Iterable[str],
        tiers: Sequence[Tier],
        *,
        polled: Mapping[Key, datetime],
        now: datetime,
        rng: Chance,
    ) -> None:
        self._tiers = {tier.name: tier for tier in tiers}
        self._rng = rng
        self._seconds: dict[Key, float] = {}
        self._last: dict[Key, datetime] = {}
        self._due: dict[Key, datetime] = {}
        for device in devices:
            for tier in tiers:
                self._due[device, tier.name] = now
                if (last := polled.get((device, tier.name))) is not None:
                    self.polled(device, tier.name, min(last, now))

    def take(self, now: datetime, *, most: int, busy: Iterable[str] = ()) -> tuple[Due, ...]:
        """Take up to so many devices that are due, the longest overdue first; until `polled` they are due no more.

        Devices that are `busy` are passed over.
        """
        late: dict[str, datetime] = {}
        for (device, _), due in self._due.items():
            if due <= now:
                late[device] = min(due, late.get(device, due))
        for device in busy:
            late.pop(device, None)
        chosen = sorted(late, key=lambda device: (late[device], place_of(device)))[:most]
        return tuple(Due(device, self._take(device, now), late[device]) for device in chosen)

    def _take(self, device: str, now: datetime) -> tuple[Tier, ...]:
        taken = [tier for tier in self._tiers.values() if self._is_near((device, tier.name), now)]
        for tier in taken:
            del self._due[device, tier.name]
        return tuple(taken)

    def _is_near(self, key: Key, now: datetime) -> bool:
        step = self.seconds(*key) / (1 + JITTER + EARLY)
        return key in self._due and self._due[key] <= now + timedelta(seconds=EARLY * step)

    def polled(self, device: str, tier: str, at: datetime) -> None:
        """Note that a tier was polled, with whatever outcome, by a poll that began then."""
        self._last[device, tier] = at
        self._due[device, tier] = next_poll(device, at, seconds=self.seconds(device, tier), rng=self._rng)

    def pace(self, device: str, tier: str, seconds: float) -> None:
        """Poll a tier of one device at another pace than the tier's own."""
        if seconds == self.seconds(device, tier):
            return
        self._seconds[device, tier] = seconds
        if (device, tier) in self._due and (device, tier) in self._last:
            self.polled(device, tier, self._last[device, tier])

    def hurry(self, device: str, now: datetime, *tiers: str) -> None:
        """Let tiers of a device, or all of them, be due now."""
        for tier in tiers or self._tiers:
            if (device, tier) in self._due:
                self._due[device, tier] = min(now, self._due[device, tier])

    def seconds(self, device: str, tier: str) -> float:
        """At most how many seconds lie between two polls of a tier of a device."""
        return self._seconds.get((device, tier), self._tiers[tier].seconds)

    def next(self) -> datetime | None:
        """When something is due next; None where everything is being polled."""
        return min(self._due.values(), default=None)

    def plan(self) -> tuple[tuple[datetime, str, str], ...]:
        """All that is due and when, soonest first: time, device, tier."""
        return tuple(sorted((due, *key) for key, due in self._due.items()))
