"""The running campus: its state, its clock, and the MIB of every box, computed when asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from wiremap_lab.lab.agent import Mib
from wiremap_lab.lab.mib import boxes, cells, contexts
from wiremap_lab.measurements import Measurements
from wiremap_lab.simulator.forwarding import next_change
from wiremap_lab.simulator.parts import Campus
from wiremap_lab.simulator.state import State, initial_state, measurements_of, move, random_moves, truth_of

if TYPE_CHECKING:
    import numpy

#: How long the boxes have been up when the campus starts.
UP_FOR = timedelta(days=41, hours=7)

Clock = Callable[[], datetime]


def scaled_clock(speed: float = 1.0, *, start: datetime | None = None) -> Clock:
    """A clock that runs `speed` times as fast as ours, from `start` or from now."""
    began, begin = time.monotonic(), start or datetime.now(UTC)
    return lambda: begin + timedelta(seconds=(time.monotonic() - began) * speed)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A MIB, the state it was computed from, and how long it holds."""

    state: State
    until: datetime | None
    mib: Mib


class VirtualCampus:
    """A campus with a clock. Moves and reads may come from different threads.

    `state` is a value: whoever holds one keeps it, whatever moves later.
    """

    def __init__(self, campus: Campus, *, clock: Clock) -> None:
        self.campus = campus
        self.clock = clock
        self.started = clock()
        self.state = initial_state(campus, self.started)
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], _Kept] = {}

    @property
    def boxes(self) -> tuple[str, ...]:
        """Names of everything that answers."""
        return boxes(self.campus)

    def address(self, box: str) -> str:
        """The loopback address a box answers at."""
        controller = self.campus.controller
        if controller is not None and controller.name == box:
            return str(controller.address)
        return str(self.campus.switches[box].address)

    def uptime(self) -> int:
        """SysUpTime of every box: hundredths of a second, round again after 497 days."""
        return int((self.clock() - self.started + UP_FOR) / timedelta(milliseconds=10)) % 2**32

    def mib(self, box: str, context: str = "") -> Mib | None:
        """What a box holds now in one context; None for a context it has not."""
        context = context.removeprefix("vlan-")
        if context and context not in contexts(self.campus, box):
            return None
        now, state = self.clock(), self.state
        kept = self._kept.get((box, context))
        if kept is None or kept.state is not state or (kept.until is not None and now >= kept.until):
            mib = Mib(cells(self.campus, state, box, context, now=now))
            kept = _Kept(state, next_change(self.campus, state, now=now), mib)
            self._kept[box, context] = kept
        return kept.mib

    def move(self, device: str, to: str, *, room: str | None = None) -> str:
        """Move one device; the ERL it is in then. Raises InvalidValue where that cannot be."""
        with self._lock:
            point = self.campus.point(to, wants=self.campus.devices.get(device))
            self.state = move(self.campus, self.state, device, point, at=self.clock(), room=room)
            return self.state.current[device].room

    def move_some(
        self, count: int, *, rng: numpy.random.Generator, among: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """Move so many random devices, of all or of some, to other rooms; their ids."""
        with self._lock:
            at = self.clock()
            self.state, moved = random_moves(self.campus, self.state, count, at=at, rng=rng, among=among)
            return moved

    def truth(self) -> Mapping[str, str]:
        """Where each device really is: device id → ERL id."""
        return truth_of(self.campus, self.state)

    def measurements(self) -> Mapping[str, Measurements]:
        """What each device that knows how to would report now."""
        return measurements_of(self.campus, self.state, now=self.clock())
