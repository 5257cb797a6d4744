"""Open a database: find out whether it is ours, bring it up to date, and set how it writes.

SQLite writes ahead (WAL) and syncs every commit; a process that is killed leaves the state before its
transaction. PostgreSQL is spoken to by psycopg 3.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from wiremap_lab.errors import StoreError
from wiremap_lab.store.schema import HEAD, VERSION_TABLE

#: Any number, so long as nobody else on the server locks by it: "wiremap" as a 56-bit integer.
_LOCK = int.from_bytes(b"wiremap", "big")
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000")


def open_engine(url: str) -> Engine:
    """An engine on a database of ours, created or brought up to date where need be.

    `url` is one of SQLAlchemy (``sqlite:///wiremap.db``, ``postgresql://host/name``) or a file for SQLite.
    Raises StoreError, with what to do about it, where it cannot be used.
    """
    where = _url(url)
    engine = create_engine(where)
    if where.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        with told(where):
            _bring_up_to_date(engine, where)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that nobody else writes beside: all of it is kept, or nothing."""
    with told(engine.url), engine.connect() as fresh:
        connection = fresh.execution_options(transaction_mode="IMMEDIATE")
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that sees one state throughout."""
    with told(engine.url), engine.connect() as fresh:
        options = {"isolation_level": "REPEATABLE READ"} if fresh.dialect.name == "postgresql" else {}
        connection = fresh.execution_options(**options)
        with connection.begin():
            yield connection


@contextmanager
def told(where: URL) -> Iterator[None]:
    """Turn what a driver raises into StoreError, which names the database, never its password."""
    try:
        yield
    except (OperationalError, InterfaceError) as fault:
        raise StoreError(f"{where.render_as_string()}: {fault.orig} (is it there, and may you write to it?)") from fault
    except DatabaseError as fault:
        if "not a database" in str(fault.orig):
            raise StoreError(f"{where.render_as_string()}: not a database (choose another file)") from fault
        raise StoreError(f"{where.render_as_string()}: {fault.orig}") from fault


def _url(url: str) -> URL:
    try:
        where = make_url(url) if "://" in url else URL.create("sqlite", database=url)
        if where.drivername in ("postgres", "postgresql"):
            where = where.set(drivername="postgresql+psycopg")
        where.get_dialect().import_dbapi()
    except ImportError:
        raise StoreError("PostgreSQL needs psycopg: pip install 'wiremap_lab[postgres]'") from None
    except (ArgumentError, NoSuchModuleError) as fault:
        raise StoreError(f"not a database URL: {url!r} ({fault})") from None
    if where.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(f"neither SQLite nor PostgreSQL: {where.render_as_string()}")
    return where


def _set_up_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    """Take the transactions out of the driver's hands, which would leave reads and DDL outside of them."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('transaction_mode', 'DEFERRED')}")


def _bring_up_to_date(engine: Engine, where: URL) -> None:
    with engine.connect() as connection, connection.begin():
        revision = _revision(connection, where)
    if revision == HEAD:
        return
    with writing(engine) as connection:
        revision = _revision(connection, where)  # another process may just have done it
        if revision != HEAD:
            _upgrade(connection, revision, where)


def _revision(connection: Connection, where: URL) -> str | None:
    """The revision of a database of ours, None of an empty one. Raises StoreError for one of somebody else."""
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE in tables:
        return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()  # noqa: S608
    if tables:
        found = ", ".join(sorted(tables)[:3])
        raise StoreError(f"{where.render_as_string()}: not a wiremap database, it has {found} (choose another)")
    return None


def _upgrade(connection: Connection, revision: str | None, where: URL) -> None:
    """Run the migrations. alembic is imported here: an up-to-date database never needs it."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreError(
            f"{where.render_as_string()}: its schema {revision!r} is newer than {HEAD!r} (upgrade wiremap_lab)"
        )
    command.upgrade(config, "head")
