"""Tell edge ports, where devices sit, from ports that lead on to more network.

A forwarding database shows a phone's MAC on its own port and on every uplink on the way to the
core. Only the first may be put on the wiremap: an uplink there would place a whole building's
callers in one wiring closet. How many MACs a port has seen proves nothing: an uplink at night has
one, a port with a phone, its PC and a virtual machine has three.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter, eq

from wiremap_lab.ids import Mac
from wiremap_lab.inference.neighbors import Heard, own_macs, phones
from wiremap_lab.inference.network import Network, Seen
from wiremap_lab.inference.ports import Port
from wiremap_lab.inference.ways import Ways
from wiremap_lab.tables import Oid

#: A phone, the PC behind it, and one virtual machine on that PC. More is a hub or a switch nobody manages.
MOST_OF_ONE_DESK = 3
#: How many ports of another device it takes to tell MACs apart.
_FEWEST = 2
_ANY: frozenset[int | None] = frozenset({None})
#: Where neighbors are read: lldpRemTable, lldpV2RemTable, cdpCacheTable. Without all of it no port is surely an edge.
NEIGHBOR_TABLES: tuple[Oid, ...] = (
    (1, 0, 8802, 1, 1, 2, 1, 4, 1),
    (1, 3, 111, 2, 802, 1, 1, 13, 1, 4, 1),
    (1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1),
)


class Role(StrEnum):
    """What a port is for."""

    EDGE = "edge"
    SHARED = "shared"  # an edge with several desks behind it: a hub, an unmanaged switch
    UPLINK = "uplink"
    ACCESS_POINT = "access-point"
    UNKNOWN = "unknown"


#: Where a device may be said to be.
PLACES = frozenset({Role.EDGE, Role.SHARED, Role.ACCESS_POINT})


@dataclass(frozen=True, slots=True)
class PortVerdict:
    """What a port is for, and why; `leads_to` are the devices known to be somewhere beyond it."""

    port: Port
    role: Role
    evidence: tuple[str, ...]
    leads_to: frozenset[str] = frozenset()
    access_points: frozenset[str] = frozenset()


def judge_ports(network: Network) -> dict[Port, PortVerdict]:
    """Judge every port that has seen or heard anybody: first by itself, then against the other devices."""
    ports = sorted({*network.seen, *network.heard}, key=lambda port: port.order)
    verdicts = {port: _judge(network, port) for port in ports}
    _separate(network, verdicts)
    return verdicts


def ways_of(verdicts: Mapping[Port, PortVerdict]) -> Ways:
    """By which ports one device is known to reach another."""
    return Ways((port, verdict.leads_to) for port, verdict in verdicts.items())


def _judge(network: Network, port: Port) -> PortVerdict:
    heard = network.hears(port)
    ours = [*_devices_heard(heard), *_infrastructure_seen(network, port)]
    if ours:
        certain = (names for names, _ in ours if len(names) == 1)
        evidence = tuple(dict.fromkeys(why for _, why in ours))
        return PortVerdict(port, Role.UPLINK, evidence, frozenset[str]().union(*certain))
    if beyond := tuple(_network_beyond(network, port)):
        return PortVerdict(port, Role.UPLINK, beyond)
    points = dict(_access_points(network, port))
    if len(points) > 1 and not any(neighbor.access_point is not None for neighbor in heard):
        why = f"FDB of {port} has {len(points)} access points: a switch must be between"
        return PortVerdict(port, Role.UPLINK, (why, *points.values()), access_points=frozenset(points))
    if points:
        return PortVerdict(port, Role.ACCESS_POINT, tuple(points.values()), access_points=frozenset(points))
    return _judge_desk(network, port)


def _judge_desk(network: Network, port: Port) -> PortVerdict:
    """A port with no sign of more network behind it."""
    heard, macs = network.hears(port), network.seen.get(port, {})
    endpoints = tuple(str(neighbor) for neighbor in heard)
    doubt = _doubt(network, port.device) or _doubt_of_bundle(network, port)
    if doubt and not endpoints:
        return PortVerdict(port, Role.UNKNOWN, (f"FDB of {port} has {_count(macs)}, and {doubt}",))
    count = len(phones(heard))
    if count > 1:
        return PortVerdict(port, Role.SHARED, (f"{count} phones on {port}", *endpoints))
    crowd = f"FDB of {port} has {_count(macs)}, none of infrastructure"
    if len(macs) > MOST_OF_ONE_DESK:
        return PortVerdict(port, Role.SHARED, (crowd, *endpoints))
    return PortVerdict(port, Role.EDGE, (*endpoints, crowd))


def _count(macs: Collection[Mac]) -> str:
    return "1 MAC" if len(macs) == 1 else f"{len(macs)} MACs"


def _devices_heard(heard: Iterable[Heard]) -> Iterator[tuple[frozenset[str], str]]:
    for neighbor in heard:
        if neighbor.devices and neighbor.access_point is None:
            yield neighbor.devices, f"{neighbor}, which is {' or '.join(sorted(neighbor.devices))}"


def _infrastructure_seen(network: Network, port: Port) -> Iterator[tuple[frozenset[str], str]]:
    """Devices of ours whose MACs were seen on a port, but for the access point heard on it.

    A MAC two of them share tells no direction and still counts.
    """
    points = [heard.devices for heard in network.hears(port) if heard.access_point is not None]
    ignored = frozenset[str]().union({port.device}, *points)
    for mac in _both(network.seen.get(port, {}), network.known.owners):
        owners = network.known.owners[mac]
        if not owners & ignored and mac not in network.known.access_points:
            yield owners, f"FDB of {port} has {mac} of {' or '.join(sorted(owners))}"


def _both(seen: Mapping[Mac, Seen], known: Mapping[Mac, object]) -> list[Mac]:
    """The MACs of a port that something is known of, in order."""
    return sorted((seen.keys() & known.keys()), key=attrgetter("octets"))


def _network_beyond(network: Network, port: Port) -> Iterator[str]:
    """Signs of network that is not ours, or not polled."""
    for neighbor in network.hears(port):
        if neighbor.infrastructure:
            yield f"{neighbor}, which forwards and is not ours"
    adrift = {mac: heard for heard in network.adrift.get(port.device, ()) for mac in heard.macs if _leads_on(heard)}
    seen = network.seen.get(port, {})
    for mac in _both(seen, adrift):
        yield f"FDB of {port} has {mac}, and {adrift[mac]}"
    for mac in _both(seen, network.virtual):
        yield f"FDB of {port} has the {network.virtual[mac]} address {mac}: routers are behind it"


def _leads_on(heard: Heard) -> bool:
    return bool(heard.devices) or heard.infrastructure


def _access_points(network: Network, port: Port) -> Iterator[tuple[str, str]]:
    for mac in _both(network.seen.get(port, {}), network.known.points):
        point = network.known.points[mac]
        yield point.name, f"FDB of {port} has {mac}, which is access point {point.name!r}"
    for neighbor in network.hears(port):
        if neighbor.access_point is not None:
            yield neighbor.access_point, f"{neighbor}, an access point"


def _doubt(network: Network, device: str) -> str:
    """Why any port of a device may be an uplink nobody knows of."""
    for heard in network.adrift.get(device, ()):
        if _leads_on(heard) and not any(network.sightings_by(device, mac) for mac in _addresses(network, heard)):
            return f"{heard}, and no MAC of it was seen"
    for part in network.maps[device].tables.incomplete:
        if any(all(map(eq, part.root, table)) for table in NEIGHBOR_TABLES):  # one lies within the other
            return f"the neighbors of {device} are incomplete: {part.reason}"
    return ""


def _doubt_of_bundle(network: Network, port: Port) -> str:
    """Why an aggregate may be an uplink: who is on it is heard on its members, and nobody says which those are."""
    ports = network.maps[port.device]
    if not network.is_bundle(port) or port.if_index in ports.bundles:
        return ""
    leading = (heard for at, each in network.heard.items() if at.device == port.device for heard in each)
    return next((f"which ports it consists of is not known; {heard}" for heard in leading if _leads_on(heard)), "")


def _addresses(network: Network, heard: Heard) -> frozenset[Mac]:
    ours = (own_macs(network.maps[name].tables) for name in heard.devices)
    return heard.macs.union(*ours)


def _separate(network: Network, verdicts: dict[Port, PortVerdict]) -> None:
    """Find uplinks by what other devices tell apart.

    If two MACs of one port are, in one VLAN, on two ports of another device, then that device lies
    beyond the port: were it on any other side, it would see both of them through its one port
    towards here. That holds wherever frames take a tree. Ports known to lead back here are no proof.
    """
    told = _told_apart(network, verdicts)
    accepted: dict[Port, dict[str, str]] = defaultdict(dict)
    for (port, device), ports in sorted(told.items(), key=_strongest_first):
        proof = {
            other: mac
            for other, mac in ports.items()
            if port.device not in accepted.get(other, ())
            and not _as_strong(told.get((other, port.device), {}), port, ports)
        }
        if len(proof) > 1:
            macs = " and ".join(f"{mac} on {other.name}" for other, mac in [*proof.items()][:2])
            accepted[port][device] = f"FDB of {port} has MACs that {device} tells apart: {macs}"
    for port, devices in accepted.items():
        leads_to = verdicts[port].leads_to | devices.keys()
        verdicts[port] = replace(
            verdicts[port], role=Role.UPLINK, evidence=(next(iter(devices.values())),), leads_to=leads_to
        )


_Told = dict[tuple[Port, str], dict[Port, Mac]]


def _strongest_first(found: tuple[tuple[Port, str], dict[Port, Mac]]) -> tuple[int, tuple[str, int, str], str]:
    (port, device), told = found
    return -len(told), port.order, device


def _as_strong(back: Mapping[Port, Mac], port: Port, told: Mapping[Port, Mac]) -> bool:
    """Whether a port this rests on leads back here by as good a proof: one of the two tables may be stale."""
    return port in back and len(back) >= len(told)


def _told_apart(network: Network, verdicts: Mapping[Port, PortVerdict]) -> _Told:
    """For each port that hears nobody: the ports of another device, not leading back, that its MACs are on.

    Of the VLAN in which they are most: another VLAN may take another tree.
    """
    ways = ways_of(verdicts)
    found: _Told = {}
    for port, verdict in verdicts.items():
        seen = network.seen.get(port, {})
        if verdict.role not in PLACES or len(seen) < _FEWEST or network.hears(port):
            continue
        for device, by_vlan in _elsewhere(network, port, seen).items():
            back = ways.toward(device, port.device)
            ports = max(by_vlan.values(), key=len)
            left = {other: mac for other, mac in ports.items() if other not in back}
            if len(left) >= _FEWEST:
                found[port, device] = left
    return found


def _elsewhere(network: Network, port: Port, seen: Mapping[Mac, Seen]) -> dict[str, dict[int | None, dict[Port, Mac]]]:
    """For each other device and VLAN the ports that the MACs of a port are on there, each with one of them."""
    found: dict[str, dict[int | None, dict[Port, Mac]]] = defaultdict(lambda: defaultdict(dict))
    for mac in sorted(seen, key=attrgetter("octets")):
        for other in network.sightings(mac):
            vlans = _shared_vlans(seen[mac].vlans, network.seen[other][mac].vlans)
            for vlan in vlans if other.device != port.device else ():
                found[other.device][vlan].setdefault(other, mac)
    return {device: by_vlan for device, by_vlan in found.items() if by_vlan}


def side_by_side(network: Network, one: Port, other: Port) -> bool:
    """Whether neither of two ports leads to the other's device.

    In a tree, all MACs that one device does not see towards a second one, the second sees towards the
    first. So where both see MACs of one VLAN on two more ports each, those two are not the way.
    """
    pairs: dict[int | None, set[tuple[Port, Port]]] = defaultdict(set)
    for vlan, here, there in _seen_by_both(network, one, other):
        pairs[vlan].add((here, there))
    return any(all(len(set(ends)) >= _FEWEST for ends in zip(*found, strict=True)) for found in pairs.values())


def _seen_by_both(network: Network, one: Port, other: Port) -> Iterator[tuple[int | None, Port, Port]]:
    """The VLANs and ports by which the devices of two ports see the same MACs, those two ports left out."""
    ports = ((port, macs) for port, macs in network.seen.items() if port.device == one.device and port != one)
    for here, mac, seen in ((port, mac, seen) for port, macs in ports for mac, seen in macs.items()):
        for there in network.sightings_by(other.device, mac):
            if there != other:
                yield from ((vlan, here, there) for vlan in _shared_vlans(seen.vlans, network.seen[there][mac].vlans))


def _shared_vlans(here: frozenset[int | None], there: frozenset[int | None]) -> frozenset[int | None]:
    """The VLANs both saw a MAC in; one that knows no VLANs may have seen it in any."""
    return _ANY if None in here or None in there else here & there
