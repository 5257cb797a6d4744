"""The wiremap: looking up is exact, the narrowest range wins, and differences are told."""

import ipaddress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.wiremap import Entry, IpRange, NetworkElement, Switch, SwitchPort, Wap, WapBlock, Wiremap

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHASSIS = ChassisId.parse("02:00:00:00:01:01")
BSSID = Mac.parse("00:1b:2f:3a:9c:4d")


def entry(element: NetworkElement, erl: str) -> Entry:
    return Entry(element, erl, "typed", NOON)


def test_a_port_is_found_by_the_octets_its_phone_hears_whatever_their_spelling() -> None:
    wiremap = Wiremap.of([entry(SwitchPort(CHASSIS, PortId.parse("Gi1/0/1")), "201")])
    heard = SwitchPort(ChassisId.read(4, b"02:00:00:00:01:01\0"), PortId.read(5, b"Gi1/0/1\0"))
    assert [found.erl for found in wiremap.at(heard)] == ["201"]


def test_a_port_of_another_subtype_is_another_port() -> None:
    wiremap = Wiremap.of([entry(SwitchPort(CHASSIS, PortId.parse("interface-name:1")), "201")])
    assert wiremap.at(SwitchPort(CHASSIS, PortId.parse("local:1"))) == ()


def test_an_exact_bssid_comes_before_a_block_and_a_narrow_block_before_a_wide_one() -> None:
    wide, narrow, exact = (
        entry(WapBlock.around(BSSID, 2), "w"),
        entry(WapBlock.around(BSSID, 1), "n"),
        entry(Wap(BSSID), "e"),
    )
    assert Wiremap.of([wide, narrow, exact]).at_bssid(BSSID) == (exact,)
    assert Wiremap.of([wide, narrow]).at_bssid(BSSID) == (narrow,)
    assert Wiremap.of([wide]).at_bssid(BSSID) == (wide,)
    assert Wiremap.of([wide]).at_bssid(Mac.parse("00:1b:2f:3a:9d:4d")) == ()


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(8, 32)), max_size=12), st.integers(0, 2**32 - 1))
def test_the_longest_prefix_wins_as_ipaddress_says(prefixes: list[tuple[int, int]], address: int) -> None:
    networks = [ipaddress.ip_network((bits >> (32 - n) << (32 - n), n)) for bits, n in prefixes]
    wiremap = Wiremap.of(entry(IpRange(net[0], net[-1]), str(net)) for net in dict.fromkeys(networks))
    ip = ipaddress.ip_address(address)
    holding = [net for net in networks if ip in net]
    expected = [str(max(holding, key=lambda net: net.prefixlen))] if holding else []
    assert [found.erl for found in wiremap.at_ip(ip)] == expected


def test_ranges_compare_as_numbers_not_as_text() -> None:
    assert ipaddress.ip_address("10.0.0.50") in IpRange.parse("10.0.0.2-10.0.0.100")
    assert ipaddress.ip_address("10.0.0.101") not in IpRange.parse("10.0.0.2-10.0.0.100")


@pytest.mark.parametrize("text", ["10.0.0.9-10.0.0.2", "10.0.0.1/24", "::1-10.0.0.1", "somewhere", ""])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="range"):
        IpRange.parse(text)


def test_ranges_of_both_families_live_in_one_wiremap() -> None:
    wiremap = Wiremap.of([entry(IpRange.parse("10.0.0.0/8"), "four"), entry(IpRange.parse("2001:db8::/32"), "six")])
    assert [found.erl for found in wiremap.at_ip(ipaddress.ip_address("2001:db8::7"))] == ["six"]


def test_what_two_entries_say_of_one_element_both_come_back() -> None:
    wiremap = Wiremap.of([entry(Wap(BSSID), "201"), entry(Wap(BSSID), "305")])
    assert {found.erl for found in wiremap.at(Wap(BSSID))} == {"201", "305"}
    assert len(wiremap.conflicts()) == 1


def test_a_difference_is_an_element_that_came_went_or_moved() -> None:
    port, switch, wap = SwitchPort(CHASSIS, PortId.parse("1")), Switch(CHASSIS), Wap(BSSID)
    before = Wiremap.of([entry(port, "201"), entry(switch, "closet")])
    after = Wiremap.of([entry(port, "202"), entry(wap, "hall")])
    assert {change.kind for change in before.diff(after)} == {"moved", "removed", "added"}
    assert before.diff(before) == ()


def test_bssids_of_one_block_at_two_places_may_be_taken_for_each_other() -> None:
    places = {"02:00:00:00:aa:40": "a", "02:00:00:00:aa:4f": "b", "02:00:00:00:aa:50": "c", "02:00:00:00:bb:01": "d"}
    entries = [entry(Wap(Mac.parse(bssid)), erl) for bssid, erl in places.items()]
    block = entry(WapBlock.around(Mac.parse("02:00:00:00:bb:00"), 1), "e")
    groups = Wiremap.of([*entries, block]).confusable()
    assert [{entry.erl for entry in group} for group in groups] == [{"a", "b"}, {"d", "e"}]
