"""A UniFi console of our own making: what it says is what is read, and its keys are not kept."""

import json

from tests.readers.controllers.told import (
    addresses,
    bssids,
    clients,
    documents,
    heard,
    learned,
    points,
    ports,
    reasons,
    told,
)
from wiremap_lab.readers.controllers.documents import scrubbed
from wiremap_lab.tables import WiredNeighbor


def test_switches_have_tables_of_their_own_and_one_without_a_name_goes_by_its_mac() -> None:
    found = told("unifi")
    assert list(found) == ["cloud", "cloud/shed-sw", "cloud/02:00:0d:00:20:00"]
    assert [str(each.bridge_address) for each in found.values()] == ["None", "02:00:0d:00:10:00", "02:00:0d:00:20:00"]


def test_what_a_switch_that_is_not_connected_last_said_proves_nothing() -> None:
    found = told("unifi")
    assert reasons(found["cloud/02:00:0d:00:20:00"]) == ["it is not connected to its controller"]
    assert reasons(found["cloud/shed-sw"]) == reasons(found["cloud"]) == []


def test_ports_are_numbered_as_on_the_switch_and_have_the_names_people_gave_them() -> None:
    assert ports(told("unifi")["cloud/shed-sw"]) == {
        "1": ("Uplink", True, True),
        "2": ("desk 12", True, True),
        "3": ("ap loft", True, True),
        "4": ("Port 4", False, False),
    }


def test_the_forwarding_database_is_read_but_for_what_is_behind_the_uplink() -> None:
    assert learned(told("unifi")["cloud/shed-sw"]) == {("2", "02:00:0d:00:50:02", 30)}


def test_neighbors_are_on_the_port_that_heard_them() -> None:
    assert heard(told("unifi")["cloud/shed-sw"]) == {
        ("1", "mac:02:00:0d:00:90:00", "interface-name:Gi1/0/9", "yard-core"),
        ("2", "network-address:198.51.100.112", "mac:02:00:0d:00:50:02", ""),
        ("3", "mac:02:00:0d:00:30:00", "interface-name:eth0", "loft-ap"),
    }


def test_bssids_that_are_on_the_air_for_people_are_read() -> None:
    assert bssids(told("unifi")["cloud"]) == {
        ("02:00:0d:80:30:01", "yard", "loft-ap", 1),
        ("02:00:0d:90:30:01", "yard", "loft-ap", 149),
        ("02:00:0d:90:30:02", "visitors", "loft-ap", 149),
    }


def test_an_access_point_says_what_it_hears_on_its_cable() -> None:
    (point,) = told("unifi")["cloud"].access_points
    assert points(told("unifi")["cloud"]) == {("loft-ap", "02:00:0d:00:30:00", "02000D003000", "Boat Yard")}
    assert point.neighbors == (WiredNeighbor("shed-sw", "Port 3"),)


def test_stations_and_their_addresses_are_read() -> None:
    controller = told("unifi")["cloud"]
    tablet = ("02:00:0d:00:70:01", "02:00:0d:90:30:01", "loft-ap", "yard", "198.51.100.171")
    assert clients(controller) == {tablet}
    assert addresses(controller) == {("198.51.100.112", "02:00:0d:00:50:02"), ("198.51.100.171", "02:00:0d:00:70:01")}


def test_the_keys_that_unifi_sends_with_its_devices_are_not_kept() -> None:
    raw = documents("unifi")["/proxy/network/api/s/default/stat/device"]
    assert "0badc0de" in raw
    assert "deadbeef" in raw
    kept = json.dumps(scrubbed(json.loads(raw)))
    assert not any(secret in kept for secret in ("0badc0de", "deadbeef", "aa:bb"))
