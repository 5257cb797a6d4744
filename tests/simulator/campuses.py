"""The campuses the tests look at, read once."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from wiremap_lab.simulator.campus import Campus, load_campus

TOPOLOGIES = Path(__file__).parents[2] / "topologies"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@cache
def campus(name: str) -> Campus:
    path = TOPOLOGIES / f"{name}.yaml"
    return load_campus(path.read_text(encoding="utf-8"), path=str(path))
