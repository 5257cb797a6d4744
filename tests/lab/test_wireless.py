"""Clients of a virtual campus are found on the BSSID they are truly on, by an agent of either make."""

from functools import cache

import pytest

from tests.lab.test_round_trip import tables_of
from tests.simulator.campuses import NOON, TOPOLOGIES
from wiremap_lab.inference.access_points import Uplink, find_uplinks
from wiremap_lab.inference.edge_ports import Attachment
from wiremap_lab.inference.wireless import find_associations, locate
from wiremap_lab.lab.mib import boxes
from wiremap_lab.simulator.campus import load_campus
from wiremap_lab.simulator.parts import Campus, OnBss
from wiremap_lab.simulator.state import State, initial_state
from wiremap_lab.tables import DeviceTables

MAKES = ("cisco", "aruba")


@cache
def office(make: str) -> tuple[Campus, State, tuple[DeviceTables, ...]]:
    text = (TOPOLOGIES / "small-office.yaml").read_text(encoding="utf-8")
    campus = load_campus(text.replace("{name: mh-wlc-1,", f"{{name: mh-wlc-1, make: {make},"), path="office")
    state = initial_state(campus, NOON)
    return campus, state, tuple(tables_of(campus, state, name) for name in boxes(campus))


@pytest.mark.parametrize("make", MAKES)
def test_the_controller_tells_every_access_point_and_bssid_of_the_campus(make: str) -> None:
    campus, _, devices = office(make)
    (read,) = [device for device in devices if device.access_points]
    assert {(ap.name, ap.ethernet_mac, ap.ip, ap.location) for ap in read.access_points} == {
        (ap.name, ap.mac, ap.ip, ap.location) for ap in campus.access_points.values()
    }
    assert {(bss.bssid, bss.ssid, bss.ap_name, bss.channel) for bss in read.bss} == {
        (bss.bssid, bss.ssid, bss.ap_name, bss.channel) for bss in campus.bss.values()
    }


@pytest.mark.parametrize("make", MAKES)
def test_every_wireless_client_is_on_the_bssid_and_access_point_it_is_truly_on(make: str) -> None:
    campus, state, devices = office(make)
    truth = {
        (campus.devices[id_].mac, there.point.bssid, campus.bss[there.point.bssid].ap_name)
        for id_, there in state.current.items()
        if isinstance(there.point, OnBss)
    }
    found = find_associations(devices)
    assert truth
    assert {(each.client.mac, each.bssid, each.access_point) for each in found} == truth


@pytest.mark.parametrize("make", MAKES)
def test_every_access_point_is_on_the_port_it_is_truly_on(make: str) -> None:
    campus, _, devices = office(make)
    ports = {ap.name: campus.ports[ap.port] for ap in campus.access_points.values()}
    for found in find_uplinks(devices):
        assert isinstance(found, Uplink), found
        true = ports[found.access_point.name]
        assert (found.port.device, found.port.if_index) == (true.switch, true.if_index)


@pytest.mark.parametrize("make", MAKES)
def test_a_wireless_client_is_located_with_its_bssid_at_the_access_points_port(make: str) -> None:
    campus, state, devices = office(make)
    there = {campus.devices[id_].mac: place for id_, place in state.current.items()}
    for found in locate(devices):
        place = there.get(found.mac)
        if place is None or not isinstance(place.point, OnBss):
            continue
        port = campus.ports[campus.access_points[campus.bss[place.point.bssid].ap_name].port]
        assert isinstance(found, Attachment)
        assert (found.bssid, found.via) == (place.point.bssid, campus.bss[place.point.bssid].ap_name)
        assert (found.port.device, found.port.if_index) == (port.switch, port.if_index)
        assert place.ip in found.ips
