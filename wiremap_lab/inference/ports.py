"""The ports of one device, by any number its tables use.

Numbers are folded into ports here, once: the member of an aggregate into the aggregate (LLDP is
heard on members, the forwarding database learns on the whole), a logical unit (``ge-0/0/1.0``)
into its port. Interfaces that are no place, tunnels above all, are told apart (quirks 46, 50).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wiremap_lab.tables import DeviceTables, Interface

#: ifType of what people plug things into (IANAifType-MIB):
#: ethernetCsmacd, iso88023Csmacd, fastEther, fastEtherFX, gigabitEthernet.
ETHERNET = frozenset({6, 7, 62, 69, 117})
#: ieee8023adLag. IOS calls its port channels propVirtual (53).
LAG = 161
#: softwareLoopback, propVirtual, tunnel, l2vlan, l3ipvlan: no place by themselves.
VIRTUAL = frozenset({24, 53, 131, 135, 136})
_TUNNEL = re.compile(r"(?i)(nve|vxlan|vtep|vni|tunnel|tun|gre)[-/ ]?\d*")
_BUNDLE = re.compile(r"(?i)(po|port-?channel|ae|bond|lag|trk|bridge-aggregation|eth-trunk)[-/ ]?\d+")


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a device: the ifIndex where it has one, and the name people know it by."""

    device: str
    if_index: int | None
    name: str

    @property
    def order(self) -> tuple[str, int, str]:
        """What ports are sorted by."""
        return self.device, self.if_index or 0, self.name

    def __str__(self) -> str:
        return f"{self.device} {self.name}"


@dataclass(frozen=True, slots=True)
class PortMap:
    """The ports of one device, by any number its tables use."""

    tables: DeviceTables
    interfaces: Mapping[int, Interface]
    parents: Mapping[int, int]
    bundles: frozenset[int]

    @classmethod
    def of(cls, tables: DeviceTables) -> PortMap:
        """Index the interfaces of a device and fold units and members into what they belong to."""
        interfaces = {interface.if_index: interface for interface in tables.interfaces}
        by_name = {interface.name: interface.if_index for interface in tables.interfaces if interface.name}
        parents = {}
        for interface in tables.interfaces:
            parent = by_name.get(interface.name.rpartition(".")[0])
            if parent is not None and interface.type in VIRTUAL:
                parents[interface.if_index] = parent
        members = {m.if_index: m.lag_if_index for m in tables.lag_members if m.lag_if_index not in (0, m.if_index)}
        return cls(tables, interfaces, {**parents, **members}, frozenset(members.values()))

    def canonical(self, if_index: int) -> int:
        """The port an interface belongs to: itself, its aggregate, the port it is a unit of."""
        for _ in range(3):
            if_index = self.parents.get(if_index, if_index)
        return if_index

    def port(self, if_index: int) -> Port:
        """The port of an ifIndex, whether or not the interface table has it."""
        return self.named(self.canonical(if_index))

    def named(self, if_index: int) -> Port:
        """The interface itself, unfolded, as a port."""
        interface = self.interfaces.get(if_index)
        name = (interface.name or interface.description) if interface else ""
        return Port(self.tables.name, if_index, name or f"ifIndex {if_index}")

    def learned_at(self, if_index: int | None, bridge_port: int | None) -> Port | None:
        """The port a row of the forwarding database names; None for port 0, the switch itself (quirk 38)."""
        if if_index is not None and if_index > 0:
            return self.port(if_index)
        if not bridge_port:
            return None
        return Port(self.tables.name, None, f"bridge port {bridge_port}")

    def is_bundle(self, port: Port) -> bool:
        """Whether the port is an aggregate of several."""
        interface = self.interfaces.get(port.if_index or 0)
        return port.if_index in self.bundles or (
            interface is not None and (interface.type == LAG or bool(_BUNDLE.fullmatch(port.name)))
        )

    def is_virtual(self, port: Port) -> bool:
        """Whether nothing can be plugged into it: a tunnel, a VLAN interface (quirk 50)."""
        interface = self.interfaces.get(port.if_index or 0)
        if interface is None or self.is_bundle(port):
            return False
        return interface.type in VIRTUAL or bool(_TUNNEL.fullmatch(port.name))

    def is_down(self, port: Port) -> bool:
        """Whether the link is known to be down."""
        interface = self.interfaces.get(port.if_index or 0)
        return interface is not None and interface.oper_up is False
