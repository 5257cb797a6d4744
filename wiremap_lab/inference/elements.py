"""Name every network element a device may report, under every name it may report it by.

A switch port is named by the octets of the TLVs its phones hear, so those are kept exactly as
advertised (RFC 7105, 5.1); what people call the port is a fact to place it by. After the master of
a stack fails, phones hear another member's MAC: ports are known under each (quirk 57).

A router's own location is no fact of its subnets, nor a controller's of its BSSIDs: their clients
are elsewhere, and a rule for closets must not catch them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.inference.access_points import Uplink, uplinks
from wiremap_lab.inference.civic import civic_elements
from wiremap_lab.inference.edge_ports import Inferred, infer
from wiremap_lab.inference.local_ports import local_port_interfaces
from wiremap_lab.inference.neighbors import is_identity, virtual_router
from wiremap_lab.inference.network import Network
from wiremap_lab.inference.ports import ETHERNET, Port
from wiremap_lab.inference.roles import PortVerdict, Role
from wiremap_lab.tables import (
    AccessPoint,
    Bss,
    DeviceTables,
    Interface,
    LldpLocalPort,
    LldpNeighbor,
    MedLocation,
    Subnet,
)
from wiremap_lab.wiremap import CIVIC_FACT, Element, GatewayMac, IpRange, Switch, SwitchPort, Wap

_CIVIC, _ELIN = 3, 4  # LldpXMedRemLocationSubtype
#: Wider networks are for a device's inside: 128.0.0.0/2 between the boards of a router.
_WIDEST = 8
#: One number that is the port's ifIndex may be so by chance, and the next port's another's (quirk 1).
_PROOFS_OF_A_NUMBER = 2


def discover_elements(
    devices: Sequence[DeviceTables], *, now: datetime, derived_bssids: bool = False
) -> tuple[Element, ...]:
    """Every element the devices show: switches, ports that are no uplink, BSSIDs, subnets, gateway MACs.

    Ports nobody is on are elements too: the wiremap must know them before somebody plugs in. BSSIDs are those
    that were read, and, where that is asked for, those derived from an address, whose evidence says from which.
    """
    return elements_of(infer(devices, derived_bssids=derived_bssids), now=now)


def elements_of(inferred: Inferred, *, now: datetime) -> tuple[Element, ...]:
    """The same, from what was inferred before."""
    found_uplinks = uplinks(inferred.network, inferred.answers, inferred.verdicts)
    plugged = {
        (uplink.controller, uplink.access_point.name): uplink for uplink in found_uplinks if isinstance(uplink, Uplink)
    }
    survey = _Survey(inferred.network, inferred.verdicts, plugged, now)
    found: list[Element] = []
    for device in inferred.network.devices:
        found += survey.switch(device)
    found += survey.waps()
    found += survey.subnets()
    found += survey.gateways()
    return tuple(_with_own_names(found))


def _with_own_names(elements: Sequence[Element]) -> Iterator[Element]:
    """Without the other names that another element has: a stack that was split still lists the member that left."""
    names = Counter(name for each in elements for name in {each.element, *each.aliases})
    for each in elements:
        yield replace(each, aliases=tuple(alias for alias in each.aliases if names[alias] == 1))


@dataclass(frozen=True, slots=True)
class _Survey:
    """What is known of the network, and when."""

    network: Network
    verdicts: Mapping[Port, PortVerdict]
    plugged: Mapping[tuple[str, str], Uplink]
    now: datetime

    def switch(self, device: DeviceTables) -> Iterator[Element]:
        """The switch and its ports; nothing of what is none."""
        chassis, why = _chassis(device)
        if chassis is None:
            return
        members = [ChassisId.read(4, member.mac.octets) for member in device.stack_members if member.mac]
        others = tuple(other for other in dict.fromkeys(members) if other != chassis)
        facts = {**_system_facts(device), "lldpLocChassisId": str(chassis)}
        aliases = tuple(Switch(other) for other in others)
        yield Element(Switch(chassis), _name(device), device.name, self.now, facts, aliases, (why,))
        advertised = [*_ports(device)]
        names = Counter(port_id for row in advertised for port_id in row.names)
        primary = {row.port_id for row in advertised}
        for row in advertised:
            verdict = self._verdict(device, row)
            if verdict.role is Role.UPLINK:
                continue
            own = [port_id for port_id in row.names if names[port_id] == 1 and port_id not in primary]
            yield Element(
                element=SwitchPort(chassis, row.port_id),
                label=f"{_name(device)} {row.label}",
                device=device.name,
                observed_at=self.now,
                facts={
                    **facts,
                    **row.facts(),
                    "role": verdict.role.value,
                    **self._civic(verdict.port, row.med_locations),
                },
                aliases=tuple(
                    SwitchPort(each, port_id)
                    for each in (chassis, *others)
                    for port_id in (row.port_id, *own)
                    if (each, port_id) != (chassis, row.port_id)
                ),
                evidence=(why, row.evidence, *verdict.evidence),
            )

    def _verdict(self, device: DeviceTables, row: _AdvertisedPort) -> PortVerdict:
        if row.interface is None:
            why = f"LLDP of {device.name} advertises {row.port_id}; which interface that is could not be told"
            return PortVerdict(Port(device.name, None, row.label), Role.UNKNOWN, (why,))
        ports = self.network.maps[device.name]
        port = ports.port(row.interface.if_index)
        return self.verdicts.get(port) or PortVerdict(port, Role.UNKNOWN, (f"nobody was seen on {port}",))

    def _civic(self, port: Port, own: Sequence[MedLocation]) -> dict[str, str]:
        """The place the switch tells the phones on the port, or a neighbor tells it, if all that do agree."""
        neighbors = (heard.neighbor for heard in self.network.hears(port))
        said = [own, *(each.med_locations for each in neighbors if isinstance(each, LldpNeighbor))]
        found: dict[str, set[str]] = defaultdict(set)
        for name, text in (fact for locations in said for fact in _med_facts(locations)):
            found[name].add(text)
        return {name: min(texts) for name, texts in found.items() if len(texts) == 1}

    def waps(self) -> Iterator[Element]:
        """Each BSSID once for each access point that has it; two that share one are a conflict to see."""
        seen: set[tuple[Mac, str]] = set()
        for device in self.network.devices:
            points = {point.name: point for point in device.access_points}
            for bss in device.bss:
                if (bss.bssid, bss.ap_name) not in seen:
                    seen.add((bss.bssid, bss.ap_name))
                    yield self._wap(device, bss, points.get(bss.ap_name))

    def _wap(self, device: DeviceTables, bss: Bss, point: AccessPoint | None) -> Element:
        uplink = self.plugged.get((device.name, bss.ap_name))
        facts = {"apName": bss.ap_name, "ssid": bss.ssid, "controller": _name(device)}
        facts |= {"apLocation": point.location, "apModel": point.model} if point else {}
        how = f"derived from {bss.radio_mac or 'a beacon'}" if bss.derived else "read"
        evidence = [f"BSS table of {device.name}: {bss.bssid} of {bss.ap_name!r}, {how}"]
        if uplink:
            facts |= self._uplink_facts(uplink.port)
            evidence += uplink.evidence
        label = f"{bss.ap_name} {bss.ssid}".strip()
        return Element(Wap(bss.bssid), label, device.name, self.now, _known(facts), evidence=tuple(evidence))

    def _uplink_facts(self, port: Port) -> dict[str, str]:
        ports = self.network.maps[port.device]
        interface = ports.interfaces.get(port.if_index or 0)
        system = _system_facts(ports.tables)
        alias = interface.alias if interface else ""
        return {
            "apSwitch": _name(ports.tables),
            "apSwitchLocation": system.get("sysLocation", ""),
            "apPort": port.name,
            "apPortAlias": alias,
        }

    def _routed(self) -> Iterator[tuple[DeviceTables, Subnet]]:
        for device in self.network.devices:
            for subnet in device.subnets:
                network = subnet.network
                odd = network.is_loopback or network.is_link_local or network.prefixlen < _WIDEST
                if network.num_addresses > 1 and not odd:
                    yield device, subnet

    def subnets(self) -> Iterator[Element]:
        """Each subnet once, however many routers have an address in it; a router that has more tells of it."""
        found: dict[IpRange, list[tuple[DeviceTables, Subnet]]] = defaultdict(list)
        for device, subnet in self._routed():
            found[IpRange(subnet.network[0], subnet.network[-1])].append((device, subnet))
        for element in sorted(found, key=lambda element: (element.low.version, int(element.low), -int(element.high))):
            told = sorted(found[element], key=lambda pair: (-len(pair[0].subnets), pair[0].name))
            device, subnet = told[0]
            shared = [ip for each, row in told for _, ip in _shared(each, row)]
            gateway = shared[0] if shared else str(subnet.address)
            facts = {"subnet": str(subnet.network), "gatewayIp": gateway, **_routed_facts(device, subnet)}
            evidence = tuple(f"address table of {each.name} has {row.address} in it" for each, row in told)
            yield Element(element, str(subnet.network), device.name, self.now, facts, evidence=evidence)

    def gateways(self) -> Iterator[Element]:
        """The MACs of routers in their subnets, and those that several routers share."""
        found: dict[Mac, list[tuple[DeviceTables, Subnet, str]]] = defaultdict(list)
        for device, subnet in self._routed():
            interface = self.network.maps[device.name].interfaces.get(subnet.if_index or 0)
            if len(device.subnets) > 1 and interface and interface.mac:
                found[interface.mac].append((device, subnet, str(subnet.address)))
            for mac, ip in _shared(device, subnet):
                found[mac].append((device, subnet, ip))
        for mac in sorted(found):
            yield self._gateway(mac, found[mac])

    def _gateway(self, mac: Mac, told: Sequence[tuple[DeviceTables, Subnet, str]]) -> Element:
        device, first, _ = told[0]
        facts = {
            "subnet": " ".join(dict.fromkeys(str(subnet.network) for _, subnet, _ in told)),
            "gatewayIp": " ".join(dict.fromkeys(ip for _, _, ip in told)),
            **(_routed_facts(device, first) if len(told) == 1 else {"router": _name(device)}),
        }
        protocol = virtual_router(mac)
        if protocol:
            facts["virtual"] = "yes"
        evidence = tuple(f"{each.name} has {mac} for {ip} in {subnet.network}" for each, subnet, ip in told)
        label = f"{protocol or 'gateway'} {facts['gatewayIp']}"
        return Element(GatewayMac(mac), label, device.name, self.now, facts, evidence=evidence)


@dataclass(frozen=True, slots=True)
class _AdvertisedPort:
    """A port ID a device sends, or would send, and the interface it stands for."""

    port_id: PortId
    description: str
    interface: Interface | None
    evidence: str
    med_locations: tuple[MedLocation, ...] = ()

    @property
    def label(self) -> str:
        """What people call the port."""
        interface = self.interface
        return (interface.name or interface.description if interface else "") or self.port_id.text

    @property
    def names(self) -> tuple[PortId, ...]:
        """The other port IDs the same port may go by: its name, its MAC."""
        if self.interface is None:
            return ()
        name, mac = self.interface.name, self.interface.mac
        return (*((PortId.read(5, name.encode()),) if name else ()), *((PortId.read(3, mac.octets),) if mac else ()))

    def facts(self) -> dict[str, str]:
        """What rules may match on."""
        facts = {"lldpLocPortId": self.port_id.text, "lldpLocPortDesc": self.description}
        if self.interface:
            row = self.interface
            facts |= {"ifName": row.name, "ifDescr": row.description, "ifAlias": row.alias}
        return _known(facts)


def _ports(device: DeviceTables) -> Iterator[_AdvertisedPort]:
    """The ports a device advertises, and its idle ones, by the way it names the others."""
    interfaces = {interface.if_index: interface for interface in device.interfaces}
    numbers = local_port_interfaces(device)
    told: list[tuple[LldpLocalPort, Interface]] = []
    for local in device.lldp_local.ports if device.lldp_local else ():
        interface = interfaces.get(numbers.get(local.port_num, 0))
        if interface is None or interface.type in ETHERNET:
            why = f"LLDP of {device.name} advertises port ID {local.port_id}"
            yield _AdvertisedPort(local.port_id, local.description, interface, why, local.med_locations)
        if interface:
            told.append((local, interface))
    way, how = _naming(told)
    named = {interface.if_index for _, interface in told}
    advertised = {local.port_id for local in device.lldp_local.ports} if device.lldp_local else set()
    for interface in device.interfaces:
        port_id = way(interface) if interface.type in ETHERNET and interface.if_index not in named else None
        if port_id and port_id not in advertised:  # a bridge has the MAC of one of its ports, and is none
            why = f"port ID {port_id} was not read but made of {how}, as {device.name} names {len(told)} other ports"
            yield _AdvertisedPort(port_id, interface.description, interface, why)


def _naming(told: Iterable[tuple[LldpLocalPort, Interface]]) -> tuple[Callable[[Interface], PortId | None], str]:
    """How a device names its ports, learned from those it told."""
    known = tuple(told)
    ways: tuple[tuple[Callable[[Interface], PortId | None], str], ...] = (
        (lambda row: PortId.read(5, row.name.encode()) if row.name else None, "ifName"),
        (lambda row: PortId.read(5, row.description.encode()) if row.description else None, "ifDescr"),
        (lambda row: PortId.read(3, row.mac.octets) if row.mac else None, "ifPhysAddress"),
        (lambda row: PortId.read(7, str(row.if_index).encode()), "ifIndex"),
    )
    for way, how in ways:
        sure = how != "ifIndex" or len(known) >= _PROOFS_OF_A_NUMBER
        if sure and all(local.port_id == way(interface) for local, interface in known):
            return way, how
    return (lambda _: None), "nothing"


def _chassis(device: DeviceTables) -> tuple[ChassisId | None, str]:
    """The chassis ID a device advertises; a bridge that was not heard to advertise one goes by its base address."""
    if device.lldp_local and is_identity(device.lldp_local.chassis_id):
        return device.lldp_local.chassis_id, f"LLDP of {device.name} advertises {device.lldp_local.chassis_id}"
    if device.bridge_address:
        chassis = ChassisId.read(4, device.bridge_address.octets)
        return chassis, f"chassis ID {chassis} was not read: it is dot1dBaseBridgeAddress of {device.name}"
    return None, ""


def _name(device: DeviceTables) -> str:
    return device.system.name if device.system and device.system.name else device.name


def _known(facts: Mapping[str, str]) -> dict[str, str]:
    """An empty fact is none: a rule must not match on what nobody wrote."""
    return {name: text for name, text in facts.items() if text}


def _system_facts(device: DeviceTables) -> dict[str, str]:
    if device.system is None:
        return {}
    system = device.system
    return _known({"sysName": system.name, "sysLocation": system.location, "sysDescr": system.description})


def _routed_facts(device: DeviceTables, subnet: Subnet) -> dict[str, str]:
    rows = {interface.if_index: interface for interface in device.interfaces}
    row = rows.get(subnet.if_index or 0)
    named = {"ifName": row.name, "ifDescr": row.description, "ifAlias": row.alias} if row else {}
    return _known({"router": _name(device), **named})


def _shared(device: DeviceTables, subnet: Subnet) -> Iterator[tuple[Mac, str]]:
    """Addresses in a subnet that routers share, with their MAC."""
    for entry in device.arp:
        if virtual_router(entry.mac) and entry.ip.version == subnet.network.version and entry.ip in subnet.network:
            yield entry.mac, str(entry.ip)


def _med_facts(locations: Iterable[MedLocation]) -> Iterator[tuple[str, str]]:
    for location in locations:
        if location.format == _ELIN:
            yield "medElin", location.octets.decode("ascii", "replace")
        if location.format == _CIVIC and (elements := civic_elements(location.octets)):
            yield "medCivic", ", ".join(f"{name}={text}" for name, text in elements.items())
            yield from ((CIVIC_FACT + name, text) for name, text in elements.items())
