"""Campuses made by rule and by chance: the text of a topology file, sized as real buildings are.

A floor has one occupant for 10 square meters and two drops for each, a telecommunications room to every
floor, 44 jacks to a switch of 48 ports, of which 45 to 60 % are in use. `three-tier` is a core pair, a pair for
each of three buildings, and access switches; `tower17` is 17 floors of stacks on one pair, with 250 access
points; `campus30` is 30 buildings, with phones as the buildings of Stanford have them: lognormal(2.7, 1.5).
The same name and the same seed give the same text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from wiremap_lab.errors import InvalidValue
from wiremap_lab.simulator.models import MODELS
from wiremap_lab.simulator.parts import FIRST_HOST

if TYPE_CHECKING:
    import numpy

#: Jacks of a switch; the ports above are for cables to other switches.
_JACKS = 44
_PER_ROOM = 4
_MOST_MEMBERS = 5
#: Ports of the switches of a pair: to access switches from 1 on, then servers, then these.
_PAIR_PORTS, _SERVERS_AT = 96, 80
_PEER, _UP, _CONTROLLER = "95-96", "93,94", 92
_STACKABLE = ("cisco-ios", "aruba-cx")
#: Makes of access switches and how often they are met; the first bytes of their MACs.
_MAKES = {
    "cisco-ios": 0.38,
    "aruba-cx": 0.18,
    "juniper-ex": 0.12,
    "huawei-vrp": 0.10,
    "procurve": 0.10,
    "arista-eos": 0.04,
    "smart-managed": 0.04,
    "tplink-jetstream": 0.04,
}
_OUIS = {
    "cisco-ios": 0x002A10,
    "aruba-cx": 0x883A30,
    "juniper-ex": 0x40A677,
    "huawei-vrp": 0x4846FB,
    "procurve": 0x941882,
    "arista-eos": 0x001C73,
    "smart-managed": 0x288088,
    "tplink-jetstream": 0x98DAC4,
}
#: Oddities beyond those of the make, of which three switches in ten have one.
_ODD = ("trailing-nul", "time-marks", "no-remote-names", "chassis-id-ascii", "network-address-ascii", "port-zero")
_ODD_SHARE = 0.3
#: Of the ports in use: who is on them.
_MIX = {
    "desk-phone": 0.58,
    "laptop": 0.17,
    "third-party-phone": 0.06,
    "printer": 0.06,
    "camera": 0.06,
    "cdp-phone": 0.04,
    "door-reader": 0.02,
    "ata": 0.01,
}
_BEHIND_PHONES = 0.5
_CLIENTS_PER_AP = 3
_HSRP_SHARE = 0.85
_GATEWAY = "00:00:0c:07:ac:0a"


@dataclass(frozen=True, slots=True)
class _Floor:
    """A floor: how many chassis its closet has, and how many access points hang there."""

    chassis: int
    access_points: int
    stacked: bool


@dataclass(frozen=True, slots=True)
class _Building:
    """A building: on which pair of switches its access switches hang, and its floors."""

    id: str
    pair: str
    floors: tuple[_Floor, ...]


@dataclass(slots=True)
class _Draft:
    """The sections of the file so far, as lines."""

    rng: numpy.random.Generator
    buildings: list[str] = field(default_factory=list)
    subnets: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)  # name, gateway MAC, routers
    switches: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    hubs: list[str] = field(default_factory=list)
    access_points: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    count: int = 0
    #: next free port of each switch of a pair
    free: dict[str, int] = field(default_factory=dict)

    def device(self, kind: str, count: int, among: str) -> None:
        """So many devices of a kind, where there are any."""
        self.devices += [f"  - {{kind: {kind}, count: {count}, among: {among!r}}}"] if count else []
        self.count += count

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)


def generate(name: str, *, rng: numpy.random.Generator) -> str:
    """The text of a topology file that `load_campus` reads. Raises InvalidValue for a name of no campus."""
    if name not in SHAPES:
        raise InvalidValue(f"no campus {name!r} can be made: one of {', '.join(SHAPES)}")
    draft = _Draft(rng)
    buildings = SHAPES[name](rng)
    pairs = list(dict.fromkeys(building.pair for building in buildings))
    _pairs(draft, pairs, buildings[0])
    for building in buildings:
        _build(draft, building)
    _servers(draft, buildings[0])
    return "\n".join(_document(draft, name)) + "\n"


def _three_tier(rng: numpy.random.Generator) -> list[_Building]:
    """Three buildings of four floors of 400 square meters; single switches."""
    floor = _Floor(2, 3, stacked=False)
    return [_Building(f"b{number}", f"dist-{number}", (floor,) * int(rng.integers(3, 5))) for number in range(1, 4)]


def _tower(rng: numpy.random.Generator) -> list[_Building]:
    """17 floors of 1,000 square meters, 7 to 24 access points on each, 250 in all; one stack to a floor."""
    counts = [15] * 12 + [14] * 5
    for _ in range(200):
        one, other = (int(n) for n in rng.integers(0, 17, 2))
        if counts[one] > 7 and counts[other] < 24 and one != other:
            counts[one], counts[other] = counts[one] - 1, counts[other] + 1
    return [_Building("tower", "core", tuple(_Floor(_MOST_MEMBERS, count, stacked=True) for count in counts))]


def _campus(rng: numpy.random.Generator) -> list[_Building]:
    """30 buildings in seven zones; phones lognormal(2.7, 1.5), 400 at most, two drops and more for each."""
    found = []
    for number in range(30):
        phones = min(400.0, max(3.0, float(rng.lognormal(2.7, 1.5))))
        chassis = ceil(phones / 0.58 / (0.52 * _JACKS))
        floors = min(6, max(1, ceil(chassis / 3)))
        each = [chassis // floors + (at < chassis % floors) for at in range(floors)]
        made = tuple(_Floor(n, max(1, round(n * 0.9)), stacked=bool(rng.random() < 0.6)) for n in each)
        found.append(_Building(f"b{number + 1:02}", f"zone-{number % 7 + 1}", made))
    return found


#: The campuses that can be made.
SHAPES: Mapping[str, Callable[[numpy.random.Generator], list[_Building]]] = {
    "three-tier": _three_tier,
    "tower17": _tower,
    "campus30": _campus,
}


def _pairs(draft: _Draft, pairs: Sequence[str], home: _Building) -> None:
    """The core pair and the pairs below it; a tower has only the core."""
    for name in dict.fromkeys(("core", *pairs)):
        for number in (1, 2):
            draft.free[f"{name}-{number}"] = 1
            more = ", data: servers" if name == "core" else ""
            _switch(draft, f"{name}-{number}", "arista-eos", 1, f"closet: {home.id}-1-mdf, ports: {_PAIR_PORTS}{more}")
        _link(draft, [f"{name}-1:{_PEER}"], [f"{name}-2:{_PEER}"])
        if name != "core":
            core = [f"core-{side}:{draft.free[f'core-{side}']}-{draft.free[f'core-{side}'] + 1}" for side in (1, 2)]
            _take(draft, "core", 2)
            _link(draft, [f"{name}-1:{_UP}", f"{name}-2:{_UP}"], _crossed(core))
    core_routers = ("core-1", "core-2")
    draft.subnets += [("infra", "", ("core-1",)), ("servers", _GATEWAY, core_routers), ("wifi", _GATEWAY, core_routers)]


def _crossed(ends: Sequence[str]) -> list[str]:
    """Of two ports on each of two switches, one and one, so that either switch of a pair has both."""
    found = []
    for offset in (0, 1):
        for end in ends:
            name, _, ports = end.partition(":")
            found.append(f"{name}:{int(ports.split('-')[0]) + offset}")
    return found


def _take(draft: _Draft, pair: str, count: int = 1) -> None:
    for side in (1, 2):
        draft.free[f"{pair}-{side}"] += count


def _link(draft: _Draft, near: Sequence[str], far: Sequence[str]) -> None:
    draft.links.append(f"  - {{from: [{', '.join(map(repr, near))}], to: [{', '.join(map(repr, far))}]}}")


def _switch(draft: _Draft, name: str, model: str, members: int, more: str) -> None:
    number = len(draft.switches) + 1
    base = _OUIS[model] << 24 | number << 11
    macs = [(base + member * 0x100).to_bytes(6, "big").hex(":") for member in range(members)]
    stack = f"members: [{', '.join(macs[1:])}], " if members > 1 else ""
    address = f"127.60.{number >> 8}.{number & 255}"
    draft.switches.append(f"  {name}: {{model: {model}, mac: {macs[0]}, {stack}address: {address}, {more}}}")


def _build(draft: _Draft, building: _Building) -> None:
    """A building: its floors and rooms, its two subnets, its switches and who is on them."""
    pair = (f"{building.pair}-1", f"{building.pair}-2")
    for kind in ("voice", "data"):
        shared = draft.chance(_HSRP_SHARE)
        draft.subnets.append((f"{kind}-{building.id}", _GATEWAY if shared else "", pair if shared else pair[:1]))
    make = _make(draft)
    floors = []
    above: str | None = None
    for number, floor in enumerate(building.floors, 1):
        last = number * 100 + ceil(_JACKS / _PER_ROOM) * floor.chassis
        floors.append(f"{number}: {{index: {number - 1}, rooms: [idf, mdf, {number * 100 + 1}-{last}]}}")
        above = _floor(draft, building, number, make if draft.chance(0.8) else _make(draft), above)
    draft.buildings += [
        f"  {building.id}:",
        f"    psap: {'hennepin' if len(draft.buildings) < 40 else 'ramsey'}",
        f"    civic: {{a1: MN, a3: Minneapolis, hno: {100 + len(draft.buildings)}, rd: Campus, sts: Dr, pc: 55455}}",
        f"    floors: {{{', '.join(floors)}}}",
    ]


def _make(draft: _Draft) -> str:
    return str(draft.rng.choice([*_MAKES], p=[*_MAKES.values()]))


def _floor(draft: _Draft, building: _Building, number: int, make: str, above: str | None) -> str | None:
    """The switches of a floor: one stack, or single ones; the last switch something may be chained to."""
    floor = building.floors[number - 1]
    stacked = floor.stacked and floor.chassis > 1
    model = make if not stacked or make in _STACKABLE else _STACKABLE[0]
    sizes = [floor.chassis] if stacked else [1] * floor.chassis
    spread = [floor.access_points // len(sizes) + (at < floor.access_points % len(sizes)) for at in range(len(sizes))]
    room = number * 100 + 1
    for at, members in enumerate(sizes):
        name = f"{building.id}-{number}{chr(97 + at)}"
        _access(draft, building, number, _Access(name, model, members, room, spread[at]))
        above = _uplink(draft, building, name, members, above)
        room += ceil(_JACKS / _PER_ROOM) * members
    return above


@dataclass(frozen=True, slots=True)
class _Access:
    """An access switch to be made."""

    name: str
    model: str
    members: int
    first_room: int
    access_points: int


def _access(draft: _Draft, building: _Building, floor: int, made: _Access) -> None:
    jacks, room = [], made.first_room
    for member in range(1, made.members + 1):
        for first in range(1, _JACKS + 1, _PER_ROOM):
            jacks.append(f"{_at(made, member)}{first}-{first + _PER_ROOM - 1}: {room}")
            room += 1
    quirks = f", quirks: [{draft.rng.choice(_ODD)}]" if draft.chance(_ODD_SHARE) else ""
    more = f"ports: 48, closet: {building.id}-{floor}-idf, voice: voice-{building.id}, data: data-{building.id}{quirks}"
    _switch(draft, made.name, made.model, made.members, f"{more},\n    jacks: {{{', '.join(jacks)}}}")
    for number in range(made.access_points):
        member, port = number % made.members + 1, _JACKS - number // made.members
        room = made.first_room + (member - 1) * ceil(_JACKS / _PER_ROOM) + (port - 1) // _PER_ROOM
        draft.access_points.append(
            f"    ap-{made.name}-{number + 1}: {{room: {building.id}-{floor}-{room},"
            f" port: '{made.name}:{_at(made, member)}{port}'}}"
        )
    _people(draft, made)


def _at(made: _Access, member: int) -> str:
    return f"{member}/" if made.members > 1 else ""


def _people(draft: _Draft, made: _Access) -> None:
    """Who is plugged into the jacks of a switch, and who is on the air there."""
    jacks = [f"{made.name}:{_at(made, member)}1-{_JACKS}" for member in range(1, made.members + 1)]
    for jack in jacks:
        room = _JACKS - ceil(made.access_points / made.members)
        used = min(room, int(draft.rng.integers(int(0.45 * 48), int(0.6 * 48) + 1)))
        counts = draft.rng.multinomial(used, [*_MIX.values()])
        for kind, count in zip(_MIX, counts, strict=True):
            draft.device(kind, int(count), jack)
            if kind == "desk-phone":
                draft.device("laptop", int(draft.rng.binomial(count, _BEHIND_PHONES)), f"behind {jack}")
    if made.access_points:
        draft.device("laptop", _CLIENTS_PER_AP * made.access_points, f"ap-{made.name}-*")


def _uplink(draft: _Draft, building: _Building, name: str, members: int, above: str | None) -> str | None:
    """Cable a switch to both of the pair, to one of it, or to the switch before; who the next one may hang on."""
    ends = [f"{name}:1/48", f"{name}:2/48"] if members > 1 else [f"{name}:47", f"{name}:48"]
    way = draft.rng.random()
    if way < 0.15 and above is not None:
        _link(draft, ends[1:], [above])
        return None
    ports = [draft.free[f"{building.pair}-{side}"] for side in (1, 2)]
    if way < 0.3:
        side = 1 + int(draft.rng.integers(2))
        _link(draft, ends[1:], [f"{building.pair}-{side}:{ports[side - 1]}"])
    else:
        _link(draft, ends, [f"{building.pair}-1:{ports[0]}", f"{building.pair}-2:{ports[1]}"])
    _take(draft, building.pair)
    return f"{name}:1/46" if members > 1 else f"{name}:46"


def _servers(draft: _Draft, home: _Building) -> None:
    """Hosts of virtual machines, on both of the core pair or on one of it."""
    for number in range(4):
        port = _SERVERS_AT + number
        both = number < 3
        ends = f"['core-1:{port}', 'core-2:{port}']" if both else f"'core-1:{port}'"
        draft.hubs.append(f"  host-{number + 1}: {{port: {ends}, room: {home.id}-1-mdf}}")
        draft.device("hypervisor", 1, f"host-{number + 1}")
        draft.device("virtual-machine", int(draft.rng.integers(4, 10)), f"host-{number + 1}")


def _document(draft: _Draft, name: str) -> Iterator[str]:
    count = max(draft.count, len(draft.access_points)) + FIRST_HOST + 2
    bits = max(5, count.bit_length())
    sizes = f"{len(draft.buildings) // 4} buildings, {len(draft.switches)} switches, {draft.count} devices"
    yield f"# Made by wiremap: {sizes}."
    yield from (f"name: {name}", f"seed: {int(draft.rng.integers(2**31))}", "pruned: true", "psaps:")
    yield from ("  hennepin: Hennepin County 911", "  ramsey: Ramsey County Emergency Communications", "buildings:")
    yield from draft.buildings
    yield from ("management: infra", "subnets:")
    for number, (subnet, mac, routers) in enumerate(draft.subnets):
        network = (10 << 24) + (number << bits)
        text = ".".join(str(network >> shift & 255) for shift in (24, 16, 8, 0))
        own = mac or (0x001C7300F000 + number).to_bytes(6, "big").hex(":")
        yield (
            f"  {subnet}: {{vlan: {number + 10}, network: {text}/{32 - bits}, gateway_mac: '{own}',"
            f" routers: [{', '.join(routers)}]}}"
        )
    yield from ("switches:", *draft.switches, "links:", *draft.links, "hubs:", *draft.hubs, "wireless:")
    place = f"port: 'core-1:{_CONTROLLER}', closet: {_home(draft)}-1-mdf"
    yield f"  controller: {{name: wlc, mac: 00:2a:10:ff:ff:00, address: 127.61.0.1, {place}}}"
    yield from ("  ssids: {talk: wifi, work: wifi}", "  access_points:", *draft.access_points, "devices:")
    yield from draft.devices


def _home(draft: _Draft) -> str:
    return draft.buildings[0].strip(" :")


assert set(_MAKES) == set(_OUIS) == set(MODELS)
