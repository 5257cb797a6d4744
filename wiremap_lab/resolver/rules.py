"""The rules a precedence order is made of: one identifier of a report, looked up on the wiremap.

A rule answers with what it looked for and the entries it found, and None where the device reported no
such identifier. It ranks nothing: the order is the profile's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wiremap_lab.measurements import Measurements
from wiremap_lab.wiremap import DeviceMac, Entry, GatewayMac, NetworkElement, Switch, SwitchPort, Wiremap


@dataclass(frozen=True, slots=True)
class Sighting:
    """One identifier the device reported, and every entry the wiremap has of it."""

    asked: str
    entries: tuple[Entry, ...]


Rule = Callable[[Wiremap, Measurements], Sighting | None]


def _at(wiremap: Wiremap, element: NetworkElement) -> Sighting:
    return Sighting(str(element), wiremap.at(element))


def switch_port(wiremap: Wiremap, reported: Measurements) -> Sighting | None:
    """The port the device hears: chassis ID and port ID, both exactly (RFC 7105, 5.1)."""
    if reported.lldp is None or reported.lldp.port_id is None:
        return None
    return _at(wiremap, SwitchPort(reported.lldp.chassis_id, reported.lldp.port_id))


def switch(wiremap: Wiremap, reported: Measurements) -> Sighting | None:
    """The switch the device hears: the default for ports without an entry of their own."""
    return None if reported.lldp is None else _at(wiremap, Switch(reported.lldp.chassis_id))


def bssid(wiremap: Wiremap, reported: Measurements) -> Sighting | None:
    """The BSSID the device is associated with, or else the narrowest block it lies in."""
    if reported.bssid is None:
        return None
    return Sighting(f"bssid {reported.bssid}", wiremap.at_bssid(reported.bssid))


def ip(wiremap: Wiremap, reported: Measurements) -> Sighting | None:
    """The narrowest address range the device's address lies in."""
    return None if reported.ip is None else Sighting(f"ip {reported.ip}", wiremap.at_ip(reported.ip))


def gateway_mac(wiremap: Wiremap, reported: Measurements) -> Sighting | None:
    """The MAC of the default gateway, as desktop applications report it; sites may share one (HSRP, VRRP)."""
    return None if reported.gateway_mac is None else _at(wiremap, GatewayMac(reported.gateway_mac))


def device_mac(wiremap: Wiremap, reported: Measurements) -> Sighting | None:
    """The device's own MAC, which somebody typed in and which does not follow the device."""
    return None if reported.mac is None else _at(wiremap, DeviceMac(reported.mac))


#: Every rule by the name profiles call it.
RULES: Mapping[str, Rule] = {
    "port": switch_port,
    "switch": switch,
    "bssid": bssid,
    "ip": ip,
    "gateway-mac": gateway_mac,
    "device-mac": device_mac,
}
