"""Put a PDU into a message an agent will believe, and take the answer out of one we believe."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Protocol

from wiremap_lab.errors import DecodeError
from wiremap_lab.snmp.codec import REPORT, RESPONSE, Community, Pdu, decode_community, encode_community, encode_pdu
from wiremap_lab.snmp.engine import Target
from wiremap_lab.snmp.keys import User
from wiremap_lab.snmp.usm import Client, decode_header
from wiremap_lab.snmp.walker import Chance

#: Seconds of a clock that only goes forward.
Clock = Callable[[], float]


class Session(Protocol):
    """How one target is talked to."""

    def write(self, pdu: Pdu) -> bytes:
        """Make the message that asks this."""

    def read(self, octets: bytes, request_id: int) -> Pdu:
        """Give the Response, or the Report, that answers the request. Raises DecodeError for anything else."""


class CommunitySession:
    """Messages of SNMPv1 and v2c."""

    __slots__ = ("_community", "_version")

    def __init__(self, credentials: Community, context: str) -> None:
        self._version = credentials.version
        self._community = credentials.community + (b"@" + context.encode() if context else b"")

    def write(self, pdu: Pdu) -> bytes:
        """Make the message that asks this."""
        return encode_community(self._version, self._community, pdu)

    def read(self, octets: bytes, request_id: int) -> Pdu:
        """Give the Response that answers the request. Raises DecodeError for anything else."""
        version, community, pdu = decode_community(octets)
        if pdu.request_id != request_id or pdu.kind != RESPONSE:
            raise DecodeError(f"PDU {pdu.kind:#04x} of request {pdu.request_id}, where the answer to another is due")
        if version is not self._version or community != self._community:
            raise DecodeError("an answer under another version or community")
        return pdu


class UsmSession:
    """Messages of SNMPv3 in one context; what was learned of the agent's engine is the client's, and shared."""

    __slots__ = ("_client", "_clock", "_context")

    def __init__(self, client: Client, context: str, clock: Clock) -> None:
        self._clock = clock
        self._client = client
        self._context = context.encode()

    def write(self, pdu: Pdu) -> bytes:
        """Make the message that asks this, or before the engine is known the one that asks for it."""
        return self._client.request(pdu.request_id, encode_pdu(pdu), context=self._context, now=self._clock())

    def read(self, octets: bytes, request_id: int) -> Pdu:
        """Give the Response or the Report that answers the request. Raises DecodeError for anything else."""
        header = decode_header(octets)
        if header.message_id != request_id:
            raise DecodeError(f"message {header.message_id}, where the answer to another is due")
        pdu = self._client.open(header, now=self._clock())
        if pdu.kind != REPORT and (pdu.kind != RESPONSE or pdu.request_id != request_id):
            raise DecodeError(f"PDU {pdu.kind:#04x} of request {pdu.request_id}, where the answer to another is due")
        return pdu


def open_session(target: Target, clients: MutableMapping[User, Client], *, rng: Chance, clock: Clock) -> Session:
    """Begin to talk to a target; `clients` are those of its address, and get a new user's."""
    if isinstance(target.credentials, Community):
        return CommunitySession(target.credentials, target.context)
    user = target.credentials.user
    client = clients.setdefault(user, Client(user, salt=int(rng.random() * 2**53) << 11))
    return UsmSession(client, target.context, clock)
