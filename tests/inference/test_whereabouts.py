"""Who is where, by whatever they are called."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.inference.plan import PHONE, Plan, heard, learned, station
from tests.simulator.campuses import NOON
from wiremap_lab.ids import Mac
from wiremap_lab.inference.ports import Port
from wiremap_lab.inference.whereabouts import Directory, Kind
from wiremap_lab.tables import ArpEntry, DeviceTables, System

TELEPHONE, PRINTER = station(1), station(2)


def devices() -> list[DeviceTables]:
    """Two switches on a cable; a phone on the first, which says its name, and a printer on the second."""
    plan = Plan()
    plan.switch("sw1")
    plan.switch("sw2")
    plan.cable(("sw1", 8), ("sw2", 8))
    plan.plug(TELEPHONE, ("sw1", 1))
    plan.plug(PRINTER, ("sw2", 2))
    first, second = plan.tables()
    phone = heard(1, TELEPHONE, *PHONE, name="4021 Reception")
    arp = (ArpEntry(ip_address("10.0.0.21"), TELEPHONE), ArpEntry(ip_address("10.0.0.22"), PRINTER))
    return [replace(first, lldp_neighbors=(*first.lldp_neighbors, phone), arp=arp), second]


DIRECTORY = Directory.of(devices(), now=NOON)


@pytest.mark.parametrize(
    "text", [str(TELEPHONE), TELEPHONE.octets.hex(), "10.0.0.21", "4021 Reception", "4021 reception"]
)
def test_a_phone_is_found_by_its_address_and_by_the_name_it_says(text: str) -> None:
    (found,) = DIRECTORY.find(text)
    assert (found.mac, found.port, found.kind) == (TELEPHONE, Port("sw1", 1, "Gi1/0/1"), Kind.WIRED)
    assert [str(lost.port) for lost in found.rejected] == ["sw2 Gi1/0/8"]


def test_a_switch_is_where_its_neighbors_hear_it() -> None:
    (found,) = DIRECTORY.find("sw2")
    assert (found.kind, found.port) == (Kind.SWITCH, Port("sw1", 8, "Gi1/0/8"))


def test_a_name_that_two_have_brings_both() -> None:
    twins = [replace(each, system=System("Switch", "", "", (1, 3))) for each in devices()]
    assert {each.subject for each in Directory.of(twins, now=NOON).find("switch")} == {"sw1", "sw2"}


def test_an_address_that_two_claim_brings_both() -> None:
    first, second = devices()
    thief = (ArpEntry(ip_address("10.0.0.21"), PRINTER),)
    both = Directory.of([first, replace(second, arp=thief)], now=NOON).find("10.0.0.21")
    assert {each.mac for each in both} == {TELEPHONE, PRINTER}


def test_who_says_no_address_is_where_it_is_heard() -> None:
    first, second = devices()
    nameless = replace(heard(3, TELEPHONE, *PHONE, name="conference"), chassis_id=first.lldp_neighbors[0].chassis_id)
    nameless = replace(nameless, chassis_id=type(nameless.chassis_id).parse("local:conference"))
    found = Directory.of([replace(first, lldp_neighbors=(nameless,)), second], now=NOON).find("conference")
    assert [str(each.port) for each in found] == ["sw1 Gi1/0/3"]


@pytest.mark.parametrize(
    "text", ["02:0a:00:00:00:ff", "0200.0000.0001", "00000001", "4012 reception", "10.0.0.23", "sw3"]
)
def test_what_nobody_goes_by_is_like_something(text: str) -> None:
    assert DIRECTORY.find(text) == ()
    assert DIRECTORY.near(text)


def test_what_is_like_nothing_is_like_nothing() -> None:
    assert DIRECTORY.near("zzzzzz") == ()


def test_a_mac_seen_on_two_edges_is_at_neither_and_both_are_named() -> None:
    first, second = devices()
    stale = replace(first, fdb=(*(each for each in first.fdb if each.mac != PRINTER), *learned(5, PRINTER)))
    (found,) = Directory.of([stale, replace(second, fdb=learned(2, PRINTER))], now=NOON).find(str(PRINTER))
    assert (found.port, found.reason.partition(":")[0]) == (None, "ambiguous")
    assert {str(each.port) for each in found.rejected} == {"sw1 Gi1/0/5", "sw2 Gi1/0/2"}


def test_an_address_that_a_device_made_up_is_told_from_one_its_maker_gave_it() -> None:
    first, second = devices()
    burned_in = Mac.parse("00:1b:2f:3a:9c:4d")
    directory = Directory.of([replace(first, fdb=(*first.fdb, *learned(3, burned_in))), second], now=NOON)
    assert [each.randomized for mac in (TELEPHONE, burned_in) for each in directory.find(str(mac))] == [True, False]
