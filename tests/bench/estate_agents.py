"""Agents of an estate, in a process of their own: every answer a walk will ask for is encoded before the first request.

`python -m tests.bench.estate_agents COUNT` prints its port when it is ready, and serves until standard input is
closed. One socket answers for all addresses (IP_PKTINFO, ip(7)), so a request costs two system calls and a look-up.
"""

import gc
import random
import select
import socket
import struct
import sys
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache, partial

from tests.bench.estate import address, rows
from wiremap_lab.readers.mibs.device import ROOTS
from wiremap_lab.readers.mibs.system import SYS_UP_TIME
from wiremap_lab.snmp.codec import (
    END_OF_MIB_VIEW,
    GET,
    GETBULK,
    NULL,
    RESPONSE,
    Pdu,
    Version,
    decode_community,
    encode_community,
    encode_row,
    join_pdu,
    wrap_community,
)
from wiremap_lab.snmp.walker import Limits, SafeWalker
from wiremap_lab.tables import Row

IP_PKTINFO = 8
#: struct in_pktinfo: interface, the address to answer from, the one that was asked.
_PKTINFO = struct.Struct("=I4s4s")
COMMUNITY = b"public"
#: Varbinds an agent puts into one answer: what fits into a datagram of 64 KiB, and no more than we ask for.
_MOST = 256
#: The answers of one agent: what was asked, without the request-id → encoded varbinds.
Answers = Mapping[bytes, bytes]


def without_id(octets: bytes) -> tuple[bytes, bytes]:
    """A request's id, and the rest of its PDU, by which its answer is known."""
    at = octets.index(COMMUNITY) + len(COMMUNITY)
    kind = octets[at : at + 1]
    at += 2 + (octets[at + 1] & 0x7F if octets[at + 1] & 0x80 else 0)  # to the request-id: 02 LL ...
    end = at + 2 + octets[at + 1]
    return octets[at + 2 : end], kind + octets[end:]


class Mib:
    """What one agent holds."""

    def __init__(self, switch: int, count: int) -> None:
        self._rows = rows(switch, count)
        self._encoded = [encode_row(row) for row in self._rows]
        self._oids = [row[0] for row in self._rows]

    def respond(self, asked: Pdu) -> tuple[list[Row], bytes]:
        """What is answered, as rows and as octets (RFC 3416, 4.2.3)."""
        times = min(asked.error_index, _MOST // len(asked.rows)) if asked.kind == GETBULK else 1
        first = [bisect_right(self._oids, row[0]) - (asked.kind == GET) for row in asked.rows]
        told, octets = [], []
        for step in range(times):
            for place, start in enumerate(first):
                at, end = start + step, (asked.rows[place][0], END_OF_MIB_VIEW, None)
                there = at < len(self._rows)
                told.append(self._rows[at] if there else end)
                octets.append(self._encoded[at] if there else encode_row(end))
        return told, b"".join(octets)


def prepare(mib: Mib, limits: Limits) -> Answers:
    """Walk an agent as a collector will, and keep what it will be answered."""
    answers: dict[bytes, bytes] = {}

    def answer(asked: Pdu) -> tuple[list[Row], bytes]:
        told, octets = mib.respond(asked)
        answers[without_id(encode_community(Version.V2C, COMMUNITY, asked))[1]] = octets
        return told, octets

    walker = SafeWalker(ROOTS, limits, version=Version.V2C, rng=random.Random(1), now=0.0)
    while walker.request is not None:
        told, octets = answer(walker.request.pdu(1))
        walker.answered(Pdu(RESPONSE, 1, 0, 0, tuple(told)), octets=len(octets), now=0.0)
    answer(Pdu(GET, 1, 0, 0, [((*SYS_UP_TIME, 0), NULL, None)]))
    return answers


class Agents:
    """The agents of an estate of `count` switches."""

    def __init__(self, count: int) -> None:
        self._number = {socket.inet_aton(address(switch)): switch for switch in range(count)}
        self._answers = [prepare(Mib(switch, count), Limits()) for switch in range(count)]
        self._mib = lru_cache(maxsize=64)(partial(Mib, count=count))

    def answer(self, to: bytes, octets: bytes) -> bytes:
        """The answer of the agent at an address; one not foreseen, to a collector that grew shy, is made now."""
        switch = self._number[to]
        request_id, key = without_id(octets)
        varbinds = self._answers[switch].get(key)
        if varbinds is None:
            varbinds = self._mib(switch).respond(decode_community(octets)[2])[1]
        pdu = join_pdu(RESPONSE, int.from_bytes(request_id, "big"), 0, 0, (varbinds,))
        return wrap_community(Version.V2C, COMMUNITY, pdu)


def serve(agents: Agents) -> None:
    """Serve until standard input is closed."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**22)
    sock.bind(("0.0.0.0", 0))
    sys.stdout.write(f"{sock.getsockname()[1]}\n")
    sys.stdout.flush()
    waiting = select.poll()
    waiting.register(sock, select.POLLIN)
    waiting.register(sys.stdin, select.POLLIN | select.POLLHUP)
    room = socket.CMSG_SPACE(_PKTINFO.size)
    while True:
        if any(file != sock.fileno() for file, _ in waiting.poll()):
            return
        octets, told, _, sender = sock.recvmsg(65535, room)
        to = _PKTINFO.unpack(told[0][2])[2]
        source = [(socket.IPPROTO_IP, IP_PKTINFO, _PKTINFO.pack(0, to, to))]
        sock.sendmsg([agents.answer(to, octets)], source, 0, sender)


if __name__ == "__main__":
    gc.disable()
    serve(Agents(int(sys.argv[1])))
