"""The default SNMP engine: one UDP socket an address family, for as many agents as there are.

A reply is taken, checked and answered by the next request in one callback, without a task switch,
so a PDU costs one turn of the event loop. Coroutines only wait for their turn and for the end.

Datagrams are matched by the address they come from and then by request-id; whatever else arrives
is passed over and waited past, so nobody can end a walk by sending garbage. As many walks run at a
time as have room for a reply each in the receive buffer the kernel granted: a buffer that
overflows loses rows of exactly the busiest networks.
"""

from __future__ import annotations

import asyncio
import ipaddress
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import repeat
from math import inf
from types import TracebackType
from typing import Self, TypeVar

from wiremap_lab.errors import DecodeError, Unreachable
from wiremap_lab.snmp.codec import REPORT, Pdu
from wiremap_lab.snmp.engine import Target
from wiremap_lab.snmp.getter import SafeGetter
from wiremap_lab.snmp.keys import User
from wiremap_lab.snmp.session import Session, open_session
from wiremap_lab.snmp.usm import Client, report_of
from wiremap_lab.snmp.walker import Chance, Limits, Reading, SafeWalker, Walked
from wiremap_lab.tables import Oid, Row

#: Asked of the kernel, which grants up to net.core.rmem_max.
RECEIVE_BUFFER = 4 * 2**20
#: What a reply may occupy there: 256 varbinds seldom pass 14 KiB, and the kernel counts twice that for its own.
REPLY_IN_BUFFER = 32 * 1024
#: Deadlines are looked at this often (seconds), all together: cheaper than a timer a request.
TICK = 0.02
#: Datagrams taken in one turn of the event loop, at most.
BURST = 64
#: Times an SNMPv3 agent may ask in a row for its engine ID or time to be learned again.
MOST_AGAIN = 4

#: The rows of a PDU by the place of their root.
Parts = list[tuple[int, Sequence[Row]]]
Keep = Callable[[Parts], None]
Sockaddr = tuple[str, int]
R = TypeVar("R", bound=Reading)


class _Lane:
    """One agent's address, its requests in flight, and when the next may go."""

    __slots__ = ("active", "clients", "ready_at", "sock", "to", "turn")

    def __init__(self, sock: socket.socket, to: Sockaddr, at_once: int) -> None:
        self.sock = sock
        self.to = to
        self.turn = asyncio.Semaphore(at_once)
        self.active: list[_Exchange] = []
        self.clients: dict[User, Client] = {}
        self.ready_at = 0.0


class _Exchange:
    """One reading on its way: what is outstanding, until when, and who waits for the end."""

    __slots__ = ("again", "deadline", "done", "keep", "lane", "passed_over", "reading", "request_id", "session")

    def __init__(self, lane: _Lane, session: Session, reading: Reading, keep: Keep) -> None:
        self.lane = lane
        self.session = session
        self.reading = reading
        self.keep = keep
        self.request_id = 0
        self.deadline = inf
        self.passed_over = 0
        self.again = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class UdpEngine:
    """Reads agents over UDP; an `Engine`. Use it as `async with UdpEngine(limits) as engine`."""

    def __init__(self, limits: Limits | None = None, *, rng: Chance | None = None) -> None:
        self._limits = limits or Limits()
        self._rng = rng or random.Random()
        self._gap = 1 / self._limits.requests_per_second
        self._lanes: dict[Sockaddr, _Lane] = {}
        self._sockets: dict[int, socket.socket] = {}
        self._active: set[_Exchange] = set()
        self._ticking = False

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        sock = self._sockets[socket.AF_INET] = self._open(socket.AF_INET)
        granted = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self._window = asyncio.Semaphore(max(1, min(self._limits.devices, granted // REPLY_IN_BUFFER)))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for exchange in self._active:
            exchange.done.cancel()
        for sock in self._sockets.values():
            self._loop.remove_reader(sock)
            sock.close()

    async def walk(self, target: Target, roots: Sequence[Oid]) -> list[Walked]:
        """Walk these subtrees, several at once. Raises Unreachable or Refused when there is nothing to tell."""
        kept: list[list[Row]] = [[] for _ in roots]

        def keep(parts: Parts) -> None:
            for place, rows in parts:
                kept[place].extend(rows)

        walker = await self._walk(target, roots, keep)
        return walker.walked(kept)

    def walk_batches(self, target: Target, roots: Sequence[Oid]) -> UdpBatches:
        """Walk them and keep nothing: the rows are given as they come, one list a PDU."""
        return UdpBatches(lambda keep: self._walk(target, roots, keep), len(roots))

    async def get(self, target: Target, oids: Sequence[Oid]) -> list[Row]:
        """Read these objects; one that is not there comes with the tag of its exception.

        Raises Unreachable or Refused where one could not be read.
        """
        getter = await self._read(target, lambda now: SafeGetter(oids, self._limits, rng=self._rng, now=now), _nothing)
        return getter.rows()

    async def _walk(self, target: Target, roots: Sequence[Oid], keep: Keep) -> SafeWalker:
        def begin(now: float) -> SafeWalker:
            return SafeWalker(roots, self._limits, version=target.version, rng=self._rng, now=now)

        return await self._read(target, begin, keep)

    async def _read(self, target: Target, begin: Callable[[float], R], keep: Keep) -> R:
        """Carry a reading to its end, once it is its turn; its time begins then."""
        lane = await self._lane(target)
        async with lane.turn, self._window:
            reading = begin(self._loop.time())
            session = open_session(target, lane.clients, rng=self._rng, clock=self._loop.time)
            exchange = _Exchange(lane, session, reading, keep)
            lane.active.append(exchange)
            self._active.add(exchange)
            try:
                self._next(exchange)
                self._start_ticking()
                await exchange.done
            finally:
                exchange.done.cancel()
                lane.active.remove(exchange)
                self._active.discard(exchange)
            return reading

    async def _lane(self, target: Target) -> _Lane:
        family, to = await self._resolve(target)
        if (lane := self._lanes.get(to)) is None:
            if family not in self._sockets:
                self._sockets[family] = self._open(family)
            lane = self._lanes[to] = _Lane(self._sockets[family], to, self._limits.requests_in_flight)
        return lane

    async def _resolve(self, target: Target) -> tuple[int, Sockaddr]:
        try:
            address = ipaddress.ip_address(target.host)
        except ValueError:
            return await self._look_up(target)
        return (socket.AF_INET if address.version == 4 else socket.AF_INET6), (str(address), target.port)

    async def _look_up(self, target: Target) -> tuple[int, Sockaddr]:
        try:
            found = await self._loop.getaddrinfo(target.host, target.port, type=socket.SOCK_DGRAM)
        except OSError as error:
            raise Unreachable(f"{target.host}: {error.strerror}") from error
        family, _, _, _, to = found[0]
        return family, (str(to[0]), target.port)

    def _open(self, family: int) -> socket.socket:
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        sock.bind(("::" if family == socket.AF_INET6 else "", 0))
        self._loop.add_reader(sock, self._readable, sock)
        return sock

    def _next(self, exchange: _Exchange) -> None:
        """Send what the reading asks next, as soon as the agent's rate allows; or end the exchange."""
        if exchange.reading.request is None:
            exchange.deadline = inf
            if not exchange.done.done():
                exchange.done.set_result(None)
            return
        exchange.request_id = int(self._rng.random() * 0x7FFFFFFF) + 1
        self._pace(exchange)

    def _pace(self, exchange: _Exchange) -> None:
        now, lane = self._loop.time(), exchange.lane
        at = max(now, lane.ready_at)
        lane.ready_at = at + self._gap
        if at <= now:
            self._send(exchange)
        else:
            exchange.deadline = inf
            self._loop.call_at(at, self._send, exchange)

    def _send(self, exchange: _Exchange) -> None:
        request = exchange.reading.request
        if request is None or exchange.done.done():
            return
        exchange.deadline = self._loop.time() + request.wait
        octets = exchange.session.write(request, exchange.request_id)
        try:
            exchange.lane.sock.sendto(octets, exchange.lane.to)
        except BlockingIOError:
            pass  # as good as lost on the way, and sent again like that
        except OSError as error:
            exchange.done.set_exception(Unreachable(f"{exchange.lane.to[0]}: {error.strerror}"))

    def _readable(self, sock: socket.socket) -> None:
        """Take the datagrams there are, up to as many as are due, lest a system call only tells there is no more."""
        for _ in repeat(None, min(BURST, len(self._active)) or 1):
            try:
                octets, sender = sock.recvfrom(65535)
            except OSError:  # no more of them, or the ICMP error of a datagram sent before
                return
            if lane := self._lanes.get(sender[:2]):
                self._hear(lane, octets)

    def _hear(self, lane: _Lane, octets: bytes) -> None:
        for exchange in lane.active:
            if exchange.done.done():
                continue  # whoever waits for it has not had his turn yet, and this is an answer come twice
            try:
                pdu = exchange.session.read(octets, exchange.request_id)
            except DecodeError:
                exchange.passed_over += 1
                continue
            if pdu.kind == REPORT:
                _reported(exchange, pdu)
            else:
                exchange.again = 0
                if parts := exchange.reading.answered(pdu, octets=len(octets), now=self._loop.time()):
                    exchange.keep(parts)
            self._next(exchange)
            return

    def _start_ticking(self) -> None:
        if not self._ticking:
            self._ticking = True
            self._loop.call_later(TICK, self._tick)

    def _tick(self) -> None:
        now = self._loop.time()
        for exchange in [exchange for exchange in self._active if exchange.deadline <= now]:
            self._time_out(exchange, now)
        self._ticking = False
        if self._active:
            self._start_ticking()

    def _time_out(self, exchange: _Exchange, now: float) -> None:
        """Send again, under the same request-id if it is the same question: a late answer is as good."""
        before = exchange.reading.request
        heard = f", {exchange.passed_over} datagrams that were none" if exchange.passed_over else ""
        exchange.reading.timed_out(now, heard=heard)
        after = exchange.reading.request
        if before and after and before.oids == after.oids:
            self._pace(exchange)
        else:
            self._next(exchange)


def _reported(exchange: _Exchange, pdu: Pdu) -> None:
    """Ask again where the Report taught us the agent's engine or time; else take it for a no."""
    report = report_of(pdu)
    exchange.again += 1
    if report is None:
        exchange.reading.refused("the agent sends a Report of a counter that is not known")
    elif not report.again or exchange.again > MOST_AGAIN:
        exchange.reading.refused(f"the agent reports: {report.name.lower().replace('_', ' ')}")


class UdpBatches:
    """The rows of a walk as they come, one list a PDU; `walked` tells afterwards how it ended, its rows left out."""

    def __init__(self, walk: Callable[[Keep], Awaitable[SafeWalker]], roots: int) -> None:
        self.walked: list[Walked] = []
        self._walk = walk
        self._roots = roots

    async def __aiter__(self) -> AsyncIterator[list[Row]]:
        """Give what came, PDU by PDU; raise at the end what a walk would raise."""
        arrived: asyncio.Queue[Parts | None] = asyncio.Queue()
        walking = asyncio.ensure_future(self._walk(arrived.put_nowait))
        walking.add_done_callback(lambda _: arrived.put_nowait(None))
        try:
            while parts := await arrived.get():
                yield [row for _, rows in parts for row in rows]
            self.walked = (await walking).walked([[] for _ in range(self._roots)])
        finally:
            walking.cancel()


def _nothing(_: Parts) -> None:
    pass
