"""What networks do that no single table shows: the quirks of the book that are settled where tables meet."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from tests.inference.plan import PHONE, SWITCH, Plan, chassis, device, heard, interface, learned, station
from tests.simulator.campuses import NOON
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.inference.edge_ports import Attachment, Unattached, attach, dropped_rows
from wiremap_lab.inference.elements import discover_elements
from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.inference.port_names import Interfaces
from wiremap_lab.inference.topology import find_links
from wiremap_lab.tables import AccessPoint, Bss, DeviceTables, LldpLocal, LldpLocalPort, Subnet
from wiremap_lab.wiremap import Entry, Wap, Wiremap

TELEPHONE, PC = station(1), station(2)


def pair() -> list[DeviceTables]:
    """Two switches on a cable, a phone on port 1 of the first."""
    plan = Plan()
    plan.switch("sw1")
    plan.switch("sw2")
    plan.cable(("sw1", 8), ("sw2", 8))
    plan.plug(TELEPHONE, ("sw1", 1))
    return plan.tables()


def answer(mac: Mac, devices: list[DeviceTables]) -> Attachment | Unattached:
    return next(each for each in attach(devices) if each.mac == mac)


def test_a_bridge_port_map_that_begins_late_leaves_the_ports_before_it_unresolved() -> None:
    """Quirk 2: the map starts at 3, and 1 is by chance an ifIndex too."""
    rows = tuple(interface(index, f"Te0/{index}") for index in (1, 51, 53, 54))
    ports = [LldpLocalPort(number, PortId.read(5, f"Te0/{number + 50}".encode()), "") for number in (3, 4)]
    local = LldpLocal(ChassisId.read(4, chassis(1).octets), "sw", (*ports, LldpLocalPort(1, PortId.read(5, b"?"), "")))
    neighbor = replace(heard(None, chassis(2), *SWITCH), local_port_num=1)
    tables = DeviceTables(
        "sw", interfaces=rows, lldp_local=local, lldp_neighbors=(neighbor,), base_ports=((3, 53), (4, 54))
    )
    assert [each.local_if_index for each in resolve_local_ports(tables).lldp_neighbors] == [None]


def test_of_a_path_through_bridges_and_bonds_the_last_part_is_the_port() -> None:
    """Quirk 5, RouterOS."""
    known = Interfaces([interface(1, "ether1"), interface(2, "sfp-sfpplus3"), interface(3, "bond1")])
    path = LldpLocalPort(0, PortId.read(5, b"bridge/bond1/sfp-sfpplus3"), "")
    assert known.named_by(path).if_index == 2
    assert known.named_by(LldpLocalPort(0, PortId.read(5, b"bridge/1"), "")).if_index is None


@pytest.mark.parametrize("address", ["fe80::1", "127.0.0.1", "0.0.0.0"])
def test_an_address_that_every_device_may_have_makes_nobody_ours(address: str) -> None:
    """Quirks 28, 30 and 63."""
    first, second = pair()
    subnet = Subnet(ip_network(f"{address}/{ip_address(address).max_prefixlen}"), ip_address(address))
    stranger = replace(heard(3, station(9)), management_addresses=(ip_address(address),), system_name="")
    devices = [replace(first, lldp_neighbors=(*first.lldp_neighbors, stranger)), replace(second, subnets=(subnet,))]
    assert {(link.here.name, link.device) for link in find_links(devices)} == {("Gi1/0/8", "sw2")}
    assert isinstance(answer(station(9), devices), Attachment)


def test_devices_that_share_an_address_stay_two() -> None:
    """Quirk 63."""
    shared = Subnet(ip_network("192.0.2.0/24"), ip_address("192.0.2.1"))
    devices = [replace(each, subnets=(shared,)) for each in pair()]
    elements = discover_elements(devices, now=NOON)
    assert {each.device for each in elements if "switch" in str(each.element)} == {"sw1", "sw2"}


def test_a_phone_in_two_vlans_is_one_phone_on_one_port() -> None:
    """Quirks 43 and 48: the voice VLAN, a dynamic one, and a pseudo VLAN beside them."""
    first, second = pair()
    rows = [*learned(1, TELEPHONE, vlan=20), *learned(1, TELEPHONE, vlan=100), *learned(1, TELEPHONE, vlan=4095)]
    found = answer(TELEPHONE, [replace(first, fdb=(*first.fdb, *rows)), second])
    assert isinstance(found, Attachment)
    assert (str(found.port), found.vlans) == ("sw1 Gi1/0/1", (10, 20, 100, 4095))


def test_a_wireless_controller_is_no_place_for_the_clients_it_bridges_for() -> None:
    """Quirk 55."""
    first, second = pair()
    points = (AccessPoint("ap1", station(20), station(21)),)
    controller = replace(device("wlc", 7, ports=4), access_points=points, fdb=learned(1, PC))
    found = answer(PC, [replace(first, fdb=(*first.fdb, *learned(8, PC))), second, controller])
    assert isinstance(found, Unattached)
    assert "dropped: a controller bridges for its clients" in {f.what for f in dropped_rows([controller])["wlc"]}


def test_a_switch_with_a_controller_in_it_still_places_who_is_plugged_in() -> None:
    """Quirk 55, the other way round."""
    point = (AccessPoint("ap1", station(20), station(21)),)
    switch = replace(device("sw1", 1, ports=24), access_points=point, fdb=learned(5, PC))
    assert isinstance(answer(PC, [switch]), Attachment)


def test_a_bssid_that_two_access_points_have_is_two_elements_and_a_conflict_where_they_are_elsewhere() -> None:
    """Quirk 86."""
    twin = Mac.parse("02:00:00:00:bb:01")
    controller = replace(device("wlc", 7), bss=(Bss(twin, "work", "ap1"), Bss(twin, "work", "ap2")))
    elements = [each for each in discover_elements([controller], now=NOON) if each.element == Wap(twin)]
    assert {each.facts["apName"] for each in elements} == {"ap1", "ap2"}
    entries = [Entry(each.element, erl, "rule:test", NOON) for each, erl in zip(elements, ("a", "b"), strict=True)]
    assert [{entry.erl for entry in group} for group in Wiremap.of(entries).conflicts()] == [{"a", "b"}]


def test_a_host_that_claims_to_be_a_switch_of_ours_creates_nothing_and_moves_nobody() -> None:
    """Quirk 95: its own port is lost to it, as an uplink; no other is."""
    honest = pair()
    before = {each.element for each in discover_elements(honest, now=NOON)}
    rogue = replace(heard(3, chassis(2), *SWITCH, name="sw2"), local_if_index=3)
    first, second = honest
    claimed = [replace(first, lldp_neighbors=(*first.lldp_neighbors, rogue), fdb=(*first.fdb, *learned(3, PC))), second]
    after = {each.element for each in discover_elements(claimed, now=NOON)}
    assert after < before
    assert len(before - after) == 1
    assert answer(TELEPHONE, claimed) == answer(TELEPHONE, honest)
    assert isinstance(answer(PC, claimed), Unattached)


def test_two_neighbors_on_one_port_are_both_kept() -> None:
    """Quirk 22: a phone and the PC behind it."""
    first, second = pair()
    both = (heard(1, TELEPHONE, *PHONE, name="phone"), heard(1, PC, name="pc"))
    devices = [replace(first, lldp_neighbors=(*first.lldp_neighbors, *both), fdb=(*first.fdb, *learned(1, PC))), second]
    assert {str(found.port) for mac in (TELEPHONE, PC) if isinstance(found := answer(mac, devices), Attachment)} == {
        "sw1 Gi1/0/1"
    }
