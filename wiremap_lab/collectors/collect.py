"""Read many devices at once; one that cannot be read is skipped with its reason and disturbs no other."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from wiremap_lab.collectors.answer import Answer, understood
from wiremap_lab.errors import WiremapError
from wiremap_lab.inference.twins import find_twins
from wiremap_lab.tables import DeviceTables, Finding

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Collected:
    """The tables of one device, what they were read from, and how many seconds that took.

    Of the devices a controller speaks of, only its own has the `answer`.
    """

    name: str
    answer: Answer | None
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
Source = tuple[str, Callable[[], Awaitable[Answer]]]


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
    return tuple(_with_twins_told([result for answer in answers for result in _collected(answer)]))


def collected(answer: Answer, *, seconds: float = 0.0) -> tuple[Collected, ...]:
    """The devices an answer tells of, read into tables. Raises WiremapError for texts that nothing can read."""
    own, *others = understood(answer)
    return Collected(answer.name, answer, own, seconds), *(Collected(each.name, None, each, 0.0) for each in others)


def _with_twins_told(results: list[Collected | Skipped]) -> Iterator[Collected | Skipped]:
    """The results, with a finding where one device was read under two names: what is inferred rests on one of them."""
    told = {twin.name: twin for twin in find_twins(each.tables for each in results if isinstance(each, Collected))}
    for result in results:
        twin = told.get(result.name)
        if twin is None or isinstance(result, Skipped):
            yield result
            continue
        _log.warning("%s; what is inferred rests on that one", twin)
        findings = (*result.tables.findings, Finding("system", str(twin), quirk=63))
        yield replace(result, tables=replace(result.tables, findings=findings))


def split(results: Sequence[Collected | Skipped]) -> tuple[tuple[Collected, ...], tuple[Skipped, ...]]:
    """What was read, and what was not."""
    read = tuple(result for result in results if isinstance(result, Collected))
    return read, tuple(result for result in results if isinstance(result, Skipped))


@dataclass(frozen=True, slots=True)
class _Answered:
    name: str
    answer: Answer
    seconds: float


async def _read(name: str, read: Callable[[], Awaitable[Answer]]) -> _Answered | Skipped:
    begun = time.perf_counter()
    try:
        answered = _Answered(name, await read(), time.perf_counter() - begun)
    except WiremapError as failure:
        return _skipped(name, failure, time.perf_counter() - begun)
    rows, milliseconds = answered.answer.rows, 1000 * answered.seconds
    _log.info("device=%s outcome=read rows=%d duration_ms=%.0f", name, rows, milliseconds)
    return answered


def _collected(answered: _Answered | Skipped) -> tuple[Collected | Skipped, ...]:
    if isinstance(answered, Skipped):
        return (answered,)
    try:
        return collected(answered.answer, seconds=answered.seconds)
    except WiremapError as failure:
        return (_skipped(answered.name, failure, answered.seconds),)


def _skipped(name: str, failure: WiremapError, seconds: float) -> Skipped:
    _log.info("device=%s outcome=skipped reason=%r", name, str(failure))
    return Skipped(name, str(failure), seconds)
