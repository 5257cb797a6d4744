"""A database is ours and up to date, or it is refused with what to do; a process that dies leaves it whole."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from tests.store.network import a_run, bssid, day, hearing, port
from wiremap_lab.errors import IntegrityFault, StoreError
from wiremap_lab.store.database import open_engine
from wiremap_lab.store.repository import Store
from wiremap_lab.store.schema import HEAD, METADATA, VERSION_TABLE
from wiremap_lab.store.values import DeviceRun, NewRun
from wiremap_lab.tables import DeviceTables
from wiremap_lab.wiremap import Wiremap

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "wiremap_lab" / "store" / "migrations"


@contextmanager
def a_database(url: str) -> Iterator[Connection]:
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def test_the_migrations_make_exactly_the_tables_we_use(url: str) -> None:
    with a_database(url) as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == HEAD
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_a_database_can_be_taken_back_to_nothing_and_made_again(url: str) -> None:
    with a_database(url) as connection:
        command.downgrade(alembic_config(connection), "base")
        assert set(inspect(connection).get_table_names()) == {VERSION_TABLE}
    with Store.open(url) as store:
        assert store.runs() == ()


def test_what_was_saved_is_there_when_opened_again(url: str) -> None:
    for number in range(2):
        with Store.open(url) as store:
            assert store.save_run(a_run(number, [(port("sw1", "Gi1"), "b1")]), recorded=day(number)) == number + 1
    with Store.open(url) as store:
        assert [run.finished for run in store.runs()] == [day(0), day(1)]


def test_what_a_device_answered_comes_back_to_the_letter_or_not_at_all(url: str) -> None:
    raw = {"": "1.3.6.1.2.1.1.5.0|4|sw1\n" * 1000, "vlan-20": "1.3.6.1.2.1.17.4.3.1.2|2|7\n"}
    devices = (DeviceRun("sw1", DeviceTables("sw1"), raw=raw), DeviceRun("sw2", reason="nothing answered"))
    with Store.open(url) as store:
        store.save_run(NewRun(day(0), day(0), "x", devices, (), Wiremap.of(())), recorded=day(0))
        assert store.raw(1, "sw1") == raw
        assert store.raw(1, "sw2") == {}
    with a_database(url) as connection:
        assert connection.execute(text("SELECT sum(length(octets)) FROM raw")).scalar_one() < 300
        connection.execute(text("UPDATE raw SET octets = :other"), {"other": b"other"})
    with Store.open(url) as store, pytest.raises(IntegrityFault, match="not those saved"):
        store.raw(1, "sw1")


def test_somebody_elses_database_is_refused_and_left_alone(url: str) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id integer)"))
    with pytest.raises(StoreError, match=r"not a wiremap database, it has invoices \(choose another\)"):
        Store.open(url)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["invoices"]
    engine.dispose()


def test_a_database_of_a_newer_wiremap_lab_is_refused(url: str) -> None:
    with a_database(url) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"schema '9999' is newer .* \(upgrade wiremap_lab\)"):
        Store.open(url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("Dear diary,\n" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(str(notes))
    assert notes.read_text() == "Dear diary,\n" * 100


@pytest.mark.parametrize("url", ["/nowhere/at/all/wiremap.db", "mysql://host/db", "telegraph://host", "sqlite:/x"])
def test_what_cannot_be_opened_is_a_store_error(url: str) -> None:
    with pytest.raises(StoreError):
        Store.open(url)


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "what? 100% #1.db"
    with Store.open(str(path)):
        assert path.exists()


def test_no_error_shows_a_password() -> None:
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql://wiremap:hunter2@127.0.0.1:1/wiremap?connect_timeout=2")
    assert "hunter2" not in str(caught.value)


def test_sqlite_writes_ahead_and_syncs_every_commit(tmp_path: Path) -> None:
    with a_database(str(tmp_path / "wiremap.db")) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def dies(action: Callable[[], object], *, statements: int) -> bool:
    """Whether a process of its own, which dies without warning after so many statements, does so in this action."""
    child = os.fork()
    if child == 0:
        left = iter(range(statements))

        def count(*_: object) -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", count)
        try:
            action()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_a_process_killed_at_any_point_of_making_the_tables_leaves_none(url: str) -> None:
    statements = 0
    while dies(lambda: Store.open(url), statements=statements):
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        assert inspect(engine).get_table_names() == []
        engine.dispose()
        statements += 1
    assert statements > 10
    with Store.open(url) as store:
        assert store.runs() == ()


def test_a_process_killed_at_any_point_of_saving_leaves_the_state_before(url: str) -> None:
    elements = {port("sw1", f"Gi{number}"): "b1" for number in range(5)}
    tuesday = a_run(1, [(bssid("41"), "b2"), *list(elements.items())[2:]], devices=(hearing("sw1", "a", "b"),))
    with Store.open(url) as store:
        store.save_run(a_run(0, elements.items()), recorded=day(0))
    statements = 0
    while dies(lambda: Store.open(url).save_run(tuesday, recorded=day(1)), statements=statements):
        statements += 1
        with Store.open(url) as store:
            assert len(store.runs()) == 1
            assert {entry.element: entry.erl for entry in store.wiremap_at(day(9))} == elements
            assert {known.element for known in store.elements()} == elements.keys()
            assert not store.findings(2)
    assert statements > 10
    with Store.open(url) as store:
        assert len(store.runs()) == 2
        assert {entry.element for entry in store.wiremap_at(day(9))} == {bssid("41"), *list(elements)[2:]}


def test_two_that_save_at_once_come_one_after_the_other(url: str) -> None:
    with Store.open(url):
        pass  # else both would also make the tables

    def save() -> None:
        with Store.open(url) as store:
            store.save_run(a_run(0, [(port("sw1", f"Gi{n}"), "b1") for n in range(50)]), recorded=day(0))

    threads = [Thread(target=save) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store.open(url) as store:
        assert len(store.runs()) == 4
        assert len(store.elements()) == len(store.wiremap_at(day(0))) == 50


def test_who_reads_sees_the_state_before_while_another_saves(tmp_path: Path) -> None:
    path = tmp_path / "wiremap.db"
    with Store.open(str(path)) as store:
        store.save_run(a_run(0, [(port("sw1", "Gi1"), "b1")]), recorded=day(0))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM placements")
        assert len(store.wiremap_at(day(0))) == 1
        other.execute("ROLLBACK")
        other.close()


def test_postgresql_without_its_driver_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"wiremap_lab\[postgres\]"):
        Store.open("postgresql://reader:secret@127.0.0.1:1/wiremap")
