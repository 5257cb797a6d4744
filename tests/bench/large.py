"""Tables of a network of any size, without simulating one: what inference costs, and whether it grows linearly.

Buildings of twenty access switches with 48 ports below one of their own, all of these below a core. Half of the ports
have a phone, half of the phones a PC; a voice VLAN to a building, a data VLAN to a switch, management in band. LLDP is
off at 30 % of the ports, those of cables included.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.tables import (
    Capability,
    DeviceTables,
    FdbEntry,
    FdbStatus,
    Interface,
    LldpLocal,
    LldpLocalPort,
    LldpNeighbor,
    System,
)

PORTS, ACCESS, PHONES = 48, 20, 24
UP = PORTS + 1
_PHONE = frozenset({Capability.BRIDGE, Capability.TELEPHONE})
_SWITCH = frozenset({Capability.BRIDGE, Capability.ROUTER})


@dataclass(frozen=True, slots=True)
class Options:
    """What else may be: no LLDP on any cable, no switch's MAC in any forwarding database."""

    lldp: float = 0.7
    in_band: bool = True


def chassis(number: int) -> Mac:
    return Mac((0x0200_0100_0000 + (number << 8)).to_bytes(6, "big"))


def station(switch: int, port: int, kind: int) -> Mac:
    return Mac((0x0400_0000_0000 + (switch << 16) + (port << 4) + kind).to_bytes(6, "big"))


def truth(buildings: int) -> dict[Mac, tuple[str, int]]:
    """Each phone and PC, with its switch and ifIndex."""
    access = [number for number in range(buildings * (ACCESS + 1)) if number % (ACCESS + 1)]
    return {mac: (f"sw{n}", port) for n in access for port in range(1, PHONES + 1) for mac in _at(n, port)}


def _at(number: int, port: int) -> Iterator[Mac]:
    yield station(number, port, 0)
    if port % 2:
        yield station(number, port, 1)


def network(buildings: int, options: Options = Options()) -> tuple[DeviceTables, ...]:
    """The core, and each building's switches: number 0 of 21 is the one all the others hang on."""
    rng = random.Random(911)
    off = {
        (n, port) for n in range(buildings * (ACCESS + 1)) for port in range(1, UP + 1) if rng.random() > options.lldp
    }
    found = [_core(buildings, options, off)]
    for building in range(buildings):
        first = building * (ACCESS + 1)
        found.append(_top(first, options, off))
        found += [_access(first, place, options, off) for place in range(1, ACCESS + 1)]
    return tuple(found)


def _access(first: int, place: int, options: Options, off: set[tuple[int, int]]) -> DeviceTables:
    number = first + place
    fdb = []
    for other in range(first + 1, first + ACCESS + 1):
        for port in range(1, PHONES + 1):
            at = port if other == number else UP
            fdb.append(_row(station(other, port, 0), at, 100))
            if other == number and port % 2:
                fdb.append(_row(station(other, port, 1), at, 1000 + place))
    if options.in_band:
        fdb += [_row(chassis(n), UP, 1) for n in range(first, first + ACCESS + 1) if n != number]
    heard = [_phone(number, port) for port in range(1, PHONES + 1) if (number, port) not in off]
    if not off & {(number, UP), (first, place)}:
        heard.append(_cable(UP, first, place))
    return _device(number, fdb, heard)


def _top(first: int, options: Options, off: set[tuple[int, int]]) -> DeviceTables:
    fdb = []
    for place in range(1, ACCESS + 1):
        for port in range(1, PHONES + 1):
            fdb.append(_row(station(first + place, port, 0), place, 100))
            if port % 2:
                fdb.append(_row(station(first + place, port, 1), place, 1000 + place))
        if options.in_band:
            fdb.append(_row(chassis(first + place), place, 1))
    heard = [_cable(n, first + n, UP) for n in range(1, ACCESS + 1) if not off & {(first, n), (first + n, UP)}]
    return _device(first, fdb, heard)


def _core(buildings: int, options: Options, off: set[tuple[int, int]]) -> DeviceTables:
    """Routed links to the buildings: it hears them, and has no station in its forwarding database."""
    heard = [_cable(n + 1, n * (ACCESS + 1), UP) for n in range(buildings) if (n * (ACCESS + 1), UP) not in off]
    return _device(buildings * (ACCESS + 1), [], heard, ports=max(PORTS, buildings))


def _row(mac: Mac, port: int, vlan: int) -> FdbEntry:
    return FdbEntry(mac, port, port, vlan, vlan, FdbStatus.LEARNED)


def _phone(number: int, port: int) -> LldpNeighbor:
    mac = station(number, port, 0)
    name = f"SEP{mac.octets.hex().upper()}"
    return _heard(port, mac, PortId.read(3, mac.octets), name, _PHONE)


def _cable(port: int, other: int, far: int) -> LldpNeighbor:
    return _heard(port, chassis(other), PortId.read(5, f"Gi1/0/{far}".encode()), f"sw{other}", _SWITCH)


def _heard(port: int, mac: Mac, port_id: PortId, name: str, says: frozenset[Capability]) -> LldpNeighbor:
    return LldpNeighbor(port, ChassisId.read(4, mac.octets), port_id, "", name, "", says, local_if_index=port)


def _device(number: int, fdb: list[FdbEntry], heard: list[LldpNeighbor], *, ports: int = PORTS) -> DeviceTables:
    base, name = chassis(number), f"sw{number}"
    interfaces = tuple(
        Interface(
            n, f"Gi1/0/{n}", f"GigabitEthernet1/0/{n}", "", Mac((int(base) + n).to_bytes(6, "big")), 6, True, True
        )
        for n in range(1, ports + 2)
    )
    local = tuple(LldpLocalPort(n, PortId.read(5, f"Gi1/0/{n}".encode()), "") for n in range(1, ports + 2))
    return DeviceTables(
        name,
        system=System(name, "a switch", "", (1, 3, 6)),
        interfaces=interfaces,
        bridge_address=base,
        lldp_local=LldpLocal(ChassisId.read(4, base.octets), name, local),
        lldp_neighbors=tuple(heard),
        fdb=tuple(fdb),
    )
