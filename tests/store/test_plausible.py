"""A switch that has just started answers empty tables: that ends no placement, until it says so twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.network import a_run, day, hearing, port, seen
from wiremap_lab.ids import Mac
from wiremap_lab.store.repository import Store
from wiremap_lab.store.values import Attached, DeviceRun, NewRun, Status
from wiremap_lab.tables import DeviceTables, System

PORTS = tuple((port("sw1", f"Gi{n}"), f"room-{n}") for n in range(1, 7))
PEERS = ("sw2", "ap1", "ap2", "ap3", "ap4")
HOUR, DAY, MINUTE = 360_000, 24 * 360_000, 6_000


def full(number: int) -> NewRun:
    """A run that saw six ports, five neighbors and five devices."""
    attached = tuple(Attached(Mac(bytes([2, 0, 0, 0, 0, n])), "sw1", f"Gi{n}") for n in range(1, 6))
    return a_run(number, PORTS, devices=(hearing("sw1", *PEERS),), attached=attached)


def empty(number: int, *, uptime: int = DAY) -> NewRun:
    """A run in which the switch answered every table, and nothing in them."""
    tables = DeviceTables("sw1", System("sw1", "", "", (1, 3), uptime))
    return a_run(number, (), devices=(DeviceRun("sw1", tables),))


def rooms(store: Store, number: int) -> set[str]:
    return {entry.erl for entry in store.wiremap_at(day(number) + timedelta(hours=1))}


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        opened.save_run(full(1), recorded=day(1))
        yield opened


def test_tables_that_are_empty_once_end_nothing(store: Store) -> None:
    store.save_run(empty(2), recorded=day(2))
    assert rooms(store, 2) == {f"room-{n}" for n in range(1, 7)}
    assert store.devices(2) == {"sw1": Status.INCOMPLETE}
    assert {finding.quirk for _, finding in store.findings(2)} == {60}
    assert "it had 6 ports, now none" in {f.what.removeprefix("implausible: ") for _, f in store.findings(2)}
    assert store.diff(1, 2).vanished == ()


def test_tables_that_are_empty_twice_are_believed(store: Store) -> None:
    store.save_run(empty(2), recorded=day(2))
    store.save_run(empty(3), recorded=day(3))
    assert rooms(store, 3) == set()
    assert store.devices(3) == {"sw1": Status.COMPLETE}


def test_the_same_reading_placed_by_other_rules_is_no_second_one(store: Store) -> None:
    store.save_run(empty(2), recorded=day(2))
    store.save_run(empty(2), recorded=day(3))
    assert len(rooms(store, 3)) == 6


def test_a_switch_that_started_minutes_ago_is_never_believed(store: Store) -> None:
    for number in (2, 3, 4):
        store.save_run(empty(number, uptime=3 * MINUTE), recorded=day(number))
        assert len(rooms(store, number)) == 6
    assert "it started minutes ago" in store.findings(4)[0][1].what


def test_a_switch_that_is_whole_again_is_as_it_was(store: Store) -> None:
    store.save_run(empty(2), recorded=day(2))
    store.save_run(full(3), recorded=day(3))
    assert (len(rooms(store, 3)), store.devices(3)) == (6, {"sw1": Status.COMPLETE})
    assert store.diff(1, 3).gone_elements == ()


def test_a_few_ports_that_go_have_gone(store: Store) -> None:
    fewer = replace(full(2), elements=full(2).elements[:3], wiremap=full(2).wiremap.of([*full(2).wiremap][:3]))
    store.save_run(fewer, recorded=day(2))
    assert rooms(store, 2) == {"room-1", "room-2", "room-3"}


def test_aliases_that_are_all_gone_at_once_are_kept_for_one_more_reading(store: Store) -> None:
    bare = tuple(replace(seen(element, day(2)), facts={}) for element, _ in PORTS)
    glitch = replace(full(2), elements=bare, wiremap=full(2).wiremap.of(()))
    store.save_run(glitch, recorded=day(2))
    assert len(rooms(store, 2)) == 6
    store.save_run(replace(glitch, started=day(3), finished=day(3)), recorded=day(3))
    assert rooms(store, 3) == set()
