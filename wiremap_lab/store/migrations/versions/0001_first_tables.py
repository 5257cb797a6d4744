"""The first tables: runs and what they read, elements and their sightings, placements in two times."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    *("runs", "devices", "raw", "elements", "sightings", "placements"),
    *("attachments", "neighbors", "findings", "unassigned"),
)


def upgrade() -> None:
    _runs()
    _elements()
    _placements()
    _of_a_run()
    _of_a_device()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _to(column: str, target: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def _to_device(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["run", "device"], ["devices.run", "devices.name"], name=f"fk_{table}_run")


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _runs() -> None:
    op.create_table(
        "runs",
        _number("id"),
        *(_time("started"), _time("finished"), _time("recorded")),
        *(_text("inventory"), _text("tool"), _text("status")),
        _key("runs", "id"),
    )
    op.create_table(
        "devices",
        _number("run"),
        *(_text("name"), _text("status"), _text("reason")),
        sa.Column("seconds", sa.Float(), nullable=False),
        _json("incomplete"),
        _to("run", "runs.id", "devices"),
        _key("devices", "run", "name"),
    )


def _elements() -> None:
    op.create_table(
        "elements",
        _number("id"),
        _text("key"),
        _json("parts"),
        _number("alias_of", nullable=True),
        _text("device", nullable=True),
        _text("label"),
        *(_json("facts"), _json("evidence")),
        _time("gone", nullable=True),
        _to("alias_of", "elements.id", "elements"),
        _key("elements", "id"),
        sa.UniqueConstraint("key", name="uq_elements_key"),
    )
    op.create_table(
        "sightings",
        *(_number("element"), _number("first_run"), _number("last_run")),
        _to("element", "elements.id", "sightings"),
        _to("first_run", "runs.id", "sightings"),
        _to("last_run", "runs.id", "sightings"),
        _key("sightings", "element", "first_run"),
    )
    op.create_index("ix_sightings_last_run", "sightings", ["last_run"])


def _placements() -> None:
    op.create_table(
        "placements",
        *(_number("id"), _number("element")),
        *(_text("erl"), _text("source"), _text("label")),
        _json("evidence"),
        _number("alias_of", nullable=True),
        *(_time("observed_at"), _time("valid_from"), _time("valid_to", nullable=True)),
        *(_time("recorded_from"), _time("recorded_to", nullable=True)),
        _to("element", "elements.id", "placements"),
        _to("alias_of", "elements.id", "placements"),
        _key("placements", "id"),
    )
    op.create_index("ix_placements_element", "placements", ["element"])
    op.create_index("ix_placements_recorded", "placements", ["recorded_to", "valid_to"])


def _of_a_run() -> None:
    op.create_table(
        "attachments",
        _number("run"),
        _text("mac"),
        *(_text("device", nullable=True), _text("port", nullable=True), _text("via", nullable=True)),
        *(_json("ips"), _json("evidence")),
        _to("run", "runs.id", "attachments"),
        _key("attachments", "run", "mac"),
    )
    op.create_table(
        "unassigned",
        *(_number("run"), _number("element")),
        _json("tried"),
        _to("run", "runs.id", "unassigned"),
        _to("element", "elements.id", "unassigned"),
        _key("unassigned", "run", "element"),
    )


def _of_a_device() -> None:
    op.create_table(
        "raw",
        _number("run"),
        *(_text("device"), _text("context"), _text("sha256")),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        _to_device("raw"),
        _key("raw", "run", "device", "context"),
    )
    op.create_table(
        "neighbors",
        *(_number("id"), _number("run")),
        *(_text("device"), _text("port"), _text("chassis"), _text("far_port"), _text("system")),
        _to_device("neighbors"),
        _key("neighbors", "id"),
    )
    op.create_index("ix_neighbors_run", "neighbors", ["run"])
    op.create_table(
        "findings",
        *(_number("id"), _number("run")),
        *(_text("device"), _text("place"), _text("what")),
        *(_number("quirk", nullable=True), _number("times")),
        _to_device("findings"),
        _key("findings", "id"),
    )
    op.create_index("ix_findings_run", "findings", ["run"])
