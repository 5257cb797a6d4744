"""One device, one wiremap, several orders of precedence."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.measurements import LldpMeasurement, Measurements
from wiremap_lab.places import Building, CivicAddress, Depth, Erl, Places, Psap
from wiremap_lab.resolver import Resolved, Unresolved, Why, explain, load_profiles, resolve
from wiremap_lab.wiremap import (
    DeviceMac,
    Entry,
    GatewayMac,
    IpRange,
    NetworkElement,
    Switch,
    SwitchPort,
    Wap,
    WapBlock,
    Wiremap,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHASSIS, PORT = ChassisId.parse("02:00:00:00:01:01"), PortId.parse("Gi1/0/7")
BSSID = Mac.parse("02:00:00:00:aa:41")
PROFILES = load_profiles()
PLACES = Places.of(
    [Psap("p1", "North"), Psap("p2", "South")],
    [
        Building("b1", "Main", CivicAddress(hno="1", rd="Main", sts="St", a3="Edina"), "p1"),
        Building("b2", "Annex", CivicAddress(hno="9", rd="Lake", sts="Rd", a3="Edina"), "p2"),
    ],
    [
        Erl("b1", "b1"),
        Erl("b1-2", "b1", "2"),
        Erl("b1-2-201", "b1", "2", room="201"),
        Erl("b1-3-301", "b1", "3", room="301"),
        Erl("b2", "b2"),
        Erl("b2-1-hall", "b2", "1", room="hall"),
    ],
)
REPORT = Measurements(
    device="phone-1",
    observed_at=NOW,
    lldp=LldpMeasurement(CHASSIS, PORT),
    bssid=BSSID,
    ip=ipaddress.ip_address("10.1.2.3"),
    gateway_mac=Mac.parse("00:00:0c:07:ac:01"),
    mac=Mac.parse("02:00:00:00:bb:01"),
)
ELEMENTS: dict[str, NetworkElement] = {
    "port": SwitchPort(CHASSIS, PORT),
    "switch": Switch(CHASSIS),
    "bssid": Wap(BSSID),
    "ip": IpRange.parse("10.1.2.0/24"),
    "gateway-mac": GatewayMac(Mac.parse("00:00:0c:07:ac:01")),
    "device-mac": DeviceMac(Mac.parse("02:00:00:00:bb:01")),
}


def entry(rule: str, erl: str, *, age: timedelta = timedelta(minutes=5)) -> Entry:
    return Entry(ELEMENTS[rule], erl, "rule:test", NOW - age)


def answer(profile: str, *entries: Entry, report: Measurements = REPORT) -> Resolved | Unresolved:
    return resolve(Wiremap.of(entries), report, PROFILES[profile], places=PLACES, now=NOW)


def test_a_docked_laptop_on_wire_and_wifi_is_at_its_desk_for_zoom_and_at_its_access_point_for_teams() -> None:
    entries = entry("port", "b1-2-201"), entry("bssid", "b1-3-301")
    zoom, teams = answer("zoom", *entries), answer("teams", *entries)
    assert isinstance(zoom, Resolved)
    assert isinstance(teams, Resolved)
    assert (zoom.by, zoom.erl) == ("port", "b1-2-201")
    assert (teams.by, teams.erl) == ("bssid", "b1-3-301")
    assert [other.entry.erl for other in teams.others] == ["b1-2-201"]
    assert teams.conflicts[0].agree is Depth.BUILDING


@pytest.mark.parametrize(
    ("profile", "order"),
    [
        ("teams", ["bssid", "port", "switch", "ip"]),
        ("lync", ["bssid", "port", "switch", "ip", "device-mac"]),
        ("zoom", ["port", "bssid", "ip", "switch"]),
        ("redsky-assumed", ["device-mac", "port", "switch", "bssid", "ip", "gateway-mac"]),
        ("cautious", ["port", "bssid", "switch", "ip", "gateway-mac", "device-mac"]),
    ],
)
def test_each_identifier_decides_when_those_before_it_are_gone(profile: str, order: list[str]) -> None:
    """The orders are typed again from the vendors' texts, not read from the profiles."""
    for gone, rule in enumerate(order):
        left = [entry(other, "b1-2") for other in order[gone:]]
        found = answer(profile, *left)
        assert isinstance(found, Resolved)
        assert found.by == rule
    assert isinstance(answer(profile), Unresolved)


def test_zoom_prefers_a_room_by_wifi_to_a_building_by_wire() -> None:
    found = answer("zoom", entry("port", "b1"), entry("bssid", "b1-2-201"))
    assert isinstance(found, Resolved)
    assert found.by == "bssid"
    assert [other.rule for other in found.others] == ["port"]
    building_only = answer("zoom", entry("port", "b1"), entry("bssid", "b1"))
    assert isinstance(building_only, Resolved)
    assert building_only.by == "port"


@pytest.mark.parametrize("profile", PROFILES)
def test_an_element_placed_twice_is_never_settled_by_picking(profile: str) -> None:
    found = answer(profile, entry("port", "b1-2-201"), entry("port", "b1-3-301"))
    assert isinstance(found, Unresolved)
    assert found.conflicts[0].erls == ("b1-2-201", "b1-3-301")
    coarser = answer(profile, entry("port", "b1-2-201"), entry("port", "b1-3-301"), entry("ip", "b1"))
    assert isinstance(coarser, Resolved)
    assert coarser.erl == "b1"
    assert "ambiguous" in (coarser.degraded or "")


def test_two_entries_that_agree_are_no_conflict_and_the_later_one_counts_for_freshness() -> None:
    found = answer("lync", entry("port", "b1-2", age=timedelta(days=2)), entry("port", "b1-2", age=timedelta(hours=1)))
    assert isinstance(found, Resolved)
    assert found.freshness == timedelta(hours=1)
    assert not found.conflicts


def test_a_stale_port_gives_way_to_a_fresh_subnet_and_says_so() -> None:
    stale = entry("port", "b1-2-201", age=timedelta(days=3))
    found = answer("cautious", stale, entry("ip", "b1"))
    assert isinstance(found, Resolved)
    assert (found.by, found.erl) == ("ip", "b1")
    assert found.degraded is not None
    assert "last seen 3 d ago" in found.degraded
    alone = answer("cautious", stale)
    assert isinstance(alone, Unresolved)
    assert Why.STALE in {each.why for each in alone.tried}
    trusting = answer("lync", stale)
    assert isinstance(trusting, Resolved)
    assert trusting.freshness == timedelta(days=3)
    assert trusting.degraded is None


def test_an_entry_from_the_future_is_not_fresher_than_now() -> None:
    found = answer("cautious", entry("port", "b1-2", age=timedelta(hours=-1)))
    assert isinstance(found, Resolved)
    assert found.freshness == timedelta()


def test_identifiers_in_two_buildings_are_refused_only_by_the_cautious() -> None:
    entries = entry("port", "b1-2-201"), entry("ip", "b2")
    refused = answer("cautious", *entries)
    assert isinstance(refused, Unresolved)
    assert {each.rule for each in refused.tried if each.why is Why.CONTRADICTED} == {"port", "ip"}
    assert refused.conflicts[0].agree is Depth.NOTHING
    assert isinstance(answer("teams", *entries), Resolved)


def test_identifiers_on_two_floors_of_one_building_are_not_refused() -> None:
    found = answer("cautious", entry("port", "b1-2-201"), entry("bssid", "b1-3-301"))
    assert isinstance(found, Resolved)
    assert found.conflicts


def test_a_port_away_from_the_closet_of_its_switch_contradicts_nothing() -> None:
    found = answer("cautious", entry("port", "b2-1-hall"), entry("switch", "b1-2-201"))
    assert isinstance(found, Resolved)
    assert found.erl == "b2-1-hall"
    assert not found.conflicts
    assert [other.rule for other in found.others] == ["switch"]


def test_an_entry_for_a_place_nobody_knows_is_passed_over_and_named() -> None:
    found = answer("lync", entry("port", "gone"), entry("switch", "b1-2"))
    assert isinstance(found, Resolved)
    assert found.by == "switch"
    assert "no such ERL: gone" in (found.degraded or "")


def test_a_device_that_reports_nothing_is_unresolved_and_every_rule_says_so() -> None:
    silent = Measurements(device="x", observed_at=NOW)
    found = answer("redsky-assumed", entry("port", "b1-2"), report=silent)
    assert isinstance(found, Unresolved)
    assert {each.why for each in found.tried} == {Why.NOT_REPORTED}
    assert len(found.tried) == 6


def test_a_chassis_alone_is_the_switch_and_no_port() -> None:
    report = replace(REPORT, lldp=LldpMeasurement(CHASSIS))
    found = answer("lync", entry("port", "b1-2-201"), entry("switch", "b1-2"), report=report)
    assert isinstance(found, Resolved)
    assert found.by == "switch"


def test_the_port_id_is_matched_as_heard_and_never_by_resemblance() -> None:
    other = replace(REPORT, lldp=LldpMeasurement(CHASSIS, PortId.parse("GigabitEthernet1/0/7")))
    assert isinstance(answer("lync", entry("port", "b1-2-201"), report=other), Unresolved)


def test_a_block_of_bssids_answers_where_the_bssid_itself_is_unknown() -> None:
    block = Entry(WapBlock.around(BSSID, 1), "b1-2", "typed", NOW)
    found = answer("teams", block)
    assert isinstance(found, Resolved)
    assert found.element == WapBlock.around(BSSID, 1)
    exact = answer("teams", block, entry("bssid", "b1-2-201"))
    assert isinstance(exact, Resolved)
    assert exact.erl == "b1-2-201"


def test_the_explanation_names_the_place_the_reason_and_what_was_tried() -> None:
    found = answer("cautious", entry("port", "b1-2-201", age=timedelta(days=3)), entry("ip", "b1-2"))
    text = explain(found, PLACES)
    assert text.splitlines()[0] == "b1-2: Main, 1 Main St, Edina, US, floor 2"
    assert "by ip, seen 5 min ago" in text
    assert "rule:test places subnet 10.1.2.0/24 at b1-2" in text
    assert "tried port: port 02:00:00:00:01:01 Gi1/0/7 stale" in text
    assert explain(answer("cautious"), PLACES).startswith("unresolved")


@given(
    placed=st.dictionaries(st.sampled_from(sorted(ELEMENTS)), st.sampled_from(sorted(PLACES.erls)), max_size=6),
    profile=st.sampled_from(sorted(PROFILES)),
)
def test_the_answer_is_always_something_the_wiremap_says_and_never_depends_on_the_order_of_its_rows(
    placed: dict[str, str], profile: str
) -> None:
    entries = [entry(rule, erl) for rule, erl in placed.items()]
    found = answer(profile, *entries)
    assert answer(profile, *entries[::-1]) == found
    if isinstance(found, Resolved):
        assert found.entry in entries
        assert found.by in placed
        heard = {found.by} | {other.rule for other in found.others}
        assert heard == placed.keys() & {step.rule for step in PROFILES[profile].steps}
    else:
        assert not placed.keys() & {step.rule for step in PROFILES[profile].steps} or profile == "cautious"
