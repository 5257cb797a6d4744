"""Juniper Mist: organizations, their sites, and the switches and access points there.

The shapes are those of https://www.juniper.net/documentation/us/en/software/mist/api/http/ and of its OpenAPI
description, https://github.com/Mist-Automation-Programmability/mist_openapi: getSelf, listOrgSites,
listSiteDevicesStats, searchSiteSwOrGwPorts, searchSiteWiredClients, listSiteWirelessClientsStats.

Mist tells the base MAC of each radio and says that it may have the sixteen BSSIDs from there on, but not
which it has. Those a station names were read; the others are marked derived.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.ids import Mac
from wiremap_lab.readers.controllers.documents import (
    Documents,
    Json,
    Row,
    address,
    flag,
    inner,
    number,
    objects,
    quoted,
    text,
)
from wiremap_lab.readers.controllers.fleet import TOLD, Fleet, Switch, chassis, port_id
from wiremap_lab.tables import AccessPoint, Bss, LldpNeighbor, StackMember, WiredNeighbor, WirelessClient

SELF = "/api/v1/self"
_SITES = "/api/v1/orgs/{}/sites"
_DEVICES = "stats/devices?type=all"
_PORTS = "stats/ports/search?limit=1000"
#: A client that was not there in the last hour says nothing of where it is.
_WIRED = "wired_clients/search?limit=1000&duration=1h"
_WIRELESS = "stats/clients?limit=1000"
_PAGE = 100
_BANDS = ("band_24", "band_5", "band_6")


def wanted(found: Documents) -> Iterator[str]:
    """The paths to ask for, as far as the documents that are there tell."""
    yield SELF
    for organization in _organizations(found):
        yield from found.by_page(_SITES.format(organization), size=_PAGE)
    for site, _ in _sites(found):
        yield from found.by_page(f"{site}/{_DEVICES}", size=_PAGE)
        yield from found.following(f"{site}/{_PORTS}", "next")
        yield from found.following(f"{site}/{_WIRED}", "next")
        yield f"{site}/{_WIRELESS}"


def fleet(found: Documents) -> Fleet:
    """The devices of all sites."""
    told = Fleet()
    for site, name in _sites(found):
        for row in found.rows(f"{site}/{_DEVICES}"):
            _device(told, found, row, name)
        for row in found.rows(f"{site}/{_PORTS}", "results"):
            _port(told, found, row)
        for row in found.rows(f"{site}/{_WIRED}", "results"):
            _wired(told, found, row)
        for row in found.rows(f"{site}/{_WIRELESS}"):
            _wireless(told, found, row)
    return told


def _organizations(found: Documents) -> tuple[str, ...]:
    rows = (row for row in found.rows(SELF, "privileges") if text(row, "org_id") and not text(row, "site_id"))
    return tuple(dict.fromkeys(quoted(row, "org_id") for row in rows))


def _sites(found: Documents) -> Iterator[tuple[str, str]]:
    """Path and name of each site: of the organizations that may be read, and those that may be read alone."""
    told = {quoted(row, "site_id"): text(row, "name") for row in found.rows(SELF, "privileges") if text(row, "site_id")}
    for organization in _organizations(found):
        told |= {quoted(row, "id"): text(row, "name") for row in found.rows(_SITES.format(organization))}
    yield from ((f"/api/v1/sites/{site}", name) for site, name in told.items())


def _device(told: Fleet, found: Documents, row: Row, site: str) -> None:
    mac, name = found.mac(row, "mac"), text(row, "name", "mac")
    key, serial, model = str(mac), text(row, "serial"), text(row, "model")
    match text(row, "type"):
        case "ap":
            cable = inner(row, "lldp_stat")
            hears = (WiredNeighbor(text(cable, "system_name"), text(cable, "port_id", "port_desc")),)
            neighbors = hears if text(cable, "system_name") else ()
            told.access_points[key] = AccessPoint(name, mac, None, address(row, "ip"), site, model, serial, neighbors)
            for slot, band in enumerate(_BANDS):
                radio = inner(inner(row, "radio_stat"), band)
                told.derive(found.mac(radio, "mac"), name, slot=slot, channel=number(radio, "channel"))
        case "switch":
            away = "" if text(row, "status") == "connected" else "it is not connected to its cloud"
            stack = tuple(_members(found, row, name))
            told.switches[key] = Switch(name, mac, serial, model, site, away=away, members=stack)


def _members(found: Documents, row: Row, name: str) -> Iterator[StackMember]:
    """The members of a virtual chassis."""
    for index, module in enumerate(objects(row, "module_stat"), 1):
        mac, serial = found.mac(module, "mac"), text(module, "serial")
        if mac or serial:
            yield StackMember(index, name, text(module, "model"), serial, mac)


def _port(told: Fleet, found: Documents, row: Row) -> None:
    switch, name = told.switches.get(str(found.mac(row, "mac"))), text(row, "port_id")
    if switch is None or not name:
        return
    disabled = flag(row, "disabled")
    enabled = None if disabled is None else not disabled
    switch.port(name, enabled=enabled, up=flag(row, "up"), uplink=text(row, "port_usage") == "uplink")
    if neighbor := text(row, "neighbor_mac"):
        heard = LldpNeighbor(
            None,
            chassis(neighbor),
            port_id(""),  # only its description is told
            text(row, "neighbor_port_desc"),
            text(row, "neighbor_system_name"),
            local_if_index=switch.number(name),
            local_evidence=TOLD,
        )
        switch.lldp[heard] = None


def _wired(told: Fleet, found: Documents, row: Row) -> None:
    """A client of switches: where it was last, if that is told, and else where it was if that is one place only."""
    mac = found.mac(row, "mac")
    places = objects(row, "device_mac_port")
    latest = max(places, key=lambda place: text(place, "when"), default=None)
    if latest is None:
        latest = {key: _only(row.get(key)) for key in ("device_mac", "port_id", "vlan", "ip")}
    switch = told.switches.get(str(found.mac(latest, "device_mac")))
    if switch:
        switch.learned(text(latest, "port_id"), mac, number(latest, "vlan"))
    told.has(mac, address(latest, "ip") or address({"ip": _only(row.get("ip"))}, "ip"))


def _only(listed: Json) -> Json:
    return listed[0] if isinstance(listed, list) and len(listed) == 1 else None


def _wireless(told: Fleet, found: Documents, row: Row) -> None:
    mac, ip = found.mac(row, "mac"), address(row, "ip")
    point = told.access_points.get(str(found.mac(row, "ap_mac")))
    told.has(mac, ip)
    if mac is None or point is None:
        return
    bssid, ssid, channel = found.mac(row, "bssid"), text(row, "ssid"), number(row, "channel")
    told.clients[WirelessClient(mac, bssid, point.name, ssid, ip, channel=channel)] = None
    if bssid:
        told.bss[Bss(bssid, ssid, point.name, _radio(bssid), channel=channel)] = None


def _radio(bssid: Mac) -> Mac:
    return Mac(bssid.octets[:5] + bytes([bssid.octets[5] & 0xF0]))
