"""The places of a topology file: PSAPs, buildings, floors, rooms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields

from wiremap_lab.places import Building, CivicAddress, Erl, Places, Psap
from wiremap_lab.simulator.node import Node


def read_places(root: Node) -> Places:
    """Every building, floor and room becomes an ERL: ``mill``, ``mill-1``, ``mill-1-104``."""
    psaps = {id_: Psap(id_, node.text()) for id_, node in root.get("psaps").entries()}
    buildings: list[Building] = []
    erls: dict[str, Erl] = {}
    for id_, node in root.get("buildings").entries():
        node.expect(("name", "psap", "civic", "floors"), ("psap", "civic"))
        psap = node.get("psap").text()
        if psap not in psaps:
            if node.get("psap").given:
                node.get("psap").fault(f"there is no PSAP {psap!r}", f"one of {', '.join(psaps)}")
            psaps[psap] = Psap(psap, psap)
        buildings.append(Building(id_, node.get("name").text(id_), _civic(node.get("civic")), psap))
        for erl, where in _erls(id_, node):
            if erl.id in erls:
                where.fault(f"there are two places {erl.id!r}", "give each room of a floor a name of its own")
            erls[erl.id] = erl
    return Places.of(psaps.values(), buildings, erls.values())


def _civic(node: Node) -> CivicAddress:
    known = tuple(field.name for field in fields(CivicAddress))
    return CivicAddress(**{key: inner.text() for key, inner in node.expect(known).entries() if key in known})


def _erls(building: str, node: Node) -> Iterator[tuple[Erl, Node]]:
    yield Erl(building, building), node
    for floor, inner in node.get("floors").entries():
        inner.expect(("index", "rooms"))
        index = inner.get("index").number(-99, 999, 0)
        yield Erl(f"{building}-{floor}", building, floor, index), inner
        for item in inner.get("rooms").items():
            for room in _rooms(item.text()):
                yield Erl(f"{building}-{floor}-{room}", building, floor, index, room), item


def _rooms(text: str) -> list[str]:
    """A room, or a range of numbered ones."""
    found = re.fullmatch(r"(\d+)-(\d+)", text)
    if not found:
        return [text]
    return [str(number).zfill(len(found[1])) for number in range(int(found[1]), int(found[2]) + 1)]
