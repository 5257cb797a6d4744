"""Real devices' recordings, served over UDP: both engines read them back whole.

pysnmp takes some 100 µs a row, so it reads the smaller ones; with WIREMAP_ALL_RECORDINGS=1 both read them all.
"""

import asyncio
import os
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from tests.agents import Mib, Responder, community
from wiremap_lab.errors import InvalidFile, InvalidValue
from wiremap_lab.snmp.codec import encode_row
from wiremap_lab.snmp.pysnmp_engine import PysnmpEngine
from wiremap_lab.snmp.recording import load
from wiremap_lab.snmp.udp import UdpEngine
from wiremap_lab.snmp.walker import Limits
from wiremap_lab.tables import Oid, Row

ALL = os.environ.get("WIREMAP_ALL_RECORDINGS") == "1"
LIMITS = Limits(timeout=10.0, requests_per_second=1e6)


def recordings(shared: Path, most_octets: int, every: int) -> list[Path]:
    """Find the recordings of at most so many octets, every nth of them."""
    found = sorted((shared / "recordings").rglob("*.snmprec"))
    return found if ALL else [path for path in found if path.stat().st_size <= most_octets][::every]


def rows_of(path: Path) -> list[Row]:
    """The rows that SNMP can carry; some recordings hold values of another type than they say."""
    try:
        return [row for row in load(path).rows if _can_be_sent(row)]
    except InvalidFile:
        return []


def _can_be_sent(row: Row) -> bool:
    try:
        return bool(encode_row(row))
    except InvalidValue:
        return False


def roots_of(rows: Iterable[Row]) -> list[Oid]:
    """Make roots of several depths, some within others, so that columns share requests and end at any time."""
    return [(1, 0), (1, 3), *sorted({oid[: min(10, len(oid) - 1)] for oid, _, _ in rows})][:40]


async def assert_read_back(engine: UdpEngine | PysnmpEngine, rows: Sequence[Row]) -> None:
    roots = roots_of(rows)
    with Responder(community(Mib(rows, most=60).answer)) as agent:
        walks = await engine.walk(agent.target(), roots)
    for root, walked in zip(roots, walks, strict=True):
        assert walked.complete
        assert walked.rows == [row for row in rows if row[0][: len(root)] == root and row[0] != root]


@pytest.mark.timeout(600)
async def test_our_engine_reads_every_recording_back(shared: Path) -> None:
    paths = recordings(shared, most_octets=150_000, every=4)
    assert len(paths) > 50
    async with UdpEngine(LIMITS, rng=random.Random(1)) as engine:
        for path in paths:
            await assert_read_back(engine, rows_of(path))


@pytest.mark.timeout(600)
async def test_pysnmp_reads_the_same(shared: Path) -> None:
    paths = recordings(shared, most_octets=12_000, every=4)
    assert len(paths) > 15
    async with PysnmpEngine(LIMITS, rng=random.Random(1)) as engine:
        for path in paths:
            await asyncio.wait_for(assert_read_back(engine, rows_of(path)), 100)
