"""Put a PDU into a message an agent will believe, and take the answer out of one we believe."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Protocol

from wiremap_lab.errors import DecodeError
from wiremap_lab.snmp.codec import GETBULK, REPORT, RESPONSE, Community, Pdu, decode_community, join_pdu, wrap_community
from wiremap_lab.snmp.engine import Target
from wiremap_lab.snmp.keys import User
from wiremap_lab.snmp.usm import Client, decode_header
from wiremap_lab.snmp.varbinds import ALIKE, head_octets, question
from wiremap_lab.snmp.walker import Chance, Request

#: Seconds of a clock that only goes forward.
Clock = Callable[[], float]


class Session(Protocol):
    """How one target is talked to, one request at a time."""

    def write(self, request: Request, request_id: int) -> bytes:
        """Make the message that asks this."""

    def read(self, octets: bytes, request_id: int) -> Pdu:
        """Give the Response, or the Report, that answers the request. Raises DecodeError for anything else."""


class CommunitySession:
    """Messages of SNMPv1 and v2c."""

    __slots__ = ("_alike", "_community", "_version")

    def __init__(self, credentials: Community, context: str) -> None:
        self._version = credentials.version
        self._community = credentials.community + (b"@" + context.encode() if context else b"")
        self._alike = ALIKE

    def write(self, request: Request, request_id: int) -> bytes:
        """Make the message that asks this."""
        self._alike = _alike(request)
        return wrap_community(self._version, self._community, _pdu(request, request_id))

    def read(self, octets: bytes, request_id: int) -> Pdu:
        """Give the Response that answers the request. Raises DecodeError for anything else."""
        version, community, pdu = decode_community(octets, alike=self._alike)
        if pdu.request_id != request_id or pdu.kind != RESPONSE:
            raise DecodeError(f"PDU {pdu.kind:#04x} of request {pdu.request_id}, where the answer to another is due")
        if version is not self._version or community != self._community:
            raise DecodeError("an answer under another version or community")
        return pdu


class UsmSession:
    """Messages of SNMPv3 in one context; what was learned of the agent's engine is the client's, and shared."""

    __slots__ = ("_alike", "_client", "_clock", "_context")

    def __init__(self, client: Client, context: str, clock: Clock) -> None:
        self._clock = clock
        self._client = client
        self._context = context.encode()
        self._alike = ALIKE

    def write(self, request: Request, request_id: int) -> bytes:
        """Make the message that asks this, or before the engine is known the one that asks for it."""
        self._alike = _alike(request)
        return self._client.request(request_id, _pdu(request, request_id), context=self._context, now=self._clock())

    def read(self, octets: bytes, request_id: int) -> Pdu:
        """Give the Response or the Report that answers the request. Raises DecodeError for anything else."""
        header = decode_header(octets)
        if header.message_id != request_id:
            raise DecodeError(f"message {header.message_id}, where the answer to another is due")
        pdu = self._client.open(header, now=self._clock(), alike=self._alike)
        if pdu.kind != REPORT and (pdu.kind != RESPONSE or pdu.request_id != request_id):
            raise DecodeError(f"PDU {pdu.kind:#04x} of request {pdu.request_id}, where the answer to another is due")
        return pdu


def _pdu(request: Request, request_id: int) -> bytes:
    repetitions = request.repetitions if request.kind == GETBULK else 0
    questions = [question(oid, depth=request.depth) for oid in request.oids]
    return join_pdu(request.kind, request_id, 0, repetitions, questions)


def _alike(request: Request) -> int:
    """Tell how many octets of the OIDs in the answer are probably those of few columns."""
    return max(ALIKE, len(head_octets(request.oids[0][: request.depth])))


def open_session(target: Target, clients: MutableMapping[User, Client], *, rng: Chance, clock: Clock) -> Session:
    """Begin to talk to a target; `clients` are those of its address, and get a new user's."""
    if isinstance(target.credentials, Community):
        return CommunitySession(target.credentials, target.context)
    user = target.credentials.user
    client = clients.setdefault(user, Client(user, salt=int(rng.random() * 2**53) << 11))
    return UsmSession(client, target.context, clock)
