"""The ports of a switch under all their numbers and names, as its make and its quirks have it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from wiremap_lab.ids import Mac, PortId
from wiremap_lab.simulator.models import Model, Quirk
from wiremap_lab.simulator.parts import Port


@dataclass(frozen=True, slots=True)
class Wiring:
    """How many ports there are, which room each jack is in, and what somebody wrote of it; by (member, number)."""

    members: int
    count: int
    rooms: Mapping[tuple[int, int], str]
    labels: Mapping[tuple[int, int], str]


def number_ports(switch: str, model: Model, quirks: Set[Quirk], mac: Mac, wiring: Wiring) -> tuple[Port, ...]:
    """All ports of a switch, member by member."""
    members, numbers = range(1, wiring.members + 1), range(1, wiring.count + 1)
    return tuple(
        _port(switch, model, quirks, mac, wiring, (member, number)) for member in members for number in numbers
    )


def _port(switch: str, model: Model, quirks: Set[Quirk], mac: Mac, wiring: Wiring, place: tuple[int, int]) -> Port:
    member, number = place
    ordinal = wiring.count * (member - 1) + number
    if_index, base_port = model.if_index.of(*place), model.base_port.of(*place)
    name = model.if_name.format(member=member, port=number)
    description = model.if_descr.format(member=member, port=number)
    room = wiring.rooms.get(place)
    alias = wiring.labels.get(place, f"{room} J{number:02}" if room else "")
    own_mac = Mac((int(mac) + ordinal).to_bytes(6, "big"))
    return Port(
        key=f"{switch}:{number}" if wiring.members == 1 else f"{switch}:{member}/{number}",
        switch=switch,
        member=member,
        number=number,
        if_index=if_index,
        base_port=base_port,
        lldp_number=_lldp_number(quirks, if_index, base_port, ordinal),
        name=name,
        description=description,
        alias=alias,
        mac=own_mac,
        port_id=_port_id(quirks, name, if_index, own_mac, mac),
        lldp_description=_lldp_description(quirks, description, alias),
        room=room,
    )


def _lldp_number(quirks: Set[Quirk], if_index: int, base_port: int, ordinal: int) -> int:
    if Quirk.LLDP_NUM_BASE_PORT in quirks:
        return base_port
    return ordinal if Quirk.LLDP_NUM_ORDINAL in quirks else if_index


def _port_id(quirks: Set[Quirk], name: str, if_index: int, own: Mac, chassis: Mac) -> PortId:
    if Quirk.PORT_ID_CHASSIS_MAC in quirks:
        return PortId.read(3, chassis.octets)
    if Quirk.PORT_ID_MAC in quirks:
        return PortId.read(3, own.octets)
    if Quirk.PORT_ID_LOCAL in quirks:
        return PortId.read(7, str(if_index).encode())
    return PortId.read(5, name.encode() + (b"\0" if Quirk.TRAILING_NUL in quirks else b""))


def _lldp_description(quirks: Set[Quirk], description: str, alias: str) -> str:
    if Quirk.PORT_DESC_ALIAS in quirks and alias:
        return alias
    return f"{description} : copper" if Quirk.PORT_DESC_DECORATED in quirks else description
