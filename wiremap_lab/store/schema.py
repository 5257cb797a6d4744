"""The tables of the database.

What a run read is kept as it came (`raw`), with how far each device could be read (`devices`). What was
made of it is history: an element is known from its first sighting on and never deleted; where it is, is
bitemporal (`placements`): valid time says when it was so, recorded time when we held it to be so. A row is
never rewritten but for the end of its recorded time.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

#: The newest revision of `wiremap_lab.store.migrations`, which makes exactly these tables.
HEAD = "0002"
#: Where alembic notes the revision; its being there tells our databases from others.
VERSION_TABLE = "wiremap_schema"


class UtcTime(TypeDecorator[datetime]):
    """A time with its zone, kept in UTC to the microsecond. SQLite has no zones, so they are put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Take it to UTC. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that it is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("started", UtcTime, nullable=False),
    Column("finished", UtcTime, nullable=False),
    Column("recorded", UtcTime, nullable=False),
    Column("inventory", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("status", Text, nullable=False),
)

DEVICES = Table(
    "devices",
    METADATA,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("incomplete", JSON, nullable=False),
)

#: What a device answered, as the text of an .snmprec file, one a context, compressed by zlib: about five
#: octets a row, over half a million rows of real devices, and it replays as any recording.
RAW = Table(
    "raw",
    METADATA,
    Column("run", Integer, primary_key=True),
    Column("device", Text, primary_key=True),
    Column("context", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("octets", LargeBinary, nullable=False),
    ForeignKeyConstraint(["run", "device"], ["devices.run", "devices.name"]),
)

#: Every name an element was ever reported under; `alias_of` is the element it is another name of.
ELEMENTS = Table(
    "elements",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("parts", JSON, nullable=False),
    Column("alias_of", ForeignKey("elements.id")),
    Column("device", Text),
    Column("label", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("gone", UtcTime),
)

#: The unbroken rows of runs that saw an element, so that what a run saw is known without a row for each.
SIGHTINGS = Table(
    "sightings",
    METADATA,
    Column("element", ForeignKey("elements.id"), primary_key=True),
    Column("first_run", ForeignKey("runs.id"), primary_key=True),
    Column("last_run", ForeignKey("runs.id"), nullable=False, index=True),
)

PLACEMENTS = Table(
    "placements",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("element", ForeignKey("elements.id"), nullable=False, index=True),
    Column("erl", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("alias_of", ForeignKey("elements.id")),
    Column("observed_at", UtcTime, nullable=False),
    Column("valid_from", UtcTime, nullable=False),
    Column("valid_to", UtcTime),
    Column("recorded_from", UtcTime, nullable=False),
    Column("recorded_to", UtcTime),
    Index("ix_placements_recorded", "recorded_to", "valid_to"),
)

ATTACHMENTS = Table(
    "attachments",
    METADATA,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("mac", Text, primary_key=True),
    Column("device", Text),
    Column("port", Text),
    Column("via", Text),
    Column("ips", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
)

NEIGHBORS = Table(
    "neighbors",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("device", Text, nullable=False),
    Column("port", Text, nullable=False),
    Column("chassis", Text, nullable=False),
    Column("far_port", Text, nullable=False),
    Column("system", Text, nullable=False),
    ForeignKeyConstraint(["run", "device"], ["devices.run", "devices.name"]),
    Index("ix_neighbors_run", "run"),
)

FINDINGS = Table(
    "findings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("device", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("quirk", Integer),
    Column("times", Integer, nullable=False),
    ForeignKeyConstraint(["run", "device"], ["devices.run", "devices.name"]),
    Index("ix_findings_run", "run"),
)

UNASSIGNED = Table(
    "unassigned",
    METADATA,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("element", ForeignKey("elements.id"), primary_key=True),
    Column("tried", JSON, nullable=False),
)

#: What a watch holds of a device, as texts like those of `raw`: the newest answer of each of its tables.
HELD = Table(
    "held",
    METADATA,
    Column("device", Text, primary_key=True),
    Column("context", Text, primary_key=True),
    Column("octets", LargeBinary, nullable=False),
)

#: When the last poll of a tier of a device began.
POLLS = Table(
    "polls",
    METADATA,
    Column("device", Text, primary_key=True),
    Column("tier", Text, primary_key=True),
    Column("polled", UtcTime, nullable=False),
)

#: Where a MAC was found between two runs, or that it is nowhere now; `run` is the last run before it was noted.
CHANGES = Table(
    "changes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", ForeignKey("runs.id"), index=True),
    Column("seen", UtcTime, nullable=False),
    Column("cause", Text, nullable=False),
    Column("mac", Text, nullable=False, index=True),
    Column("device", Text),
    Column("port", Text),
    Column("via", Text),
    Column("ips", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
)
