"""What one device's answers are good for: which tables it has, what would be lost for want of one, and what helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from wiremap_lab.snmp.codec import format_oid
from wiremap_lab.tables import DeviceTables

#: How many rows each table has.
TABLES: Mapping[str, Callable[[DeviceTables], int]] = {
    "interfaces": lambda tables: len(tables.interfaces),
    "LLDP ports": lambda tables: len(tables.lldp_local.ports) if tables.lldp_local else 0,
    "LLDP neighbors": lambda tables: len(tables.lldp_neighbors),
    "CDP neighbors": lambda tables: len(tables.cdp_neighbors),
    "FDB": lambda tables: len(tables.fdb),
    "ARP": lambda tables: len(tables.arp),
    "subnets": lambda tables: len(tables.subnets),
    "access points": lambda tables: len(tables.access_points),
    "BSSIDs": lambda tables: len(tables.bss),
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that costs locations: what is wrong, what is lost by it, and what would help."""

    what: str
    lost: str
    remedy: str


def complaints(tables: DeviceTables) -> Iterator[Complaint]:
    """All that is wrong with what a device answered."""
    for gap in tables.incomplete:
        yield Complaint(
            f"{format_oid(gap.root)} was not read to its end: {gap.reason}",
            "what lies behind it; what is known of it from before is kept",
            "a longer --timeout, or that subtree in the device's SNMP view",
        )
    yield from _names(tables)
    if tables.base_ports or tables.bridge_address or tables.fdb:
        yield from _switch(tables)
    elif not (tables.arp or tables.bss):
        yield Complaint(
            "no table that says where anything is",
            "everything attached to it",
            "1.3.6.1.2.1.17, 1.0.8802.1.1.2 and 1.3.6.1.2.1.4 in its SNMP view",
        )


def _names(tables: DeviceTables) -> Iterator[Complaint]:
    if not tables.interfaces:
        yield Complaint(
            "no interfaces (IF-MIB)",
            "the names and descriptions of all ports, and every rule that places by them",
            "1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 in the device's SNMP view",
        )
    if tables.system is None or not (tables.system.name or tables.system.location):
        yield Complaint(
            "neither sysName nor sysLocation",
            "every rule that places by them",
            "set them on the device; 1.3.6.1.2.1.1 in its SNMP view",
        )


def _switch(tables: DeviceTables) -> Iterator[Complaint]:
    """What is asked of a bridge, and not of a router or a wireless controller."""
    if tables.lldp_local is None:
        yield Complaint(
            "does not say what it advertises by LLDP",
            "its ports as phones report them: their calls fall back to the subnet",
            "enable LLDP on its access ports; 1.0.8802.1.1.2 in its SNMP view",
        )
    if not tables.fdb:
        yield Complaint(
            "no forwarding database",
            "every device that speaks neither LLDP nor CDP",
            "1.3.6.1.2.1.17 in its SNMP view; on Cisco also the contexts vlan-N, or community@vlan",
        )
    unresolved = sum(neighbor.local_if_index is None for neighbor in tables.lldp_neighbors)
    if unresolved:
        yield Complaint(
            f"{unresolved} of {len(tables.lldp_neighbors)} LLDP neighbors are on a port that cannot be told",
            "where these neighbors are attached; a wrong port would be worse",
            "wiremap record --redact, and report the recording: its port numbers follow no known scheme",
        )
    loose = sum(entry.if_index is None and bool(entry.bridge_port) for entry in tables.fdb)
    if loose:
        yield Complaint(
            f"{loose} of {len(tables.fdb)} FDB entries name a bridge port without an interface",
            "where these devices are attached",
            "dot1dBasePortTable, 1.3.6.1.2.1.17.1.4, in its SNMP view",
        )
