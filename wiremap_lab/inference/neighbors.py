"""Who is heard on a port, by LLDP or CDP, and which of our devices or access points it is.

A neighbor is recognized by its chassis ID, by any MAC of ours, by name, and by a management address
only where it says no name. What is not recognized is judged
by what it says it can do. A phone bridges for its PC port and is still where the network ends.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import ChassisId, Mac
from wiremap_lab.inference.ports import ETHERNET, Port, PortMap
from wiremap_lab.tables import AccessPoint, Capability, CdpNeighbor, DeviceTables, IpAddress, LldpNeighbor

_ACCESS_POINT = re.compile(r"(?i)\bAIR-|\bC91\d\d[A-Z]|\bCW91\d\d|\baccess point\b|\bIAP-|\bAP-?\d{3}\b")
_PHONE = re.compile(r"(?i)\bip phone\b|\bSEP[0-9A-F]{12}\b")
#: Hosts of virtual machines bridge for their guests; where a switch runs Linux too, its ports are called otherwise.
_HYPERVISOR = re.compile(r"(?i)\bVMware ESX|\bWindows\b|\bXenServer\b|\d-pve\b|\bProxmox\b")
_SERVER = re.compile(r"(?i)\b(debian|ubuntu|red hat|centos|rocky|almalinux|fedora|suse)\b")
_NETWORK_CARD = re.compile(r"(eth|em|eno|ens|enp|enx|bond|vmnic)[0-9a-f]\w*")
#: SEP0123456789AB, SIP..., ATA...; 0123456789AB:P1; or a MAC address as it is
_MAC_IN_NAME = re.compile(r"[A-Z]{0,3}([0-9A-Fa-f]{12})(?::P\d+)?|([0-9A-Fa-f:.\-]{14,17})")
_FORWARDS = frozenset({Capability.BRIDGE, Capability.ROUTER})
#: LLDP-MED device classes (ANSI/TIA-1057, 4.2)
_MED_PHONE, _MED_NETWORK = 3, 4
_PORTS_OF_A_SERVER = 4
_PORTS_OF_A_CONTROLLER = 8
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Heard:
    """A neighbor by whatever protocol, and which of our devices or access points it is."""

    source: str
    name: str
    port: Port | None
    neighbor: LldpNeighbor | CdpNeighbor
    macs: frozenset[Mac]
    devices: frozenset[str]
    access_point: str | None
    phone: bool
    infrastructure: bool

    @property
    def endpoint(self) -> bool:
        """Whether it is where the network ends: a phone, a host."""
        return not (self.devices or self.infrastructure or self.access_point is not None)

    def __str__(self) -> str:
        return f"{self.source} of {self.port or 'a port that could not be told'} hears {self.name!r}"


@dataclass(frozen=True, slots=True)
class Known:
    """By what our own devices and access points are recognized."""

    #: MACs of infrastructure → devices that have it: interfaces, bridge addresses, stack members, chassis IDs
    owners: Mapping[Mac, frozenset[str]]
    chassis: Mapping[ChassisId, frozenset[str]]
    addresses: Mapping[IpAddress, frozenset[str]]
    names: Mapping[str, frozenset[str]]
    access_points: Mapping[Mac | IpAddress | str, AccessPoint]
    #: those of the access points that are known by a MAC
    points: Mapping[Mac, AccessPoint]
    #: devices with more ports than a server or an access point has
    switches: frozenset[str]

    @classmethod
    def of(cls, devices: Sequence[DeviceTables]) -> Known:
        """Index what is known of the devices that are infrastructure, and of their access points."""
        ours = [device for device in devices if is_infrastructure(device)]
        points = dict(_access_points(devices))
        return cls(
            owners=_index((mac, device.name) for device in ours for mac in own_macs(device)),
            chassis=_index(
                (device.lldp_local.chassis_id, device.name)
                for device in ours
                if device.lldp_local and is_identity(device.lldp_local.chassis_id)
            ),
            addresses=_index(
                (subnet.address, device.name) for device in ours for subnet in device.subnets if _is_own(subnet.address)
            ),
            names=_index((name, device.name) for device in ours for name in _names(device)),
            access_points=points,
            points={clue: point for clue, point in points.items() if isinstance(clue, Mac)},
            switches=frozenset(device.name for device in ours if _ports(device) > _PORTS_OF_A_SERVER),
        )

    def devices(self, heard: LldpNeighbor | CdpNeighbor, macs: frozenset[Mac]) -> frozenset[str]:
        """The devices of ours a neighbor is; several where they share a MAC, none where it is not ours."""
        clues = [self.by_address(heard, macs), self.devices_named(_said_name(heard))]
        if not _said_name(heard):
            # Private addresses come twice: who says another name is somebody else.
            clues += [self.addresses.get(ip, frozenset()) for ip in _addresses(heard)]
        return next((found for found in clues if found), frozenset())

    def by_address(self, heard: LldpNeighbor | CdpNeighbor, macs: frozenset[Mac]) -> frozenset[str]:
        """Those with its chassis ID or a MAC of it. Names come twice: many a switch is called ``Switch``."""
        if isinstance(heard, LldpNeighbor) and heard.chassis_id in self.chassis:
            return self.chassis[heard.chassis_id]
        return next((found for mac in sorted(macs) if (found := self.owners.get(mac, frozenset()))), frozenset())

    def devices_named(self, name: str) -> frozenset[str]:
        """The devices of ours that have a name, written with its domain or without."""
        return self.names.get(_bare_name(name), frozenset())

    def access_point(self, heard: LldpNeighbor | CdpNeighbor, macs: frozenset[Mac]) -> AccessPoint | None:
        """The access point of a controller of ours a neighbor is."""
        clues: list[Mac | IpAddress | str] = [*sorted(macs), _name(heard), *_addresses(heard)]
        return next((self.access_points[clue] for clue in clues if clue in self.access_points), None)


def virtual_router(mac: Mac) -> str | None:
    """The protocol by which several routers share this MAC; such a MAC is at many places at once (quirk 51).

    >>> virtual_router(Mac.parse("00:00:5e:00:01:0a")), virtual_router(Mac.parse("00:00:5e:00:53:01"))
    ('VRRP', None)
    """
    if mac.octets[:3] not in _MAKERS_OF_ROUTERS:
        return None
    digits = mac.octets.hex()
    return next((protocol for start, protocol in _VIRTUAL_ROUTERS.items() if digits.startswith(start)), None)


_VIRTUAL_ROUTERS: Mapping[str, str] = {
    "00000c07ac": "HSRP",  # version 1
    "00000c9ff": "HSRP",  # version 2
    "000573a00": "HSRP",  # version 2 for IPv6
    "00005e0001": "VRRP",  # RFC 9568, 7.3
    "00005e0002": "VRRP",  # for IPv6
    "0007b400": "GLBP",
}
_MAKERS_OF_ROUTERS = frozenset(bytes.fromhex(start[:6]) for start in _VIRTUAL_ROUTERS)


def is_somebody(mac: Mac) -> bool:
    """Whether a MAC can be one station's: no group, not all zeros, not shared by routers."""
    return not (mac.is_group or mac.octets == bytes(6) or virtual_router(mac))


def is_identity(chassis_id: ChassisId) -> bool:
    """Whether a chassis ID names one device: not empty, no zero or group MAC, no unspecified address (quirk 17)."""
    if chassis_id.mac:
        return is_somebody(chassis_id.mac)
    return chassis_id.text not in ("", "0.0.0.0", "::")  # noqa: S104


def own_macs(device: DeviceTables) -> frozenset[Mac]:
    """Every MAC a device has of its own: interfaces, bridge, stack members, chassis ID."""
    chassis = device.lldp_local.chassis_id.mac if device.lldp_local else None
    macs = {chassis, device.bridge_address, *(member.mac for member in device.stack_members)}
    macs |= {interface.mac for interface in device.interfaces}
    return frozenset(mac for mac in macs if mac and is_somebody(mac))


def is_infrastructure(device: DeviceTables) -> bool:
    """Whether a polled device is part of the network; a server that answers SNMP is not.

    In doubt it is: a port taken for an uplink places nobody, an uplink taken for an edge places
    somebody wrong.
    """
    bridges = device.bridge_address or device.base_ports or device.fdb or device.access_points or device.bss
    return bool(bridges or device.incomplete) or len(device.subnets) > 1 or _ports(device) > _PORTS_OF_A_SERVER


def is_controller(device: DeviceTables) -> bool:
    """Whether it is a wireless controller and no switch that has one in it: its ports carry its clients (quirk 55)."""
    return bool(device.access_points) and _ports(device) <= _PORTS_OF_A_CONTROLLER


def _ports(device: DeviceTables) -> int:
    return sum(interface.type in ETHERNET for interface in device.interfaces)


def neighbors_of(ports: PortMap, known: Known) -> Iterator[Heard]:
    """Everyone a device hears, except itself."""
    for lldp in ports.tables.lldp_neighbors:
        port = None if lldp.local_if_index is None else ports.port(lldp.local_if_index)
        yield from _heard("LLDP", lldp, port, ports, known)
    for cdp in ports.tables.cdp_neighbors:
        port = None if cdp.local_if_index is None else ports.port(cdp.local_if_index)
        yield from _heard("CDP", cdp, port, ports, known)


def _heard(
    source: str, neighbor: LldpNeighbor | CdpNeighbor, port: Port | None, ports: PortMap, known: Known
) -> Iterator[Heard]:
    macs = frozenset(mac for mac in _macs(neighbor) if is_somebody(mac))
    own, ours = frozenset({ports.tables.name}), known.by_address(neighbor, macs)
    if ours == own:
        return
    phone = _is_phone(neighbor) and not ours & known.switches  # a voice gateway says that it is a telephone
    devices = frozenset[str]() if phone else known.devices(neighbor, macs)
    # A switch with a radio in it says that it is an access point, and leads on all the same.
    is_point = not phone and not devices & known.switches
    point = _access_point(neighbor, known.access_point(neighbor, macs)) if is_point else None
    yield Heard(
        source=source,
        name=_name(neighbor),
        port=port,
        neighbor=neighbor,
        macs=macs,
        devices=devices - own,
        access_point=point,
        phone=phone,
        infrastructure=point is None and not phone and (devices == own or _forwards(neighbor)),
    )


def _said_name(neighbor: LldpNeighbor | CdpNeighbor) -> str:
    return neighbor.system_name if isinstance(neighbor, LldpNeighbor) else neighbor.device_id


def _name(neighbor: LldpNeighbor | CdpNeighbor) -> str:
    return _said_name(neighbor) or (neighbor.chassis_id.text if isinstance(neighbor, LldpNeighbor) else "")


def _addresses(neighbor: LldpNeighbor | CdpNeighbor) -> tuple[IpAddress, ...]:
    return neighbor.management_addresses if isinstance(neighbor, LldpNeighbor) else neighbor.addresses


def _macs(neighbor: LldpNeighbor | CdpNeighbor) -> Iterator[Mac]:
    """The addresses a neighbor gives, in IDs or spelled out in names as Cisco's phones do."""
    if isinstance(neighbor, LldpNeighbor):
        yield from (mac for mac in (neighbor.chassis_id.mac, neighbor.port_id.mac) if mac)
        names = [neighbor.system_name, neighbor.port_id.text]
    else:
        names = [neighbor.device_id]
    for name in names:
        if found := _MAC_IN_NAME.fullmatch(name):
            with suppress(InvalidValue):
                yield Mac.parse(found[1] or found[2])


def phones(heard: Iterable[Heard]) -> tuple[frozenset[Mac], ...]:
    """The addresses of each phone, once: one phone is often heard by LLDP and by CDP."""
    found: dict[str, frozenset[Mac]] = {}
    for neighbor in heard:
        if neighbor.phone:
            same = next((name for name, macs in found.items() if macs & neighbor.macs), neighbor.name)
            found[same] = found.get(same, frozenset()) | neighbor.macs
    return tuple(found.values())


def _text(neighbor: LldpNeighbor | CdpNeighbor) -> str:
    if isinstance(neighbor, CdpNeighbor):
        return f"{neighbor.device_id} {neighbor.platform}"
    return f"{neighbor.system_name} {neighbor.system_description}"


def _med_class(neighbor: LldpNeighbor | CdpNeighbor) -> int | None:
    return neighbor.med.device_class if isinstance(neighbor, LldpNeighbor) and neighbor.med else None


def _is_phone(neighbor: LldpNeighbor | CdpNeighbor) -> bool:
    """By its word; but what routes and is a telephone as well is a gateway, unless it is a phone by LLDP-MED."""
    routes = Capability.ROUTER in neighbor.capabilities
    said = Capability.TELEPHONE in neighbor.capabilities and not routes
    return said or _med_class(neighbor) == _MED_PHONE or bool(_PHONE.search(_text(neighbor)))


def _is_host(neighbor: LldpNeighbor | CdpNeighbor) -> bool:
    """Whether what bridges there is a host of virtual machines: a server's system on a server's network card."""
    if isinstance(neighbor, CdpNeighbor) or Capability.ROUTER in neighbor.capabilities:
        return False
    if _HYPERVISOR.search(neighbor.system_description):
        return True
    names = (neighbor.port_id.text, neighbor.port_description)
    return bool(_SERVER.search(neighbor.system_description)) and any(map(_NETWORK_CARD.fullmatch, names))


def _access_point(neighbor: LldpNeighbor | CdpNeighbor, ours: AccessPoint | None) -> str | None:
    """The name of the access point a neighbor is, by our controllers or by its own words."""
    if ours:
        return ours.name
    if Capability.WLAN in neighbor.capabilities or _ACCESS_POINT.search(_text(neighbor)):
        return _name(neighbor)
    return None


def _forwards(neighbor: LldpNeighbor | CdpNeighbor) -> bool:
    """Whether there is more network behind it, in its own words; a MED endpoint that bridges is an endpoint."""
    med = _med_class(neighbor)
    if _is_host(neighbor):
        return False
    return bool(neighbor.capabilities & _FORWARDS) if med is None else med == _MED_NETWORK


def _bare_name(text: str) -> str:
    """``core-1.example.net(FOX1234)`` → ``core-1``; nothing of an address."""
    bare = text.partition("(")[0].partition(".")[0].strip().lower()
    return "" if bare.isdigit() else bare


def _names(device: DeviceTables) -> Iterator[str]:
    advertised = device.lldp_local.system_name if device.lldp_local else ""
    polled = device.system.name if device.system else ""
    yield from {_bare_name(name) for name in (advertised, polled) if _bare_name(name)}


def _is_own(ip: IpAddress) -> bool:
    return not (ip.is_unspecified or ip.is_loopback or ip.is_link_local or ip.is_multicast)


def _access_points(devices: Sequence[DeviceTables]) -> Iterator[tuple[Mac | IpAddress | str, AccessPoint]]:
    for device in devices:
        for point in device.access_points:
            macs = (mac for mac in (point.radio_mac, point.ethernet_mac) if mac and is_somebody(mac))
            yield from ((mac, point) for mac in macs)
            if point.ip and _is_own(point.ip):
                yield point.ip, point
            if point.name:
                yield point.name, point


def _index(pairs: Iterable[tuple[_Key, str]]) -> dict[_Key, frozenset[str]]:
    found: dict[_Key, set[str]] = defaultdict(set)
    for key, name in pairs:
        found[key].add(name)
    return {key: frozenset(names) for key, names in found.items()}
