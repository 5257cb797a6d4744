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


#: Hears the name of each device as it has been read, or has not.
Done = Callable[[str], None]


def ignore(_: str) -> None:
    """Hear nothing."""


#: Something to read: its name, and how.
Source = tuple[str, Callable[[], Awaitable[Recording]]]


async def collect(sources: Iterable[Source], *, at_once: int, done: Done = ignore) -> tuple[Collected | Skipped, ...]:
    """Read all sources, `at_once` at a time, in their order; `done` hears of each as it ends.

    Rows are made into tables when all are there: an answer that comes while we are thinking is late.
    """
    places = asyncio.Semaphore(at_once)

    async def one(source: Source) -> _Answered | Skipped:
        async with places:
            answer = await _read(*source)
        done(answer.name)
        return answer

    answers = await asyncio.gather(*(one(source) for source in sources))
    return tuple(_collected(answer) for answer in answers)


def understood(recording: Recording) -> DeviceTables:
    """The tables of one device's rows, with the ports they name found out."""
    contexts = {name: context.walk for name, context in recording.contexts.items()}
    incomplete = (*recording.incomplete, *(gap for each in recording.contexts.values() for gap in each.incomplete))
    return resolve_local_ports(read_device(recording.name, recording.walk, contexts=contexts, incomplete=incomplete))


def split(results: Sequence[Collected | Skipped]) -> tuple[tuple[Collected, ...], tuple[Skipped, ...]]:
    """What was read, and what was not."""
    read = tuple(result for result in results if isinstance(result, Collected))
    return read, tuple(result for result in results if isinstance(result, Skipped))


@dataclass(frozen=True, slots=True)
class _Answered:
    name: str
    recording: Recording
    seconds: float


async def _read(name: str, read: Callable[[], Awaitable[Recording]]) -> _Answered | Skipped:
    begun = time.perf_counter()
    try:
        answered = _Answered(name, await read(), time.perf_counter() - begun)
    except WiremapError as failure:
        return _skipped(name, failure, time.perf_counter() - begun)
    rows, milliseconds = len(answered.recording.rows), 1000 * answered.seconds
    _log.info("device=%s outcome=read rows=%d duration_ms=%.0f", name, rows, milliseconds)
    return answered


def _collected(answer: _Answered | Skipped) -> Collected | Skipped:
    if isinstance(answer, Skipped):
        return answer
    try:
        return Collected(answer.name, answer.recording, understood(answer.recording), answer.seconds)
    except WiremapError as failure:
        return _skipped(answer.name, failure, answer.seconds)


def _skipped(name: str, failure: WiremapError, seconds: float) -> Skipped:
    _log.info("device=%s outcome=skipped reason=%r", name, str(failure))
    return Skipped(name, str(failure), seconds)
