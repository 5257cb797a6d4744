"""Tell the quirks that show in the tables themselves: what an agent did unlike its MIBs, and was understood.

The readers tell of what they had to give up or guess. What they read without loss leaves no trace but the
octets kept beside each value, and an engineer wants to know of it too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from wiremap_lab.ids import ChassisId, PortId
from wiremap_lab.inference.ports import ETHERNET
from wiremap_lab.tables import DeviceTables, FdbStatus, Finding, Oid

_MAC, _ADDRESS = "mac", "network-address"
#: Chassis ID subtypes 4 and 5, port ID subtypes 3 and 4 (IEEE 802.1AB-2016, tables 8-2 and 8-3).
_SUBTYPES = {ChassisId: {4: _MAC, 5: _ADDRESS}, PortId: {3: _MAC, 4: _ADDRESS}}
_NET_SNMP: Oid = (1, 3, 6, 1, 4, 1, 8072)
_TYPED = frozenset({FdbStatus.MGMT, FdbStatus.OTHER})


def oddities(tables: DeviceTables) -> Iterator[Finding]:
    """What is odd about a device's tables and cost nothing, counted."""
    for found in (_identifiers(tables), _interfaces(tables), _forwarding(tables), _others(tables)):
        yield from (finding for finding in found if finding.count)


def _identifiers(tables: DeviceTables) -> Iterator[Finding]:
    """How chassis and port IDs were written (quirks 14 to 17 and 20), and how many ports share one (6)."""
    counts = Counter(quirk for each in _ids(tables) for quirk in _odd(each))
    words = {
        14: "MAC addresses spelled out in ASCII",
        15: "MAC addresses that could be read as text",
        16: "IDs that cannot be of the subtype they came with",
        17: "network addresses spelled out in ASCII",
        20: "IDs with NULs in them",
    }
    yield from (Finding("lldp", words[quirk], quirk, count) for quirk, count in sorted(counts.items()))
    ports = Counter(port.port_id for port in (tables.lldp_local.ports if tables.lldp_local else ()))
    shared = sum(times for times in ports.values() if times > 1)
    yield Finding("lldp", "ports that advertise the ID of another", 6, shared)
    heard = Counter(each.local_port_num for each in tables.lldp_neighbors if each.local_port_num is not None)
    several = sum(times > 1 for times in heard.values())
    yield Finding("lldp_neighbors", "ports with several neighbors", 22, several)


def _ids(tables: DeviceTables) -> Iterator[ChassisId | PortId]:
    if tables.lldp_local:
        yield tables.lldp_local.chassis_id
        yield from (port.port_id for port in tables.lldp_local.ports)
    for neighbor in tables.lldp_neighbors:
        yield neighbor.chassis_id
        yield neighbor.port_id


def _odd(each: ChassisId | PortId) -> Iterator[int]:
    octets, mac, address = each.octets, each.kind == _MAC, each.kind == _ADDRESS
    claimed = _SUBTYPES[type(each)].get(each.advertised, each.kind)
    signs = {
        14: mac and len(octets) != 6,
        15: mac and len(octets) == 6 and octets.isascii() and octets.decode("ascii").isprintable(),
        16: bool(octets) and (not each.advertised or claimed != each.kind),
        17: address and len(octets) not in (4, 5, 16, 17),
        20: not (mac or address) and b"\0" in octets,
    }
    return (quirk for quirk, shows in signs.items() if shows)


def _interfaces(tables: DeviceTables) -> Iterator[Finding]:
    names = Counter(row.name for row in tables.interfaces)
    yield Finding("interfaces", "interfaces without a name", 59, names.pop("", 0))
    yield Finding("interfaces", "interfaces with the name of another", 59, sum(n for n in names.values() if n > 1))
    macs = Counter(row.mac for row in tables.interfaces if row.mac and row.type in ETHERNET)
    yield Finding("interfaces", "ports with the MAC address of another", 6, sum(n for n in macs.values() if n > 1))
    generic = tables.system is not None and tables.system.object_id[: len(_NET_SNMP)] == _NET_SNMP
    yield Finding("system", "a sysObjectID that names the agent, not the device", 62, int(generic))
    members = len(tables.stack_members)
    yield Finding("stack_members", "chassis of a stack, whose chassis ID may move", 57, members if members > 1 else 0)


def _forwarding(tables: DeviceTables) -> Iterator[Finding]:
    mapped = {(entry.bridge_port, entry.if_index) for entry in tables.fdb if entry.bridge_port and entry.if_index}
    other = sum(port != if_index for port, if_index in mapped | {*tables.base_ports})
    yield Finding("fdb", "bridge ports of another number than their interface", 36, other)
    static = sum(entry.status in _TYPED and entry.if_index is not None for entry in tables.fdb)
    yield Finding("fdb", "static entries, of authenticated devices perhaps", 42, static)
    yield Finding("fdb", "addresses that devices made up", 53, _made_up(entry.mac.octets for entry in tables.fdb))


def _made_up(macs: Iterable[bytes]) -> int:
    return len({octets for octets in macs if octets[0] & 3 == 2})


def _others(tables: DeviceTables) -> Iterator[Finding]:
    derived = sum(bss.derived for bss in tables.bss)
    yield Finding("bss", "BSSIDs that were not read but computed", 84, derived)
    shared = Counter(bss.bssid for bss in tables.bss)
    yield Finding("bss", "BSSIDs of several access points", 86, sum(times > 1 for times in shared.values()))
