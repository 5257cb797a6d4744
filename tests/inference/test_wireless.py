"""A wireless client is at its access point's port, whatever the wire says; what is not told stays unknown."""

import ipaddress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.inference.plan import SWITCH, chassis, device, heard, learned, station
from wiremap_lab.inference.access_points import NoUplink, Uplink, find_uplinks
from wiremap_lab.inference.edge_ports import Attachment, Unattached, attach
from wiremap_lab.inference.elements import discover_elements
from wiremap_lab.inference.wireless import Association, find_associations, locate
from wiremap_lab.readers.mibs.device import read_device
from wiremap_lab.snmp.recording import load
from wiremap_lab.tables import AccessPoint, Bss, Capability, DeviceTables, System, WiredNeighbor, WirelessClient
from wiremap_lab.wiremap import Wap

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PHONE, LAPTOP = station(7), station(8)
AP = AccessPoint("ap-2-east", station(50), station(48))
BSS_2 = Bss(station(48), "voice", "ap-2-east", station(48), 0, 6)
BSS_5 = Bss(station(63), "voice", "ap-2-east", station(48), 1, 36)
CONTROLLER = DeviceTables("wlc", access_points=(AP,), bss=(BSS_2, BSS_5))
IP = ipaddress.ip_address("192.0.2.7")


def client(**said: object) -> WirelessClient:
    plain = WirelessClient(PHONE, None, "ap-2-east", "voice", IP, station(48))
    return replace(plain, **said)  # type: ignore[arg-type]


def controller(*clients: WirelessClient, bss: tuple[Bss, ...] = (BSS_2, BSS_5)) -> DeviceTables:
    return replace(CONTROLLER, wireless_clients=clients, bss=bss)


def floor() -> DeviceTables:
    """A switch with the access point on port 3 and a controller's cable on port 8."""
    neighbor = heard(3, station(50), Capability.WLAN, name="ap-2-east")
    return replace(device("sw1", 1), lldp_neighbors=(neighbor,))


def bssid(*clients: WirelessClient, bss: tuple[Bss, ...] = (BSS_2, BSS_5)) -> Association:
    (found,) = find_associations([floor(), controller(*clients, bss=bss)])
    return found


def test_a_client_whose_frames_are_tunnelled_is_at_its_access_point_and_not_at_the_controller() -> None:
    """Quirk 55: the frames come out on port 8, where the controller is."""
    switch = replace(floor(), fdb=learned(8, PHONE))
    (wired,) = [each for each in attach([switch, controller(client(slot=1))]) if each.mac == PHONE]
    assert isinstance(wired, Attachment)
    assert str(wired.port) == "sw1 Gi1/0/8"

    (found,) = [each for each in locate([switch, controller(client(slot=1))]) if each.mac == PHONE]
    assert isinstance(found, Attachment)
    assert (str(found.port), found.via, found.bssid) == ("sw1 Gi1/0/3", "ap-2-east", BSS_5.bssid)
    assert found.ips == (IP,)
    assert [str(candidate.port) for candidate in found.rejected] == ["sw1 Gi1/0/8"]
    assert f"client table of wlc has {PHONE} on access point 'ap-2-east'" in found.evidence


@pytest.mark.parametrize(("said", "expected"), [({"slot": 0}, BSS_2), ({"channel": 36}, BSS_5)])
def test_a_bssid_is_known_where_one_bss_alone_fits(said: dict[str, int], expected: Bss) -> None:
    assert bssid(client(**said)).bssid == expected.bssid


def test_a_bssid_is_not_known_where_two_would_fit() -> None:
    found = bssid(client())
    assert found.bssid is None
    assert "2 there have SSID 'voice'" in found.evidence[1]
    assert isinstance(found.uplink, Uplink)


def test_a_bssid_that_was_read_needs_no_table() -> None:
    assert bssid(client(bssid=station(99)), bss=()).bssid == station(99)


def test_a_bssid_that_was_derived_counts_only_where_it_is_asked_for_and_says_from_what() -> None:
    tables = [floor(), controller(client(slot=0), bss=(replace(BSS_2, derived=True),))]
    assert [each.bssid for each in find_associations(tables)] == [None]
    assert not any(isinstance(each.element, Wap) for each in discover_elements(tables, now=NOW))

    (found,) = find_associations(tables, derived_bssids=True)
    assert found.bssid == BSS_2.bssid
    assert found.evidence[1].endswith(f"derived from {station(48)}")
    (element,) = [
        each for each in discover_elements(tables, now=NOW, derived_bssids=True) if isinstance(each.element, Wap)
    ]
    assert element.evidence[0] == f"BSS table of wlc: {BSS_2.bssid} of 'ap-2-east', derived from {station(48)}"


def test_a_derived_bssid_that_two_access_points_would_have_is_neithers() -> None:
    """The blocks of addresses of two access points may cross (quirk 85)."""
    neighbor = replace(BSS_2, ap_name="ap-9-west", derived=False)
    guesses = tuple(replace(bss, derived=True) for bss in (BSS_2, BSS_5))
    tables = [replace(CONTROLLER, bss=guesses), DeviceTables("wlc-2", bss=(neighbor,))]
    found = discover_elements(tables, now=NOW, derived_bssids=True)
    assert {(each.element, each.facts["apName"]) for each in found if isinstance(each.element, Wap)} == {
        (Wap(BSS_5.bssid), "ap-2-east"),
        (Wap(BSS_2.bssid), "ap-9-west"),
    }


def test_a_bssid_that_a_beacon_announces_for_another_is_as_good_as_read() -> None:
    heard_in_the_air = Bss(BSS_2.bssid, "voice", "ap-2-east", derived=True)
    assert bssid(client(), bss=(heard_in_the_air,)).bssid == BSS_2.bssid


def test_a_client_at_an_access_point_nobody_can_find_is_at_no_port_but_at_its_bssid() -> None:
    (found,) = locate([device("sw1", 1), controller(client(slot=1))])
    assert isinstance(found, Unattached)
    assert (found.via, found.bssid) == ("ap-2-east", BSS_5.bssid)
    assert found.reason == (
        f"on access point 'ap-2-east' by BSSID {BSS_5.bssid}, whose port could not be told: no switch has seen its MAC"
    )


def test_a_client_that_two_controllers_have_at_different_access_points_is_ambiguous() -> None:
    other = AccessPoint("ap-9-west", station(60), None)
    far = DeviceTables("wlc-2", access_points=(other,), wireless_clients=(client(ap_name="ap-9-west", radio_mac=None),))
    (found,) = [each for each in locate([floor(), controller(client()), far]) if each.mac == PHONE]
    assert isinstance(found, Unattached)
    assert "'ap-2-east' of wlc, 'ap-9-west' of wlc-2" in found.reason


def test_a_client_at_an_access_point_that_its_controller_does_not_know_is_another_controllers() -> None:
    anchor = DeviceTables("anchor", wireless_clients=(client(ap_name="", radio_mac=None),))
    (found,) = [each for each in locate([floor(), controller(client(slot=0)), anchor]) if each.mac == PHONE]
    assert isinstance(found, Attachment)
    assert found.via == "ap-2-east"


def test_a_client_of_a_routers_own_radio_is_on_the_port_that_hears_the_router() -> None:
    router = replace(
        device("router", 2),
        system=System("shop", "RouterOS", "", ()),
        wireless_clients=(WirelessClient(PHONE, None, "shop", "voice"),),
    )
    switch = replace(device("sw1", 1), lldp_neighbors=(heard(4, chassis(2), *SWITCH, name="shop"),))
    (found,) = [each for each in locate([switch, router]) if each.mac == PHONE]
    assert isinstance(found, Attachment)
    assert (str(found.port), found.via) == ("sw1 Gi1/0/4", "shop")


def test_what_is_wired_is_told_as_before() -> None:
    switch = replace(floor(), fdb=learned(5, LAPTOP))
    assert locate([switch, CONTROLLER]) == attach([switch, CONTROLLER])


def test_an_access_point_no_switch_hears_says_itself_where_it_is() -> None:
    point = replace(AP, neighbors=(WiredNeighbor("sw1.example.net", "GigabitEthernet1/0/6"),))
    (found,) = find_uplinks([device("sw1", 1), replace(CONTROLLER, access_points=(point,))])
    assert isinstance(found, Uplink)
    assert str(found.port) == "sw1 Gi1/0/6"
    assert found.evidence == ("access point 'ap-2-east' hears 'GigabitEthernet1/0/6' of 'sw1.example.net'",)


def test_what_the_switch_hears_counts_before_what_the_access_point_does() -> None:
    point = replace(AP, neighbors=(WiredNeighbor("sw1", "Gi1/0/6"),))
    (found,) = find_uplinks([floor(), replace(CONTROLLER, access_points=(point,))])
    assert isinstance(found, Uplink)
    assert str(found.port) == "sw1 Gi1/0/3"
    assert [str(candidate.port) for candidate in found.rejected] == ["sw1 Gi1/0/6"]


def test_what_an_access_point_heard_is_not_believed_where_its_frames_come_in_elsewhere() -> None:
    point = replace(AP, neighbors=(WiredNeighbor("sw1", "Gi1/0/6"),))
    switch = replace(device("sw1", 1), fdb=learned(5, station(50)))
    (found,) = find_uplinks([switch, replace(CONTROLLER, access_points=(point,))])
    assert isinstance(found, Uplink)
    assert str(found.port) == "sw1 Gi1/0/5"
    assert [str(each) for each in found.rejected] == [
        (
            "sw1 Gi1/0/6: access point 'ap-2-east' hears 'Gi1/0/6' of 'sw1'; "
            f"frames of {station(50)} come in on sw1 Gi1/0/5"
        )
    ]


def test_an_access_point_that_was_looked_for_in_vain_is_told_with_the_ports_that_spoke_of_it() -> None:
    neighbors = tuple(heard(port, station(77), Capability.WLAN, name="ap-2-east") for port in (3, 4))
    (found,) = find_uplinks([replace(device("sw1", 1), lldp_neighbors=neighbors), CONTROLLER])
    assert isinstance(found, NoUplink)
    assert [str(candidate.port) for candidate in found.candidates] == ["sw1 Gi1/0/3", "sw1 Gi1/0/4"]


def test_every_client_of_a_recorded_controller_is_told_and_its_bssid_where_one_fits(shared: Path) -> None:
    path = shared / "recordings" / "snmp" / "cisco" / "ssd.appliance_cisco-controller" / "recording.snmprec"
    tables = read_device("wlc", load(path).walk)
    found = find_associations([tables], derived_bssids=True)
    assert {each.client for each in found} == set(tables.wireless_clients)
    known = {(bss.bssid, bss.ap_name, bss.ssid) for bss in tables.bss}
    told = [each for each in found if each.bssid]
    assert len(told) > 0.9 * len(found)
    assert all((each.bssid, each.access_point, each.client.ssid) in known for each in told)
