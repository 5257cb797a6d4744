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
from functools import lru_cache
from itertools import permutations
from operator import eq

from wiremap_lab.ids import Mac
from wiremap_lab.inference.neighbors import Heard, own_macs, phones, virtual_router
from wiremap_lab.inference.network import Network, Seen
from wiremap_lab.inference.ports import Port
from wiremap_lab.tables import Oid

#: A phone, the PC behind it, and one virtual machine on that PC. More is a hub or a switch nobody manages.
MOST_OF_ONE_DESK = 3
#: Ports whose far side is remembered: in a large network one set of names may be most of it.
_MOST_REMEMBERED = 256
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


class Ways:
    """By which ports of one device another is reached, as far as that is known or follows.

    If a port leads to a second device, and that one knows its way back and reaches a third by
    another port, the first port leads to the third as well. A network of thousands has millions
    of pairs and few are ever asked for, so each is found out when it is.
    """

    def __init__(self, verdicts: Mapping[Port, PortVerdict]) -> None:
        self._leading: dict[str, dict[Port, frozenset[str]]] = defaultdict(dict)
        for port, verdict in verdicts.items():
            if verdict.leads_to:
                self._leading[port.device][port] = verdict.leads_to
        self._beyond = lru_cache(maxsize=_MOST_REMEMBERED)(self._all_beyond)

    def toward(self, here: str, there: str) -> frozenset[Port]:
        """The ports of `here` that lead to `there`."""
        return frozenset(port for port in self._leading.get(here, ()) if there in self._beyond(port))

    def all(self) -> dict[tuple[str, str], frozenset[Port]]:
        """The same for every pair of devices of which one leads to the other."""
        found: dict[tuple[str, str], set[Port]] = defaultdict(set)
        for here, ports in self._leading.items():
            for port in ports:
                for device in self._beyond(port):
                    found[here, device].add(port)
        return {pair: frozenset(ports) for pair, ports in found.items()}

    def _all_beyond(self, port: Port) -> frozenset[str]:
        """All devices on the far side of a port."""
        return frozenset(_beyond(port.device, self._leading[port.device][port], self._leading))


def _beyond(here: str, devices: Iterable[str], ways: Mapping[str, Mapping[Port, frozenset[str]]]) -> set[str]:
    """All devices on the far side of a port, given those known to be there."""
    border = [(here, device) for device in devices]
    found = {here}
    while border:
        before, device = border.pop()
        if device in found:
            continue
        found.add(device)
        onward = ways.get(device, {}).values()
        if any(before in ends for ends in onward):
            border += [(device, end) for ends in onward if before not in ends for end in ends]
    return found - {here}


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
    known = network.known.owners
    for mac in sorted(mac for mac in network.seen.get(port, ()) if mac in known):
        owners = known[mac]
        if not owners & ignored and mac not in network.known.access_points:
            yield owners, f"FDB of {port} has {mac} of {' or '.join(sorted(owners))}"


def _network_beyond(network: Network, port: Port) -> Iterator[str]:
    """Signs of network that is not ours, or not polled."""
    for neighbor in network.hears(port):
        if neighbor.infrastructure:
            yield f"{neighbor}, which forwards and is not ours"
    adrift = {mac: heard for heard in network.adrift.get(port.device, ()) for mac in heard.macs if _leads_on(heard)}
    for mac in sorted(mac for mac in network.seen.get(port, ()) if mac in adrift or virtual_router(mac)):
        if mac in adrift:
            yield f"FDB of {port} has {mac}, and {adrift[mac]}"
        if protocol := virtual_router(mac):
            yield f"FDB of {port} has the {protocol} address {mac}: routers are behind it"


def _leads_on(heard: Heard) -> bool:
    return bool(heard.devices) or heard.infrastructure


def _access_points(network: Network, port: Port) -> Iterator[tuple[str, str]]:
    known = network.known.access_points
    for mac in sorted(mac for mac in network.seen.get(port, ()) if mac in known):
        point = known[mac]
        yield point.name, f"FDB of {port} has {mac}, which is access point {point.name!r}"
    for neighbor in network.hears(port):
        if neighbor.access_point is not None:
            yield neighbor.access_point, f"{neighbor}, an access point"


def _doubt(network: Network, device: str) -> str:
    """Why any port of a device may be an uplink nobody knows of."""
    at = network.where.get(device, {})
    for heard in network.adrift.get(device, ()):
        if _leads_on(heard) and not any(mac in at for mac in _addresses(network, heard)):
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
    """Find uplinks by what other devices tell apart, until there is no more to find.

    If two MACs of one port are, in one VLAN, on two ports of another device that do not lead back,
    then that device lies beyond the port: were it on any other side, it would see both of them
    through its one port towards here. That holds wherever frames take a tree.
    """
    while found := _witnesses(network, verdicts):
        accepted: set[Port] = set()
        for (port, device), told in sorted(found.items(), key=_strongest_first):
            if port in accepted or _contradicted(port, told, found, accepted):
                continue
            accepted.add(port)
            macs = " and ".join(f"{mac} on {other.name}" for other, mac in [*told.items()][:2])
            why = f"FDB of {port} has MACs that {device} tells apart: {macs}"
            verdicts[port] = replace(
                verdicts[port], role=Role.UPLINK, evidence=(why,), leads_to=verdicts[port].leads_to | {device}
            )
        if not accepted:
            return


_Witnesses = dict[tuple[Port, str], dict[Port, Mac]]


def _strongest_first(found: tuple[tuple[Port, str], dict[Port, Mac]]) -> tuple[int, tuple[str, int, str], str]:
    (port, device), told = found
    return -len(told), port.order, device


def _contradicted(port: Port, told: Mapping[Port, Mac], found: _Witnesses, accepted: set[Port]) -> bool:
    """Whether a port this rests on leads back here by as good a proof: one of the two tables is stale."""
    for other in told:
        back = found.get((other, port.device), {})
        if other in accepted or (port in back and len(back) >= len(told)):
            return True
    return False


def _witnesses(network: Network, verdicts: Mapping[Port, PortVerdict]) -> _Witnesses:
    """For each port that hears nobody: the ports of another device, not leading back, that its MACs are on.

    Of the VLAN in which they are most: another VLAN may take another tree.
    """
    edges: dict[Mac, list[Port]] = defaultdict(list)
    for port, verdict in verdicts.items():
        for mac in network.seen.get(port, ()) if verdict.role in PLACES else ():
            edges[mac].append(port)
    ways = Ways(verdicts)
    told: dict[tuple[Port, str], dict[int | None, dict[Port, Mac]]] = defaultdict(lambda: defaultdict(dict))
    for mac in sorted(mac for mac, ports in edges.items() if len(ports) > 1):
        for port, other in permutations(edges[mac], 2):
            if network.hears(port) or other in ways.toward(other.device, port.device):
                continue
            for vlan in _shared_vlans(network.seen[port][mac], network.seen[other][mac]):
                told[port, other.device][vlan].setdefault(other, mac)
    most = {key: max(by_vlan.values(), key=len) for key, by_vlan in told.items()}
    return {(port, name): ports for (port, name), ports in most.items() if port.device != name and len(ports) > 1}


def _shared_vlans(here: Seen, there: Seen) -> frozenset[int | None]:
    """The VLANs both saw a MAC in; one that knows no VLANs may have seen it in any."""
    return frozenset({None}) if None in here.vlans or None in there.vlans else here.vlans & there.vlans
