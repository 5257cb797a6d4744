from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from tests.inference.plan import (
    LAG,
    PHONE,
    PROP_VIRTUAL,
    SWITCH,
    TUNNEL,
    Plan,
    chassis,
    device,
    heard,
    interface,
    learned,
    station,
)
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.inference.edge_ports import Attachment, Role, Unattached, attach, dropped_rows, infer_ports
from wiremap_lab.tables import (
    AccessPoint,
    ArpEntry,
    Capability,
    CdpNeighbor,
    DeviceTables,
    FdbEntry,
    FdbStatus,
    Incomplete,
    LagMember,
    LldpLocal,
    Oid,
    StackMember,
    Subnet,
)

PC, PRINTER, TELEPHONE, SERVER, OTHER_TELEPHONE = (station(number) for number in range(1, 6))


def of(mac: Mac, devices: Sequence[DeviceTables]) -> Attachment | Unattached:
    return next(answer for answer in attach(devices) if answer.mac == mac)


def found(mac: Mac, devices: Sequence[DeviceTables]) -> Attachment:
    answer = of(mac, devices)
    assert isinstance(answer, Attachment), answer
    return answer


def lost(mac: Mac, devices: Sequence[DeviceTables]) -> Unattached:
    answer = of(mac, devices)
    assert isinstance(answer, Unattached), answer
    return answer


def at(answer: Attachment) -> tuple[str, int | None]:
    return answer.port.device, answer.port.if_index


def role(devices: Sequence[DeviceTables], name: str, if_index: int) -> Role:
    return next(v.role for v in infer_ports(devices) if (v.port.device, v.port.if_index) == (name, if_index))


def chain() -> Plan:
    """sw1 port 8 - port 1 sw2 port 8 - port 1 sw3; a PC on sw1, a printer on sw3."""
    plan = Plan()
    for name in ("sw1", "sw2", "sw3"):
        plan.switch(name)
    plan.cable(("sw1", 8), ("sw2", 1))
    plan.cable(("sw2", 8), ("sw3", 1))
    plan.plug(PC, ("sw1", 3))
    plan.plug(PRINTER, ("sw3", 5))
    return plan


def test_a_pc_is_on_the_switch_whose_port_leads_to_no_other_switch() -> None:
    answer = found(PC, chain().tables())

    assert at(answer) == ("sw1", 3)
    assert answer.role is Role.EDGE
    assert answer.evidence[0] == f"FDB of sw1 Gi1/0/3 has {PC}"
    assert answer.vlans == (10,)
    assert [(str(candidate.port), candidate.why) for candidate in answer.rejected] == [
        ("sw2 Gi1/0/1", "LLDP of sw2 Gi1/0/1 hears 'sw1', which is sw1"),
        ("sw3 Gi1/0/1", "LLDP of sw3 Gi1/0/1 hears 'sw2', which is sw2"),
    ]


def test_a_switch_without_lldp_is_known_by_its_own_mac_in_the_forwarding_database() -> None:
    devices = chain().tables(hears=lambda _: False)

    assert at(found(PC, devices)) == ("sw1", 3)
    assert role(devices, "sw2", 1) is Role.UPLINK


def test_switches_that_neither_speak_nor_talk_are_told_apart_by_where_they_see_two_macs() -> None:
    plan = chain()
    plan.plug(station(11), ("sw1", 4))
    plan.plug(station(12), ("sw3", 6))
    devices = plan.tables(hears=lambda _: False, talks=lambda _: False)

    assert {mac: at(found(mac, devices)) for mac in plan.stations} == plan.stations
    assert "tells apart" in found(PC, devices).rejected[0].why


def test_with_one_mac_a_side_and_no_other_sign_nobody_is_placed() -> None:
    answer = lost(PC, chain().tables(hears=lambda _: False, talks=lambda _: False))

    assert answer.reason.startswith("ambiguous")
    assert [str(candidate.port) for candidate in answer.candidates] == ["sw1 Gi1/0/3", "sw2 Gi1/0/1", "sw3 Gi1/0/1"]


def test_it_is_enough_that_the_nearer_switch_knows_its_way_to_the_farther() -> None:
    devices = chain().tables(hears=lambda end: end == ("sw1", 8), talks=lambda _: False)
    two = [device for device in devices if device.name != "sw3"]

    assert at(found(PC, two)) == ("sw1", 3)
    assert "not on Gi1/0/8 which leads here" in found(PC, two).rejected[0].why


def test_a_pc_that_moved_and_is_still_remembered_at_its_old_port_is_not_placed() -> None:
    devices = chain().tables()
    devices[2] = replace(devices[2], fdb=(*devices[2].fdb[:1], *learned(6, PC)))

    assert lost(PC, devices).reason.startswith("ambiguous")


def left_behind() -> tuple[DeviceTables, DeviceTables]:
    """A phone stays on sw1 port 4; the PC behind it moved to sw2 port 6, and sw1 has not forgotten."""
    sw1 = replace(device("sw1", 1), fdb=learned(4, TELEPHONE, PC))
    sw2 = replace(device("sw2", 2), fdb=(*learned(1, TELEPHONE), *learned(6, PC)))
    return sw1, sw2


def test_a_port_that_hears_a_phone_is_no_uplink_for_what_moved_away_from_it() -> None:
    sw1, sw2 = left_behind()
    sw1 = replace(sw1, lldp_neighbors=(heard(4, TELEPHONE, *PHONE),))

    assert role([sw1, sw2], "sw1", 4) is Role.EDGE
    assert at(found(TELEPHONE, [sw1, sw2])) == ("sw1", 4)


def test_a_device_seen_through_the_port_that_leads_back_tells_nothing_apart() -> None:
    sw1, sw2 = left_behind()
    sw2 = replace(sw2, lldp_neighbors=(heard(1, chassis(1), *SWITCH), heard(6, PC)))

    assert role([sw1, sw2], "sw1", 4) is Role.EDGE
    assert at(found(TELEPHONE, [sw1, sw2])) == ("sw1", 4)
    assert at(found(PC, [sw1, sw2])) == ("sw2", 6)


def test_two_proofs_that_contradict_each_other_prove_nothing() -> None:
    sw1, sw2 = left_behind()
    sw1 = replace(sw1, fdb=(*sw1.fdb, *learned(5, PRINTER)))
    sw2 = replace(sw2, fdb=(*sw2.fdb, *learned(1, PRINTER)))

    assert lost(TELEPHONE, [sw1, sw2]).reason.startswith("ambiguous")


def test_a_crowded_port_is_no_nearer_than_a_quiet_one_though_its_switch_knows_the_other() -> None:
    """With a spanning tree for each VLAN, two ports of a switch may lead the same way."""
    sw1 = replace(device("sw1", 1), fdb=learned(4, PC))
    sw2 = replace(device("sw2", 2), fdb=learned(7, PC, *map(station, range(40, 44))))
    sw2 = replace(sw2, lldp_neighbors=(heard(1, chassis(1), *SWITCH),))

    assert lost(PC, [sw1, sw2]).reason.startswith("ambiguous")


def test_a_third_switch_does_not_win_because_two_others_contradict_each_other() -> None:
    devices = chain().tables()
    devices[2] = replace(devices[2], fdb=(*devices[2].fdb[:1], *learned(6, PC)))
    apart = replace(device("sw9", 9), fdb=learned(2, PC))

    assert len(lost(PC, [*devices, apart]).candidates) == 4


def test_of_two_edge_ports_the_one_that_hears_the_device_wins_then_the_one_with_link() -> None:
    devices = chain().tables()
    devices[2] = replace(devices[2], fdb=(*devices[2].fdb[:1], *learned(6, PC)))
    hearing = [*devices[:2], replace(devices[2], lldp_neighbors=(*devices[2].lldp_neighbors, heard(6, PC)))]
    down = tuple(replace(port, oper_up=port.if_index != 3) for port in devices[0].interfaces)
    linked = [replace(devices[0], interfaces=down), *devices[1:]]

    assert at(found(PC, hearing)) == ("sw3", 6)
    assert at(found(PC, linked)) == ("sw3", 6)
    assert found(PC, linked).rejected[-1].why == "its link is down"


def swapped() -> list[DeviceTables]:
    """Two phones changed places a moment ago: each switch still hears the one that went."""
    plan = Plan()
    for name in ("sw1", "sw2"):
        plan.switch(name)
    plan.cable(("sw1", 8), ("sw2", 8))
    plan.plug(TELEPHONE, ("sw2", 3))
    plan.plug(OTHER_TELEPHONE, ("sw1", 3))
    both = heard(3, TELEPHONE, *PHONE, name="A"), heard(3, OTHER_TELEPHONE, *PHONE, name="B")
    return [replace(each, lldp_neighbors=(*each.lldp_neighbors, *both)) for each in plan.tables()]


def test_phones_that_changed_places_are_where_their_frames_come_in_not_where_they_are_still_heard() -> None:
    assert at(found(TELEPHONE, swapped())) == ("sw2", 3)
    assert at(found(OTHER_TELEPHONE, swapped())) == ("sw1", 3)


def test_a_phone_heard_in_two_places_by_switches_without_forwarding_databases_is_not_placed() -> None:
    assert "ambiguous" in lost(TELEPHONE, [replace(each, fdb=()) for each in swapped()]).reason


def test_a_phone_that_moved_to_a_switch_without_lldp_is_not_where_it_is_still_heard() -> None:
    sw1, sw2 = swapped()
    deaf = replace(sw2, lldp_neighbors=sw2.lldp_neighbors[:1])

    assert at(found(TELEPHONE, [sw1, deaf])) == ("sw2", 3)
    assert "no longer where it was" in lost(TELEPHONE, [sw1]).reason  # it went to a switch nobody polls


def test_a_phone_that_bridges_for_its_pc_is_still_the_edge_and_the_pc_is_behind_it() -> None:
    devices = chain().tables()
    fdb = (*devices[0].fdb, *learned(4, TELEPHONE, vlan=20), *learned(4, station(9)))
    devices[0] = replace(devices[0], fdb=fdb, lldp_neighbors=(*devices[0].lldp_neighbors, heard(4, TELEPHONE, *PHONE)))

    phone, pc = found(TELEPHONE, devices), found(station(9), devices)
    assert (at(phone), phone.behind, phone.vlans) == (("sw1", 4), None, (20,))
    assert (at(pc), pc.behind, pc.role) == (("sw1", 4), TELEPHONE, Role.EDGE)


def test_a_phone_heard_by_cdp_is_an_edge_too() -> None:
    sep = CdpNeighbor(4, f"SEP{TELEPHONE.octets.hex().upper()}", "Port 1", "Cisco IP Phone 8845", capabilities=SWITCH)
    switch = replace(device("sw1", 1), cdp_neighbors=(sep,))

    assert at(found(TELEPHONE, [switch])) == ("sw1", 4)


def test_a_phone_heard_by_lldp_and_by_cdp_is_one_phone() -> None:
    digits = TELEPHONE.octets.hex().upper()
    by_address = replace(
        heard(4, TELEPHONE, *PHONE, name=f"SEP{digits}"),
        chassis_id=ChassisId.read(5, b"\x01\x0a\x01\x02\x03"),
        port_id=PortId.read(7, f"{digits}:P1".encode()),
    )
    cdp = CdpNeighbor(4, f"SEP{digits}", "Port 1", "Cisco IP Phone 8845", capabilities=SWITCH)
    fdb = learned(4, TELEPHONE, PC)
    switch = replace(device("sw1", 1), lldp_neighbors=(by_address,), cdp_neighbors=(cdp,), fdb=fdb)

    assert (found(TELEPHONE, [switch]).role, found(TELEPHONE, [switch]).behind) == (Role.EDGE, None)
    assert found(PC, [switch]).behind == TELEPHONE


def test_several_phones_on_one_port_are_an_edge_marked_shared() -> None:
    phones = [heard(4, station(n), *PHONE) for n in (21, 22)]
    switch = replace(device("sw1", 1), fdb=learned(4, station(21), station(22)), lldp_neighbors=tuple(phones))

    assert found(station(21), [switch]).role is Role.SHARED
    assert found(station(22), [switch]).behind is None


def test_a_crowd_behind_an_unmanaged_switch_is_an_edge_marked_shared() -> None:
    switch = replace(device("sw1", 1), fdb=learned(4, *map(station, range(30, 36))))

    assert {found(station(n), [switch]).role for n in range(30, 36)} == {Role.SHARED}


def test_a_neighbor_that_forwards_and_is_not_ours_is_no_edge() -> None:
    switch = replace(device("sw1", 1), fdb=learned(4, PC), lldp_neighbors=(heard(4, station(77), *SWITCH),))

    assert lost(PC, [switch]).reason.startswith("seen on uplinks only")


def test_a_silent_device_gets_its_addresses_from_the_routers_arp() -> None:
    ip = ip_address("10.1.2.3")
    router = DeviceTables("r1", subnets=(Subnet(ip_network("10.1.2.0/24"), ip_address("10.1.2.1")),) * 2)
    arp = (ArpEntry(ip, PRINTER), ArpEntry(ip_address("10.1.2.4"), station(99)))
    devices = [*chain().tables(), replace(router, arp=arp)]

    assert (at(found(PRINTER, devices)), found(PRINTER, devices).ips) == (("sw3", 5), (ip,))
    assert lost(station(99), devices).reason.startswith("in ARP tables only")


def aggregate(switch: DeviceTables, *members: int) -> DeviceTables:
    ports = (*switch.interfaces, interface(100, "Po1", type=LAG))
    return replace(switch, interfaces=ports, lag_members=tuple(LagMember(member, 100) for member in members))


def test_an_aggregate_is_an_uplink_when_a_member_hears_a_switch() -> None:
    sw1 = aggregate(device("sw1", 1), 7, 8)
    sw2 = replace(device("sw2", 2), fdb=learned(5, PC))
    sw1 = replace(sw1, fdb=learned(100, PC), lldp_neighbors=(heard(8, chassis(2), *SWITCH, name="sw2"),))

    assert at(found(PC, [sw1, sw2])) == ("sw2", 5)
    assert role([sw1, sw2], "sw1", 7) is role([sw1, sw2], "sw1", 8) is Role.UPLINK


def test_a_server_on_two_switches_of_a_pair_is_kept_at_both() -> None:
    pair = [aggregate(device("a", 1), 5), aggregate(device("b", 2), 5)]
    pair = [
        replace(one, fdb=learned(100, SERVER), lldp_neighbors=(heard(8, chassis(other), *SWITCH),))
        for one, other in zip(pair, (2, 1), strict=True)
    ]
    answer = found(SERVER, pair)

    assert (str(answer.port), [str(port) for port in answer.also_at]) == ("a Po1", ["b Po1"])


def test_an_access_point_is_on_its_port_and_its_clients_are_on_no_desk() -> None:
    ap = station(50)
    controller = DeviceTables("wlc", access_points=(AccessPoint("ap-2-east", ap, None),))
    devices = chain().tables()
    devices[0] = replace(devices[0], fdb=(*devices[0].fdb, *learned(4, ap, station(51))))
    devices[1] = replace(devices[1], fdb=(*devices[1].fdb, *learned(1, ap, station(51))))

    assert role([*devices, controller], "sw1", 4) is Role.ACCESS_POINT
    assert role([*devices, controller], "sw2", 1) is Role.UPLINK
    client = found(station(51), [*devices, controller])
    assert (client.role, client.via) == (Role.ACCESS_POINT, "ap-2-east")
    assert (at(found(ap, [*devices, controller])), found(ap, [*devices, controller]).via) == (("sw1", 4), None)


def test_an_access_point_nobody_controls_is_known_by_what_it_says() -> None:
    ap = heard(4, station(50), Capability.BRIDGE, Capability.WLAN, name="attic")
    switch = replace(device("sw1", 1), fdb=learned(4, PC), lldp_neighbors=(ap,))

    assert (found(PC, [switch]).role, found(PC, [switch]).via) == (Role.ACCESS_POINT, "attic")


def test_an_access_point_that_is_polled_itself_is_still_no_uplink() -> None:
    ap = replace(device("ap", 2, ports=2), lldp_local=None)
    hearing = heard(4, chassis(2), Capability.BRIDGE, Capability.WLAN, name="ap")
    switch = replace(device("sw1", 1), fdb=learned(4, PC, chassis(2)), lldp_neighbors=(hearing,))

    assert (found(PC, [switch, ap]).role, found(PC, [switch, ap]).via) == (Role.ACCESS_POINT, "ap")


def test_a_switch_with_a_radio_is_an_uplink_though_it_says_that_it_is_an_access_point() -> None:
    sw1, sw2, _ = chain().tables(talks=lambda _: False)
    radio = tuple(replace(each, capabilities=SWITCH | {Capability.WLAN}) for each in sw1.lldp_neighbors)

    assert role([replace(sw1, lldp_neighbors=radio), sw2], "sw1", 8) is Role.UPLINK


def test_a_voice_gateway_of_ours_is_no_phone_though_it_says_so() -> None:
    sw1, sw2, _ = chain().tables(talks=lambda _: False)
    gateway = tuple(replace(each, capabilities=PHONE | {Capability.ROUTER}) for each in sw1.lldp_neighbors)

    assert role([replace(sw1, lldp_neighbors=gateway), sw2], "sw1", 8) is Role.UPLINK


@pytest.mark.parametrize("lldp", [True, False])
def test_a_switch_of_the_same_name_is_another_one_and_its_port_an_uplink(lldp: bool) -> None:
    switch = replace(device("Switch", 1), fdb=learned(8, PC))
    other = (
        replace(switch, lldp_neighbors=(heard(8, chassis(9), name="Switch"),))
        if lldp
        else replace(switch, cdp_neighbors=(CdpNeighbor(8, "Switch", "Gi0/1"),))
    )

    assert role([other], "Switch", 8) is Role.UPLINK


def test_a_switch_that_hears_itself_by_its_own_address_hears_nobody() -> None:
    switch = replace(device("sw1", 1), fdb=learned(8, PC), lldp_neighbors=(heard(8, chassis(1), *SWITCH, name="sw1"),))

    assert role([switch], "sw1", 8) is Role.EDGE


@pytest.mark.parametrize(
    "root",
    [(1, 0, 8802, 1, 1, 2), (1, 3, 111, 2, 802, 1, 1, 13, 1, 4, 1, 1, 7), (1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1, 6)],
)
def test_where_a_reading_of_neighbors_ended_early_no_silent_port_is_an_edge(root: Oid) -> None:
    switch = replace(device("sw1", 1), fdb=learned(8, PC), incomplete=(Incomplete(root, "timeout"),))

    assert role([switch], "sw1", 8) is Role.UNKNOWN


def test_an_aggregate_of_unknown_members_may_be_the_uplink_a_switch_is_heard_on() -> None:
    switch = replace(aggregate(device("sw1", 1), 7, 8), lag_members=(), fdb=learned(100, PC))
    hearing = replace(switch, lldp_neighbors=(heard(8, chassis(9), *SWITCH, name="sw9"),))

    assert (role([switch], "sw1", 100), role([hearing], "sw1", 100)) == (Role.EDGE, Role.UNKNOWN)


def test_a_device_on_a_port_without_link_is_not_there_any_more() -> None:
    switch = replace(device("sw1", 1), fdb=learned(3, PC))
    down = tuple(replace(each, oper_up=each.if_index != 3) for each in switch.interfaces)

    assert (
        lost(PC, [replace(switch, interfaces=down)]).reason == "no longer where it was: sw1 Gi1/0/3: its link is down"
    )


def test_chassis_ids_that_name_nobody_recognize_nobody() -> None:
    nobody = ChassisId.read(4, bytes(6))
    sw2 = replace(device("sw2", 2), lldp_local=LldpLocal(nobody, "", ()), system=None)
    sw1 = replace(device("sw1", 1), fdb=learned(4, PC), lldp_neighbors=(heard(4, Mac(bytes(6))),))

    assert at(found(PC, [sw1, sw2])) == ("sw1", 4)


@pytest.mark.parametrize(
    ("mac", "protocol"),
    [
        ("00:00:0c:07:ac:0a", "HSRP"),
        ("00:00:0c:9f:f0:0a", "HSRP"),
        ("00:00:5e:00:01:0a", "VRRP"),
        ("00:00:5e:00:02:0a", "VRRP"),
        ("00:07:b4:00:0a:01", "GLBP"),
    ],
)
def test_an_address_routers_share_is_at_no_place(mac: str, protocol: str) -> None:
    switch = replace(device("sw1", 1), fdb=learned(4, Mac.parse(mac), PC))

    assert lost(Mac.parse(mac), [switch]).reason.startswith(protocol)
    assert lost(PC, [switch]).candidates[0].why.endswith("routers are behind it")


def test_a_switch_is_known_by_the_mac_of_any_member_of_its_stack() -> None:
    stack = replace(device("sw2", 2), stack_members=(StackMember(2, "2", "", "", station(88)),))
    sw1 = replace(device("sw1", 1), fdb=learned(4, station(88), PC))

    assert lost(PC, [sw1, stack]).candidates[0].why == f"FDB of sw1 Gi1/0/4 has {station(88)} of sw2"


def test_a_server_that_answers_snmp_is_no_infrastructure() -> None:
    server = DeviceTables("nas", interfaces=(interface(1, "eth0", mac=SERVER),))
    switch = replace(device("sw1", 1), fdb=learned(4, SERVER))

    assert at(found(SERVER, [switch, server])) == ("sw1", 4)


def test_macs_on_tunnels_are_not_placed_there_nor_rows_that_locate_nothing() -> None:
    ports = (interface(200, "nve1", type=TUNNEL), interface(201, "Vlan10", type=PROP_VIRTUAL))
    rows = (
        *learned(200, PC),
        *learned(201, PC),
        FdbEntry(PC, 0, None, 10, None, FdbStatus.LEARNED),
        FdbEntry(PC, 3, 3, 10, None, FdbStatus.SELF),
        *learned(4, Mac(b"\0" * 6), Mac.parse("01:00:5e:00:00:01"), chassis(1)),
    )
    switch = replace(device("sw1", 1), interfaces=(*device("sw1", 1).interfaces, *ports), fdb=rows)

    assert attach([switch]) == ()
    assert {row.what: row.count for row in dropped_rows([switch])["sw1"]} == {
        "dropped: tunnel or virtual interface": 2,
        "dropped: port 0": 1,
        "dropped: status self": 1,
        "dropped: group or zero address": 2,
        "dropped: own address": 1,
    }


def test_an_authenticated_device_is_a_static_row_and_is_placed_where_there_is_link() -> None:
    switch = replace(device("sw1", 1), fdb=(FdbEntry(PC, 3, 3, 10, None, FdbStatus.MGMT),))
    down = tuple(replace(port, oper_up=False) for port in switch.interfaces)

    assert at(found(PC, [switch])) == ("sw1", 3)
    assert attach([replace(switch, interfaces=down)]) == ()


def test_a_unit_is_its_port() -> None:
    ports = (interface(500, "ge-0/0/1"), interface(501, "ge-0/0/1.0", type=PROP_VIRTUAL))
    switch = replace(device("ex", 1), interfaces=ports, fdb=learned(501, PC))

    assert at(found(PC, [switch])) == ("ex", 500)


def test_while_a_switch_is_heard_on_a_port_that_could_not_be_told_silent_devices_are_not_placed() -> None:
    known = chain().tables()
    adrift = replace(known[0], lldp_neighbors=(heard(None, chassis(2), *SWITCH, name="sw2"),))
    unseen = replace(adrift, fdb=learned(3, PC))

    assert at(found(PC, [adrift, *known[1:]])) == ("sw1", 3)
    assert lost(PC, [unseen, *known[1:]]).reason == "seen on no edge port, and on one whose role is unknown"
    cut_short = replace(known[0], lldp_neighbors=(), fdb=learned(3, PC))
    cut_short = replace(cut_short, incomplete=(Incomplete((1, 0, 8802, 1, 1, 2, 1, 4), "timeout"),))
    assert isinstance(of(PC, [cut_short]), Unattached)


def test_the_order_of_devices_does_not_matter() -> None:
    devices = chain().tables()

    assert attach(devices) == attach(devices[::-1])
    assert infer_ports(devices) == infer_ports(devices[::-1])


def test_every_port_people_can_plug_into_has_a_verdict() -> None:
    verdicts = infer_ports(chain().tables())

    assert len(verdicts) == 24
    assert role(chain().tables(), "sw1", 6) is Role.UNKNOWN
