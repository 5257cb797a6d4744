"""From cables to calls: a plan is the truth, its switches report tables, its phones what they hear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.inference.plan import Plan, station
from wiremap_lab.assignment.rules import RuleBook, load_rules
from wiremap_lab.experiment import Built, build
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.measurements import LldpMeasurement, Measurements
from wiremap_lab.places import Building, CivicAddress, Erl, Places, Psap
from wiremap_lab.resolver import load_profiles
from wiremap_lab.scoring import Judged, Outcome, coverage, judge_all
from wiremap_lab.store.repository import Store
from wiremap_lab.store.values import DeviceRun, NewRun

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLACES = Places.of(
    [Psap("north", "North"), Psap("south", "South")],
    [Building("b1", "Main", CivicAddress(), "north"), Building("b2", "Annex", CivicAddress(), "south")],
    [Erl(f"{building}-{port}", building, "1", room=str(port)) for building in ("b1", "b2") for port in range(1, 9)],
)
RULES = r"""
rules:
  - name: a room for every port
    kind: port
    match: {sysName: 'access-(?P<building>b\d)', ifDescr: 'port (?P<room>\d)'}
    erl: "{building}-{room}"
"""
ENDS = [("access-b1", 3), ("access-b1", 4), ("access-b2", 3)]
PHONES = {station(number): end for number, end in enumerate(ENDS)}


def rulebook() -> RuleBook:
    return load_rules(RULES, path="rules.yaml", places=PLACES)


def campus(phones: Mapping[Mac, tuple[str, int]]) -> Plan:
    plan = Plan()
    for name in ("core", "access-b1", "access-b2"):
        plan.switch(name)
    plan.cable(("core", 1), ("access-b1", 8))
    plan.cable(("core", 2), ("access-b2", 8))
    for mac, end in phones.items():
        plan.plug(mac, end)
    return plan


def heard_by(plan: Plan) -> dict[str, Measurements]:
    """What each phone hears: the TLVs of the port it is plugged into."""
    heard = {}
    for mac, (switch, port) in plan.stations.items():
        local = plan.switches[switch].lldp_local
        assert local is not None
        port_id = next(row.port_id for row in local.ports if row.port_num == port)
        heard[str(mac)] = Measurements(str(mac), NOW, LldpMeasurement(local.chassis_id, port_id))
    return heard


def judged(plan: Plan, built: Built, *, heard: Mapping[str, Measurements]) -> tuple[Judged, ...]:
    truth = {str(mac): f"{switch.removeprefix('access-')}-{port}" for mac, (switch, port) in plan.stations.items()}
    profile = load_profiles()["redsky-assumed"]
    return judge_all(built.wiremap, heard, truth=truth, places=PLACES, profile=profile, now=NOW)


def test_every_phone_of_a_campus_that_says_all_is_located_to_its_room() -> None:
    plan = campus(PHONES)
    built = build(plan.tables(), rulebook(), now=NOW)
    assert {each.outcome for each in judged(plan, built, heard=heard_by(plan))} == {Outcome.EXACT}
    assert not built.problems
    (ports,) = (row for row in coverage(built.elements, built.wiremap, places=PLACES) if row.group == "port")
    assert ports.room == 14  # eight ports each, but for the uplinks


def test_a_phone_that_reports_where_it_was_is_misrouted_to_the_other_building() -> None:
    before = campus(PHONES)
    moved = station(0)
    after = campus({**PHONES, moved: ("access-b2", 5)})
    built = build(after.tables(), rulebook(), now=NOW)
    outcomes = {each.device: each.outcome for each in judged(after, built, heard=heard_by(before))}
    assert outcomes.pop(str(moved)) is Outcome.MISROUTE
    assert set(outcomes.values()) == {Outcome.EXACT}


def test_a_switch_nobody_provisioned_sends_its_callers_to_the_relay_center() -> None:
    plan = campus(PHONES)
    book = load_rules("rows: []", path="rules.yaml", places=PLACES)
    built = build(plan.tables(), book, now=NOW)
    assert {each.outcome for each in judged(plan, built, heard=heard_by(plan))} == {Outcome.RELAY}
    assert len(built.unassigned) == len(built.elements)


def test_a_row_about_a_port_no_device_shows_places_it_only_if_we_know_when_it_was_typed() -> None:
    text = 'rows: [{port: {chassis: "02:00:00:00:09:09", id: Gi1/0/1}, erl: b1-1}]'
    book, written = load_rules(text, path="rules.yaml", places=PLACES), NOW - timedelta(days=9)
    assert len(build((), book, now=NOW).wiremap) == 0
    (entry,) = build((), replace(book, written=written), now=NOW).wiremap
    assert entry.observed_at == written


def test_a_move_is_seen_by_comparing_what_two_runs_stored(tmp_path: Path) -> None:
    moved = station(0)
    with Store.open(str(tmp_path / "wiremap.db")) as store:
        for hours, phones in enumerate((PHONES, {**PHONES, moved: ("access-b2", 5)})):
            when = NOW + timedelta(hours=hours)
            tables = campus(phones).tables()
            built = build(tables, rulebook(), now=when)
            devices = [DeviceRun(device.name, device) for device in tables]
            run = NewRun.of(built, started=when, finished=when, inventory="plan", devices=devices)
            store.save_run(run, recorded=when)
            assert set(store.wiremap_at(when)) == set(built.wiremap)
        (move,) = store.diff(1, 2).moved
    assert move.after.mac == moved
    assert (move.before.where, move.after.where) == ("access-b1 Gi1/0/3", "access-b2 Gi1/0/5")


def test_ids_are_compared_as_heard() -> None:
    plan = campus(PHONES)
    built = build(plan.tables(), rulebook(), now=NOW)
    chassis = ChassisId.parse(str(plan.chassis_mac("access-b1")))
    heard = {str(station(0)): Measurements("x", NOW, LldpMeasurement(chassis, PortId.parse("gi1/0/3")))}
    outcomes = {each.device: each.outcome for each in judged(plan, built, heard=heard)}
    assert outcomes[str(station(0))] is Outcome.RELAY
