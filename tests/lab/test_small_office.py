"""The campus of the demo from end to end without a socket: what its imperfections cost, held against the truth."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import numpy
import pytest

from tests.simulator.campuses import NOON, TOPOLOGIES, campus
from wiremap_lab.assignment.rules import assign, load_rules
from wiremap_lab.inference.edge_ports import Attachment, attach
from wiremap_lab.inference.elements import discover_elements
from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.lab.agent import Mib
from wiremap_lab.lab.virtual import VirtualCampus
from wiremap_lab.readers.mibs.bridge import context_names
from wiremap_lab.readers.mibs.device import read_device
from wiremap_lab.resolver import Resolved, load_profiles, resolve
from wiremap_lab.scoring.outcomes import Outcome, judge
from wiremap_lab.tables import DeviceTables, Oid, Row, Walk
from wiremap_lab.wiremap import Wiremap

OFFICE = campus("small-office")
BOOK = load_rules(
    (TOPOLOGIES / "small-office.rules.yaml").read_text(encoding="utf-8"), path="rules", places=OFFICE.places
)


@cache
def virtual(*, moves: int = 0) -> VirtualCampus:
    running = VirtualCampus(OFFICE, clock=lambda: NOON)
    running.move_some(moves, rng=numpy.random.default_rng(911))
    return running


def walk_of(mib: Mib | None) -> Walk:
    rows = [*mib.rows()] if mib else []

    def walk(root: Oid) -> Iterator[Row]:
        return (row for row in rows if row[0][: len(root)] == root)

    return walk


@cache
def tables(*, moves: int = 0) -> tuple[DeviceTables, ...]:
    running = virtual(moves=moves)
    found: list[DeviceTables] = []
    for box in running.boxes:
        walk = walk_of(running.mib(box))
        asked = {vlan: walk_of(running.mib(box, vlan)) for vlan in context_names(walk)}
        found.append(resolve_local_ports(read_device(box, walk, contexts=asked)))
    return tuple(found)


def outcomes(profile: str, *, moves: int = 0) -> Counter[Outcome]:
    elements = discover_elements(tables(moves=moves), now=NOON)
    wiremap = Wiremap.of(assign(elements, BOOK).entries)
    running, order = virtual(moves=moves), load_profiles()[profile]
    found: Counter[Outcome] = Counter()
    for device, told in running.measurements().items():
        answer = resolve(wiremap, told, order, now=NOON, places=OFFICE.places)
        erl = OFFICE.places.erls[answer.erl] if isinstance(answer, Resolved) else None
        found[judge(OFFICE.places.erls[running.truth()[device]], erl, places=OFFICE.places)] += 1
    return found


@pytest.mark.parametrize("profile", ["cautious", "redsky-assumed"])
@pytest.mark.parametrize("moves", [0, 25])
def test_most_calls_are_placed_exactly_and_every_imperfection_shows(profile: str, moves: int) -> None:
    found = outcomes(profile, moves=moves)
    assert 0.85 <= found[Outcome.EXACT] / found.total() <= 0.92, found
    for outcome in Outcome:
        if outcome not in (Outcome.EXACT, Outcome.WRONG_BUILDING, Outcome.FAILED):
            assert found[outcome] >= 1, found


@pytest.mark.parametrize("moves", [0, 25])
def test_no_device_is_inferred_to_be_on_another_port_than_it_is(moves: int) -> None:
    running = virtual(moves=moves)
    there = {OFFICE.devices[id_].mac: place for id_, place in running.state.current.items()}
    placed = 0
    for found in attach(tables(moves=moves)):
        if isinstance(found, Attachment) and found.mac in there:
            port = OFFICE.ports[there[found.mac].port or ""]
            assert (found.port.device, found.port.if_index) == (port.switch, port.if_index), found
            placed += 1
    assert placed >= 240


@pytest.mark.parametrize("name", ["small-office", "two-rooms"])
def test_the_rules_beside_a_campus_fit_it(name: str) -> None:
    text = (TOPOLOGIES / f"{name}.rules.yaml").read_text(encoding="utf-8")
    assert load_rules(text, path=name, places=campus(name).places).rules
