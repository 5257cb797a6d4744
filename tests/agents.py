"""Agents to test against: what a good one answers, and a responder that serves any sorted rows over UDP."""

import asyncio
import socket
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Self

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
    encode_pdu,
)
from wiremap_lab.snmp.engine import CommunityCredentials, Credentials, Target
from wiremap_lab.snmp.usm import Agent
from wiremap_lab.tables import Oid, Row

PUBLIC = CommunityCredentials(Version.V2C, b"public")
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


@dataclass(frozen=True)
class Reply:
    """A datagram to send back, after so many seconds, perhaps from a socket that is not the agent's."""

    octets: bytes
    after: float = 0.0
    foreign: bool = False


Answer = Callable[[bytes], Iterable[Reply]]


class Responder:
    """An agent on loopback: what it hears goes through `answer`, and what that gives is sent."""

    def __init__(self, answer: Answer, host: str = "127.0.0.1", port: int = 0) -> None:
        self.answer = answer
        self.requests = 0
        self._sock, self._other = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self._sock.bind((host, port))
        self._sock.setblocking(False)
        self.host, self.port = self._sock.getsockname()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._sock, self._readable)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.remove_reader(self._sock)
        self._sock.close()
        self._other.close()

    def target(self, credentials: Credentials = PUBLIC, context: str = "") -> Target:
        return Target(self.host, self.port, credentials, context)

    def _readable(self) -> None:
        octets, sender = self._sock.recvfrom(65535)
        self.requests += 1
        for reply in self.answer(octets):
            if reply.after:
                self._loop.call_later(reply.after, self._send, reply, sender)
            else:
                self._send(reply, sender)

    def _send(self, reply: Reply, to: tuple[str, int]) -> None:
        sock = self._other if reply.foreign else self._sock
        if sock.fileno() >= 0:
            sock.sendto(reply.octets, to)


def community(respond: Respond) -> Answer:
    """Answer v1 and v2c messages, whatever their community."""

    def answer(octets: bytes) -> Iterator[Reply]:
        version, name, asked = decode_community(octets)
        if (given := respond(asked)) is not None:
            yield Reply(encode_community(version, name, given))

    return answer


def usm(agent: Agent, respond: Respond, clock: Callable[[], float] = time.monotonic) -> Answer:
    """Answer v3 messages as an authoritative engine does; Reports included."""

    def answer(octets: bytes) -> Iterator[Reply]:
        now = clock()
        request = agent.open(octets, now=now)
        if isinstance(request, bytes):
            yield Reply(request)
        elif (given := respond(request.message.pdu)) is not None:
            yield Reply(agent.answer(request, encode_pdu(given), now=now))

    return answer
