"""Agents to test against: what a good one answers, and a responder that serves any sorted rows over UDP."""

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from wiremap_lab.errors import DecodeError
from wiremap_lab.snmp.codec import (
    END_OF_MIB_VIEW,
    GET,
    GETBULK,
    INTEGER,
    NO_SUCH_INSTANCE,
    RESPONSE,
    Pdu,
    Version,
    decode_community,
    encode_community,
)
from wiremap_lab.tables import Oid, Row

TOO_BIG, NO_SUCH_NAME, GEN_ERR = 1, 2, 5


@dataclass(frozen=True)
class Mib:
    """A good agent's answers from sorted rows (RFC 3416, 4.2; RFC 1157, 4.1 for v1)."""

    rows: Sequence[Row]
    most: int = 10_000

    def next(self, oid: Oid) -> Row:
        at = bisect_right(self.rows, oid, key=itemgetter(0))
        return self.rows[at] if at < len(self.rows) else (oid, END_OF_MIB_VIEW, None)

    def get(self, oid: Oid) -> Row:
        at = bisect_left(self.rows, oid, key=itemgetter(0))
        found = at < len(self.rows) and self.rows[at][0] == oid
        return self.rows[at] if found else (oid, NO_SUCH_INSTANCE, None)

    def answer(self, asked: Pdu, version: Version = Version.V2C) -> Pdu:
        if asked.kind == GETBULK:
            rows = self._bulk([row[0] for row in asked.rows], asked.error_index)
        else:
            look = self.get if asked.kind == GET else self.next
            rows = [look(row[0]) for row in asked.rows]
        if version is Version.V1:
            for index, (_, tag, _) in enumerate(rows, 1):
                if tag >= NO_SUCH_INSTANCE - 1:
                    return Pdu(RESPONSE, asked.request_id, NO_SUCH_NAME, index, asked.rows)
        return Pdu(RESPONSE, asked.request_id, 0, 0, rows)

    def _bulk(self, oids: list[Oid], repetitions: int) -> list[Row]:
        rows: list[Row] = []
        for _ in range(min(repetitions, self.most // len(oids) + 1)):
            step = [self.next(oid) for oid in oids]
            rows += step
            oids = [row[0] for row in step]
            if all(tag == END_OF_MIB_VIEW for _, tag, _ in step):
                break
        return rows[: self.most]


def error(asked: Pdu, status: int, index: int = 0) -> Pdu:
    return Pdu(RESPONSE, asked.request_id, status, index, () if status == TOO_BIG else asked.rows)


def rows_of(*oids: Oid) -> list[Row]:
    return [(oid, INTEGER, place) for place, oid in enumerate(sorted(oids))]


def table(root: Oid, columns: int, rows: int) -> list[Row]:
    """Make a conceptual table: root.1.column.index."""
    return [
        ((*root, 1, column, index), INTEGER, column * 100_000 + index)
        for column in range(1, columns + 1)
        for index in range(1, rows + 1)
    ]


Respond = Callable[[Pdu], Pdu | None]


class Responder(asyncio.DatagramProtocol):
    """A v1/v2c agent on loopback that answers by `respond`, and not at all where that gives None."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.requests = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            version, community, asked = decode_community(data)
        except DecodeError:
            return
        self.requests += 1
        if (given := self.respond(asked)) is not None:
            self.send(encode_community(version, community, given), addr)

    def send(self, octets: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(octets, addr)
