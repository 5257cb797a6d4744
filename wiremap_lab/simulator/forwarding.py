"""What each switch has learned, from first principles.

A frame goes along the spanning tree, and each switch on its way notes the port it came in by. So a switch
knows a station on the port towards it; it forgets a station that is silent for longer than the ageing time,
and at once everything on a port whose link goes down (IEEE 802.1D-2004, 7.9). A station that moves within a
VLAN is learned anew by its first broadcast; one that changes VLANs leaves its old entries behind to age.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from wiremap_lab.ids import Mac
from wiremap_lab.simulator.parts import BridgePort, Campus, OnPort, OnSegment, Port
from wiremap_lab.simulator.state import Attachment, State
from wiremap_lab.tables import IpAddress


@dataclass(frozen=True, slots=True)
class Learned:
    """One entry of a forwarding database; `device` is the id of a device, or the name of a box of the network."""

    vlan: int
    mac: Mac
    port: BridgePort
    device: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """One entry of a router's address cache."""

    vlan: int
    ip: IpAddress
    mac: Mac


def towards(campus: Campus, switch: str) -> dict[str, BridgePort]:
    """The port of one switch towards every other one, along the links that spanning tree forwards on."""
    beside: dict[str, list[tuple[BridgePort, str]]] = {name: [] for name in campus.switches}
    for link in campus.links:
        if not link.blocked:
            near, far = campus.ports[link.near[0]], campus.ports[link.far[0]]
            beside[near.switch].append((campus.bridge_port[near.key], far.switch))
            beside[far.switch].append((campus.bridge_port[far.key], near.switch))
    return _reach(switch, beside)


def _reach(start: str, beside: Mapping[str, list[tuple[BridgePort, str]]]) -> dict[str, BridgePort]:
    found: dict[str, BridgePort] = {}
    queue: deque[tuple[str, BridgePort | None]] = deque([(start, None)])
    while queue:
        here, by = queue.popleft()
        for port, there in beside[here]:
            if there != start and there not in found:
                found[there] = by or port
                queue.append((there, found[there]))
    return found


def last_talk(campus: Campus, there: Attachment, now: datetime) -> datetime:
    """When a device last sent a frame from where it is or was: on arrival, and then every so often."""
    device = campus.devices[there.device]
    end = now if there.until is None else min(now, there.until)
    period = device.kind.talks_every
    phase = there.since + timedelta(seconds=int(device.mac) % period)
    if end < phase:
        return there.since
    return phase + timedelta(seconds=period) * ((end - phase) // timedelta(seconds=period))


def forwarding_database(campus: Campus, state: State, switch: str, *, now: datetime) -> Iterator[Learned]:
    """Everything one switch has learned and not forgotten."""
    ways = towards(campus, switch)
    yield from _infrastructure(campus, switch, ways)
    ageing = timedelta(seconds=campus.fdb_ageing)
    for there in _latest_by_vlan(state):
        home = campus.ports[there.port or ""]
        if now - last_talk(campus, there, now) >= ageing or (there.unplugged and home.switch == switch):
            continue
        port = campus.bridge_port[home.key] if home.switch == switch else ways.get(home.switch)
        if port is not None:
            device = campus.devices[there.device]
            yield Learned(campus.subnets[there.subnet or ""].vlan, device.mac, port, device.id)


def _latest_by_vlan(state: State) -> Iterator[Attachment]:
    """For each station and VLAN where it was last seen: an older place in the same VLAN is overwritten."""
    latest: dict[tuple[str, str], Attachment] = {}
    for there in (*state.past, *state.current.values()):
        if there.port is not None and there.subnet is not None:
            latest[there.device, there.subnet] = there
    return iter(latest.values())


def _infrastructure(campus: Campus, switch: str, ways: Mapping[str, BridgePort]) -> Iterator[Learned]:
    """Switches, gateways, access points and the controller, which always have something to say."""
    vlan = campus.subnets[campus.management].vlan
    for name, port in ways.items():
        yield Learned(vlan, campus.switches[name].mac, port, name)
    for subnet in campus.subnets.values():
        if subnet.routers and subnet.routers[0] in ways:
            yield Learned(subnet.vlan, subnet.gateway_mac, ways[subnet.routers[0]], subnet.routers[0])
    boxes = [(ap.name, ap.mac, ap.port) for ap in campus.access_points.values()]
    if campus.controller:
        boxes.append((campus.controller.name, campus.controller.mac, campus.controller.port))
    for name, mac, key in boxes:
        home = campus.ports[key]
        found = home if home.switch == switch else ways.get(home.switch)
        if found is not None:
            yield Learned(vlan, mac, found, name)


def address_cache(campus: Campus, state: State, router: str, *, now: datetime) -> Iterator[Resolved]:
    """The ARP cache of a router: the addresses of its subnets, remembered longer than anything else."""
    routed = {name: subnet for name, subnet in campus.subnets.items() if router in subnet.routers}
    horizon = now - timedelta(seconds=campus.arp_ageing)
    found: dict[IpAddress, Resolved] = {}
    for there in (*state.past, *state.current.values()):
        if there.subnet in routed and (there.until is None or there.until > horizon):
            vlan = routed[there.subnet].vlan
            found[there.ip] = Resolved(vlan, there.ip, campus.devices[there.device].mac)
    if campus.management in routed:
        vlan = routed[campus.management].vlan
        for ap in campus.access_points.values():
            found[ap.ip] = Resolved(vlan, ap.ip, ap.mac)
        if campus.controller:
            found[campus.controller.ip] = Resolved(vlan, campus.controller.ip, campus.controller.mac)
    return iter(found.values())


def link_up(campus: Campus, state: State) -> frozenset[str]:
    """Keys of all ports with something at the other end."""
    plugged = {there.point.port for there in state.current.values() if isinstance(there.point, OnPort)}
    return campus.infrastructure_ports | plugged


def heard_devices(campus: Campus, state: State, *, now: datetime) -> Iterator[tuple[Port, Attachment]]:
    """Each device a switch hears announcements of, and on which port.

    When the link goes down the neighbor is gone at once; behind a hub it stays until its time to live is over.
    """
    for there in state.current.values():
        port = _announced_on(campus, there)
        if port is not None:
            yield port, there
    for there in state.past:
        port = _announced_on(campus, there)
        ttl = timedelta(seconds=campus.devices[there.device].kind.ttl)
        if port is None or there.until is None or isinstance(there.point, OnPort):
            continue
        if now - there.until < ttl and state.current[there.device].point != there.point:
            yield port, there


def _announced_on(campus: Campus, there: Attachment) -> Port | None:
    match there.point:
        case OnPort(key):
            return campus.ports[key]
        case OnSegment(segment) if campus.segments[segment].floods_lldp:
            return campus.ports[campus.segments[segment].port]
        case _:
            return None


def next_change(campus: Campus, state: State, *, now: datetime) -> datetime | None:
    """When a table next changes by itself: an entry ages out, a neighbor's time is up, a silent device talks."""
    times: list[datetime] = []
    ageing = timedelta(seconds=campus.fdb_ageing)
    for there in (*state.past, *state.current.values()):
        kind = campus.devices[there.device].kind
        if there.until is not None:
            limits = (kind.ttl, campus.arp_ageing)
            times += [there.until + timedelta(seconds=limit) for limit in limits]
            times.append(last_talk(campus, there, now) + ageing)
        elif kind.talks_every > campus.fdb_ageing:
            spoke = last_talk(campus, there, now)
            phase = there.since + timedelta(seconds=int(campus.devices[there.device].mac) % kind.talks_every)
            times += [spoke + ageing, phase if spoke < phase else spoke + timedelta(seconds=kind.talks_every)]
    return min((time for time in times if time > now), default=None)
