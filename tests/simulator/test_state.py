"""Moves, the truth, and what devices report of themselves."""

from datetime import timedelta

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.campuses import NOON, campus
from wiremap_lab.errors import InvalidValue
from wiremap_lab.simulator.parts import BehindPhone, OnPort
from wiremap_lab.simulator.state import initial_state, measurements_of, move, random_moves, truth_of

ROOMS = campus("two-rooms")
START = initial_state(ROOMS, NOON)


def test_everybody_is_where_the_file_says() -> None:
    assert truth_of(ROOMS, START) == {
        "phone-front": "shop-1-front",
        "phone-back": "shop-1-back",
        "laptop-behind": "shop-1-front",
        "laptop-wifi": "shop-1-front",
        "handset-1": "shop-1-front",
        "printer-1": "shop-1-back",
    }


def test_a_desk_phone_reports_its_switch_its_address_and_its_mac() -> None:
    told = measurements_of(ROOMS, START, now=NOON)["phone-front"]
    assert told.lldp is not None
    assert str(told.lldp.chassis_id) == "mac:00:2a:10:aa:00:00"
    assert str(told.lldp.port_id) == "interface-name:Gi1/0/1"
    assert told.mac == ROOMS.devices["phone-front"].mac
    assert told.gateway_mac is None


def test_an_application_never_reports_its_own_mac() -> None:
    told = measurements_of(ROOMS, START, now=NOON)["laptop-wifi"]
    assert told.mac is None
    assert str(told.gateway_mac) == "00:00:5e:00:01:14"
    assert told.bssid in ROOMS.bss


def test_a_pc_behind_a_phone_hears_no_switch() -> None:
    told = measurements_of(ROOMS, START, now=NOON)["laptop-behind"]
    assert told.lldp is None
    assert str(told.ip).startswith("10.90.20.")


def test_what_knows_no_held_reports_nothing() -> None:
    assert "printer-1" not in measurements_of(ROOMS, START, now=NOON)


def test_a_hub_lets_its_phones_hear_the_switch_and_a_good_bridge_does_not() -> None:
    office = campus("small-office")
    told = measurements_of(office, initial_state(office, NOON), now=NOON)
    state = initial_state(office, NOON)
    heard = {str(there.point): told[id_].lldp is not None for id_, there in state.current.items() if id_ in told}
    assert heard["hub-103"]
    assert not heard["desk-switch-203"]


def test_a_laptop_goes_where_its_phone_goes() -> None:
    after = move(ROOMS, START, "phone-front", OnPort("sw-1:7"), at=NOON)
    assert truth_of(ROOMS, after)["laptop-behind"] == "shop-1-back"
    assert [ended.device for ended in after.past] == ["phone-front", "laptop-behind"]
    assert all(ended.unplugged for ended in after.past)


@pytest.mark.parametrize(
    ("device", "to", "why"),
    [
        ("nobody", OnPort("sw-1:7"), "no device"),
        ("phone-front", OnPort("sw-1:5"), "taken by 'phone-back'"),
        ("phone-front", OnPort("sw-1:8"), "the network itself"),
        ("laptop-wifi", BehindPhone("phone-front"), "taken by 'laptop-behind'"),
        ("handset-1", OnPort("sw-1:7"), "no socket"),
    ],
)
def test_a_move_that_cannot_be_is_refused(device: str, to: OnPort | BehindPhone, why: str) -> None:
    with pytest.raises(InvalidValue, match=why):
        move(ROOMS, START, device, to, at=NOON)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(0, 40))
def test_moves_lose_nobody_and_share_no_jack(seed: int, count: int) -> None:
    office = campus("small-office")
    before = initial_state(office, NOON)
    after, moved = random_moves(office, before, count, at=NOON, rng=numpy.random.default_rng(seed))
    assert len(set(moved)) == len(moved) == count
    assert set(after.current) == set(before.current) == set(office.devices)
    jacks = [there.point for there in after.current.values() if isinstance(there.point, OnPort | BehindPhone)]
    assert len(set(jacks)) == len(jacks)
    addresses = [there.ip for there in after.current.values()]
    assert len(set(addresses)) == len(addresses)
    was, now = truth_of(office, before), truth_of(office, after)
    assert all(was[device] != now[device] for device in moved)
    assert all(erl in office.places.erls for erl in now.values())
    behind = {id_ for id_, there in after.current.items() if isinstance(there.point, BehindPhone)}
    assert all(was[device] == now[device] for device in set(was) - set(moved) - behind)


def test_the_same_seed_moves_the_same_devices() -> None:
    office = campus("small-office")
    start = initial_state(office, NOON)
    one, two = (random_moves(office, start, 25, at=NOON, rng=numpy.random.default_rng(7)) for _ in range(2))
    assert one == two


def test_what_no_table_remembers_is_forgotten() -> None:
    state = START
    for hours in range(0, 30, 6):
        to = "sw-1:7" if hours % 12 == 0 else "sw-1:2"
        state = move(ROOMS, state, "phone-front", OnPort(to), at=NOON + timedelta(hours=hours))
    assert len(state.past) == 2
