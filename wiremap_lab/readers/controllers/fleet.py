"""What a controller says of the devices it manages, put together device by device.

A switch it tells of gets tables of its own, as if it had been read itself, named ``controller/switch``: so
it may be read by SNMP under its own name in the same run. Its base MAC and serial tell that both are one.
Access points, BSSIDs and addresses stay with the controller.

Few controllers tell what a neighbor can do. One that may be a switch is taken for one: a port taken for an uplink
places nobody, an uplink taken for an edge places somebody wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from wiremap_lab.ids import ChassisId, ChassisSubtype, Mac, PortId
from wiremap_lab.readers.controllers.documents import Documents, incomplete
from wiremap_lab.tables import (
    AccessPoint,
    ArpEntry,
    Bss,
    Capability,
    CdpNeighbor,
    DeviceTables,
    FdbEntry,
    FdbStatus,
    Finding,
    Incomplete,
    Interface,
    IpAddress,
    LldpNeighbor,
    StackMember,
    System,
    WirelessClient,
)

_ETHERNET = 6
_BSSIDS_OF_A_RADIO = 16
_CHASSIS_MAC, _CHASSIS_ADDRESS, _CHASSIS_LOCAL = 4, 5, 7
_PORT_NAME, _PORT_MAC = 5, 3
_MACS_OF_A_DESK = 3
TOLD = "told by the controller"
DOUBTED = f"{TOLD}, which does not tell what it is: taken for a switch"


@dataclass(slots=True)
class Switch:
    """A switch as its controller tells it.

    `keys` are the ids it has in paths; `away` says why what is told of it may be old; `members` are those of a stack.
    """

    name: str
    mac: Mac | None
    serial: str = ""
    model: str = ""
    location: str = ""
    description: str = ""
    keys: frozenset[str] = frozenset()
    away: str = ""
    members: tuple[StackMember, ...] = ()
    ports: dict[str, Interface] = field(default_factory=dict)
    lldp: dict[LldpNeighbor, None] = field(default_factory=dict)
    cdp: dict[CdpNeighbor, None] = field(default_factory=dict)
    uplinks: set[str] = field(default_factory=set)
    fdb: dict[FdbEntry, None] = field(default_factory=dict)

    def port(
        self,
        name: str,
        *,
        index: int | None = None,
        alias: str = "",
        mac: Mac | None = None,
        enabled: bool | None = None,
        up: bool | None = None,
        uplink: bool | None = None,
    ) -> None:
        """Add a port, or what one that is known was not yet told of.

        Ports are numbered in the order they are told where the controller has no ifIndex of theirs. An `uplink` is
        what the controller calls one: who is seen there is somewhere behind it.
        """
        if not name:
            return
        if uplink:
            self.uplinks.add(name)
        number = index or len(self.ports) + 1
        known = self.ports.get(name) or Interface(number, name, name, "", None, _ETHERNET, None, None)
        self.ports[name] = replace(
            known,
            alias=alias or known.alias,
            mac=mac or known.mac,
            admin_up=known.admin_up if enabled is None else enabled,
            oper_up=known.oper_up if up is None else up,
        )

    def number(self, name: str) -> int | None:
        """The number of a port; one that is spoken of before it is told is told by that."""
        self.port(name)
        return self.ports[name].if_index if name else None

    def hears(self, port: str, neighbor: LldpNeighbor) -> None:
        """Add a neighbor that is heard on a port."""
        self.lldp[replace(neighbor, local_if_index=self.number(port), local_evidence=TOLD)] = None

    def learned(self, name: str, mac: Mac | None, vlan: int | None) -> None:
        """Add a client that was seen on a port."""
        if mac and name:
            self.fdb[FdbEntry(mac, None, self.number(name), vlan or None, status=FdbStatus.LEARNED)] = None

    def tables(self, name: str, gaps: Mapping[str, str]) -> DeviceTables:
        """The tables of the switch."""
        alone = (StackMember(1, self.name, self.model, self.serial, self.mac),) if self.serial or self.mac else ()
        away = (Incomplete((), self.away),) if self.away else ()
        leading = self._leading()
        fdb = tuple(entry for entry in self.fdb if entry.if_index not in leading)
        left = Finding("fdb", "on a port that its controller calls an uplink: left out", count=len(self.fdb) - len(fdb))
        return DeviceTables(
            name,
            system=System(self.name, self.description or self.model, self.location, ()),
            interfaces=tuple(self.ports.values()),
            stack_members=self.members or alone,
            bridge_address=self.mac,
            lldp_neighbors=tuple(map(self._judged, self.lldp)),
            cdp_neighbors=tuple(self.cdp),
            fdb=fdb,
            findings=(left,) if left.count else (),
            incomplete=(*away, *incomplete(gaps)),
        )

    def _leading(self) -> frozenset[int]:
        """The numbers of ports that the controller calls uplinks."""
        return frozenset(self.ports[name].if_index for name in self.uplinks if name in self.ports)

    def _judged(self, neighbor: LldpNeighbor) -> LldpNeighbor:
        """A neighbor of which it is not told what it can do: a switch, unless something says that it is none."""
        if neighbor.capabilities or self._is_endpoint(neighbor):
            return neighbor
        return replace(neighbor, capabilities=frozenset({Capability.BRIDGE}), local_evidence=DOUBTED)

    def _is_endpoint(self, neighbor: LldpNeighbor) -> bool:
        """Whether it is heard by CDP, which says what it is; or goes by an IP address, as phones do; or sits on a desk.

        A switch that is not ours shows more MACs than those of a phone and what is plugged into it.
        """
        at = neighbor.local_if_index
        if at in self._leading():
            return False
        if any(each.local_if_index == at and each.capabilities for each in self.cdp):
            return True
        seen = {entry.mac for entry in self.fdb if entry.if_index == at}
        on_a_desk = bool(seen & {neighbor.chassis_id.mac, neighbor.port_id.mac}) and len(seen) <= _MACS_OF_A_DESK
        return on_a_desk or neighbor.chassis_id.subtype is ChassisSubtype.NETWORK_ADDRESS


@dataclass(slots=True)
class Fleet:
    """The devices of one controller; switches by whatever their controller calls them by."""

    switches: dict[str, Switch] = field(default_factory=dict)
    access_points: dict[str, AccessPoint] = field(default_factory=dict)
    bss: dict[Bss, None] = field(default_factory=dict)
    derived: dict[Bss, None] = field(default_factory=dict)
    clients: dict[WirelessClient, None] = field(default_factory=dict)
    arp: dict[ArpEntry, None] = field(default_factory=dict)

    def derive(self, radio: Mac | None, point: str, *, slot: int | None = None, channel: int | None = None) -> None:
        """Add the sixteen addresses from a radio's first, which its BSSIDs are among; those that were read win."""
        for number in range(_BSSIDS_OF_A_RADIO if radio else 0):
            bssid = Mac(((int(radio or 0) + number) % (1 << 48)).to_bytes(6, "big"))
            self.derived[Bss(bssid, "", point, radio, slot, channel, derived=True)] = None

    def has(self, mac: Mac | None, ip: IpAddress | None) -> None:
        """Add that a station has an address."""
        if mac and ip:
            self.arp[ArpEntry(ip, mac)] = None

    def tables(self, source: str, vendor: str, found: Documents, gaps: Mapping[str, str]) -> tuple[DeviceTables, ...]:
        """The tables of the controller, then those of its switches. A gap that names a switch is that one's alone."""
        keys = {key for switch in self.switches.values() for key in switch.keys}
        read = {bss.bssid for bss in self.bss}
        own = DeviceTables(
            source,
            system=System(source, vendor, "", ()),
            arp=tuple(self.arp),
            access_points=tuple(self.access_points.values()),
            bss=(*self.bss, *(bss for bss in self.derived if bss.bssid not in read)),
            wireless_clients=tuple(self.clients),
            findings=found.findings(),
            incomplete=incomplete(gaps),
        )
        return own, *(
            switch.tables(name, dict(_concerning(switch, gaps, keys)))
            for name, switch in zip(self._names(source), self.switches.values(), strict=True)
        )

    def _names(self, source: str) -> Iterator[str]:
        """A name for each switch; those that share one, or have none, are told apart by their serial or MAC."""
        often = Counter(switch.name for switch in self.switches.values())
        for key, switch in self.switches.items():
            alone = switch.name and often[switch.name] == 1
            yield f"{source}/{switch.name if alone else f'{switch.name} {switch.serial or key}'.strip()}"


def _concerning(switch: Switch, gaps: Mapping[str, str], keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The gaps that may hide something of a switch: those of its own paths, and of paths that name no switch."""
    others = frozenset(keys) - switch.keys
    for path, reason in gaps.items():
        if not others & frozenset(path.partition("?")[0].split("/")):
            yield path, reason


def chassis(text: str) -> ChassisId:
    """A chassis ID as controllers write it, without its subtype: a MAC address, an IP address, or a name.

    >>> chassis("02-00-00-00-00-01"), chassis("192.0.2.7"), chassis("mac:core")
    (ChassisId('mac:02:00:00:00:00:01'), ChassisId('network-address:192.0.2.7'), ChassisId('local:mac:core'))
    """
    for subtype in (_CHASSIS_MAC, _CHASSIS_ADDRESS):
        found = ChassisId.read(subtype, text.encode(errors="replace"))
        if found.kind != "local":
            return found
    return ChassisId.read(_CHASSIS_LOCAL, text.encode(errors="replace"))


def port_id(text: str) -> PortId:
    """A port ID as controllers write it, without its subtype: a MAC address or a name."""
    found = PortId.read(_PORT_MAC, text.encode(errors="replace"))
    return found if found.mac else PortId.read(_PORT_NAME, text.encode(errors="replace"))
