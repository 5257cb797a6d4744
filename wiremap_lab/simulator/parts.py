"""What a campus is made of: places, subnets, switches and their ports, cables, access points, devices."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.places import Places
from wiremap_lab.simulator.kinds import Kind
from wiremap_lab.simulator.models import Model, Quirk
from wiremap_lab.simulator.trees import by_which_port, spanned
from wiremap_lab.tables import Bss, IpAddress


@dataclass(frozen=True, slots=True)
class Subnet:
    """A VLAN and its addresses. The first of `routers` (names of switches) answers for the gateway."""

    name: str
    vlan: int
    network: ipaddress.IPv4Network
    gateway_mac: Mac
    routers: tuple[str, ...] = ()

    @property
    def gateway(self) -> ipaddress.IPv4Address:
        """The address of the default gateway: the first one."""
        return self.network[1]

    def host(self, number: int) -> ipaddress.IPv4Address:
        """The address of the device of this number, or the last there is; a campus has room for all of its own."""
        return self.network[min(FIRST_HOST + number, self.network.num_addresses - 1)]


#: Addresses below are the network's own: gateways and what stands in the closets.
FIRST_HOST = 16


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a switch, under every number and name it goes by. `key` is ours: ``switch:5``, ``stack:2/5``.

    `port_id` and `lldp_description` are what it advertises; `room` is the ERL its jack is in, `alias` what
    somebody once wrote about that.
    """

    key: str
    switch: str
    member: int
    number: int
    if_index: int
    base_port: int
    lldp_number: int
    name: str
    description: str
    alias: str
    mac: Mac
    port_id: PortId
    lldp_description: str
    room: str | None


@dataclass(frozen=True, slots=True)
class Lag:
    """An aggregate of ports; `members` are their keys."""

    number: int
    if_index: int
    base_port: int
    name: str
    mac: Mac
    members: tuple[str, ...]


#: What a forwarding database can point at.
BridgePort = Port | Lag


@dataclass(frozen=True)
class Switch:
    """A managed switch, alone or a stack. `members` are the base MACs of a stack's chassis, the active one first.

    `location` is its sysLocation, which may be wrong; `closet` (an ERL) is where it is. `voice` and `data`
    are the subnets its jacks are in.
    """

    name: str
    model: Model
    mac: Mac
    address: ipaddress.IPv4Address
    closet: str
    location: str
    ports: tuple[Port, ...]
    members: tuple[Mac, ...]
    lags: tuple[Lag, ...] = ()
    quirks: frozenset[Quirk] = frozenset()
    voice: str | None = None
    data: str | None = None

    @property
    def chassis_id(self) -> ChassisId:
        """The chassis ID its neighbors hear."""
        return ChassisId.read(4, self.mac.octets)

    @cached_property
    def bridge_ports(self) -> tuple[BridgePort, ...]:
        """The ports its forwarding database knows: an aggregate stands for its members."""
        bundled = {key for lag in self.lags for key in lag.members}
        return (*(port for port in self.ports if port.key not in bundled), *self.lags)


@dataclass(frozen=True, slots=True)
class Link:
    """A cable, or several that are one aggregate: keys of the ports at either end. Spanning tree may block it.

    An end may be at two switches that are a pair (MLAG, vPC); the link between the two comes before.
    """

    near: tuple[str, ...]
    far: tuple[str, ...]
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """What bridges for several devices on a port: a hub, an unmanaged switch, a host of virtual machines.

    Cheap ones flood LLDP, good ones drop it. `twins` are further ports, where a host is on a pair of switches.
    """

    id: str
    port: str
    room: str
    floods_lldp: bool
    twins: tuple[str, ...] = ()

    @property
    def ports(self) -> tuple[str, ...]:
        """Keys of all ports it is on."""
        return (self.port, *self.twins)


@dataclass(frozen=True, slots=True)
class VirtualAp:
    """An access point: where it hangs, which port it is on, and its BSSIDs."""

    name: str
    room: str
    port: str
    mac: Mac
    radio_mac: Mac
    ip: IpAddress
    location: str
    model: str
    bss: tuple[Bss, ...]


@dataclass(frozen=True, slots=True)
class Controller:
    """A wireless controller, which knows all access points. `ssids` says which subnet each SSID leads to.

    `make` is whose MIB it answers: ``cisco`` or ``aruba``.
    """

    name: str
    mac: Mac
    address: ipaddress.IPv4Address
    closet: str
    location: str
    port: str
    ip: IpAddress
    ssids: tuple[tuple[str, str], ...]
    quirks: frozenset[Quirk] = frozenset()
    make: str = "cisco"


@dataclass(frozen=True, slots=True)
class Device:
    """A device; `number` is its place in the file, which gives it its host address everywhere."""

    id: str
    kind: Kind
    mac: Mac
    number: int


@dataclass(frozen=True, slots=True)
class OnPort:
    """Plugged into a jack."""

    port: str

    def __str__(self) -> str:
        return self.port


@dataclass(frozen=True, slots=True)
class BehindPhone:
    """Plugged into the PC port of a phone."""

    phone: str

    def __str__(self) -> str:
        return f"behind {self.phone}"


@dataclass(frozen=True, slots=True)
class OnSegment:
    """Plugged into a hub or an unmanaged switch."""

    segment: str

    def __str__(self) -> str:
        return self.segment


@dataclass(frozen=True, slots=True)
class OnBss:
    """Associated with a BSSID."""

    bssid: Mac

    def __str__(self) -> str:
        return str(self.bssid)


@dataclass(frozen=True, slots=True)
class OffNet:
    """Somewhere else in the world, with an address that is not ours."""

    ip: IpAddress

    def __str__(self) -> str:
        return f"off {self.ip}"


#: Where a device can be attached.
Point = OnPort | BehindPhone | OnSegment | OnBss | OffNet


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a device is at first. `room` is given where the point does not tell it, or not rightly."""

    device: str
    point: Point
    room: str | None = None


@dataclass(frozen=True)
class Campus:
    """Everything a topology file says. `fdb_ageing` and `arp_ageing` are seconds; `management` names a subnet.

    Where trunks are `pruned`, a switch has only the VLANs it needs, else all. Faults of the network:
    `lldp_off` are keys of ports that neither send nor hear LLDP and CDP, `out_of_band` the switches that are
    managed over a network of their own, so that no other switch ever sees their MAC.
    """

    name: str
    places: Places
    subnets: Mapping[str, Subnet]
    switches: Mapping[str, Switch]
    links: tuple[Link, ...]
    segments: Mapping[str, Segment]
    access_points: Mapping[str, VirtualAp]
    controller: Controller | None
    devices: Mapping[str, Device]
    placements: tuple[Placement, ...]
    management: str
    fdb_ageing: int = 300
    arp_ageing: int = 14400
    pruned: bool = False
    lldp_off: frozenset[str] = frozenset()
    out_of_band: frozenset[str] = frozenset()

    @cached_property
    def ports(self) -> Mapping[str, Port]:
        """All switch ports, by key."""
        return {port.key: port for switch in self.switches.values() for port in switch.ports}

    @cached_property
    def bridge_port(self) -> Mapping[str, BridgePort]:
        """For each port key what the forwarding database calls it: the port, or the aggregate it is in."""
        found: dict[str, BridgePort] = dict(self.ports)
        for switch in self.switches.values():
            found.update({key: lag for lag in switch.lags for key in lag.members})
        return found

    @cached_property
    def bss(self) -> Mapping[Mac, Bss]:
        """All BSSIDs."""
        return {bss.bssid: bss for ap in self.access_points.values() for bss in ap.bss}

    @cached_property
    def infrastructure_ports(self) -> frozenset[str]:
        """Keys of the ports that belong to the network itself: cables, access points, hubs, the controller."""
        taken = {key for link in self.links for key in (*link.near, *link.far)}
        taken |= {ap.port for ap in self.access_points.values()}
        taken |= {key for segment in self.segments.values() for key in segment.ports}
        return frozenset(taken | ({self.controller.port} if self.controller else set()))

    @cached_property
    def cabling(self) -> Mapping[str, list[tuple[BridgePort, str]]]:
        """For each switch its ports that frames may leave by, each with the switch at the other end."""
        found: dict[str, list[tuple[BridgePort, str]]] = {name: [] for name in self.switches}
        cables = [pair for link in self.links if not link.blocked for pair in zip(link.near, link.far, strict=True)]
        for near, far in (*cables, *((far, near) for near, far in cables)):
            found[self.ports[near].switch].append((self.bridge_port[near], self.ports[far].switch))
        return found

    @cached_property
    def carried(self) -> Mapping[str, tuple[Subnet, ...]]:
        """The subnets whose VLANs are on each switch."""
        if not self.pruned:
            return dict.fromkeys(self.switches, tuple(self.subnets.values()))
        pairs = dict(self._pairs())
        found: dict[str, list[Subnet]] = {name: [] for name in self.switches}
        for subnet in self.subnets.values():
            for name in sorted(spanned(self._members(subnet), self.cabling, pairs)):
                found[name].append(subnet)
        return {name: tuple(subnets) for name, subnets in found.items()}

    def _pairs(self) -> Iterator[tuple[str, frozenset[str]]]:
        for link in self.links:
            for keys in (link.near, link.far):
                pair = frozenset(self.ports[key].switch for key in keys)
                yield from ((name, pair) for name in pair if len(pair) > 1)

    def _members(self, subnet: Subnet) -> Iterator[str]:
        """The switches that route a subnet or have somebody in it: on their jacks, or on an access point."""
        yield from subnet.routers
        ssids = self.controller.ssids if self.controller else ()
        if subnet.name == self.management:
            yield from self.switches
        elif any(subnet.name == name for _, name in ssids):
            yield from (self.ports[ap.port].switch for ap in self.access_points.values())
        yield from (switch.name for switch in self.switches.values() if subnet.name in (switch.voice, switch.data))

    def toward(self, switch: str) -> Mapping[str, BridgePort]:
        """The port of a switch towards every other one, along the links that spanning tree forwards on."""
        return by_which_port(switch, self.cabling)

    def subnet_of_ssid(self, ssid: str) -> Subnet:
        """The subnet clients of an SSID are put into."""
        assert self.controller is not None, "a BSSID without a controller"
        return self.subnets[dict(self.controller.ssids)[ssid]]

    def point(self, text: str, *, wants: Device | None = None) -> Point:
        """Read where to attach a device: a port key, a phone, a hub, an access point, a BSSID, ``off ADDRESS``.

        Of an access point's BSSIDs a voice device gets the first and others the second, at 5 GHz.
        Raises InvalidValue where there is no such thing.
        """
        text = text.strip()
        if text in self.ports:
            return OnPort(text)
        if text in self.segments:
            return OnSegment(text)
        if text in self.access_points:
            return OnBss(best_bss(self.access_points[text], wants).bssid)
        phone = text.removeprefix("behind ").strip()
        if phone in self.devices:
            return BehindPhone(phone)
        return self._elsewhere(text)

    def name_of(self, point: Point) -> str:
        """A point as people would call it, and as `point` reads it: of a BSSID, its access point."""
        return self.bss[point.bssid].ap_name if isinstance(point, OnBss) else str(point)

    def _elsewhere(self, text: str) -> Point:
        if text.startswith("off "):
            try:
                return OffNet(ipaddress.ip_address(text.removeprefix("off ").strip()))
            except ValueError as fault:
                raise InvalidValue(str(fault)) from None
        try:
            if Mac.parse(text) in self.bss:
                return OnBss(Mac.parse(text))
        except InvalidValue:
            pass
        raise InvalidValue(f"no port, phone, hub, access point or BSSID is called {text!r}")


def best_bss(ap: VirtualAp, device: Device | None) -> Bss:
    """The BSSID a device would join: at 5 GHz, voice devices the first SSID and the others the last."""
    at_5_ghz = [bss for bss in ap.bss if bss.slot == 1] or list(ap.bss)
    voice = device is not None and device.kind.role.value == "voice"
    return at_5_ghz[0 if voice else -1]


def unfit(campus: Campus, kind: Kind, point: Point, room: str | None) -> str:
    """Why a device of this kind cannot be attached there, or nothing."""
    if isinstance(point, OffNet):
        return "" if room else "its place in the world is not told; add rooms: [PLACE]"
    if isinstance(point, OnBss):
        return "" if kind.wireless else f"a {kind.name} has no radio"
    if not kind.wired:
        return f"a {kind.name} has no socket"
    if not isinstance(point, OnPort):
        return ""
    port = campus.ports[point.port]
    switch = campus.switches[port.switch]
    if (port.room or room) is None:
        return "no jack is on that port"
    subnet = switch.voice if kind.role.value == "voice" else switch.data
    return "" if subnet else f"{switch.name!r} has no {kind.role.value} subnet"
