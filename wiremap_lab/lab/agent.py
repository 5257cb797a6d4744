"""An SNMP agent without a socket: a request goes in as octets, and what it answers comes out.

GET, GETNEXT and GETBULK are as RFC 3416 has them, in version 1 as RFC 1157 has them. What an agent does
not understand, or is asked under the wrong community, it does not answer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from wiremap_lab.errors import DecodeError
from wiremap_lab.lab.mib.objects import SCALAR, SYS_UP_TIME, Cell
from wiremap_lab.snmp import usm
from wiremap_lab.snmp.codec import (
    END_OF_MIB_VIEW,
    GET,
    GETBULK,
    GETNEXT,
    NO_SUCH_INSTANCE,
    NO_SUCH_OBJECT,
    RESPONSE,
    SET,
    TIMETICKS,
    Pdu,
    Version,
    decode_community,
    encode_row,
    join_pdu,
    message_version,
    wrap_community,
)
from wiremap_lab.tables import Oid, Row

#: What fits into one Ethernet frame, and what most switches keep to.
ONE_FRAME = 1472
#: The most that UDP over IPv4 carries.
LARGEST = 65507

_TOO_BIG, _NO_SUCH_NAME, _NOT_WRITABLE = 1, 2, 17
_UP_TIME: Oid = (*SYS_UP_TIME, *SCALAR)
#: Octets around the varbinds: tags and lengths, version and three integers at their longest.
_ENVELOPE = 48
#: The same for version 3: engine ID twice, user, digest and salt as well, at their longest.
_SECURE_ENVELOPE = 240


class Mib:
    """What an agent holds in one context, in order. A row is encoded when first asked for, and kept so."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        rows: dict[Oid, Row] = {}
        self._objects: set[Oid] = set()
        for column, index, tag, value in cells:
            oid = (*column, *index)
            rows[oid] = (oid, tag, value)
            self._objects.add(column)
        self.oids = sorted(rows)
        self._rows = rows
        self._octets: dict[Oid, bytes] = {}

    def __len__(self) -> int:
        return len(self.oids)

    def __contains__(self, oid: object) -> bool:
        return oid in self._rows

    def rows(self) -> Iterator[Row]:
        """All rows, in order."""
        return (self._rows[oid] for oid in self.oids)

    def encoded(self, oid: Oid) -> bytes | None:
        """A row as it goes on the wire, if there is one of exactly this OID."""
        found = self._octets.get(oid)
        if found is None and oid in self._rows:
            found = self._octets[oid] = encode_row(self._rows[oid])
        return found

    def after(self, oid: Oid) -> int:
        """The position of the first row after an OID."""
        return bisect_right(self.oids, oid)

    def lacks(self, oid: Oid) -> int:
        """The exception for an OID that is not there: no such instance, or not even such an object."""
        known = any(oid[:length] in self._objects for length in range(1, len(oid) + 1))
        return NO_SUCH_INSTANCE if known else NO_SUCH_OBJECT


@dataclass(frozen=True, slots=True)
class Reply:
    """What a PDU is answered with: error status and index, and encoded rows; None for them echoes the request."""

    status: int = 0
    index: int = 0
    rows: tuple[bytes, ...] | None = None


@dataclass(slots=True)
class Agent:
    """An agent: who it answers, and how much at once.

    `mib_of` gives what it holds in a context, None for one it has not; `uptime` hundredths of a second.
    A context is asked for as ``community@context`` (Cisco's per-VLAN communities), or by name in version 3,
    which is spoken where there is a `secure` engine.
    """

    community: bytes = field(repr=False)
    mib_of: Callable[[str], Mib | None]
    uptime: Callable[[], int]
    max_octets: int = ONE_FRAME
    secure: usm.Agent | None = None
    requests: int = 0
    refused: int = 0

    def answer(self, datagram: bytes, *, now: float) -> bytes | None:
        """The answer to a message, or None where there is none to give; `now` is seconds of the engine's clock."""
        self.requests += 1
        try:
            secure = message_version(datagram) is Version.V3
            answer = self._answer_user(datagram, now) if secure else self._answer_community(datagram)
        except DecodeError:
            answer = None
        self.refused += answer is None
        return answer

    def _answer_community(self, datagram: bytes) -> bytes | None:
        version, community, pdu = decode_community(datagram)
        name, _, context = community.partition(b"@")
        mib = self.mib_of(context.decode("latin-1")) if name == self.community else None
        if mib is None:
            return None
        room = self.max_octets - _ENVELOPE - len(community)
        answer = self.respond(mib, pdu, version=version, room=room)
        return None if answer is None else wrap_community(version, community, answer)

    def _answer_user(self, datagram: bytes, now: float) -> bytes | None:
        if self.secure is None:
            return None
        asked = self.secure.open(datagram, now=now)
        if isinstance(asked, bytes):
            return asked
        mib = self.mib_of(asked.message.context.decode("latin-1"))
        if mib is None:
            return self.secure.report(asked, usm.Report.UNKNOWN_CONTEXT, now=now)
        room = self.max_octets - _SECURE_ENVELOPE - len(asked.message.context)
        answer = self.respond(mib, asked.message.pdu, version=Version.V3, room=room)
        return None if answer is None else self.secure.answer(asked, answer, now=now)

    def respond(self, mib: Mib, pdu: Pdu, *, version: Version, room: int) -> bytes | None:
        """The response PDU, its rows in no more than `room` octets; None for what is no request."""
        reply = self._reply(mib, pdu, version, room)
        if reply is None:
            return None
        if reply.rows is not None and sum(map(len, reply.rows)) > room:
            reply = Reply(_TOO_BIG, 0, None if version is Version.V1 else ())
        rows = map(encode_row, pdu.rows) if reply.rows is None else reply.rows
        return join_pdu(RESPONSE, pdu.request_id, reply.status, reply.index, rows)

    def _reply(self, mib: Mib, pdu: Pdu, version: Version, room: int) -> Reply | None:
        match pdu.kind:
            case k if k == GETBULK and version is not Version.V1:
                return Reply(rows=tuple(self._bulk(mib, pdu, room)))
            case k if k == GET:
                rows = [self._exact(mib, row[0]) for row in pdu.rows]
            case k if k == GETNEXT:
                rows = [self._next(mib, row[0]) for row in pdu.rows]
            case k if k == SET:
                return Reply(_NO_SUCH_NAME if version is Version.V1 else _NOT_WRITABLE, 1 if pdu.rows else 0)
            case _:
                return None
        return self._checked(rows, version)

    def _checked(self, rows: list[tuple[bytes, bool]], version: Version) -> Reply:
        """Version 1 knows no exceptions in the rows: the first one missing is an error of all."""
        missing = next((at for at, (_, found) in enumerate(rows, 1) if not found), 0)
        if version is Version.V1 and missing:
            return Reply(_NO_SUCH_NAME, missing)
        return Reply(rows=tuple(octets for octets, _ in rows))

    def _encoded(self, mib: Mib, oid: Oid) -> bytes | None:
        return encode_row((oid, TIMETICKS, self.uptime())) if oid == _UP_TIME else mib.encoded(oid)

    def _exact(self, mib: Mib, oid: Oid) -> tuple[bytes, bool]:
        found = self._encoded(mib, oid) if oid in mib else None
        return (encode_row((oid, mib.lacks(oid), None)), False) if found is None else (found, True)

    def _next(self, mib: Mib, oid: Oid) -> tuple[bytes, bool]:
        return self._at(mib, mib.after(oid), oid)

    def _at(self, mib: Mib, at: int, asked: Oid) -> tuple[bytes, bool]:
        """The row at a position; past the end, the OID last asked for with endOfMibView."""
        found = self._encoded(mib, mib.oids[at]) if at < len(mib) else None
        return (encode_row((asked, END_OF_MIB_VIEW, None)), False) if found is None else (found, True)

    def _bulk(self, mib: Mib, pdu: Pdu, room: int) -> Iterator[bytes]:
        """RFC 3416, 4.2.3: as many rows as fit, cut anywhere; past the end of all columns nothing is repeated."""
        singles = max(0, min(pdu.error_status, len(pdu.rows)))
        columns = [(mib.after(row[0]), row[0]) for row in pdu.rows[singles:]]
        rows = (self._next(mib, row[0]) for row in pdu.rows[:singles])
        for octets, _ in chain(rows, self._repeat(mib, columns, max(0, pdu.error_index))):
            room -= len(octets)
            if room < 0:
                return
            yield octets

    def _repeat(self, mib: Mib, columns: list[tuple[int, Oid]], times: int) -> Iterator[tuple[bytes, bool]]:
        last = [oid for _, oid in columns]
        for step in range(times if columns else 0):
            going = False
            for number, (start, _) in enumerate(columns):
                row = self._at(mib, start + step, last[number])
                if row[1]:
                    last[number] = mib.oids[start + step]
                    going = True
                yield row
            if not going:
                return
