"""Read history back: the wiremap of any time as it was known at any time, and when each element was seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Row, func, select

from wiremap_lab.errors import StoreError
from wiremap_lab.store.elements import read_element
from wiremap_lab.store.schema import ELEMENTS, PLACEMENTS, RUNS, SIGHTINGS
from wiremap_lab.store.values import KnownElement, Run, Status
from wiremap_lab.wiremap import Entry, NetworkElement, Wiremap


def runs(connection: Connection) -> tuple[Run, ...]:
    """All runs, oldest first."""
    rows = connection.execute(select(RUNS).order_by(RUNS.c.id)).mappings()
    return tuple(Run(**{**row, "status": Status(row["status"])}) for row in rows)


def run_of(connection: Connection, number: int) -> Run:
    """One run. Raises StoreError where there is none of that number."""
    found = {run.id: run for run in runs(connection)}
    if number not in found:
        raise StoreError(f"no run {number} (there are {', '.join(map(str, found)) or 'none'})")
    return found[number]


def wiremap_at(connection: Connection, valid: datetime, recorded: datetime | None = None) -> Wiremap:
    """The wiremap as it was at `valid`, by what was recorded up to `recorded`, or by all that is recorded now."""
    of = PLACEMENTS.c
    rows = select(PLACEMENTS).where(of.valid_from <= valid, of.valid_to.is_(None) | (of.valid_to > valid))
    if recorded is None:
        held = rows.where(of.recorded_to.is_(None))
    else:
        held = rows.where(of.recorded_from <= recorded, of.recorded_to.is_(None) | (of.recorded_to > recorded))
    placed = connection.execute(held.order_by(of.element, of.id)).all()
    seen = _last_seen(connection, valid, recorded)
    named = dict(connection.execute(select(ELEMENTS.c.id, ELEMENTS.c.parts)).all())
    elements = {id_: read_element(parts) for id_, parts in named.items()}
    return Wiremap.of(_entry(row, elements, seen) for row in placed)


def elements(connection: Connection) -> tuple[KnownElement, ...]:
    """Every element a run ever saw, in the order they were first known."""
    of = SIGHTINGS.c
    spans = select(of.element, func.min(of.first_run), func.max(of.last_run)).group_by(of.element)
    seen = {element: (first, last) for element, first, last in connection.execute(spans)}
    when = dict(connection.execute(select(RUNS.c.id, RUNS.c.finished)).all())
    rows = connection.execute(select(ELEMENTS).order_by(ELEMENTS.c.id)).all()
    named = {row.id: read_element(row.parts) for row in rows}
    return tuple(
        KnownElement(
            element=named[row.id],
            label=row.label,
            device=row.device,
            first_seen=when[seen[row.id][0]],
            last_seen=when[seen[row.id][1]],
            alias_of=None if row.alias_of is None else named[row.alias_of],
            gone=row.gone,
        )
        for row in rows
        if row.id in seen
    )


def seen_in(connection: Connection, run: int) -> frozenset[NetworkElement]:
    """The elements a run saw, without the other names they go by."""
    within = (SIGHTINGS.c.first_run <= run) & (SIGHTINGS.c.last_run >= run) & ELEMENTS.c.alias_of.is_(None)
    rows = connection.execute(select(ELEMENTS.c.parts).join(SIGHTINGS).where(within)).scalars()
    return frozenset(read_element(parts) for parts in rows)


def _last_seen(connection: Connection, valid: datetime, recorded: datetime | None) -> Mapping[int, datetime]:
    """When each element had last been seen at `valid`, by the runs recorded up to `recorded`."""
    counted = select(RUNS.c.id, RUNS.c.finished).where(RUNS.c.finished <= valid)
    if recorded is not None:
        counted = counted.where(RUNS.c.recorded <= recorded)
    when = dict(connection.execute(counted).all())
    newest = max(when, default=0)
    spans = select(SIGHTINGS).where(SIGHTINGS.c.first_run <= newest).order_by(SIGHTINGS.c.first_run)
    return {row.element: when[min(row.last_run, newest)] for row in connection.execute(spans)}


def _entry(row: Row[tuple[object, ...]], elements: Mapping[int, NetworkElement], seen: Mapping[int, datetime]) -> Entry:
    return Entry(
        element=elements[row.element],
        erl=row.erl,
        source=row.source,
        observed_at=seen.get(row.element, row.observed_at),
        label=row.label,
        evidence=tuple(row.evidence),
        alias_of=None if row.alias_of is None else elements[row.alias_of],
    )
