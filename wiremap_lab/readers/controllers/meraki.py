"""Cisco Meraki's dashboard: organizations, their switches and access points (Dashboard API v1).

The shapes are those of https://developer.cisco.com/meraki/api-v1/: get-organization-devices, its availabilities,
get-organization-switch-ports-by-switch, its statuses, get-organization-switch-ports-topology-discovery-by-device,
get-organization-wireless-ssids-statuses-by-device and get-network-clients. Further pages are named by the Link
header, which the collector follows.

The dashboard shows what LLDP said as pairs of label and value, as an administrator reads them. Its names of
LLDP's capabilities are often not the ones that were sent, so only names of IEEE 802.1AB and CDP count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wiremap_lab.readers.controllers.documents import (
    Documents,
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
from wiremap_lab.tables import AccessPoint, Bss, Capability, CdpNeighbor, LldpNeighbor, WirelessClient

ORGANIZATIONS = "/api/v1/organizations"
#: What is asked of an organization: the path below it, with the longest page that is allowed there.
_DEVICES = "devices?perPage=1000"
_AVAILABILITIES = "devices/availabilities?perPage=1000"
_NETWORKS = "networks?perPage=1000"
_PORTS = "switch/ports/bySwitch?perPage=50"
_STATUSES = "switch/ports/statuses/bySwitch?perPage=20"
_NEIGHBORS = "switch/ports/topology/discovery/byDevice?perPage=20"
_BSS = "wireless/ssids/statuses/byDevice?hideDisabled=true&perPage=500"
_ASKED = (_DEVICES, _AVAILABILITIES, _NETWORKS, _PORTS, _STATUSES, _NEIGHBORS, _BSS)
#: A client that was not there in the last hour says nothing of where it is.
_CLIENTS = "/api/v1/networks/{}/clients?timespan=3600&perPage=1000"

#: Of an availability; one that is alerting is there.
_AWAY = ("offline", "dormant")
_CAPABILITIES: Mapping[str, Capability] = {
    "other": Capability.OTHER,
    "repeater": Capability.REPEATER,
    **dict.fromkeys(("bridge", "mac bridge", "switch", "transparent bridge"), Capability.BRIDGE),
    "wlan access point": Capability.WLAN,
    "router": Capability.ROUTER,
    **dict.fromkeys(("telephone", "voip phone"), Capability.TELEPHONE),
    "docsis cable device": Capability.DOCSIS,
    **dict.fromkeys(("station only", "host"), Capability.STATION),
}


def wanted(found: Documents) -> Iterator[str]:
    """The paths to ask for, as far as the documents that are there tell."""
    yield ORGANIZATIONS
    for organization in _organizations(found):
        yield from (f"{organization}/{below}" for below in _ASKED)
        for network in found.rows(f"{organization}/{_NETWORKS}"):
            yield _CLIENTS.format(quoted(network, "id"))


def fleet(found: Documents) -> Fleet:
    """The devices of all organizations."""
    told = Fleet()
    for organization in _organizations(found):
        for row in found.rows(f"{organization}/{_DEVICES}"):
            _device(told, found, row)
        for row in found.rows(f"{organization}/{_AVAILABILITIES}"):
            switch = told.switches.get(text(row, "serial"))
            if switch and text(row, "status") in _AWAY:
                switch.away = f"the dashboard says that it is {text(row, 'status')}"
        for row in found.rows(f"{organization}/{_PORTS}"):
            _ports(told, row)
        for row in found.rows(f"{organization}/{_STATUSES}", "items"):
            _ports(told, row)
        for row in found.rows(f"{organization}/{_NEIGHBORS}", "items"):
            _neighbors(told, row)
        for row in found.rows(f"{organization}/{_BSS}", "items"):
            told.bss.update((bss, None) for bss in _basic_service_sets(told, found, row))
        for network in found.rows(f"{organization}/{_NETWORKS}"):
            for row in found.rows(_CLIENTS.format(quoted(network, "id"))):
                _client(told, found, row)
    return told


def _organizations(found: Documents) -> Iterator[str]:
    for row in found.rows(ORGANIZATIONS):
        yield f"{ORGANIZATIONS}/{quoted(row, 'id')}"


def _device(told: Fleet, found: Documents, row: Row) -> None:
    serial, mac, model = text(row, "serial"), found.mac(row, "mac"), text(row, "model")
    match text(row, "productType"):
        case "switch":
            keys = frozenset({serial})
            told.switches[serial] = Switch(text(row, "name"), mac, serial, model, text(row, "address"), keys=keys)
        case "wireless":
            name, ip = text(row, "name", "mac", "serial"), address(row, "lanIp")
            told.access_points[serial] = AccessPoint(name, mac, None, ip, text(row, "address"), model, serial)


def _ports(told: Fleet, row: Row) -> None:
    """The ports of a switch: their configuration comes first, and has their names, then their state."""
    switch = told.switches.get(text(row, "serial"))
    for port in objects(row, "ports") if switch else ():
        if switch:
            up = {"connected": True, "disconnected": False}.get(text(port, "status").lower())
            name, alias = text(port, "portId"), text(port, "name")
            switch.port(name, alias=alias, enabled=flag(port, "enabled"), up=up, uplink=flag(port, "isUplink"))


def _neighbors(told: Fleet, row: Row) -> None:
    switch = told.switches.get(text(row, "serial"))
    for port in objects(row, "ports") if switch else ():
        if switch:
            at = switch.number(text(port, "portId"))
            switch.lldp.update((each, None) for each in _lldp(at, _labelled(port, "lldp")))
            switch.cdp.update((each, None) for each in _cdp(at, _labelled(port, "cdp")))


def _labelled(port: Row, key: str) -> Mapping[str, str]:
    return {text(pair, "name").lower(): text(pair, "value") for pair in reversed(objects(port, key))}


def _lldp(at: int | None, said: Mapping[str, str]) -> Iterator[LldpNeighbor]:
    if said.get("chassis id"):
        ip = address(said, "management address")
        yield LldpNeighbor(
            None,
            chassis(said["chassis id"]),
            port_id(said.get("port id", "")),
            said.get("port description", ""),
            said.get("system name", ""),
            said.get("system description", ""),
            _capabilities(said.get("system capabilities", "")),
            (ip,) if ip else (),
            local_if_index=at,
            local_evidence=TOLD,
        )


def _cdp(at: int | None, said: Mapping[str, str]) -> Iterator[CdpNeighbor]:
    if said.get("device id"):
        ip = address(said, "management address", "address")
        yield CdpNeighbor(
            at,
            said["device id"],
            said.get("port id", ""),
            said.get("platform", ""),
            said.get("version", ""),
            _capabilities(said.get("capabilities", "")),
            (ip,) if ip else (),
            number(said, "native vlan"),
        )


def _capabilities(listed: str) -> frozenset[Capability]:
    names = (name.strip().lower() for name in listed.split(","))
    return frozenset(_CAPABILITIES[name] for name in names if name in _CAPABILITIES)


def _basic_service_sets(told: Fleet, found: Documents, row: Row) -> Iterator[Bss]:
    serial = text(row, "serial")
    point = told.access_points.get(serial)
    name = point.name if point else text(row, "name", "serial")
    for each in objects(row, "basicServiceSets"):
        radio = inner(each, "radio")
        if bssid := found.mac(each, "bssid"):
            ssid = text(inner(each, "ssid"), "name")
            yield Bss(bssid, ssid, name, None, number(radio, "index"), number(radio, "channel"))


def _client(told: Fleet, found: Documents, row: Row) -> None:
    mac = found.mac(row, "mac")
    if text(row, "status").lower() == "offline":
        return
    serial, ssid, ip = text(row, "recentDeviceSerial"), text(row, "ssid"), address(row, "ip")
    told.has(mac, ip)
    switch, point = told.switches.get(serial), told.access_points.get(serial)
    if switch and not ssid:
        switch.learned(text(row, "switchport"), mac, number(row, "vlan"))
    if mac and point and ssid:
        told.clients[WirelessClient(mac, None, point.name, ssid, ip)] = None
