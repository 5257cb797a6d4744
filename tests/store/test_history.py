"""What the store remembers: nothing is forgotten, and nothing is unlearned from half a reading."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.network import (
    CHASSIS,
    LAPTOP,
    PHONE,
    a_run,
    bssid,
    cut_short,
    day,
    hearing,
    port,
    seen,
    skipped,
    whole,
)
from wiremap_lab.assignment.rules import Unassigned
from wiremap_lab.errors import InvalidValue, StoreError
from wiremap_lab.ids import Mac, PortId
from wiremap_lab.store.repository import Store
from wiremap_lab.store.values import Attached, DeviceRun, NewRun, Status
from wiremap_lab.tables import DeviceTables
from wiremap_lab.wiremap import (
    DeviceMac,
    Entry,
    GatewayMac,
    IpRange,
    NetworkElement,
    Switch,
    SwitchPort,
    WapBlock,
    Wiremap,
)

ONE, TWO, FAR = port("sw1", "Gi1"), port("sw1", "Gi2"), port("sw2", "Gi1")
HOUR = timedelta(hours=1)


def placed(store: Store, number: int) -> dict[NetworkElement, str]:
    """The wiremap an hour after the n-th run, as known now."""
    return {entry.element: entry.erl for entry in store.wiremap_at(day(number) + HOUR)}


def test_every_kind_of_element_comes_back_as_it_went_in(url: str) -> None:
    elements: list[NetworkElement] = [
        ONE,
        SwitchPort(CHASSIS["sw1"], PortId.read(7, b"0x4142")),
        SwitchPort(CHASSIS["sw1"], PortId.read(7, b"AB")),
        SwitchPort(CHASSIS["sw1"], PortId.read(3, b"not a MAC")),
        Switch(CHASSIS["sw1"]),
        bssid("41"),
        WapBlock.around(Mac.parse("02:00:00:00:bb:41"), 2),
        IpRange.parse("10.1.2.3-10.1.2.9"),
        IpRange.parse("2001:db8::/64"),
        GatewayMac(PHONE),
        DeviceMac(PHONE),
    ]
    run = a_run(0, [(element, "b1") for element in elements])
    with Store.open(url) as store:
        store.save_run(run, recorded=day(0))
        assert store.wiremap_at(day(0)) == run.wiremap
        assert [repr(known.element) for known in store.elements()] == [repr(element) for element in elements]


def test_the_wiremap_of_any_past_day_comes_back(url: str) -> None:
    with Store.open(url) as store:
        store.save_run(a_run(0, [(ONE, "b1-101"), (TWO, "b1-102")]), recorded=day(0))
        store.save_run(a_run(1, [(ONE, "b1-201"), (TWO, "b1-102")]), recorded=day(1))
        store.save_run(a_run(2, [(ONE, "b1-201")]), recorded=day(2))
        assert placed(store, -1) == {}
        assert placed(store, 0) == {ONE: "b1-101", TWO: "b1-102"}
        assert placed(store, 1) == {ONE: "b1-201", TWO: "b1-102"}
        assert placed(store, 2) == {ONE: "b1-201"}


def test_what_we_believed_then_is_not_what_we_know_now(url: str) -> None:
    """Saved two days late, as recordings are: until then the store held the old place to be true."""
    with Store.open(url) as store:
        store.save_run(a_run(0, [(ONE, "b1-101")]), recorded=day(0))
        store.save_run(a_run(1, [(ONE, "b1-201")]), recorded=day(3))
        at_noon = day(1) + HOUR
        believed = store.wiremap_at(at_noon, recorded=day(2))
        known = store.wiremap_at(at_noon, recorded=day(4))
        assert [entry.erl for entry in believed] == ["b1-101"]
        assert [entry.observed_at for entry in believed] == [day(0)]
        assert [(entry.erl, entry.observed_at) for entry in known] == [("b1-201", day(1))]
        assert store.wiremap_at(at_noon) == known
        assert len(store.wiremap_at(at_noon, recorded=day(-1))) == 0


def test_an_element_seen_again_is_fresher_and_otherwise_the_same(url: str) -> None:
    with Store.open(url) as store:
        for number in range(4):
            store.save_run(a_run(number, [(ONE, "b1-101")]), recorded=day(number))
        assert [entry.observed_at for entry in store.wiremap_at(day(3))] == [day(3)]
        assert [entry.observed_at for entry in store.wiremap_at(day(1) + HOUR)] == [day(1)]
        (known,) = store.elements()
        assert (known.first_seen, known.last_seen, known.gone) == (day(0), day(3), None)


@pytest.mark.parametrize("device", [cut_short("sw1"), skipped("sw1"), None])
def test_half_a_reading_deletes_nothing(url: str, device: DeviceRun | None) -> None:
    devices = (*whole("sw2", "wlc"), *([device] if device else []))
    with Store.open(url) as store:
        store.save_run(a_run(0, [(ONE, "b1-101"), (TWO, "b1-102"), (FAR, "b2")]), recorded=day(0))
        store.save_run(a_run(1, [(TWO, "b1-109")], devices=devices), recorded=day(1))
        assert placed(store, 1) == {ONE: "b1-101", TWO: "b1-109"}
        known = {each.element: each for each in store.elements()}
        assert (known[ONE].last_seen, known[ONE].gone) == (day(0), None)
        assert (known[FAR].last_seen, known[FAR].gone) == (day(0), day(1))
        difference = store.diff(1, 2)
        assert [each.element for each in difference.gone_elements] == [FAR]
        assert difference.uncertain == ("sw1",)


def described(run: NewRun, *entries: Entry, **facts: str) -> NewRun:
    """The same run with other facts of all elements, and these entries."""
    return replace(
        run, elements=tuple(replace(each, facts=facts) for each in run.elements), wiremap=Wiremap.of(entries)
    )


@pytest.mark.parametrize("coarser", [True, False])
def test_what_half_a_reading_no_longer_tells_of_a_port_is_no_reason_to_place_it_elsewhere(
    url: str,
    coarser: bool,
) -> None:
    """The walk of ifAlias ended early: a rule for closets fires where the one for jacks did, or none does."""
    half, entire = (cut_short("sw1"), *whole("sw2", "wlc")), whole("sw1", "sw2", "wlc")
    closet = (Entry(ONE, "b1", "rule:closets", day(1)),) if coarser else ()
    with Store.open(url) as store:
        store.save_run(
            described(a_run(0, [(ONE, "b1-101")]), *a_run(0, [(ONE, "b1-101")]).wiremap, role="edge", ifAlias="A"),
            recorded=day(0),
        )
        for number in (1, 2):
            run = a_run(number, [], unplaced=[ONE], devices=half)
            store.save_run(described(run, *closet, role="unknown"), recorded=day(number))
            assert placed(store, number) == {ONE: "b1-101"}
        typed = Entry(ONE, "b1-109", "row:3", day(3))
        store.save_run(described(a_run(3, [], unplaced=[ONE], devices=half), typed), recorded=day(3))
        assert placed(store, 3) == {ONE: "b1-109"}
        store.save_run(described(a_run(4, [], unplaced=[ONE], devices=entire), *closet), recorded=day(4))
        assert placed(store, 4) == ({ONE: "b1"} if coarser else {})


@pytest.mark.parametrize("other", [cut_short("sw2"), skipped("sw2"), None])
def test_a_bssid_or_subnet_is_gone_only_when_every_device_was_read(url: str, other: DeviceRun | None) -> None:
    """The controller that showed it has it no more; the one that has it now was not read."""
    shown: list[tuple[NetworkElement, str]] = [(bssid("41"), "b1-101"), (IpRange.parse("10.0.0.0/8"), "b1")]
    with Store.open(url) as store:
        store.save_run(a_run(0, shown), recorded=day(0))
        store.save_run(a_run(1, [], devices=(*whole("sw1", "wlc"), *([other] if other else []))), recorded=day(1))
        assert placed(store, 1) == dict(shown)
        assert store.diff(1, 2).gone_elements == ()
        store.save_run(a_run(2, []), recorded=day(2))
        assert placed(store, 2) == {}


def test_an_element_that_is_back_keeps_its_whole_history(url: str) -> None:
    with Store.open(url) as store:
        store.save_run(a_run(0, [(ONE, "b1-101")]), recorded=day(0))
        store.save_run(a_run(1, []), recorded=day(1))
        store.save_run(a_run(2, [(ONE, "b1-101")]), recorded=day(2))
        (known,) = store.elements()
        assert (known.first_seen, known.last_seen, known.gone) == (day(0), day(2), None)
        assert [placed(store, number) for number in range(3)] == [{ONE: "b1-101"}, {}, {ONE: "b1-101"}]
        assert [each.element for each in store.diff(2, 3).new_elements] == [ONE]
        assert not store.diff(1, 3).new_elements


def test_an_element_that_no_rule_places_any_more_is_placed_nowhere_but_still_known(url: str) -> None:
    run = a_run(1, [], devices=(cut_short("sw1"),), unplaced=[ONE])
    with Store.open(url) as store:
        store.save_run(a_run(0, [(ONE, "b1-101")]), recorded=day(0))
        unassigned = (Unassigned(run.elements[0], ("rule 'x': ifAlias is not known",)),)
        store.save_run(
            NewRun(run.started, run.finished, "x", run.devices, run.elements, run.wiremap, (), unassigned),
            recorded=day(1),
        )
        assert placed(store, 1) == {}
        assert store.elements()[0].gone is None


def test_a_row_somebody_typed_lives_as_long_as_it_is_typed(url: str) -> None:
    typed = Entry(IpRange.parse("10.0.0.0/8"), "b1", "row:3", day(-9), "typed")
    runs = [a_run(number, [(ONE, "b1-101")]) for number in range(3)]
    with Store.open(url) as store:
        for number, run in enumerate(runs):
            entries = [*run.wiremap, *([typed] if number < 2 else [])]
            given = NewRun(run.started, run.finished, "x", run.devices, run.elements, Wiremap.of(entries))
            store.save_run(given, recorded=day(number))
        assert store.wiremap_at(day(1)).at(typed.element) == (typed,)
        assert store.wiremap_at(day(2)).at(typed.element) == ()
        assert [each.element for each in store.elements()] == [ONE]


def test_two_places_of_one_element_stay_two(url: str) -> None:
    run = a_run(0, [(ONE, "b1-101")])
    double = Wiremap.of([*run.wiremap, Entry(ONE, "b2", "row:7", day(0), "typed")])
    with Store.open(url) as store:
        store.save_run(NewRun(run.started, run.finished, "x", run.devices, run.elements, double), recorded=day(0))
        assert {entry.erl for entry in store.wiremap_at(day(0)).at(ONE)} == {"b1-101", "b2"}
        assert store.wiremap_at(day(0)).conflicts()


def test_other_names_of_an_element_come_and_go_with_it(url: str) -> None:
    other = port("sw2", "Gi1")
    element = seen(ONE, day(0), aliases=(other,))
    entries = [
        Entry(ONE, "b1-101", "rule:x", day(0), alias_of=None),
        Entry(other, "b1-101", "rule:x", day(0), alias_of=ONE),
    ]
    with Store.open(url) as store:
        store.save_run(NewRun(day(0), day(0), "x", whole("sw1"), (element,), Wiremap.of(entries)), recorded=day(0))
        assert store.wiremap_at(day(0)) == Wiremap.of(entries)
        assert {each.element: each.alias_of for each in store.elements()} == {ONE: None, other: ONE}
        store.save_run(NewRun(day(1), day(1), "x", whole("sw1"), (), Wiremap.of(())), recorded=day(1))
        assert placed(store, 1) == {}


def test_a_run_from_before_the_last_one_is_refused_and_changes_nothing(url: str) -> None:
    with Store.open(url) as store:
        store.save_run(a_run(1, [(ONE, "b1-101")]), recorded=day(1))
        with pytest.raises(StoreError, match="another database"):
            store.save_run(a_run(0, [(TWO, "b1-102")]), recorded=day(2))
        assert len(store.runs()) == 1
        assert placed(store, 1) == {ONE: "b1-101"}


def test_two_devices_of_one_name_are_refused(url: str) -> None:
    with Store.open(url) as store:
        with pytest.raises(StoreError, match="in one run twice: sw1"):
            store.save_run(a_run(0, [], devices=(*whole("sw1"), skipped("sw1"))), recorded=day(0))
        assert store.runs() == ()
    with pytest.raises(InvalidValue):
        DeviceRun("sw1", DeviceTables("sw2"))


def test_a_run_says_when_it_was_and_how_far_it_came(url: str) -> None:
    with Store.open(url) as store:
        store.save_run(a_run(0, []), recorded=day(1))
        store.save_run(a_run(1, [], devices=(*whole("sw1"), skipped("sw2"))), recorded=day(1))
        store.save_run(a_run(2, [], devices=(skipped("sw1"), skipped("sw2"))), recorded=day(2))
        first, *others = store.runs()
        assert (first.finished, first.recorded, first.inventory) == (day(0), day(1), "campus.yaml")
        assert [run.status for run in (first, *others)] == [Status.COMPLETE, Status.INCOMPLETE, Status.SKIPPED]


def test_the_difference_of_two_runs_names_moves_elements_and_neighbors(url: str) -> None:
    ip = (ipaddress.ip_address("10.1.2.3"),)
    monday = a_run(
        0,
        [(ONE, "b1-101"), (TWO, "b1-102")],
        devices=(hearing("sw1", "phone-1", "phone-2"), *whole("sw2"), skipped("wlc")),
        attached=[Attached(PHONE, "sw1", "Gi1", None, ip, ("FDB",)), Attached(LAPTOP, "sw1", "Gi2")],
    )
    tuesday = a_run(
        1,
        [(TWO, "b1-103"), (FAR, "b2"), (bssid("41"), "b1")],
        devices=(hearing("sw1", "phone-1", "phone-3"), *whole("sw2", "wlc")),
        attached=[Attached(PHONE, "sw2", "Gi1", "ap-7", ip)],
    )
    with Store.open(url) as store:
        store.save_run(monday, recorded=day(0))
        store.save_run(tuesday, recorded=day(1))
        found = store.diff(1, 2)
        assert [(move.before.where, move.after.where) for move in found.moved] == [("sw1 Gi1", "ap-7 on sw2 Gi1")]
        assert found.moved[0].before == monday.attachments[0]
        assert [each.mac for each in found.vanished] == [LAPTOP]
        assert [each.element for each in found.new_elements] == [FAR]  # the controller may have had its BSSID before
        assert [each.element for each in found.gone_elements] == [ONE]
        assert {change.kind for change in found.placements} == {"added", "removed", "moved"}
        assert [link.system for link in found.new_neighbors] == ["phone-3"]
        assert [str(link) for link in found.gone_neighbors] == ["sw1 Gi2 - phone-2 interface-name:up"]
        assert found.uncertain == ("wlc",)
        assert [finding.what for _, finding in store.findings(1)] == ["odd"]
        assert store.attachments(2) == tuesday.attachments


def test_who_was_nowhere_and_has_a_place_now_did_not_move(url: str) -> None:
    with Store.open(url) as store:
        store.save_run(a_run(0, [], attached=[Attached(PHONE)]), recorded=day(0))
        store.save_run(a_run(1, [], attached=[Attached(PHONE, "sw1", "Gi1")]), recorded=day(1))
        difference = store.diff(1, 2)
    assert (difference.moved, [each.mac for each in difference.appeared]) == ((), [PHONE])


def test_a_run_compared_with_itself_shows_nothing(url: str) -> None:
    with Store.open(url) as store:
        store.save_run(
            a_run(0, [(ONE, "b1")], devices=(hearing("sw1", "a"),), attached=[Attached(PHONE, "sw1", "Gi1")]),
            recorded=day(0),
        )
        found = store.diff(1, 1)
        changes = (found.moved, found.appeared, found.vanished, found.new_elements, found.gone_elements)
        assert not any((*changes, found.placements, found.new_neighbors, found.gone_neighbors))
        with pytest.raises(StoreError, match="no run 7"):
            store.diff(1, 7)


STATES = st.lists(
    st.dictionaries(st.sampled_from([ONE, TWO, FAR]), st.sampled_from(["b1", "b2"])), min_size=1, max_size=5
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=STATES, broken=st.sets(st.tuples(st.integers(0, 4), st.sampled_from(["sw1", "sw2"]))))
def test_every_past_wiremap_is_what_a_plain_list_of_states_says(
    states: list[dict[SwitchPort, str]], broken: set[tuple[int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The judge is a dict for each day: yesterday's, without what a whole device no longer shows, with today's."""
    belief: dict[SwitchPort, str] = {}
    beliefs = []
    with Store.open(str(tmp_path_factory.mktemp("store") / "wiremap.db")) as store:
        for number, state in enumerate(states):
            devices = tuple(
                cut_short(name) if (number, name) in broken else DeviceRun(name, DeviceTables(name))
                for name in ("sw1", "sw2")
            )
            whole_chassis = {CHASSIS[name] for name in ("sw1", "sw2") if (number, name) not in broken}
            store.save_run(a_run(number, state.items(), devices=devices), recorded=day(number))
            kept = [(e, erl) for e, erl in belief.items() if e.chassis_id not in whole_chassis]
            belief = {**dict(kept), **state}
            beliefs.append(belief)
        for number, expected in enumerate(beliefs):
            assert placed(store, number) == expected
            then = store.wiremap_at(day(number) + HOUR, recorded=day(number) + HOUR)
            assert {entry.element: entry.erl for entry in then} == expected
