"""What one device's answers are good for: which tables it has, what would be lost for want of one, and what helps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wiremap_lab.collectors.advice import line
from wiremap_lab.inference.edge_ports import Inferred, Role
from wiremap_lab.inference.local_ports import local_port_interfaces
from wiremap_lab.inference.network import Network
from wiremap_lab.inference.ports import ETHERNET
from wiremap_lab.readers.mibs.device import GROUPS
from wiremap_lab.snmp.codec import format_oid
from wiremap_lab.snmp.recording import Cost, Recording
from wiremap_lab.tables import DeviceTables, Incomplete, LldpLocal, Oid

_PORTS_OF_A_SWITCH = 5
_SUBNETS_OF_A_ROUTER = 2
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
    "wireless clients": lambda tables: len(tables.wireless_clients),
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that costs locations: what is wrong, what is lost by it, and what would help."""

    what: str
    lost: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How the tables of one reader were read: rows, requests, seconds (None of a recording), how the walks ended."""

    group: str
    rows: int
    requests: float
    seconds: float | None
    ended: str


@dataclass(frozen=True, slots=True)
class Loss:
    """Ports on which somebody is likely not to be found, and why."""

    ports: tuple[str, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the other devices know of one: who hears it by LLDP, and who advertises the same chassis ID."""

    hearing: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()


NOTHING_KNOWN = Surroundings()


def surroundings(network: Network) -> Mapping[str, Surroundings]:
    """What all devices say of each other."""
    hearing: dict[str, set[str]] = defaultdict(set)
    ported = ((port.device, heard) for port, heard in network.heard.items())
    for here, heard in (*ported, *network.adrift.items()):
        for name in (name for each in heard if each.source == "LLDP" for name in each.devices):
            hearing[name].add(here)
    found = {}
    for device in network.devices:
        local = device.lldp_local
        twins = network.known.chassis.get(local.chassis_id, frozenset()) - {device.name} if local else ()
        found[device.name] = Surroundings(tuple(sorted(hearing[device.name])), tuple(sorted(twins)))
    return found


def readings(recording: Recording) -> tuple[Reading, ...]:
    """What each group of tables cost, and how far it was read; the views of VLANs are a group of their own."""
    groups = {root: name for name, roots in GROUPS.items() for root in roots}
    found = [*_readings(recording, groups)]
    views = [*recording.contexts.values()]
    if views:
        costs = tuple(cost for view in views for cost in view.costs)
        gaps = tuple(gap for view in views for gap in view.incomplete)
        every = dict.fromkeys((*(cost.root for cost in costs), *(gap.root for gap in gaps)), f"{len(views)} VLANs")
        found += _readings(Recording(recording.name, (), costs=costs, incomplete=gaps), every)
    return tuple(found)


def _readings(recording: Recording, groups: Mapping[Oid, str]) -> Iterator[Reading]:
    costs: dict[str, list[Cost]] = defaultdict(list)
    for cost in recording.costs:
        costs[groups.get(cost.root, "other")].append(cost)
    ended: dict[str, Counter[str]] = defaultdict(Counter)
    for gap in recording.incomplete:
        ended[groups.get(gap.root, "other")][gap.reason] += 1
    for name in dict.fromkeys((*costs, *ended)):
        took = [cost.seconds for cost in costs[name] if cost.seconds is not None]
        yield Reading(
            name,
            sum(cost.rows for cost in costs[name]),
            sum(cost.requests for cost in costs[name]),
            sum(took) if took else None,
            "; ".join(f"{times} of {len(costs[name])}: {why}" for why, times in ended[name].items()) or "complete",
        )


def complaints(
    tables: DeviceTables, recording: Recording | None = None, around: Surroundings = NOTHING_KNOWN
) -> Iterator[Complaint]:
    """All that is wrong with what a device answered.

    `recording` tells which views of VLANs answered, `around` what other devices know of it.
    """
    for reason, gaps in _by_reason(tables.incomplete).items():
        yield Complaint(
            f"{', '.join(map(format_oid, gaps[:3]))}{f' and {len(gaps) - 3} more' if len(gaps) > 3 else ''} "
            f"was not read to its end: {reason}",
            "what lies behind it; what is known of it from before is kept",
            "a longer --timeout, or that subtree in the device's SNMP view",
        )
    yield from _names(tables)
    yield from _twins(tables, around)
    if tables.base_ports or tables.bridge_address or tables.fdb:
        yield from _lldp(tables, around)
        yield from _forwarding(tables, recording)
    elif is_switch_like(tables) and len(tables.subnets) < _SUBNETS_OF_A_ROUTER:
        what = "advertises many ports and answers no BRIDGE-MIB"
        yield Complaint(what, "every device that speaks neither LLDP nor CDP", line(tables.system, "fdb"))
    elif not (tables.arp or tables.bss):
        yield Complaint(
            "no table that says where anything is", "everything attached to it", line(tables.system, "view")
        )


def told_complaints(tables: DeviceTables) -> Iterator[Complaint]:
    """All that is wrong with what a controller tells, of itself or of a switch."""
    for gap in tables.incomplete:
        yield Complaint(
            gap.reason,
            "what lies behind it; what is known of it from before is kept",
            "what its token or user may read, whether it is in reach, and the device in its sight",
        )
    if tables.bridge_address:
        yield Complaint(
            "its controller does not tell what it advertises by LLDP",
            _UNMATCHED,
            "read the switch by SNMP as well: it is recognized, and what it says itself counts",
        )


def _by_reason(incomplete: Iterable[Incomplete]) -> Mapping[str, list[Oid]]:
    found: dict[str, list[Oid]] = defaultdict(list)
    for gap in incomplete:
        found[gap.reason].append(gap.root)
    return found


def _names(tables: DeviceTables) -> Iterator[Complaint]:
    if not tables.interfaces:
        yield Complaint(
            "no interfaces (IF-MIB)",
            "the names and descriptions of all ports, and every rule that places by them",
            f"1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 in its view: {line(tables.system, 'view')}",
        )
    if tables.system is None or not (tables.system.name or tables.system.location):
        yield Complaint(
            "neither sysName nor sysLocation",
            "every rule that places by them",
            "set them on the device; 1.3.6.1.2.1.1 in its SNMP view",
        )


def _twins(tables: DeviceTables, around: Surroundings) -> Iterator[Complaint]:
    """Devices that advertise one chassis ID: clones, halves of a stack that was split (quirk 58)."""
    if around.twins and tables.lldp_local:
        yield Complaint(
            f"advertises the chassis ID of {', '.join(around.twins)}: {tables.lldp_local.chassis_id}",
            "which of them a phone is on: it hears the same of all",
            "renew the MAC or UUID of a clone; reload the half of a stack that was split off",
        )


def _lldp(tables: DeviceTables, around: Surroundings) -> Iterator[Complaint]:
    """What is asked of a bridge about LLDP, and not of a router or a wireless controller."""
    hearing = around.hearing
    if tables.lldp_local is None:
        yield _mute(tables, hearing)
    else:
        yield from _advertised(tables, tables.lldp_local)
    if tables.lldp_local and hearing and not tables.lldp_neighbors:
        yield Complaint(
            f"hears nobody by LLDP, while {', '.join(hearing)} hears it",
            "its neighbors, and which of its ports are uplinks",
            "compare with what its command line shows, and restart its SNMP agent (quirk 25)",
        )
    unresolved = sum(neighbor.local_if_index is None for neighbor in tables.lldp_neighbors)
    if unresolved:
        yield Complaint(
            f"{unresolved} of {len(tables.lldp_neighbors)} LLDP neighbors are on a port that cannot be told",
            "where these neighbors are attached; a wrong port would be worse",
            "wiremap record --redact, and report the recording: its port numbers follow no known scheme",
        )


def is_switch_like(tables: DeviceTables) -> bool:
    """Whether it advertises as many ports as a switch has."""
    return tables.lldp_local is not None and len(tables.lldp_local.ports) >= _PORTS_OF_A_SWITCH


#: What is lost where a port's own ID is not known.
_UNMATCHED = "its ports as phones report them: their calls fall back to the subnet"


def _mute(tables: DeviceTables, hearing: Sequence[str]) -> Complaint:
    """A bridge that answers nothing of LLDP: who hears it knows that LLDP is on, so that its view must hide it."""
    view = line(tables.system, "view")
    if hearing:
        what = f"speaks LLDP, as {hearing[0]} hears, and does not answer it: its view hides 1.0.8802"
        return Complaint(what, _UNMATCHED, view)
    remedy = f"{line(tables.system, 'lldp')}; if it is on, its view hides 1.0.8802: {view}"
    return Complaint("does not say what it advertises by LLDP", _UNMATCHED, remedy)


def _advertised(tables: DeviceTables, local: LldpLocal) -> Iterator[Complaint]:
    times = Counter(port.port_id for port in local.ports)
    shared = sum(count for count in times.values() if count > 1)
    if not local.ports:
        what = "advertises itself by LLDP and none of its ports"
        yield Complaint(what, _UNMATCHED, line(tables.system, "lldp"))
    elif shared:
        yield Complaint(
            f"{shared} ports advertise one port ID",
            "which of them a phone is on: it is found by its switch only",
            "let it advertise interface names; Junos: set protocols lldp port-id-subtype interface-name",
        )


def _forwarding(tables: DeviceTables, recording: Recording | None) -> Iterator[Complaint]:
    if not tables.fdb:
        views = [*recording.contexts.values()] if recording else []
        silent = [view for view in views if view.incomplete]
        lost = "every device that speaks neither LLDP nor CDP"
        if silent:
            what = f"no forwarding database: {len(silent)} of {len(views)} VLAN contexts do not answer"
            yield Complaint(what, lost, line(tables.system, "contexts"))
        elif views:
            what = f"no forwarding database: {len(views)} VLAN contexts answer, and are empty"
            yield Complaint(what, lost, line(tables.system, "fdb"))
        else:
            yield Complaint("no forwarding database", lost, line(tables.system, "fdb"))
    loose = sum(entry.if_index is None and bool(entry.bridge_port) for entry in tables.fdb)
    if loose:
        yield Complaint(
            f"{loose} of {len(tables.fdb)} FDB entries name a bridge port without an interface",
            "where these devices are attached",
            "dot1dBasePortTable, 1.3.6.1.2.1.17.1.4, in its SNMP view",
        )


def losses(inferred: Inferred) -> Mapping[str, tuple[Loss, ...]]:
    """For each device the ports with a link, uplinks left out, whose phones or silent devices cannot be found."""
    uplinks = {(each.port.device, each.port.if_index) for each in inferred.ports if each.role is Role.UPLINK}
    return {device.name: tuple(_losses(device, uplinks)) for device in inferred.network.devices}


def _losses(tables: DeviceTables, uplinks: Iterable[tuple[str, int | None]]) -> Iterator[Loss]:
    if not (tables.base_ports or tables.bridge_address or tables.fdb):
        return
    up = [row for row in tables.interfaces if row.type in ETHERNET and row.oper_up]
    edges = [row for row in up if (tables.name, row.if_index) not in uplinks]
    told = set(local_port_interfaces(tables).values())
    if unmatched := tuple(row.name or row.description for row in edges if row.if_index not in told):
        yield Loss(unmatched, "phones there cannot be matched by LLDP: what the port advertises is not known")
    if edges and not tables.fdb:
        names = tuple(row.name or row.description for row in edges)
        yield Loss(names, "who speaks neither LLDP nor CDP there is not seen: no forwarding database")
