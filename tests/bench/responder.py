"""Serve a tree on many addresses of loopback, in a process of its own, from varbinds that are encoded already.

`python -m tests.bench.responder ADDRESSES INTERFACES MACS NEIGHBORS` prints its port when it is ready.
"""

import selectors
import socket
import sys
import time
from functools import lru_cache

from tests.agents import Mib
from tests.bench.tree import USER, tree
from wiremap_lab.snmp.codec import (
    RESPONSE,
    Pdu,
    decode_community,
    encode_row,
    join_pdu,
    message_version,
    wrap_community,
)
from wiremap_lab.snmp.usm import Agent
from wiremap_lab.tables import Oid


def address(number: int) -> str:
    """Name the nth address of the bench.

    >>> address(0), address(299)
    ('127.7.0.1', '127.7.1.50')
    """
    return f"127.7.{number // 250}.{number % 250 + 1}"


class Canned:
    """Answers v2c and v3 messages; each answer is looked up once and kept."""

    def __init__(self, mib: Mib) -> None:
        self._mib = mib
        self._usm = Agent(b"\x80\x00\x1f\x88\x04bench", [USER], started=time.monotonic() - 1000)
        self._encoded = {row[0]: encode_row(row) for row in mib.rows}
        self._look_up = lru_cache(maxsize=None)(self._find)

    def answer(self, octets: bytes) -> bytes:
        if message_version(octets) != 3:
            version, community, asked = decode_community(octets)
            return wrap_community(version, community, self._pdu(asked))
        now = time.monotonic()
        request = self._usm.open(octets, now=now)
        if isinstance(request, bytes):
            return request
        return self._usm.answer(request, self._pdu(request.message.pdu), now=now)

    def _pdu(self, asked: Pdu) -> bytes:
        rows = self._look_up(asked.kind, asked.error_index, tuple(row[0] for row in asked.rows))
        return join_pdu(RESPONSE, asked.request_id, 0, 0, (rows,))

    def _find(self, kind: int, repetitions: int, oids: tuple[Oid, ...]) -> bytes:
        asked = Pdu(kind, 0, 0, repetitions, [(oid, 5, None) for oid in oids])
        rows = self._mib.answer(asked).rows
        return b"".join(self._encoded[row[0]] if row[1] < 0x80 else encode_row(row) for row in rows)


def serve(addresses: int, canned: Canned) -> None:
    """Serve until standard input is closed."""
    selector = selectors.DefaultSelector()
    port = 0
    for number in range(addresses):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**20)
        sock.bind((address(number), port))
        port = sock.getsockname()[1]
        selector.register(sock, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while True:
        for key, _ in selector.select():
            if not isinstance(key.fileobj, socket.socket):
                return
            octets, sender = key.fileobj.recvfrom(65535)
            key.fileobj.sendto(canned.answer(octets), sender)


if __name__ == "__main__":
    count, *sizes = map(int, sys.argv[1:])
    serve(count, Canned(Mib(tree(*sizes))))
