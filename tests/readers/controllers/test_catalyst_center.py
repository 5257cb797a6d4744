"""A Catalyst Center of our own making: what it says is what is read."""

from tests.readers.controllers.told import addresses, clients, heard, learned, points, ports, reasons, told


def test_switches_have_their_physical_ports_under_their_ifindex() -> None:
    found = told("catalyst_center")
    assert list(found) == ["cloud", "cloud/lib-acc1.acme.example", "cloud/lib-core.acme.example"]
    access = found["cloud/lib-acc1.acme.example"]
    assert ports(access) == {
        "GigabitEthernet1/0/5": ("jack 105", True, True),
        "GigabitEthernet1/0/7": ("ap", True, True),
        "TenGigabitEthernet1/1/1": ("to core", True, True),
    }
    assert [each.if_index for each in access.interfaces] == [13, 15, 60]
    assert access.system is not None
    assert access.system.location == "Library, closet 1"
    assert str(access.bridge_address) == "02:00:11:00:10:00"


def test_what_a_switch_that_is_not_reached_last_said_proves_nothing() -> None:
    found = told("catalyst_center")
    assert reasons(found["cloud/lib-core.acme.example"]) == ["Catalyst Center says that it is unreachable"]
    assert reasons(found["cloud/lib-acc1.acme.example"]) == []


def test_a_link_is_heard_on_both_of_its_ends() -> None:
    found = told("catalyst_center")
    assert heard(found["cloud/lib-acc1.acme.example"]) == {
        (
            "TenGigabitEthernet1/1/1",
            "mac:02:00:11:00:20:00",
            "interface-name:TwentyFiveGigE1/0/3",
            "lib-core.acme.example",
        ),
        ("GigabitEthernet1/0/7", "mac:02:00:11:00:30:01", "interface-name:GigabitEthernet0", "lib-ap-1"),
    }
    assert heard(found["cloud/lib-core.acme.example"]) == {
        (
            "TwentyFiveGigE1/0/3",
            "mac:02:00:11:00:10:00",
            "interface-name:TenGigabitEthernet1/1/1",
            "lib-acc1.acme.example",
        )
    }


def test_an_access_point_has_its_cables_mac_and_the_sixteen_addresses_of_its_radios_derived() -> None:
    controller = told("catalyst_center")["cloud"]
    assert points(controller) == {("lib-ap-1", "02:00:11:00:30:01", "KWC00000001", "default location")}
    assert {str(bss.bssid) for bss in controller.bss} == {f"02:00:11:80:30:{low:02x}" for low in range(16)}
    assert all(bss.derived and bss.ap_name == "lib-ap-1" for bss in controller.bss)


def test_clients_are_on_their_port_or_with_their_access_point() -> None:
    found = told("catalyst_center")
    assert learned(found["cloud/lib-acc1.acme.example"]) == {("GigabitEthernet1/0/5", "02:00:11:00:50:05", 30)}
    assert clients(found["cloud"]) == {("02:00:11:00:70:01", None, "lib-ap-1", "library", "198.51.100.97")}
    assert addresses(found["cloud"]) == {
        ("198.51.100.95", "02:00:11:00:50:05"),
        ("198.51.100.97", "02:00:11:00:70:01"),
    }
