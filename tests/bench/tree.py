"""What the agents of the bench answer: tables as an access switch has them, with MAC addresses in the index."""

import random

from wiremap_lab.snmp.codec import (
    COUNTER32,
    COUNTER64,
    GAUGE32,
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    TIMETICKS,
)
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.tables import Oid, Row, Value

IF_TABLE: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IF_X_TABLE: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
Q_FDB: Oid = (1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1)
LLDP_REM: Oid = (1, 3, 111, 2, 802, 1, 1, 13, 1, 4, 1, 1)
ROOT: Oid = (1, 3)
#: One row at the end of everything: a walk of it costs what a process costs before it walks.
LAST: Oid = (1, 3, 999)
Column = tuple[int, int, Value]
USER = User("bench", AuthProtocol.SHA1, "auth password", PrivProtocol.AES128, "priv password")


def tree(interfaces: int, macs: int, neighbors: int) -> list[Row]:
    """Make sorted rows: 22 + 19 columns of interfaces, 2 of MAC addresses, 9 of neighbors, and the last one."""
    rng = random.Random(911)
    return sorted([*_interfaces(interfaces, rng), *_fdb(macs, rng), *_neighbors(neighbors), ((*LAST, 0), INTEGER, 1)])


def columns() -> list[Oid]:
    """Name the columns, as a collector does that reads only what it needs."""
    tables = ((IF_TABLE, 1, 22), (IF_X_TABLE, 1, 19), (Q_FDB, 2, 3), (LLDP_REM, 4, 12))
    return [(*table, column) for table, first, last in tables for column in range(first, last + 1)]


def _interfaces(count: int, rng: random.Random) -> list[Row]:
    """Make ports as a switch has them: half are up and count, the others have counted nothing."""
    rows: list[Row] = []
    for index in range(10101, 10101 + count):
        up = index % 2
        counters = [rng.randrange(2**32) * up for _ in range(8)]
        rows += [((*IF_TABLE, column, index), tag, value) for column, tag, value in _if_entry(index, up, counters)]
        rows += [((*IF_X_TABLE, column, index), tag, value) for column, tag, value in _if_x_entry(index, counters)]
    return rows


def _if_entry(index: int, up: int, counters: list[int]) -> list[Column]:
    """Give the columns of ifEntry (IF-MIB) as number, tag and value."""
    name, mac = b"GigabitEthernet1/0/%d" % index, bytes((0, 0x1B, 0x2F, 0x3A, index >> 8, index & 0xFF))
    state: list[Column] = [(7, INTEGER, 1), (8, INTEGER, 2 - up), (9, TIMETICKS, counters[0] // 7)]
    counted = {10: counters[0], 11: counters[1], 16: counters[2], 17: counters[3]}
    counts: list[Column] = [(column, COUNTER32, counted.get(column, 0)) for column in range(10, 21)]
    first: list[Column] = [(1, INTEGER, index), (2, OCTET_STRING, name), (3, INTEGER, 6), (4, INTEGER, 1500)]
    return [
        *first,
        (5, GAUGE32, 10**9),
        (6, OCTET_STRING, mac),
        *state,
        *counts,
        (21, GAUGE32, 0),
        (22, OBJECT_IDENTIFIER, (0, 0)),
    ]


def _if_x_entry(index: int, counters: list[int]) -> list[Column]:
    """Give the columns of ifXEntry, its 64-bit counters included."""
    low: list[Column] = [(column, COUNTER32, counters[column - 2]) for column in range(2, 6)]
    high: list[Column] = [(column, COUNTER64, counters[column % 8] * 4099) for column in range(6, 14)]
    last: list[Column] = [(14, INTEGER, 1), (15, GAUGE32, 1000), (16, INTEGER, 2), (17, INTEGER, 1)]
    alias = b"desk %d" % index if index % 3 else b""
    return [(1, OCTET_STRING, b"Gi1/0/%d" % index), *low, *high, *last, (18, OCTET_STRING, alias), (19, TIMETICKS, 0)]


def _fdb(count: int, rng: random.Random) -> list[Row]:
    macs = {(20, 0, 27, *(rng.randrange(256) for _ in range(4))) for _ in range(count)}
    return [
        row
        for mac in macs
        for row in (((*Q_FDB, 2, *mac), INTEGER, rng.randrange(1, 53)), ((*Q_FDB, 3, *mac), INTEGER, 3))
    ]


def _neighbors(count: int) -> list[Row]:
    return [
        ((*LLDP_REM, column, 0, port, 1, port), OCTET_STRING, b"switch-%d.example.net" % port)
        for column in range(4, 13)
        for port in range(1, count + 1)
    ]
