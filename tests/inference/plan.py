"""A cable plan: the truth of a small network, and what its switches would report of it.

Forwarding databases come from first principles: every switch has every MAC that talks on the port
towards it, found by walking the cables.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.tables import (
    Capability,
    DeviceTables,
    FdbEntry,
    FdbStatus,
    Interface,
    LagMember,
    LldpLocal,
    LldpLocalPort,
    LldpNeighbor,
    System,
)

BUNDLE = 1000
ETHERNET, LAG, TUNNEL, PROP_VIRTUAL = 6, 161, 131, 53
PHONE = frozenset({Capability.BRIDGE, Capability.TELEPHONE})
SWITCH = frozenset({Capability.BRIDGE})


def station(number: int) -> Mac:
    """The MAC of a phone, PC, printer or access point."""
    return Mac(b"\x02\x0a" + number.to_bytes(4, "big"))


def chassis(number: int) -> Mac:
    """The base MAC of a switch."""
    return Mac(b"\x02\x01" + number.to_bytes(3, "big") + b"\0")


def interface(if_index: int, name: str = "", *, type: int = ETHERNET, mac: Mac | None = None) -> Interface:  # noqa: A002
    return Interface(
        if_index, name or f"Gi1/0/{if_index}", f"port {if_index}", "", mac, type, admin_up=True, oper_up=True
    )


def heard(
    if_index: int | None, mac: Mac, *capabilities: Capability, name: str = "", port: str = "Port 1"
) -> LldpNeighbor:
    return LldpNeighbor(
        local_port_num=if_index,
        chassis_id=ChassisId.read(4, mac.octets),
        port_id=PortId.read(5, port.encode()),
        system_name=name,
        capabilities=frozenset(capabilities),
        local_if_index=if_index,
    )


def learned(if_index: int, *macs: Mac, vlan: int | None = 10) -> tuple[FdbEntry, ...]:
    return tuple(FdbEntry(mac, if_index, if_index, vlan, None, FdbStatus.LEARNED) for mac in macs)


def device(name: str, number: int, *, ports: int = 8) -> DeviceTables:
    """A switch with nothing plugged in."""
    base = chassis(number)
    interfaces = tuple(interface(index, mac=Mac(base.octets[:5] + bytes([index]))) for index in range(1, ports + 1))
    local = tuple(LldpLocalPort(i.if_index, PortId.read(5, i.name.encode()), i.description) for i in interfaces)
    return DeviceTables(
        name,
        system=System(name, "a switch", f"closet of {name}", (1, 3, 6)),
        interfaces=interfaces,
        bridge_address=base,
        lldp_local=LldpLocal(ChassisId.read(4, base.octets), name, local),
    )


End = tuple[str, int]


@dataclass
class Plan:
    """Switches, the cables between them, and who is plugged in where."""

    ports: int = 8
    switches: dict[str, DeviceTables] = field(default_factory=dict)
    cables: list[tuple[End, End]] = field(default_factory=list)
    stations: dict[Mac, End] = field(default_factory=dict)
    #: ends of cables that are aggregates of one: the database learns on the whole, LLDP is heard on the member
    bundled: set[End] = field(default_factory=set)

    def switch(self, name: str) -> None:
        self.switches[name] = device(name, len(self.switches) + 1, ports=self.ports)

    def cable(self, one: End, other: End) -> None:
        self.cables.append((one, other))

    def plug(self, mac: Mac, end: End) -> None:
        self.stations[mac] = end

    def chassis_mac(self, name: str) -> Mac:
        mac = self.switches[name].bridge_address
        assert mac is not None
        return mac

    def routes(self, name: str) -> dict[str, int]:
        """By which port of a switch each other switch is reached."""
        found: dict[str, int] = {}
        border = [(name, 0)]
        while border:
            here, first = border.pop()
            for (one, port), (other, _) in self.ends_at(here):
                if other != name and other not in found:
                    assert one == here
                    found[other] = first or port
                    border.append((other, found[other]))
        return found

    def ends_at(self, name: str) -> list[tuple[End, End]]:
        pairs = [*self.cables, *((other, one) for one, other in self.cables)]
        return [(one, other) for one, other in pairs if one[0] == name]

    def tables(
        self,
        *,
        hears: Callable[[End], bool] = lambda _: True,
        talks: Callable[[str], bool] = lambda _: True,
        remembers: Callable[[str, Mac], bool] = lambda _name, _mac: True,
    ) -> list[DeviceTables]:
        """What all switches report; `hears` says at which ends LLDP works, `talks` which switches send frames."""
        return [self._tables(name, hears, talks, remembers) for name in self.switches]

    def _tables(
        self,
        name: str,
        hears: Callable[[End], bool],
        talks: Callable[[str], bool],
        remembers: Callable[[str, Mac], bool],
    ) -> DeviceTables:
        bundled = [port for switch, port in sorted(self.bundled) if switch == name]
        routes = {other: port + BUNDLE * (port in bundled) for other, port in self.routes(name).items()}
        fdb = [FdbEntry(self.chassis_mac(name), 0, None, None, None, FdbStatus.SELF)]
        for mac, (switch, port) in self.stations.items():
            if remembers(name, mac):
                fdb += learned(port if switch == name else routes[switch], mac)
        for other, port in routes.items():
            if talks(other):
                fdb += learned(port, self.chassis_mac(other), vlan=1)
        neighbors = tuple(
            heard(port, self.chassis_mac(other), *SWITCH, name=other, port=f"Gi1/0/{far}")
            for (_, port), (other, far) in self.ends_at(name)
            if hears((name, port))
        )
        box = self.switches[name]
        wholes = tuple(interface(port + BUNDLE, f"Po{port}", type=LAG) for port in bundled)
        return replace(
            box,
            interfaces=box.interfaces + wholes,
            lag_members=tuple(LagMember(port, port + BUNDLE) for port in bundled),
            fdb=tuple(fdb),
            lldp_neighbors=neighbors,
        )
