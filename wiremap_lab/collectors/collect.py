"""Read many devices at once; one that cannot be read is skipped with its reason and disturbs no other."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from wiremap_lab.errors import WiremapError
from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.readers.mibs import read_device
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import DeviceTables

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Collected:
    """What one device said, row by row and read into tables, and how many seconds it took."""

    name: str
    recording: Recording
    tables: DeviceTables
    seconds: float


@dataclass(frozen=True, slots=True)
class Skipped:
    """A device that could not be read, why, and how many seconds that took."""

    name: str
    reason: str
    seconds: float = 0.0


#: Hears of each device as it ends.
Done = Callable[[Collected | Skipped], None]


def ignore(_: Collected | Skipped) -> None:
    """Hear nothing."""


#: Something to read: its name, and how.
Source = tuple[str, Callable[[], Awaitable[Recording]]]


async def collect(sources: Iterable[Source], *, at_once: int, done: Done = ignore) -> tuple[Collected | Skipped, ...]:
    """Read all sources, `at_once` at a time, in their order; `done` hears of each as it ends."""
    places = asyncio.Semaphore(at_once)

    async def one(source: Source) -> Collected | Skipped:
        async with places:
            result = await _read(*source)
        done(result)
        return result

    return tuple(await asyncio.gather(*(one(source) for source in sources)))


def understood(recording: Recording) -> DeviceTables:
    """The tables of one device's rows, with the ports they name found out."""
    contexts = {name: context.walk for name, context in recording.contexts.items()}
    incomplete = (*recording.incomplete, *(gap for each in recording.contexts.values() for gap in each.incomplete))
    return resolve_local_ports(read_device(recording.name, recording.walk, contexts=contexts, incomplete=incomplete))


def split(results: Sequence[Collected | Skipped]) -> tuple[tuple[Collected, ...], tuple[Skipped, ...]]:
    """What was read, and what was not."""
    read = tuple(result for result in results if isinstance(result, Collected))
    return read, tuple(result for result in results if isinstance(result, Skipped))


async def _read(name: str, read: Callable[[], Awaitable[Recording]]) -> Collected | Skipped:
    begun = time.perf_counter()
    try:
        recording = await read()
        collected = Collected(name, recording, understood(recording), time.perf_counter() - begun)
    except WiremapError as failure:
        _log.warning("device=%s outcome=skipped reason=%r", name, str(failure))
        return Skipped(name, str(failure), time.perf_counter() - begun)
    count = len(recording.rows)
    _log.info("device=%s outcome=read rows=%d duration_ms=%.0f", name, count, 1000 * collected.seconds)
    return collected
