from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from tests.inference.plan import LAG, PHONE, Plan, chassis, device, heard, interface, learned, station
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.inference.elements import discover_elements
from wiremap_lab.tables import (
    AccessPoint,
    ArpEntry,
    Bss,
    DeviceTables,
    LagMember,
    LldpLocal,
    LldpLocalPort,
    MedLocation,
    StackMember,
    Subnet,
    System,
)
from wiremap_lab.wiremap import FACTS, Element, GatewayMac, IpRange, NetworkElement, Switch, SwitchPort, Wap

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHASSIS = ChassisId.read(4, chassis(1).octets)


def discovered(*devices: DeviceTables) -> dict[NetworkElement, Element]:
    return {element.element: element for element in discover_elements(devices, now=NOW)}


def port(name: str, chassis_id: ChassisId = CHASSIS) -> SwitchPort:
    return SwitchPort(chassis_id, PortId.read(5, name.encode()))


def ports_of(found: Sequence[NetworkElement]) -> list[str]:
    return [element.port_id.text for element in found if isinstance(element, SwitchPort)]


def with_lldp(tables: DeviceTables, *ports: tuple[int, PortId, str]) -> DeviceTables:
    return replace(tables, lldp_local=LldpLocal(CHASSIS, tables.name, tuple(LldpLocalPort(*row) for row in ports)))


def test_a_switch_and_all_its_ports_but_the_uplink_are_elements_idle_ones_too() -> None:
    plan = Plan(ports=4)
    plan.switch("sw1")
    plan.switch("sw2")
    plan.cable(("sw1", 4), ("sw2", 1))
    plan.plug(station(1), ("sw1", 2))
    found = discovered(*plan.tables())

    assert ports_of([*found])[:3] == ["Gi1/0/1", "Gi1/0/2", "Gi1/0/3"]
    assert found[Switch(CHASSIS)].facts["sysLocation"] == "closet of sw1"
    assert found[port("Gi1/0/2")].facts == {
        "sysName": "sw1",
        "sysLocation": "closet of sw1",
        "sysDescr": "a switch",
        "lldpLocChassisId": str(CHASSIS),
        "lldpLocPortId": "Gi1/0/2",
        "lldpLocPortDesc": "port 2",
        "ifName": "Gi1/0/2",
        "ifDescr": "port 2",
        "role": "edge",
    }
    assert found[port("Gi1/0/1")].facts["role"] == "unknown"
    assert found[port("Gi1/0/2")].observed_at == NOW


def test_a_port_id_is_kept_exactly_as_advertised_and_its_name_is_an_alias() -> None:
    local = PortId.read(7, b"501")
    named = replace(device("sw1", 1, ports=2), interfaces=(interface(501, "ge-0/0/1", mac=station(9)),))
    found = discovered(with_lldp(named, (501, local, "ge-0/0/1")))

    element = found[SwitchPort(CHASSIS, local)]
    assert element.aliases == (port("ge-0/0/1"), SwitchPort(CHASSIS, PortId.read(3, station(9).octets)))
    assert element.facts["ifName"] == "ge-0/0/1"


def test_a_mac_all_ports_share_names_none_of_them() -> None:
    shared = tuple(interface(index, mac=station(9)) for index in (1, 2))
    found = discovered(replace(device("sw1", 1, ports=2), interfaces=shared))

    assert all(not element.aliases for element in found.values())


def test_ports_of_a_stack_are_known_under_the_mac_of_every_member() -> None:
    member = ChassisId.read(4, station(8).octets)
    stack = replace(
        device("sw1", 1, ports=1),
        stack_members=(StackMember(1, "1", "", "", chassis(1)), StackMember(2, "2", "", "", station(8))),
    )
    found = discovered(stack)

    assert found[Switch(CHASSIS)].aliases == (Switch(member),)
    assert port("Gi1/0/1", member) in found[port("Gi1/0/1")].aliases


def test_a_stack_that_was_split_gives_the_member_that_left_no_place() -> None:
    listed = (StackMember(1, "1", "", "", chassis(1)), StackMember(2, "2", "", "", chassis(2)))
    left = ChassisId.read(4, chassis(2).octets)
    stack = replace(device("a", 1, ports=1), stack_members=listed)
    found = discover_elements([stack, device("b", 2, ports=1)], now=NOW)

    names = {Switch(left), port("Gi1/0/1", left)}
    assert not [each for each in found if names & {*each.aliases}]
    assert [each.device for each in found if each.element in names] == ["b", "b"]


def test_an_idle_port_that_is_not_advertised_is_named_as_the_others_are() -> None:
    told = with_lldp(device("sw1", 1, ports=3), (1, PortId.read(5, b"Gi1/0/1"), "port 1"))
    found = discovered(told)

    assert ports_of([*found]) == ["Gi1/0/1", "Gi1/0/2", "Gi1/0/3"]
    assert "was not read but made of ifName" in found[port("Gi1/0/3")].evidence[1]


def test_a_bridge_that_has_the_mac_of_its_first_port_is_not_taken_for_that_port() -> None:
    first, second = (interface(index, f"p{index}", mac=station(index)) for index in (1, 2))
    tables = replace(device("sw1", 1), interfaces=(interface(3, "br0", mac=station(1)), first, second))
    told = [(row.if_index, PortId.read(3, row.mac.octets), row.name) for row in (first, second) if row.mac]
    found = [each for each in discover_elements([with_lldp(tables, *told)], now=NOW) if "lldpLocPortId" in each.facts]

    assert [each.label for each in found] == ["sw1 p1", "sw1 p2"]


def test_one_number_that_is_the_ifindex_by_chance_names_no_other_port() -> None:
    one, two = ((n, PortId.read(7, str(n).encode()), f"Gi1/0/{n}") for n in (1, 2))
    sure = discovered(with_lldp(device("sw1", 1, ports=3), one, two))
    by_chance = discovered(with_lldp(device("sw1", 1, ports=3), one))

    assert (ports_of([*sure]), ports_of([*by_chance])) == (["1", "2", "3"], ["1"])


def test_an_idle_port_of_a_switch_whose_naming_nobody_understands_is_left_out() -> None:
    found = discovered(with_lldp(device("sw1", 1, ports=3), (1, PortId.read(5, b"slot1.1"), "port 1")))

    assert ports_of([*found]) == ["slot1.1"]


def test_a_switch_without_lldp_goes_by_its_bridge_address_and_says_so() -> None:
    found = discovered(replace(device("sw1", 1, ports=1), lldp_local=None))

    assert "was not read" in found[Switch(CHASSIS)].evidence[0]
    assert port("Gi1/0/1") in found


def test_members_of_an_aggregate_uplink_are_no_elements() -> None:
    switch = device("sw1", 1, ports=3)
    switch = replace(
        switch,
        interfaces=(*switch.interfaces, interface(100, "Po1", type=LAG)),
        lag_members=(LagMember(2, 100), LagMember(3, 100)),
        fdb=learned(100, chassis(2)),
    )
    found = discovered(switch, device("sw2", 2, ports=0))

    assert ports_of([*found]) == ["Gi1/0/1"]


def test_a_civic_address_heard_on_a_port_is_a_fact_of_it() -> None:
    octets = b"\x00\x02US\x1b\x012\x1c\x03201"
    phone = replace(
        heard(1, station(5), *PHONE),
        med_locations=(MedLocation(3, bytes([len(octets) - 1]) + octets[1:]), MedLocation(4, b"6125550100")),
    )
    found = discovered(replace(device("sw1", 1, ports=1), lldp_neighbors=(phone,)))

    facts = found[port("Gi1/0/1")].facts
    assert (facts["medCivic.FLR"], facts["medCivic.ROOM"], facts["medElin"]) == ("2", "201", "6125550100")


def controller() -> DeviceTables:
    bss = tuple(Bss(Mac(station(200).octets[:5] + bytes([n])), "corp", "ap-1") for n in (1, 2))
    system = System("wlc", "", "far away", (1,))
    return DeviceTables("10.0.0.5", system, access_points=(AccessPoint("ap-1", station(50), None),), bss=(*bss, bss[0]))


def test_a_civic_address_the_switch_tells_its_phones_is_a_fact_of_the_port_even_when_idle() -> None:
    octets = b"\x02US\x1b\x012\x1c\x03201"
    told = LldpLocalPort(1, PortId.read(5, b"Gi1/0/1"), "port 1", (MedLocation(3, bytes([len(octets)]) + octets),))
    tables = device("sw1", 1, ports=1)
    found = discovered(replace(tables, lldp_local=LldpLocal(CHASSIS, "sw1", (told,))))

    facts = found[port("Gi1/0/1")].facts
    assert (facts["medCivic.FLR"], facts["medCivic.ROOM"]) == ("2", "201")


def test_every_bssid_is_an_element_with_the_port_its_access_point_is_plugged_into() -> None:
    switch = replace(device("sw1", 1), fdb=learned(3, station(50)))
    found = discovered(switch, controller())

    waps = [element for element in found.values() if isinstance(element.element, Wap)]
    assert len(waps) == 2
    assert waps[0].facts == {
        "apName": "ap-1",
        "ssid": "corp",
        "controller": "wlc",
        "apSwitch": "sw1",
        "apSwitchLocation": "closet of sw1",
        "apPort": "Gi1/0/3",
    }
    assert found[port("Gi1/0/3")].facts["role"] == "access-point"


def test_a_controllers_or_routers_own_place_is_no_fact_of_what_they_serve() -> None:
    router = DeviceTables("r1", System("r1", "", "core room", (1,)), subnets=subnets())
    found = discovered(controller(), router)

    assert not any("sysLocation" in element.facts or "sysName" in element.facts for element in found.values())


def subnets() -> tuple[Subnet, ...]:
    return tuple(
        Subnet(ip_network(network), ip_address(address), index)
        for network, address, index in (
            ("10.1.2.0/24", "10.1.2.2", 12),
            ("10.1.3.0/24", "10.1.3.2", 13),
            ("127.0.0.0/8", "127.0.0.1", 1),
            ("10.9.9.9/32", "10.9.9.9", 2),
        )
    )


def test_subnets_and_gateways_are_elements_and_shared_gateways_say_so() -> None:
    shared = Mac.parse("00:00:0c:07:ac:0a")
    routers = [
        DeviceTables(
            name,
            System(name, "", "", (1,)),
            interfaces=(interface(12, "Vlan12", mac=station(number)), interface(13, "Vlan13", mac=station(number))),
            subnets=subnets(),
            arp=(ArpEntry(ip_address("10.1.2.1"), shared),),
        )
        for name, number in (("r1", 61), ("r2", 62))
    ]
    found = discovered(*routers)

    assert [element.label for element in found.values()] == [
        "10.1.2.0/24",
        "10.1.3.0/24",
        "HSRP 10.1.2.1",
        "gateway 10.1.2.2 10.1.3.2",
        "gateway 10.1.2.2 10.1.3.2",
    ]
    assert found[IpRange.parse("10.1.2.0/24")].facts["ifName"] == "Vlan12"
    assert found[IpRange.parse("10.1.2.0/24")].facts["gatewayIp"] == "10.1.2.1"
    assert len(found[IpRange.parse("10.1.2.0/24")].evidence) == 2
    assert found[GatewayMac(shared)].facts["virtual"] == "yes"
    assert "virtual" not in found[GatewayMac(station(61))].facts


def test_no_fact_has_a_name_that_rules_do_not_know_and_none_is_empty() -> None:
    switch = replace(device("sw1", 1), fdb=learned(3, station(50)))
    router = DeviceTables("r1", System("r1", "", "core room", (1,)), subnets=subnets())
    for element in discovered(switch, controller(), router).values():
        assert set(element.facts) <= set(FACTS)
        assert all(element.facts.values())
