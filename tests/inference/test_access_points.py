from dataclasses import replace

from tests.inference.plan import SWITCH, chassis, device, heard, learned, station
from wiremap_lab.inference.access_points import NoUplink, Uplink, find_uplinks
from wiremap_lab.tables import AccessPoint, Capability, DeviceTables

AP = AccessPoint("ap-2-east", station(50), station(51))
CONTROLLER = DeviceTables("wlc", access_points=(AP,))


def test_an_access_point_is_where_its_switch_hears_it_whatever_address_it_says() -> None:
    neighbor = heard(3, station(77), Capability.WLAN, name="ap-2-east")
    (uplink,) = find_uplinks([replace(device("sw1", 1), lldp_neighbors=(neighbor,)), CONTROLLER])

    assert isinstance(uplink, Uplink)
    assert (str(uplink.port), uplink.controller) == ("sw1 Gi1/0/3", "wlc")


def test_a_silent_access_point_is_at_the_edge_port_of_its_mac() -> None:
    (uplink,) = find_uplinks([replace(device("sw1", 1), fdb=learned(3, station(50))), CONTROLLER])

    assert isinstance(uplink, Uplink)
    assert uplink.evidence[0] == f"FDB of sw1 Gi1/0/3 has {station(50)}"


def test_an_access_point_no_switch_has_seen_is_told_with_the_reason() -> None:
    assert find_uplinks([device("sw1", 1), CONTROLLER]) == (NoUplink(AP, "wlc", "no switch has seen its MAC"),)


def test_an_access_point_heard_on_two_ports_is_looked_for_by_its_mac() -> None:
    neighbors = tuple(heard(port, station(77), Capability.WLAN, name="ap-2-east") for port in (3, 4))
    switch = replace(device("sw1", 1), lldp_neighbors=neighbors, fdb=learned(4, station(50)))
    (uplink,) = find_uplinks([switch, CONTROLLER])

    assert isinstance(uplink, Uplink)
    assert uplink.port.if_index == 4


def test_one_port_with_two_silent_access_points_is_an_uplink_to_a_switch_nobody_polls() -> None:
    other = AccessPoint("ap-2-west", station(60), None)
    switch = replace(device("sw1", 1), fdb=learned(3, station(50), station(60)))
    answers = find_uplinks([switch, replace(CONTROLLER, access_points=(AP, other))])

    assert [type(answer) for answer in answers] == [NoUplink, NoUplink]


def test_of_two_access_points_of_one_name_the_one_whose_address_is_heard_is_there() -> None:
    neighbor = heard(3, station(50), Capability.WLAN, name="ap-2-east")
    switch = replace(device("sw1", 1), lldp_neighbors=(neighbor,))
    elsewhere = DeviceTables("wlc-far", access_points=(replace(AP, ethernet_mac=station(60), radio_mac=None),))
    near, far = find_uplinks([switch, CONTROLLER, elsewhere])

    assert isinstance(near, Uplink)
    assert (near.controller, str(near.port)) == ("wlc", "sw1 Gi1/0/3")
    assert isinstance(far, NoUplink)


def test_an_access_point_that_was_carried_away_is_not_where_it_is_still_heard() -> None:
    neighbor = heard(3, station(50), Capability.WLAN, name="ap-2-east")
    old = replace(
        device("sw1", 1), lldp_neighbors=(neighbor, heard(8, chassis(2), *SWITCH)), fdb=learned(8, station(50))
    )
    new = replace(device("sw2", 2), lldp_neighbors=(heard(8, chassis(1), *SWITCH),), fdb=learned(5, station(50)))
    (uplink,) = find_uplinks([old, new, CONTROLLER])
    assert isinstance(uplink, Uplink)
    assert str(uplink.port) == "sw2 Gi1/0/5"

    down = tuple(replace(each, oper_up=each.if_index != 3) for each in old.interfaces)
    (gone,) = find_uplinks([replace(old, interfaces=down, fdb=()), CONTROLLER])
    assert isinstance(gone, NoUplink)
