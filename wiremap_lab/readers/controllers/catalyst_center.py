"""Cisco Catalyst Center: its devices, their interfaces, the links between them, and the clients.

The shapes are those of https://developer.cisco.com/docs/dna-center/ (Intent API 2.3.7.9): get-device-list
(/dna/intent/api/v1/network-device), get-all-interfaces (/interface), get-physical-topology
(/topology/physical-topology) and retrieves-the-list-of-clients (/dna/data/api/v1/clients).

It knows access points by their base radio MAC and tells no BSSID. Those are read from the wireless controllers
themselves; what stands here are the sixteen addresses that both radios share, marked derived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wiremap_lab.readers.controllers.documents import Documents, Row, address, inner, number, text
from wiremap_lab.readers.controllers.fleet import TOLD, Fleet, Switch, chassis, port_id
from wiremap_lab.tables import AccessPoint, LldpNeighbor, WirelessClient

_INTENT = "/dna/intent/api/v1"
DEVICES = f"{_INTENT}/network-device"
INTERFACES = f"{_INTENT}/interface"
TOPOLOGY = f"{_INTENT}/topology/physical-topology"
CLIENTS = "/dna/data/api/v1/clients"
_PAGE, _CLIENTS_PAGE = 500, 100
_SWITCHES = frozenset({"Switches and Hubs", "Routers"})
_STATES: Mapping[str, bool] = {"up": True, "down": False}


def wanted(found: Documents) -> Iterator[str]:
    """The paths to ask for, as far as the documents that are there tell."""
    yield from found.by_offset(DEVICES, size=_PAGE, key="response", first=1)
    yield from found.by_offset(INTERFACES, size=_PAGE, key="response", first=1)
    yield TOPOLOGY
    yield from found.by_offset(CLIENTS, size=_CLIENTS_PAGE, key="response", first=1)


def fleet(found: Documents) -> Fleet:
    """The devices of one Catalyst Center."""
    told = Fleet()
    for row in found.rows(DEVICES, "response"):
        _device(told, found, row)
    for row in found.rows(INTERFACES, "response"):
        _interface(told, found, row)
    nodes = {text(row, "id"): row for row in found.rows(TOPOLOGY, "response.nodes")}
    for row in found.rows(TOPOLOGY, "response.links"):
        _link(told, nodes, row)
    for row in found.rows(CLIENTS, "response"):
        _client(told, found, row)
    return told


def _device(told: Fleet, found: Documents, row: Row) -> None:
    key, name, mac = text(row, "id"), text(row, "hostname"), found.mac(row, "macAddress")
    serial, model, family = text(row, "serialNumber"), text(row, "platformId"), text(row, "family")
    location, ip = text(row, "snmpLocation", "locationName"), address(row, "managementIpAddress")
    if family == "Unified AP":
        wired = found.mac(row, "apEthernetMacAddress")
        told.access_points[key] = AccessPoint(name, wired, mac, ip, location, model, serial)
        told.derive(mac, name)
    elif family in _SWITCHES:
        reached = text(row, "reachabilityStatus")
        away = "" if reached in ("", "Reachable") else f"Catalyst Center says that it is {reached.lower()}"
        about = text(row, "description")
        told.switches[key] = Switch(name, mac, serial, model, location, about, frozenset({key}), away=away)


def _interface(told: Fleet, found: Documents, row: Row) -> None:
    switch, name = told.switches.get(text(row, "deviceId")), text(row, "portName")
    if switch and text(row, "interfaceType").lower() != "virtual":
        admin, oper = _STATES.get(text(row, "adminStatus").lower()), _STATES.get(text(row, "status").lower())
        mac, alias, index = found.mac(row, "macAddress"), text(row, "description"), number(row, "ifIndex")
        switch.port(name, index=index, alias=alias, mac=mac, enabled=admin, up=oper)


def _link(told: Fleet, nodes: Mapping[str, Row], row: Row) -> None:
    """A link is heard on both of its ends, if they are switches."""
    ends = [(text(row, at), text(row, f"{end}PortName")) for at, end in (("source", "start"), ("target", "end"))]
    for (key, port), (other, far_port) in (ends, ends[::-1]):
        switch, neighbor = told.switches.get(key), _neighbor(told, nodes, other, far_port)
        if switch and port and neighbor:
            switch.hears(port, neighbor)


def _neighbor(told: Fleet, nodes: Mapping[str, Row], key: str, port: str) -> LldpNeighbor | None:
    """A device at the end of a link; None of one that has no name and no address, as a cloud in the drawing."""
    node, switch, point = nodes.get(key, {}), told.switches.get(key), told.access_points.get(key)
    known = switch.mac if switch else point.ethernet_mac or point.radio_mac if point else None
    address_ = str(known) if known else text(inner(node, "additionalInfo"), "macAddress") or text(node, "ip")
    name = switch.name if switch else point.name if point else text(node, "label")
    if not address_:
        return None
    return LldpNeighbor(None, chassis(address_), port_id(port), "", name, text(node, "deviceType"), local_evidence=TOLD)


def _client(told: Fleet, found: Documents, row: Row) -> None:
    mac, ip = found.mac(row, "macAddress"), address(row, "ipv4Address")
    told.has(mac, ip)
    device, connection = inner(row, "connectedNetworkDevice"), inner(row, "connection")
    key = text(device, "connectedNetworkDeviceId")
    switch, point = told.switches.get(key), told.access_points.get(key)
    if text(row, "type").lower() == "wired" and switch:
        switch.learned(text(device, "interfaceName"), mac, number(connection, "vlanId"))
    elif mac and point:
        ssid, channel = text(connection, "ssid"), number(connection, "channel")
        told.clients[WirelessClient(mac, None, point.name, ssid, ip, point.radio_mac, channel=channel)] = None
