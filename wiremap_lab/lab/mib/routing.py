"""What a switch that routes knows of addresses: IP-MIB, by the old tables, the new ones, or both."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime

from wiremap_lab.ids import Mac
from wiremap_lab.lab.mib.interfaces import VLAN_INTERFACE
from wiremap_lab.lab.mib.objects import IP_ADDR_ENTRY, IP_NET_TO_MEDIA_ENTRY, IP_NET_TO_PHYSICAL_ENTRY, Cell
from wiremap_lab.simulator.forwarding import address_cache
from wiremap_lab.simulator.models import Quirk
from wiremap_lab.simulator.parts import Campus, Subnet, Switch
from wiremap_lab.simulator.state import State
from wiremap_lab.snmp.codec import INTEGER, IP_ADDRESS, OCTET_STRING
from wiremap_lab.tables import IpAddress

_DYNAMIC, _STATIC = 3, 4
_REACHABLE = 1
_IPV4 = 1


def own_address(subnet: Subnet, switch: Switch) -> ipaddress.IPv4Address:
    """A router's own address: the gateway's where it is alone, else the next ones, in the order of the file."""
    position = subnet.routers.index(switch.name)
    return subnet.gateway if len(subnet.routers) == 1 else subnet.network[2 + position]


def routing(campus: Campus, state: State, switch: Switch, *, now: datetime) -> Iterator[Cell]:
    """Own addresses and the address cache; a shared gateway's virtual MAC is in the cache, like any other."""
    routed = [subnet for subnet in campus.subnets.values() if switch.name in subnet.routers]
    management = (switch.address, 1, ipaddress.IPv4Address("255.0.0.0"))
    own = [(own_address(subnet, switch), VLAN_INTERFACE + subnet.vlan, subnet.network.netmask) for subnet in routed]
    for address, if_index, netmask in (management, *own):
        index = tuple(address.packed)
        yield (*IP_ADDR_ENTRY, 1), index, IP_ADDRESS, address.packed
        yield (*IP_ADDR_ENTRY, 2), index, INTEGER, if_index
        yield (*IP_ADDR_ENTRY, 3), index, IP_ADDRESS, netmask.packed
    for subnet in routed:
        yield from _cached(switch, subnet.vlan, subnet.gateway, subnet.gateway_mac, _STATIC)
    for entry in address_cache(campus, state, switch.name, now=now):
        yield from _cached(switch, entry.vlan, entry.ip, entry.mac, _DYNAMIC)


def _cached(switch: Switch, vlan: int, ip: IpAddress, mac: Mac, kind: int) -> Iterator[Cell]:
    if_index = VLAN_INTERFACE + vlan
    if Quirk.ARP_PHYSICAL_ONLY not in switch.quirks:
        index = (if_index, *ip.packed)
        yield (*IP_NET_TO_MEDIA_ENTRY, 1), index, INTEGER, if_index
        yield (*IP_NET_TO_MEDIA_ENTRY, 2), index, OCTET_STRING, mac.octets
        yield (*IP_NET_TO_MEDIA_ENTRY, 3), index, IP_ADDRESS, ip.packed
        yield (*IP_NET_TO_MEDIA_ENTRY, 4), index, INTEGER, kind
    if Quirk.ARP_MEDIA_ONLY not in switch.quirks:
        index = (if_index, _IPV4, len(ip.packed), *ip.packed)
        yield (*IP_NET_TO_PHYSICAL_ENTRY, 4), index, OCTET_STRING, mac.octets
        yield (*IP_NET_TO_PHYSICAL_ENTRY, 6), index, INTEGER, kind
        yield (*IP_NET_TO_PHYSICAL_ENTRY, 7), index, INTEGER, _REACHABLE
