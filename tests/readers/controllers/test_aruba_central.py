"""An Aruba Central account of our own making: what it says is what is read."""

from tests.readers.controllers.told import addresses, bssids, clients, documents, learned, points, ports, reasons, told
from wiremap_lab.readers.controllers import tables


def test_switches_of_both_kinds_have_their_ports() -> None:
    found = told("aruba_central")
    assert list(found) == ["cloud", "cloud/ward-cx1", "cloud/ward-s2"]
    assert ports(found["cloud/ward-cx1"]) == {
        "1/1/5": ("", True, True),
        "1/1/6": ("jack 6", False, False),
        "1/1/49": ("", True, True),
    }
    assert ports(found["cloud/ward-s2"]) == {"1": ("", True, False)}
    assert str(found["cloud/ward-cx1"].interfaces[0].mac) == "02:00:0f:00:10:05"


def test_what_a_switch_that_is_down_last_said_proves_nothing() -> None:
    found = told("aruba_central")
    assert reasons(found["cloud/ward-s2"]) == ["it is not connected to its cloud"]
    assert reasons(found["cloud/ward-cx1"]) == []


def test_a_gap_in_what_is_told_of_one_switch_is_that_ones_and_the_controllers() -> None:
    whole = documents("aruba_central")
    del whole["/monitoring/v1/cx_switches/SG00000001/ports"]
    own, cx, s2 = tables("cloud", whole)
    assert reasons(own) == reasons(cx) == ["/monitoring/v1/cx_switches/SG00000001/ports: it was not read"]
    assert reasons(s2) == ["it is not connected to its cloud"]


def test_clients_are_on_their_port_unless_it_leads_on() -> None:
    found = told("aruba_central")
    assert learned(found["cloud/ward-cx1"]) == {("1/1/5", "02:00:0f:00:50:05", 30)}
    assert [(each.table, each.count) for each in found["cloud/ward-cx1"].findings] == [("fdb", 1)]


def test_every_bssid_of_every_radio_is_read_and_none_derived() -> None:
    controller = told("aruba_central")["cloud"]
    assert bssids(controller) == {
        ("02:00:0f:80:30:10", "ward", "ward-ap-1", None),
        ("02:00:0f:80:30:11", "guests", "ward-ap-1", None),
        ("02:00:0f:80:30:00", "ward", "ward-ap-1", None),
    }
    assert not any(bss.derived for bss in controller.bss)


def test_access_points_and_clients_are_read() -> None:
    controller = told("aruba_central")["cloud"]
    assert points(controller) == {("ward-ap-1", "02:00:0f:00:30:01", "CN00000001", "Ward House")}
    assert clients(controller) == {("02:00:0f:00:70:01", None, "ward-ap-1", "ward", "198.51.100.91")}
    assert ("198.51.100.85", "02:00:0f:00:50:05") in addresses(controller)
