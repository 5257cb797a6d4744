"""Places: civic addresses, buildings, emergency response locations (ERLs) and the PSAPs that serve them.

A place is a path: building, floor, room. How far a path goes is what an answer *claims*; how far it
goes together with the truth is what it is *worth*. The outcome of a call follows from the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import E164


class Depth(IntEnum):
    """How far down a location is known."""

    NOTHING = 0
    BUILDING = 1
    FLOOR = 2
    ROOM = 3


@dataclass(frozen=True, slots=True)
class CivicAddress:
    """A civic address; field names are the element names of RFC 4776 and RFC 5139 in lower case."""

    country: str = "US"
    a1: str = ""  # state
    a2: str = ""  # county
    a3: str = ""  # city
    prd: str = ""  # leading street direction
    rd: str = ""  # street
    sts: str = ""  # street suffix
    pod: str = ""  # trailing street direction
    hno: str = ""  # house number
    hns: str = ""  # house number suffix
    loc: str = ""  # additional location information
    pc: str = ""  # postal code
    nam: str = ""  # name of the place

    def __str__(self) -> str:
        street = " ".join(part for part in (self.hno, self.hns, self.prd, self.rd, self.sts, self.pod) if part)
        return ", ".join(part for part in (street, self.a3, " ".join((self.a1, self.pc)).strip(), self.country) if part)


@dataclass(frozen=True, slots=True)
class Psap:
    """A public safety answering point: who takes the call."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Building:
    """A street address, and the PSAP that serves it. `psap` is the id of a Psap."""

    id: str
    name: str
    civic: CivicAddress
    psap: str


@dataclass(frozen=True, slots=True)
class Erl:
    """An emergency response location: what a responder is told. `building` is the id of a Building.

    Without a floor it means the building, without a room the floor. `floor_index` counts from the
    addressed entrance, which is 0 (NENA-STA-006.3, 5.48).
    """

    id: str
    building: str
    floor: str | None = None
    floor_index: int | None = None
    room: str | None = None
    elin: E164 | None = None

    def __post_init__(self) -> None:
        if self.room is not None and self.floor is None:
            raise InvalidValue(f"ERL {self.id!r} names a room but no floor")

    @property
    def depth(self) -> Depth:
        """How much this place claims."""
        if self.floor is None:
            return Depth.BUILDING
        return Depth.FLOOR if self.room is None else Depth.ROOM


def agreement(answer: Erl, truth: Erl) -> Depth:
    """The deepest level at which two places agree on that level and on all above it (metrics.md, 2).

    >>> hall = Erl("hall", "b1", "2", room="hall")
    >>> agreement(Erl("b1-2", "b1", "2"), hall), agreement(Erl("lab", "b1", "3", room="hall"), hall)
    (<Depth.FLOOR: 2>, <Depth.BUILDING: 1>)
    """
    if answer.building != truth.building:
        return Depth.NOTHING
    if answer.floor is None or answer.floor != truth.floor:
        return Depth.BUILDING
    if answer.room is None or answer.room != truth.room:
        return Depth.FLOOR
    return Depth.ROOM


@dataclass(frozen=True, slots=True)
class Places:
    """All places of an organisation, by id; the references between them are checked.

    Raises InvalidValue where an ERL names no building or a building no PSAP that is here.
    """

    psaps: Mapping[str, Psap]
    buildings: Mapping[str, Building]
    erls: Mapping[str, Erl]

    @classmethod
    def of(cls, psaps: Iterable[Psap], buildings: Iterable[Building], erls: Iterable[Erl]) -> Places:
        """Index places by their ids."""
        return cls({p.id: p for p in psaps}, {b.id: b for b in buildings}, {e.id: e for e in erls})

    def __post_init__(self) -> None:
        for building in self.buildings.values():
            if building.psap not in self.psaps:
                raise InvalidValue(f"building {building.id!r} is served by an unknown PSAP: {building.psap!r}")
        for erl in self.erls.values():
            if erl.building not in self.buildings:
                raise InvalidValue(f"ERL {erl.id!r} is in an unknown building: {erl.building!r}")

    def psap_of(self, erl: Erl) -> Psap:
        """The PSAP a call from this place should reach."""
        return self.psaps[self.buildings[erl.building].psap]

    def describe(self, erl: Erl) -> str:
        """One line a responder would understand: address, floor, room."""
        building = self.buildings[erl.building]
        floor = None if erl.floor is None else f"floor {erl.floor}"
        return ", ".join(part for part in (building.name, str(building.civic), floor, erl.room) if part)
