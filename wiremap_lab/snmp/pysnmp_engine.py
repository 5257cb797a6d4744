"""The same walks carried by pysnmp: the second opinion on every octet the default engine sends and reads.

Only the exchange is pysnmp's; what to ask next and when a walk has ended is the walker's, as for
the default engine. It costs some fifty times the CPU, so it is an option and a judge, not a choice
for a large network.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from pysnmp.error import PySnmpError
from pysnmp.hlapi.v3arch.asyncio import (
    USM_AUTH_HMAC96_MD5,
    USM_AUTH_HMAC96_SHA,
    USM_AUTH_HMAC128_SHA224,
    USM_AUTH_HMAC192_SHA256,
    USM_AUTH_HMAC256_SHA384,
    USM_AUTH_HMAC384_SHA512,
    USM_PRIV_CFB128_AES,
    USM_PRIV_CFB192_AES,
    USM_PRIV_CFB192_AES_BLUMENTHAL,
    USM_PRIV_CFB256_AES,
    USM_PRIV_CFB256_AES_BLUMENTHAL,
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    Udp6TransportTarget,
    UdpTransportTarget,
    UsmUserData,
    bulk_cmd,
    get_cmd,
    next_cmd,
)
from pysnmp.proto import errind
from pysnmp.proto.rfc1902 import ObjectSyntax

from wiremap_lab.errors import Unreachable
from wiremap_lab.snmp.ber import NOTHING, OCTETS
from wiremap_lab.snmp.codec import GETBULK, GETNEXT, OBJECT_IDENTIFIER, RESPONSE, Community, Pdu, encode_pdu
from wiremap_lab.snmp.engine import Target
from wiremap_lab.snmp.getter import SafeGetter
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.snmp.walker import Chance, Limits, Reading, Request, SafeWalker, Walked
from wiremap_lab.tables import Oid, Row

#: pysnmp's names of the protocols.
AUTH_PROTOCOLS: Mapping[AuthProtocol, object] = {
    AuthProtocol.MD5: USM_AUTH_HMAC96_MD5,
    AuthProtocol.SHA1: USM_AUTH_HMAC96_SHA,
    AuthProtocol.SHA224: USM_AUTH_HMAC128_SHA224,
    AuthProtocol.SHA256: USM_AUTH_HMAC192_SHA256,
    AuthProtocol.SHA384: USM_AUTH_HMAC256_SHA384,
    AuthProtocol.SHA512: USM_AUTH_HMAC384_SHA512,
}
PRIV_PROTOCOLS: Mapping[PrivProtocol, object] = {
    PrivProtocol.AES128: USM_PRIV_CFB128_AES,
    PrivProtocol.AES192: USM_PRIV_CFB192_AES_BLUMENTHAL,
    PrivProtocol.AES256: USM_PRIV_CFB256_AES_BLUMENTHAL,
    PrivProtocol.AES192C: USM_PRIV_CFB192_AES,
    PrivProtocol.AES256C: USM_PRIV_CFB256_AES,
}
#: Nothing that could be read: waited past, as the default engine does.
_SILENCE = (errind.RequestTimedOut, errind.DeserializationError)

Parts = list[tuple[int, Sequence[Row]]]


class PysnmpEngine:
    """Reads agents by pysnmp; an `Engine`. Use it as `async with PysnmpEngine(limits) as engine`."""

    def __init__(self, limits: Limits | None = None, *, rng: Chance | None = None) -> None:
        self._limits = limits or Limits()
        self._rng = rng or random.Random()
        self._turns: dict[tuple[str, int], asyncio.Semaphore] = {}

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._engine = SnmpEngine()
        self._window = asyncio.Semaphore(self._limits.devices)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._engine.close_dispatcher()

    async def walk(self, target: Target, roots: Sequence[Oid]) -> list[Walked]:
        """Walk these subtrees, several at once. Raises Unreachable or Refused when there is nothing to tell."""
        kept: list[list[Row]] = [[] for _ in roots]
        async with self._turn(target):
            walker = self._walker(target, roots)
            async for parts in self._carry(target, walker):
                for place, rows in parts:
                    kept[place].extend(rows)
        return walker.walked(kept)

    def walk_batches(self, target: Target, roots: Sequence[Oid]) -> PysnmpBatches:
        """Walk them and keep nothing: the rows are given as they come, one list a PDU."""
        return PysnmpBatches(self, target, roots)

    async def get(self, target: Target, oids: Sequence[Oid]) -> list[Row]:
        """Read these objects; one that is not there comes with the tag of its exception.

        Raises Unreachable or Refused where one could not be read.
        """
        async with self._turn(target):
            getter = SafeGetter(oids, self._limits, rng=self._rng, now=self._loop.time())
            async for _ in self._carry(target, getter):
                pass
        return getter.rows()

    async def batches(self, target: Target, roots: Sequence[Oid], ended: list[Walked]) -> AsyncIterator[list[Row]]:
        """Give the rows PDU by PDU, and at the end put into `ended` how the walks did."""
        async with self._turn(target):
            walker = self._walker(target, roots)
            async for parts in self._carry(target, walker):
                if parts:
                    yield [row for _, rows in parts for row in rows]
        ended.extend(walker.walked([[] for _ in roots]))

    def _walker(self, target: Target, roots: Sequence[Oid]) -> SafeWalker:
        return SafeWalker(roots, self._limits, version=target.version, rng=self._rng, now=self._loop.time())

    @asynccontextmanager
    async def _turn(self, target: Target) -> AsyncIterator[None]:
        at_once = self._limits.requests_in_flight
        turn = self._turns.setdefault((target.host, target.port), asyncio.Semaphore(at_once))
        async with turn, self._window:
            yield

    async def _carry(self, target: Target, reading: Reading) -> AsyncIterator[Parts]:
        """Carry a reading to its end, giving what each answer brought."""
        exchange = _Exchange(self._engine, target, await _transport(target, self._limits.timeout))
        gap = 1 / self._limits.requests_per_second
        while (request := reading.request) is not None:
            ready_at = self._loop.time() + gap
            try:
                pdu = await asyncio.wait_for(exchange.ask(request), request.wait)
            except (TimeoutError, *_SILENCE):
                reading.timed_out(self._loop.time())
            except errind.ErrorIndication as no:
                reading.refused(f"pysnmp says: {no}")
            else:
                octets = len(encode_pdu(pdu))
                yield reading.answered(pdu, octets=octets, now=self._loop.time())
            await asyncio.sleep(ready_at - self._loop.time())


class PysnmpBatches:
    """The rows of a walk as they come, one list a PDU; `walked` tells afterwards how it ended, its rows left out."""

    def __init__(self, engine: PysnmpEngine, target: Target, roots: Sequence[Oid]) -> None:
        self.walked: list[Walked] = []
        self._rows = engine.batches(target, roots, self.walked)

    def __aiter__(self) -> AsyncIterator[list[Row]]:
        """Give what came, PDU by PDU; raise at the end what a walk would raise."""
        return self._rows


class _Exchange:
    """One target's questions, asked through pysnmp."""

    def __init__(self, engine: SnmpEngine, target: Target, transport: UdpTransportTarget) -> None:
        self._engine = engine
        self._who, self._context = _credentials(target)
        self._transport = transport

    async def ask(self, request: Request) -> Pdu:
        """Give the answer to one request. Raises ErrorIndication, pysnmp's own, where there is none."""
        names = [ObjectType(ObjectIdentity(oid)) for oid in request.oids]
        common = (self._engine, self._who, self._transport, self._context)
        if request.kind == GETBULK:
            answer = bulk_cmd(*common, 0, request.repetitions, *names, lookupMib=False)
        else:
            answer = (next_cmd if request.kind == GETNEXT else get_cmd)(*common, *names, lookupMib=False)
        indication, status, index, rows = await answer
        if isinstance(indication, errind.EmptyResponse):
            rows = ()
        elif indication:
            raise indication
        return Pdu(RESPONSE, 0, int(status), int(index), [row_of(name, value) for name, value in rows])


def row_of(name: Sequence[int], value: ObjectSyntax) -> Row:
    """A varbind of pysnmp as a row."""
    outer = value.tagSet.superTags[-1]
    tag = outer.tagClass | outer.tagFormat | outer.tagId
    if tag in NOTHING:
        return tuple(name), tag, None
    if tag in OCTETS:
        return tuple(name), tag, value.asOctets()
    return tuple(name), tag, tuple(value) if tag == OBJECT_IDENTIFIER else int(value)


def _credentials(target: Target) -> tuple[CommunityData | UsmUserData, ContextData]:
    if isinstance(target.credentials, Community):
        name = target.credentials.community + (b"@" + target.context.encode() if target.context else b"")
        return CommunityData(name.decode("latin-1"), mpModel=int(target.version)), ContextData()
    return _user(target.credentials.user), ContextData(contextName=target.context.encode())


def _user(user: User) -> UsmUserData:
    keys: dict[str, object] = {}
    if user.auth_protocol:
        keys |= {"authKey": user.auth_password, "authProtocol": AUTH_PROTOCOLS[user.auth_protocol]}
    if user.priv_protocol:
        keys |= {"privKey": user.priv_password, "privProtocol": PRIV_PROTOCOLS[user.priv_protocol]}
    return UsmUserData(user.name, **keys)  # noqa: S509 - the user may have no privacy protocol


async def _transport(target: Target, timeout: float) -> UdpTransportTarget:
    kind = Udp6TransportTarget if ":" in target.host else UdpTransportTarget
    try:  # twice the time: the walker is to lose patience first
        return await kind.create((target.host, target.port), timeout=2 * timeout, retries=0)
    except PySnmpError as error:
        raise Unreachable(f"{target.host}: {error}") from error
