"""HPE Aruba Networking Central, its classic API: access points, BSSIDs, switches, ports and clients.

The shapes are those of https://developer.arubanetworks.com/central/reference/ (Monitoring): /monitoring/v2/aps,
/monitoring/v2/bssids, /monitoring/v1/switches, the ports of AOS-S and CX switches and /monitoring/v2/clients,
as https://github.com/Pack3tL0ss/central-api-cli reads them. Neighbors are not read: of what a port that leads
on hears, that API's documents known to us have no shape. So clients on a port it calls an uplink are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.readers.controllers.documents import Documents, Row, address, flag, number, objects, quoted, text
from wiremap_lab.readers.controllers.fleet import Fleet, Switch
from wiremap_lab.tables import AccessPoint, Bss, WirelessClient

ACCESS_POINTS = "/monitoring/v2/aps"
BSSIDS = "/monitoring/v2/bssids"
SWITCHES = "/monitoring/v1/switches"
CLIENTS = "/monitoring/v2/clients"
_CX = "/monitoring/v1/cx_switches"
_PAGE = 1000
_UP = {"up": True, "down": False}


def wanted(found: Documents) -> Iterator[str]:
    """The paths to ask for, as far as the documents that are there tell."""
    yield from found.by_offset(SWITCHES, size=_PAGE, key="switches")
    yield from found.by_offset(ACCESS_POINTS, size=_PAGE, key="aps")
    yield from found.by_offset(BSSIDS, size=_PAGE, key="aps")
    yield from found.by_offset(CLIENTS, size=_PAGE, key="clients")
    for row in found.rows(SWITCHES, "switches"):
        yield _ports_of(row)


def fleet(found: Documents) -> Fleet:
    """The devices of an account."""
    told = Fleet()
    for row in found.rows(ACCESS_POINTS, "aps"):
        told.access_points[text(row, "serial")] = _access_point(found, row)
    for row in found.rows(BSSIDS, "aps"):
        told.bss.update((bss, None) for bss in _basic_service_sets(told, found, row))
    for row in found.rows(SWITCHES, "switches"):
        serial = text(row, "serial")
        told.switches[serial] = switch = _switch(found, row, serial)
        for port in found.rows(_ports_of(row), "ports"):
            name = text(port, "port_number", "port")
            admin, oper = _UP.get(text(port, "admin_state").lower()), _UP.get(text(port, "status").lower())
            alias = text(port, "name") if text(port, "name") != name else ""
            mac, uplink = found.mac(port, "macaddr"), flag(port, "is_uplink")
            switch.port(name, alias=alias, mac=mac, enabled=admin, up=oper, uplink=uplink)
    for row in found.rows(CLIENTS, "clients"):
        _client(told, found, row)
    return told


def _ports_of(row: Row) -> str:
    return f"{_CX if text(row, 'switch_type') == 'AOS-CX' else SWITCHES}/{quoted(row, 'serial')}/ports"


def _switch(found: Documents, row: Row, serial: str) -> Switch:
    away = "" if text(row, "status").lower() == "up" else "it is not connected to its cloud"
    name, model, site = text(row, "name"), text(row, "model"), text(row, "site")
    return Switch(name, found.mac(row, "macaddr"), serial, model, site, keys=frozenset({serial}), away=away)


def _access_point(found: Documents, row: Row) -> AccessPoint:
    name, ip = text(row, "name", "macaddr", "serial"), address(row, "ip_address")
    serial, model, site = text(row, "serial"), text(row, "model"), text(row, "site")
    return AccessPoint(name, found.mac(row, "macaddr"), None, ip, site, model, serial)


def _basic_service_sets(told: Fleet, found: Documents, row: Row) -> Iterator[Bss]:
    point = told.access_points.get(text(row, "serial"))
    name = point.name if point else text(row, "name", "serial")
    for radio in objects(row, "radio_bssids"):
        for each in objects(radio, "bssids"):
            if bssid := found.mac(each, "macaddr"):
                yield Bss(bssid, text(each, "essid"), name, found.mac(radio, "macaddr"), number(radio, "index"))


def _client(told: Fleet, found: Documents, row: Row) -> None:
    mac, ip, serial = found.mac(row, "macaddr"), address(row, "ip_address"), text(row, "associated_device")
    told.has(mac, ip)
    switch, point = told.switches.get(serial), told.access_points.get(serial)
    if text(row, "client_type").upper() == "WIRELESS":
        if mac and point:
            ssid, channel = text(row, "network"), number(row, "channel")
            told.clients[WirelessClient(mac, None, point.name, ssid, ip, channel=channel)] = None
    elif switch:
        switch.learned(text(row, "interface_port"), mac, number(row, "vlan"))
