"""The store: runs, what they read, and the history of the wiremap that came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, select

from wiremap_lab.errors import IntegrityFault
from wiremap_lab.ids import Mac
from wiremap_lab.packed import Packed
from wiremap_lab.store import compare, history, saving, watching
from wiremap_lab.store.database import open_engine, reading, writing
from wiremap_lab.store.elements import read_element
from wiremap_lab.store.schema import DEVICES, ELEMENTS, FINDINGS, RAW, UNASSIGNED
from wiremap_lab.store.values import Attached, Changed, KnownElement, NewRun, Run, RunDiff, Status
from wiremap_lab.tables import Finding
from wiremap_lab.wiremap import NetworkElement, Wiremap


class Store:
    """A database of runs, SQLite or PostgreSQL. Close it, or use it as a context manager.

    All methods raise StoreError where the database cannot be used.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a database, created or brought up to date where need be.

        `url` is a file for SQLite, or a URL: ``sqlite:///wiremap.db``, ``postgresql://host/name``.
        Raises StoreError for what is not a wiremap database, or one of a newer wiremap_lab.
        """
        return cls(open_engine(url))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def save_run(self, run: NewRun, *, recorded: datetime) -> int:
        """Save a run, all of it or nothing, and give its id; `recorded` is the time of saving.

        Raises StoreError for a run that ended before the last one saved, or has two devices of one name.
        """
        with writing(self._engine) as connection:
            return saving.save(connection, run, recorded=recorded)

    def runs(self) -> tuple[Run, ...]:
        """All runs, oldest first."""
        with reading(self._engine) as connection:
            return history.runs(connection)

    def elements(self) -> tuple[KnownElement, ...]:
        """Every element a run ever saw, with when it was first and last seen and since when it is gone."""
        with reading(self._engine) as connection:
            return history.elements(connection)

    def wiremap_at(self, valid: datetime, recorded: datetime | None = None) -> Wiremap:
        """The wiremap as it was at `valid`, as known at `recorded`; without that, as known now.

        Each entry's `observed_at` is when a run had last seen the element by then.
        """
        with reading(self._engine) as connection:
            return history.wiremap_at(connection, valid, recorded)

    def diff(self, before: int, after: int) -> RunDiff:
        """What changed from one run to another. Raises StoreError where there is no such run."""
        with reading(self._engine) as connection:
            return compare.diff(connection, before, after)

    def attachments(self, run: int) -> tuple[Attached, ...]:
        """Where a run found each MAC, in the order of the MACs."""
        with reading(self._engine) as connection:
            return tuple(compare.attachments(connection, run).values())

    def history_of(self, mac: Mac) -> tuple[tuple[Run, Attached], ...]:
        """Where each run that knew a MAC found it, oldest first."""
        with reading(self._engine) as connection:
            return compare.history_of(connection, mac)

    def unassigned(self, run: int) -> Mapping[NetworkElement, tuple[str, ...]]:
        """The elements a run could not place, each with why every rule did not."""
        with reading(self._engine) as connection:
            of = UNASSIGNED.c
            rows = connection.execute(select(ELEMENTS.c.parts, of.tried).join(UNASSIGNED).where(of.run == run)).all()
        return {read_element(row.parts): tuple(row.tried) for row in rows}

    def devices(self, run: int) -> Mapping[str, Status]:
        """How far each device was read in a run, in the order of their names."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(DEVICES).where(DEVICES.c.run == run).order_by(DEVICES.c.name)).all()
        return {row.name: Status(row.status) for row in rows}

    def findings(self, run: int) -> tuple[tuple[str, Finding], ...]:
        """What was odd in a run, device by device."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(FINDINGS).where(FINDINGS.c.run == run).order_by(FINDINGS.c.id)).all()
        return tuple((row.device, Finding(row.place, row.what, row.quirk, row.times)) for row in rows)

    def raw(self, run: int, device: str) -> Mapping[str, str]:
        """What a device answered in a run, context → text of an .snmprec file; empty where nothing was kept.

        Raises IntegrityFault where it is not what was saved.
        """
        with reading(self._engine) as connection:
            kept = (RAW.c.run == run) & (RAW.c.device == device)
            rows = connection.execute(select(RAW).where(kept).order_by(RAW.c.context)).all()
        try:
            return {row.context: Packed(row.octets, row.sha256).text() for row in rows}
        except IntegrityFault:
            raise IntegrityFault(f"run {run}, {device}: the rows kept are not those saved") from None

    def keep(self, device: str, texts: Mapping[str, str], *, polled: Mapping[str, datetime]) -> None:
        """Keep what a watch holds of a device in place of what it held, and when which tiers were polled."""
        with writing(self._engine) as connection:
            watching.keep(connection, device, texts, polled)

    def held(self, device: str) -> Mapping[str, str]:
        """What a watch holds of a device, context → text as in `raw`; empty where nothing is.

        Raises IntegrityFault where it is not what was kept.
        """
        with reading(self._engine) as connection:
            return watching.held(connection, device)

    def polls(self) -> Mapping[tuple[str, str], datetime]:
        """When the last poll of each device and tier began."""
        with reading(self._engine) as connection:
            return watching.polls(connection)

    def note(self, changes: Iterable[Changed]) -> None:
        """Note what changed since the last run, in order."""
        with writing(self._engine) as connection:
            watching.note(connection, changes)

    def changes(self, run: int | None = None) -> tuple[Changed, ...]:
        """What changed after a run and before the next one, oldest first; without one, before any run."""
        with reading(self._engine) as connection:
            return watching.changes(connection, run)

    def attachments_now(self) -> Mapping[Mac, Attached]:
        """Where each MAC is by the last run and what changed since."""
        with reading(self._engine) as connection:
            return watching.attachments_now(connection)
