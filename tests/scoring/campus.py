"""Two buildings of one PSAP and one of another, two floors each, two rooms each: every place there is."""

from __future__ import annotations

from datetime import UTC, datetime

from wiremap_lab.places import Building, CivicAddress, Erl, Places, Psap

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_BUILDINGS = ("b1", "b2", "b3")
_FLOORS = [(building, floor) for building in _BUILDINGS for floor in ("1", "2")]
ERLS = [
    *(Erl(building, building) for building in _BUILDINGS),
    *(Erl(f"{building}-{floor}", building, floor) for building, floor in _FLOORS),
    *(Erl(f"{b}-{f}-{room}", b, f, room=room) for b, f in _FLOORS for room in ("east", "west")),
]
PLACES = Places.of(
    [Psap("north", "North"), Psap("south", "South")],
    [Building(b, b.upper(), CivicAddress(), "south" if b == "b3" else "north") for b in _BUILDINGS],
    ERLS,
)
