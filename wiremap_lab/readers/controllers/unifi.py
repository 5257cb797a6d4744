"""UniFi Network on a UniFi OS console: its sites, their switches, access points and stations.

Ubiquiti documents no shapes. These are the ones that https://github.com/Art-of-WiFi/UniFi-API-client lists,
https://ubntwiki.com/products/software/unifi-controller/api describes and the tests of
https://github.com/Kane610/aiounifi have: ``stat/device`` with `port_table`, `lldp_table` and `vap_table`,
``stat/sta`` for stations. Every answer has its list below ``data``.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.readers.controllers.documents import (
    Documents,
    Row,
    address,
    flag,
    number,
    objects,
    quoted,
    text,
)
from wiremap_lab.readers.controllers.fleet import TOLD, Fleet, Switch, chassis, port_id
from wiremap_lab.tables import AccessPoint, Bss, LldpNeighbor, WiredNeighbor, WirelessClient

_API = "/proxy/network/api"
SITES = f"{_API}/self/sites"
_ACCESS_POINT = "uap"
#: Switches, and gateways that have a switch in them.
_SWITCHES = ("usw", "ugw", "udm", "uxg")
_CONNECTED = 1


def wanted(found: Documents) -> Iterator[str]:
    """The paths to ask for, as far as the documents that are there tell."""
    yield SITES
    for site in _sites(found):
        yield f"{site}/stat/device"
        yield f"{site}/stat/sta"


def fleet(found: Documents) -> Fleet:
    """The devices of all sites."""
    told = Fleet()
    for row in found.rows(SITES, "data"):
        site = f"{_API}/s/{quoted(row, 'name')}"
        for device in found.rows(f"{site}/stat/device", "data"):
            _device(told, found, device, text(row, "desc", "name"))
        for station in found.rows(f"{site}/stat/sta", "data"):
            _station(told, found, station)
    return told


def _sites(found: Documents) -> Iterator[str]:
    for row in found.rows(SITES, "data"):
        yield f"{_API}/s/{quoted(row, 'name')}"


def _device(told: Fleet, found: Documents, row: Row, site: str) -> None:
    mac, kind = found.mac(row, "mac"), text(row, "type")
    key, name, model, serial = str(mac), text(row, "name", "mac"), text(row, "model"), text(row, "serial")
    if kind == _ACCESS_POINT:
        neighbors = tuple(_cable(row))
        told.access_points[key] = AccessPoint(name, mac, None, address(row, "ip"), site, model, serial, neighbors)
        told.bss.update((bss, None) for bss in _basic_service_sets(found, row, name))
    elif kind in _SWITCHES and objects(row, "port_table"):
        away = "" if number(row, "state") == _CONNECTED else "it is not connected to its controller"
        told.switches[key] = switch = Switch(name, mac, serial, model, site, away=away)
        _ports(switch, found, row)
        switch.lldp.update((each, None) for each in _neighbors(switch, row))


def _ports(switch: Switch, found: Documents, row: Row) -> None:
    for port in objects(row, "port_table"):
        name = text(port, "port_idx")
        enabled, up, uplink = flag(port, "enable"), flag(port, "up"), flag(port, "is_uplink")
        switch.port(name, alias=text(port, "name"), enabled=enabled, up=up, uplink=uplink)
        for entry in objects(port, "mac_table"):
            switch.learned(name, found.mac(entry, "mac"), number(entry, "vlan"))


def _neighbors(switch: Switch, row: Row) -> Iterator[LldpNeighbor]:
    for each in objects(row, "lldp_table"):
        if text(each, "chassis_id"):
            yield LldpNeighbor(
                None,
                chassis(text(each, "chassis_id")),
                port_id(text(each, "port_id")),
                text(each, "port_descr"),
                text(each, "system_name", "chassis_name"),
                text(each, "chassis_descr"),
                local_if_index=switch.number(text(each, "local_port_idx")),
                local_evidence=TOLD,
            )


def _cable(row: Row) -> Iterator[WiredNeighbor]:
    """What an access point hears on its cable, where it hears a name."""
    for each in objects(row, "lldp_table"):
        if name := text(each, "system_name", "chassis_name"):
            yield WiredNeighbor(name, text(each, "port_id"))


def _basic_service_sets(found: Documents, row: Row, point: str) -> Iterator[Bss]:
    for vap in objects(row, "vap_table"):
        bssid, ssid = found.mac(vap, "bssid"), text(vap, "essid")
        if bssid and ssid and flag(vap, "up") is not False:
            yield Bss(bssid, ssid, point, channel=number(vap, "channel"))


def _station(told: Fleet, found: Documents, row: Row) -> None:
    mac, ip, vlan = found.mac(row, "mac"), address(row, "ip", "last_ip"), number(row, "vlan")
    told.has(mac, ip)
    switch = told.switches.get(str(found.mac(row, "sw_mac")))
    if flag(row, "is_wired") and switch:
        switch.learned(text(row, "sw_port"), mac, vlan)
    point = told.access_points.get(str(found.mac(row, "ap_mac")))
    if mac and point and not flag(row, "is_wired"):
        bssid, ssid, channel = found.mac(row, "bssid"), text(row, "essid"), number(row, "channel")
        told.clients[WirelessClient(mac, bssid, point.name, ssid, ip, channel=channel)] = None
