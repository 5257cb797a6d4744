"""Read many devices at once; one that cannot be read is skipped with its reason and disturbs no other."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wiremap_lab.collectors.answer import Answer, Kept, understood
from wiremap_lab.errors import WiremapError
from wiremap_lab.inference.twins import find_twins
from wiremap_lab.tables import DeviceTables, Finding

_log = logging.getLogger(__name__)
#: Rows are never in a circle: looking for circles among them every 700 objects is a tenth of the work of a walk.
COLLECT_EVERY = 200_000
_NOTHING = Kept(0, {})


@dataclass(frozen=True, slots=True)
class Collected:
    """The tables of one device, what they were read from, and how many seconds that took.

    What they were read from is the `answer`, or what was `kept` of it where many are read. Of the devices a
    controller speaks of, only its own has either.
    """

    name: str
    answer: Answer | None
    tables: DeviceTables
    seconds: float
    kept: Kept | None = None

    @property
    def rows(self) -> int:
        """How many rows SNMP brought."""
        return (self.answer or self.kept or _NOTHING).rows


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


#: What came of one source: itself, and the devices it spoke of.
Results = tuple[Collected | Skipped, ...]
#: Makes tables of an answer that took so many `seconds`. Raises WiremapError for texts that nothing can read.
Reading = Callable[[Answer, float], tuple[Collected, ...]]
#: Takes what came of the source at a place.
Take = Callable[[int, Results], None]


def collected(answer: Answer, seconds: float = 0.0) -> tuple[Collected, ...]:
    """The devices an answer tells of, read into tables. Raises WiremapError for texts that nothing can read."""
    own, *others = understood(answer)
    return Collected(answer.name, answer, own, seconds), *(Collected(each.name, None, each, 0.0) for each in others)


def packed(answer: Answer, seconds: float = 0.0) -> tuple[Collected, ...]:
    """The same, and of the answer only what is to be kept: rows of thousands of devices would fill the memory."""
    own, *others = collected(answer, seconds)
    return replace(own, answer=None, kept=Kept.of(answer)), *others


async def collect(
    sources: Iterable[Source], *, at_once: int, done: Done = ignore, reading: Reading = collected
) -> tuple[Collected | Skipped, ...]:
    """Read all sources, `at_once` at a time, and give what came in their order; `done` hears of each as it ends."""
    found: dict[int, Results] = {}

    def take(place: int, results: Results) -> None:
        found[place] = results
        done(results[0].name)

    await read_all(sources, take, at_once=at_once, reading=reading)
    return in_order(found)


async def read_all(sources: Iterable[Source], take: Take, *, at_once: int, reading: Reading = collected) -> None:
    """Read all sources, `at_once` at a time, and hand over what came of each as it ends; nothing of it is held.

    Tables are made of an answer when it is whole, while those of others wait in the receive buffer: the loop
    takes them before it looks at any deadline.
    """
    waiting = enumerate(sources)

    async def read_on() -> None:
        for place, source in waiting:
            take(place, _made(await _read(*source), reading))

    await asyncio.gather(*(read_on() for _ in range(at_once)))


def in_order(found: Mapping[int, Results]) -> tuple[Collected | Skipped, ...]:
    """What came of all sources, in their order, and of which two are one device."""
    return tuple(_with_twins_told([result for place in sorted(found) for result in found[place]]))


def _with_twins_told(results: list[Collected | Skipped]) -> Iterator[Collected | Skipped]:
    """The results, with a finding where one device was read under two names: what is inferred rests on one of them."""
    told = {twin.name: twin for twin in find_twins(each.tables for each in results if isinstance(each, Collected))}
    for result in results:
        twin = told.get(result.name)
        if twin is None or isinstance(result, Skipped):
            yield result
            continue
        # What a controller says of a switch that was asked itself is no surprise; a second host is.
        _log.log(
            logging.WARNING if result.answer or result.kept else logging.INFO,
            "%s; what is inferred rests on that one",
            twin,
        )
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


def _made(answered: _Answered | Skipped, reading: Reading) -> Results:
    if isinstance(answered, Skipped):
        return (answered,)
    try:
        return reading(answered.answer, answered.seconds)
    except WiremapError as failure:
        return (_skipped(answered.name, failure, answered.seconds),)


def _skipped(name: str, failure: WiremapError, seconds: float) -> Skipped:
    _log.info("device=%s outcome=skipped reason=%r", name, str(failure))
    return Skipped(name, str(failure), seconds)
