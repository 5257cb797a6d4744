"""A Mist organization of our own making: what it says is what is read."""

import json

from tests.readers.controllers.told import addresses, bssids, clients, documents, heard, learned, points, ports, told
from wiremap_lab.readers.controllers import tables
from wiremap_lab.tables import WiredNeighbor


def test_every_member_of_a_virtual_chassis_is_known_by_mac_and_serial() -> None:
    found = told("mist")
    assert list(found) == ["cloud", "cloud/north-idf1"]
    assert [(str(each.mac), each.serial) for each in found["cloud/north-idf1"].stack_members] == [
        ("02:00:0e:00:10:00", "FJ0000000001"),
        ("02:00:0e:00:20:00", "FJ0000000002"),
    ]
    assert all(not each.incomplete and not each.findings for each in found.values())


def test_ports_of_every_page_are_read() -> None:
    assert ports(told("mist")["cloud/north-idf1"]) == {
        "ge-0/0/5": ("", True, True),
        "ge-0/0/7": ("", True, True),
        "ge-1/0/9": ("", False, False),
        "xe-0/2/0": ("", True, True),
        "ge-0/0/6": ("", None, None),
    }


def test_neighbors_are_on_the_port_that_heard_them_and_their_port_is_not_known() -> None:
    switch = told("mist")["cloud/north-idf1"]
    assert heard(switch) == {
        ("ge-0/0/5", "mac:02:00:0e:00:50:05", "interface-name:", "SEP02000E005005"),
        ("ge-0/0/7", "mac:02:00:0e:00:30:00", "interface-name:", "north-ap-1"),
        ("xe-0/2/0", "mac:02:00:0e:00:90:00", "interface-name:", "north-core"),
    }
    assert [each.port_description for each in switch.lldp_neighbors] == ["SW PORT", "ETH0", "xe-0/0/12"]


def test_a_client_is_where_it_was_last_and_nowhere_if_that_is_not_told() -> None:
    assert learned(told("mist")["cloud/north-idf1"]) == {
        ("ge-0/0/5", "02:00:0e:00:50:05", 30),
        ("ge-0/0/6", "02:00:0e:00:60:06", 20),
    }
    assert addresses(told("mist")["cloud"]) == {
        ("198.51.100.5", "02:00:0e:00:50:05"),
        ("198.51.100.6", "02:00:0e:00:60:06"),
        ("198.51.100.7", "02:00:0e:00:60:07"),
        ("198.51.100.71", "02:00:0e:00:70:01"),
    }


def test_a_bssid_a_client_names_is_read_and_the_others_of_its_radio_are_derived() -> None:
    controller = told("mist")["cloud"]
    read = [bss for bss in controller.bss if not bss.derived]
    assert [(str(bss.bssid), bss.ssid) for bss in read] == [("02:00:0e:90:30:02", "clinic")]
    derived = {str(bss.bssid) for bss in controller.bss if bss.derived}
    blocks = {f"02:00:0e:{radio}:30:{low:02x}" for radio in ("80", "90") for low in range(16)}
    assert derived == blocks - {"02:00:0e:90:30:02"}
    assert {name for _, _, name, _ in bssids(controller)} == {"north-ap-1"}


def test_an_access_point_is_known_with_its_site_and_what_it_hears() -> None:
    controller = told("mist")["cloud"]
    assert points(controller) == {("north-ap-1", "02:00:0e:00:30:00", "A0000000001", "Clinic North")}
    assert controller.access_points[0].neighbors == (WiredNeighbor("north-idf1", "ge-0/0/7"),)


def test_a_wireless_client_is_with_its_bssid() -> None:
    cart = ("02:00:0e:00:70:01", "02:00:0e:90:30:02", "north-ap-1", "clinic", "198.51.100.71")
    assert clients(told("mist")["cloud"]) == {cart}


def test_a_token_for_one_site_reads_that_site_and_asks_for_no_organization() -> None:
    whole = documents("mist")
    (privilege,) = json.loads(whole["/api/v1/self"])["privileges"]
    (sites,) = (path for path in whole if "/orgs/" in path)
    (site,) = json.loads(whole.pop(sites))
    alone = {**privilege, "scope": "site", "site_id": site["id"], "name": site["name"]}
    assert tables("cloud", {**whole, "/api/v1/self": json.dumps({"privileges": [alone]})}) == tuple(
        told("mist").values()
    )
