"""A Meraki organization of our own making, in the shapes of the Dashboard API: what it says is what is read."""

from tests.readers.controllers.told import addresses, at, bssids, clients, heard, learned, ports, told
from wiremap_lab.ids import Mac
from wiremap_lab.readers.controllers.fleet import DOUBTED
from wiremap_lab.tables import Capability


def test_each_switch_has_tables_of_its_own_under_the_controllers_name() -> None:
    assert list(told("meraki")) == ["cloud", "cloud/idf-2", "cloud/idf-3"]
    assert all(not each.incomplete and not each.findings for each in told("meraki").values())


def test_a_switch_is_known_by_its_base_mac_and_its_serial() -> None:
    switch = told("meraki")["cloud/idf-2"]
    assert switch.bridge_address == Mac.parse("02:00:0c:00:10:00")
    assert [(each.serial, each.model) for each in switch.stack_members] == [("QSW1-0001", "MS225-24P")]
    assert switch.system is not None
    assert (switch.system.name, switch.system.location) == ("idf-2", "12 Quay St Duluth, MN")


def test_ports_have_the_names_people_gave_them_and_their_state() -> None:
    found = told("meraki")
    assert ports(found["cloud/idf-2"]) == {
        "3": ("ap east", True, True),
        "5": ("jack 214", True, True),
        "7": ("jack 216", True, True),
        "9": ("", False, None),
        "25": ("to idf-3", True, True),
    }
    assert list(ports(found["cloud/idf-3"])) == ["1", "1_MA-MOD-8X10G_2"]


def test_neighbors_are_on_the_port_that_heard_them() -> None:
    found = told("meraki")
    assert heard(found["cloud/idf-2"]) == {
        ("3", "mac:02:00:0c:00:30:01", "interface-name:0", "ap-2-east"),
        ("5", "network-address:192.0.2.105", "interface-name:02000C005005:P1", "SEP02000C005005.acme.example"),
        ("25", "mac:02:00:0c:00:20:00", "interface-name:1_MA-MOD-8X10G_2", "idf-3"),
    }
    assert heard(found["cloud/idf-3"]) == {("1_MA-MOD-8X10G_2", "mac:02:00:0c:00:10:00", "interface-name:25", "idf-2")}
    (phone,) = found["cloud/idf-2"].cdp_neighbors
    assert (at(found["cloud/idf-2"])[phone.local_if_index], phone.platform) == ("5", "Cisco IP Phone 8841")
    assert phone.capabilities == {Capability.STATION, Capability.TELEPHONE}


def test_capabilities_the_dashboard_misnames_are_not_guessed() -> None:
    access_point = told("meraki")["cloud/idf-2"].lldp_neighbors[0]
    assert access_point.local_evidence == DOUBTED


def test_clients_that_are_there_are_on_their_port_and_others_nowhere() -> None:
    assert learned(told("meraki")["cloud/idf-2"]) == {("5", "02:00:0c:00:50:05", 30), ("7", "02:00:0c:00:60:07", 20)}


def test_every_bssid_is_read_with_its_access_point_network_and_channel() -> None:
    controller = told("meraki")["cloud"]
    assert bssids(controller) == {
        ("02:00:0c:80:30:10", "acme", "ap-2-east", 6),
        ("02:00:0c:90:30:10", "acme", "ap-2-east", 44),
        ("02:00:0c:90:30:11", "guests", "ap-2-east", 44),
        ("02:00:0c:90:30:20", "acme", "02:00:0c:00:30:02", 36),
    }
    assert [(point.name, str(point.ethernet_mac), point.serial) for point in controller.access_points] == [
        ("ap-2-east", "02:00:0c:00:30:01", "QAP1-0001"),
        ("02:00:0c:00:30:02", "02:00:0c:00:30:02", "QAP1-0002"),
    ]


def test_addresses_of_clients_stay_with_the_controller() -> None:
    assert addresses(told("meraki")["cloud"]) == {
        ("192.0.2.105", "02:00:0c:00:50:05"),
        ("198.51.100.7", "02:00:0c:00:60:07"),
        ("198.51.100.71", "02:00:0c:00:70:01"),
    }


def test_a_wireless_client_is_with_its_access_point_and_on_no_port() -> None:
    assert clients(told("meraki")["cloud"]) == {("02:00:0c:00:70:01", None, "ap-2-east", "acme", "198.51.100.71")}
