"""What each switch has learned, from first principles.

A frame goes along the spanning tree, and each switch on its way notes the port it came in by. So a switch
knows a station on the port towards it; it forgets a station that is silent for longer than the ageing time,
and at once everything on a port whose link goes down (IEEE 802.1D-2004, 7.9). A station that moves within a
VLAN is learned anew by its first broadcast; one that changes VLANs leaves its old entries behind to age.
"""

from __future__ import annotations

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
    ways = campus.toward(switch)
    yield from _infrastructure(campus, switch, ways)
    ageing = timedelta(seconds=campus.fdb_ageing)
    vlans = {subnet.name: subnet.vlan for subnet in campus.carried[switch]}
    for there in _latest_by_vlan(state):
        vlan = vlans.get(there.subnet or "")
        if vlan is None or now - last_talk(campus, there, now) >= ageing:
            continue
        port = _port_towards(campus, there, switch, ways)
        if port is not None:
            yield Learned(vlan, campus.devices[there.device].mac, port, there.device)


def _port_towards(campus: Campus, there: Attachment, switch: str, ways: Mapping[str, BridgePort]) -> BridgePort | None:
    """Its own port where the switch has it, else the one towards its switch; nothing once its link went down."""
    homes = ports_of(campus, there)
    own = next((key for key in homes if campus.ports[key].switch == switch), None)
    if own is None:
        return ways.get(campus.ports[homes[0]].switch)
    return None if there.unplugged else campus.bridge_port[own]


def ports_of(campus: Campus, there: Attachment) -> tuple[str, ...]:
    """Keys of the switch ports a device's frames may come in by: one, or one on each of a pair; none off the net."""
    match there.point:
        case OnSegment(segment):
            return campus.segments[segment].ports
        case _:
            return () if there.port is None else (there.port,)


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
    for name, port in ways.items() if switch not in campus.out_of_band else ():
        if name not in campus.out_of_band:
            yield Learned(vlan, campus.switches[name].mac, port, name)
    for subnet in campus.carried[switch]:
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
        yield from ((port, there) for port in _announced_on(campus, there))
    for there in state.past:
        ttl = timedelta(seconds=campus.devices[there.device].kind.ttl)
        if there.until is None or isinstance(there.point, OnPort):
            continue
        if now - there.until < ttl and state.current[there.device].point != there.point:
            yield from ((port, there) for port in _announced_on(campus, there))


def _announced_on(campus: Campus, there: Attachment) -> Iterator[Port]:
    match there.point:
        case OnPort(key):
            keys: tuple[str, ...] = (key,)
        case OnSegment(segment) if campus.segments[segment].floods_lldp:
            keys = campus.segments[segment].ports
        case _:
            return
    yield from (campus.ports[key] for key in keys if key not in campus.lldp_off)


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
