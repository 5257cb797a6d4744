"""Who is attached where, and since when: the part of a campus that changes.

A state is immutable; a move gives a new one. What has ended is kept for as long as any table remembers it.
The truth follows from the state, and so does what each device would report of itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from wiremap_lab.errors import InvalidValue
from wiremap_lab.measurements import LldpMeasurement, Measurements
from wiremap_lab.simulator.kinds import Reports, Role
from wiremap_lab.simulator.parts import (
    BehindPhone,
    Campus,
    Device,
    OffNet,
    OnBss,
    OnPort,
    OnSegment,
    Placement,
    Point,
    best_bss,
    unfit,
)
from wiremap_lab.tables import IpAddress

if TYPE_CHECKING:
    import numpy

#: How long before the beginning everything was plugged in: longer than any table remembers.
LONG_AGO = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Attachment:
    """One device at one point, from `since` until `until` (None: still).

    `port` is the key of the switch port its frames come in by, None off the network; `room` is the ERL it is
    in; `unplugged` says that the link of that port went down when it left.
    """

    device: str
    point: Point
    since: datetime
    room: str
    port: str | None
    subnet: str | None
    ip: IpAddress
    until: datetime | None = None
    unplugged: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """All attachments, by device, and those that ended lately. `version` counts the moves."""

    current: Mapping[str, Attachment]
    past: tuple[Attachment, ...] = ()
    version: int = 0

    def by_point(self) -> Mapping[Point, str]:
        """Who is at each point; of a hub or a BSSID the last one."""
        return {attachment.point: id_ for id_, attachment in self.current.items()}


def initial_state(campus: Campus, at: datetime) -> State:
    """Everybody where the file puts them, for longer than any table remembers."""
    current: dict[str, Attachment] = {}
    since = at - LONG_AGO
    # phones first: what is plugged into one is where the phone is
    for placement in sorted(campus.placements, key=lambda placement: isinstance(placement.point, BehindPhone)):
        current[placement.device] = _attach(campus, current, placement, since)
    return State({placement.device: current[placement.device] for placement in campus.placements})


def move(campus: Campus, state: State, device: str, to: Point, *, at: datetime, room: str | None = None) -> State:
    """The state after a device was moved; what is plugged into it goes along.

    Raises InvalidValue for a device or a place that is not there, is taken, or does not fit.
    """
    _check(campus, state, device, to, room)
    current, past = dict(state.current), list(state.past)
    movers = [device, *(id_ for id_, other in current.items() if other.point == BehindPhone(device))]
    pulled = isinstance(current[device].point, OnPort)
    for id_ in movers:
        past.append(replace(current[id_], until=at, unplugged=pulled))
        placement = Placement(id_, to, room) if id_ == device else Placement(id_, current[id_].point)
        current[id_] = _attach(campus, current, placement, at)
    horizon = at - timedelta(seconds=max(campus.arp_ageing, campus.fdb_ageing))
    kept = tuple(ended for ended in past if ended.until is None or ended.until > horizon)
    return State(current, kept, state.version + 1)


def _check(campus: Campus, state: State, device: str, to: Point, room: str | None) -> None:
    _known(campus, device)
    if isinstance(to, OnPort) and to.port in campus.infrastructure_ports:
        raise InvalidValue(f"port {to.port!r} belongs to the network itself")
    holder = state.by_point().get(to) if isinstance(to, OnPort | BehindPhone) else None
    if holder is not None:
        raise InvalidValue(f"{str(to)!r} is taken by {holder!r}")
    if isinstance(to, BehindPhone) and not isinstance(state.current[to.phone].point, OnPort):
        raise InvalidValue(f"{to.phone!r} is not on a port itself")
    if fault := unfit(campus, campus.devices[device].kind, to, room):
        raise InvalidValue(f"{device!r} cannot be at {str(to)!r}: {fault}")


def _attach(campus: Campus, current: Mapping[str, Attachment], placement: Placement, since: datetime) -> Attachment:
    device = campus.devices[placement.device]
    port, subnet, room = _resolve(campus, current, device, placement.point)
    ip: IpAddress
    match placement.point, subnet:
        case OffNet(elsewhere), _:
            ip = elsewhere
        case BehindPhone(phone), None:
            ip = current[phone].ip
        case _:
            ip = campus.subnets[subnet or campus.management].host(device.number)
    return Attachment(device.id, placement.point, since, placement.room or room or "", port, subnet, ip)


def _resolve(
    campus: Campus, current: Mapping[str, Attachment], device: Device, point: Point
) -> tuple[str | None, str | None, str | None]:
    """Switch port, subnet and room of a point."""
    match point:
        case OnPort(port):
            return port, _subnet(campus, port, device.kind.role), campus.ports[port].room
        case OnSegment(segment):
            found = campus.segments[segment]
            return found.port, _subnet(campus, found.port, device.kind.role), found.room
        case BehindPhone(phone):
            there = current[phone]
            subnet = None if there.port is None else _subnet(campus, there.port, device.kind.role)
            return there.port, subnet, there.room
        case OnBss(bssid):
            ap = campus.access_points[campus.bss[bssid].ap_name]
            return ap.port, campus.subnet_of_ssid(campus.bss[bssid].ssid).name, ap.room
        case OffNet():
            return None, None, None


def _subnet(campus: Campus, port: str, role: Role) -> str | None:
    switch = campus.switches[campus.ports[port].switch]
    return switch.voice if role is Role.VOICE else switch.data


def truth_of(campus: Campus, state: State) -> dict[str, str]:
    """Where each device really is: device id → id of an ERL."""
    return {device: state.current[device].room for device in campus.devices}


def measurements_of(campus: Campus, state: State, *, now: datetime) -> dict[str, Measurements]:
    """What each device that knows how to would report of itself, were it asked now."""
    found = ((id_, _measure(campus, device, state.current[id_], now)) for id_, device in campus.devices.items())
    return {id_: measured for id_, measured in found if measured is not None}


def _measure(campus: Campus, device: Device, there: Attachment, now: datetime) -> Measurements | None:
    reports = device.kind.reports
    if reports is Reports.NOTHING:
        return None
    subnet = campus.subnets[there.subnet] if there.subnet else None
    return Measurements(
        device=device.id,
        observed_at=now,
        lldp=_hears(campus, there) if Reports.LLDP in reports else None,
        bssid=there.point.bssid if isinstance(there.point, OnBss) and Reports.BSSID in reports else None,
        ip=there.ip if Reports.IP in reports else None,
        gateway_mac=subnet.gateway_mac if subnet and Reports.GATEWAY in reports else None,
        mac=device.mac if Reports.MAC in reports else None,
    )


def _hears(campus: Campus, there: Attachment) -> LldpMeasurement | None:
    """The switch, on a wire of its own or through a hub; a phone passes no LLDP on to the PC behind it."""
    match there.point:
        case OnPort(key):
            port = campus.ports[key]
        case OnSegment(segment) if campus.segments[segment].floods_lldp:
            port = campus.ports[campus.segments[segment].port]
        case _:
            return None
    if port.key in campus.lldp_off:
        return None
    return LldpMeasurement(campus.switches[port.switch].chassis_id, port.port_id)


def random_moves(
    campus: Campus,
    state: State,
    count: int,
    *,
    at: datetime,
    rng: numpy.random.Generator,
    among: Collection[str] | None = None,
) -> tuple[State, tuple[str, ...]]:
    """The state after `count` different devices moved to other rooms, and who they were.

    A device on the wire goes to a free jack, one on the air to another access
    point. Fewer move when nothing is free. Printers and what is off the network stay. With `among` only
    those may move; raises InvalidValue where one of them is no device.
    """
    devices = campus.devices if among is None else [_known(campus, id_) for id_ in among]
    movable = [id_ for id_ in devices if _movable(campus, state, id_)]
    moved: list[str] = []
    for pick in rng.permutation(len(movable)):
        if len(moved) == count:
            break
        device = movable[int(pick)]
        places = list(_destinations(campus, state, campus.devices[device]))
        if places:
            state = move(campus, state, device, places[int(rng.integers(len(places)))], at=at)
            moved.append(device)
    return state, tuple(moved)


def _known(campus: Campus, device: str) -> str:
    if device not in campus.devices:
        raise InvalidValue(f"there is no device {device!r}")
    return device


def _movable(campus: Campus, state: State, device: str) -> bool:
    point = state.current[device].point
    return campus.devices[device].kind.name != "printer" and isinstance(point, OnPort | OnBss)


def _destinations(campus: Campus, state: State, device: Device) -> Iterator[Point]:
    """Free places in other rooms; an access point's own room for who is on the air."""
    room, taken = state.current[device.id].room, state.by_point()
    on_air = isinstance(state.current[device.id].point, OnBss)
    if device.kind.wireless and on_air:
        for ap in campus.access_points.values():
            if ap.room != room:
                yield OnBss(best_bss(ap, device).bssid)
        return
    for key, port in campus.ports.items():
        point = OnPort(key)
        if key in campus.infrastructure_ports or point in taken or port.room in (None, room):
            continue
        if not unfit(campus, device.kind, point, None):
            yield point
