"""The devices of a topology file: listed one by one, or so many of a kind among so many places."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import Mac
from wiremap_lab.simulator.kinds import KINDS, Kind
from wiremap_lab.simulator.node import Node
from wiremap_lab.simulator.parts import (
    FIRST_HOST,
    BehindPhone,
    Campus,
    Device,
    OnBss,
    OnPort,
    Placement,
    Point,
    best_bss,
    unfit,
)
from wiremap_lab.simulator.read_network import port_keys


@dataclass(slots=True)
class _Roll:
    """Who has been placed so far."""

    campus: Campus
    seed: int
    devices: dict[str, Device] = field(default_factory=dict)
    placements: list[Placement] = field(default_factory=list)
    taken: dict[Point, str] = field(default_factory=dict)
    on_port: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    macs: dict[Mac, str] = field(default_factory=dict)


def read_devices(root: Node, campus: Campus) -> Campus:
    """The campus with its devices; where one cannot be placed, that is among the faults."""
    roll = _Roll(campus, root.get("seed").number(0, 2**31, 0))
    for key in campus.infrastructure_ports:
        roll.taken[OnPort(key)] = "the network itself"
    for at, node in enumerate(root.get("devices").items()):
        _entry(at, node, roll)
    for name, inner in root.get("subnets").entries():
        room = campus.subnets[name].network.num_addresses - FIRST_HOST - 1
        if room < max(len(roll.devices), len(campus.access_points)):
            inner.get("network").fault(f"too small for {len(roll.devices)} devices", "take a shorter prefix")
    return replace(campus, devices=roll.devices, placements=tuple(roll.placements))


def _entry(at: int, node: Node, roll: _Roll) -> None:
    node.expect(("kind", "id", "mac", "at", "each", "count", "among", "rooms"), ("kind",))
    kind = KINDS.get(node.get("kind").choice(KINDS, ""))
    if kind is None:
        return
    if sum(node.get(key).given for key in ("at", "each", "among")) != 1:
        node.fault("not told where", "say at: PLACE, each: PLACES, or count: N, among: PLACES")
    rooms = [_room(item, roll) for item in node.get("rooms").items()]
    for n, point in enumerate(_points(at, node, roll, kind)):
        device = _device(node, roll, kind)
        _place(node, roll, device, point, rooms[n % len(rooms)] if rooms else None)


def _room(node: Node, roll: _Roll) -> str:
    if node.text() not in roll.campus.places.erls:
        node.fault(f"there is no place {node.text()!r}")
    return node.text()


def _device(node: Node, roll: _Roll, kind: Kind) -> Device:
    roll.counts[kind.name] += 1
    id_ = node.get("id").text(f"{kind.name}-{roll.counts[kind.name]:03}")
    made = Mac((kind.oui << 24 | 0x420000 + len(roll.devices)).to_bytes(6, "big"))
    mac = node.get("mac").parsed(Mac.parse, made)
    if id_ in roll.devices:
        node.get("id").fault(f"there are two devices {id_!r}", "give each an id of its own")
    if mac in roll.macs:
        node.get("mac").fault(f"{mac} is the MAC address of {roll.macs[mac]!r} and of {id_!r}")
    device = Device(id_, kind, mac, len(roll.devices))
    roll.devices.setdefault(id_, device)
    roll.macs.setdefault(mac, id_)
    return device


def _place(node: Node, roll: _Roll, device: Device, point: Point, room: str | None) -> None:
    if isinstance(point, OnPort | BehindPhone):
        if point in roll.taken:
            node.fault(f"{device.id!r} is put at {str(point)!r}, where {roll.taken[point]} is already")
        roll.taken.setdefault(point, device.id)
    if isinstance(point, OnPort):
        roll.on_port.setdefault(point.port, device.id)
    fault = unfit(roll.campus, device.kind, point, room)
    if fault:
        node.fault(f"{device.id!r} cannot be at {str(point)!r}: {fault}")
    roll.placements.append(Placement(device.id, point, room))


def _points(at: int, node: Node, roll: _Roll, kind: Kind) -> list[Point]:
    """Where the devices of an entry go: at one place, on each of some, or so many among some."""
    if node.get("at").given:
        return list(_candidates(node.get("at"), roll, kind))[:1]
    if node.get("each").given:
        return list(_candidates(node.get("each"), roll, kind))
    candidates = list(_candidates(node.get("among"), roll, kind))
    count = node.get("count").number(1, 10**5, 1)
    if candidates and not isinstance(candidates[0], OnPort | BehindPhone):
        return [candidates[n % len(candidates)] for n in range(count)]
    free = [point for point in dict.fromkeys(candidates) if point not in roll.taken]
    if len(free) < count:
        node.get("among").fault(f"{count} devices for {len(free)} free places", "name more places")
    picked = random.Random(f"{roll.seed}/{at}").sample(range(len(free)), min(count, len(free)))
    return [free[n] for n in sorted(picked)]


def _candidates(node: Node, roll: _Roll, kind: Kind) -> Iterator[Point]:
    for item in node.items():
        try:
            yield from _read_points(item.text(), roll, kind)
        except InvalidValue as fault:
            item.fault(str(fault))


def _read_points(text: str, roll: _Roll, kind: Kind) -> list[Point]:
    """``switch:1-8``, ``behind switch:1-8``, ``ap-*``, a hub, a phone, ``off 203.0.113.7``."""
    campus = roll.campus
    behind = text.startswith("behind ")
    place = text.removeprefix("behind ").strip()
    if place.partition(":")[0] in campus.switches:
        keys = port_keys(place, campus.switches)
        if not behind:
            return [OnPort(key) for key in keys]
        return [BehindPhone(roll.on_port[key]) for key in keys if _phone_on(roll, key)]
    aps = [ap for name, ap in campus.access_points.items() if fnmatchcase(name, text)]
    if aps:
        probe = Device("", kind, Mac(bytes(6)), 0)
        return [OnBss(best_bss(ap, probe).bssid) for ap in aps]
    return [replace(campus, devices=roll.devices).point(text)]


def _phone_on(roll: _Roll, key: str) -> bool:
    found = roll.on_port.get(key)
    return found is not None and roll.devices[found].kind.role.value == "voice"
