"""Hear the traps and informs of the devices of an inventory, by pysnmp: SNMPv1, v2c and v3, informs answered.

Whom it is from is settled before pysnmp sees a datagram: the address must be that of a known device (or, by
SNMPv3, the engine one that was heard from there before), the community or the user one of that device's own, at
no lower level of security than its profile has. Everything else is counted and costs next to nothing, so that a
flood of it delays nobody. Since anybody may forge a trap of SNMPv1 or v2c, one is a reason to look, never a fact.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]
from pysnmp.carrier.asyncio.dgram import udp, udp6
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import ntfrcv
from pysnmp.error import PySnmpError
from pysnmp.proto.rfc1902 import ObjectName, ObjectSyntax, OctetString

from wiremap_lab.errors import DecodeError, Unreachable
from wiremap_lab.readers.traps import Event, read_notification
from wiremap_lab.snmp.ber import SEQUENCE, read_content, read_integer, read_octets
from wiremap_lab.snmp.codec import Version, message_version
from wiremap_lab.snmp.keys import User
from wiremap_lab.snmp.pysnmp_engine import AUTH_PROTOCOLS, PRIV_PROTOCOLS, row_of
from wiremap_lab.snmp.usm import AUTH, PRIV, Header, decode_header

_log = logging.getLogger(__name__)

#: Where agents send notifications to (RFC 3417, 3.1).
TRAP_PORT = 162
#: Notifications of one device that are read within a second; of more, a poll is the cheaper account.
MOST_A_SECOND = 100
#: Engines of SNMPv3 a device may have: members of a stack, a controller and its standby.
MOST_ENGINES = 8

Address = tuple[str, int]


class Fate(StrEnum):
    """What became of a datagram."""

    HEARD = "heard"
    UNUSED = "unused"
    """A notification of a kind that says nothing of ports and neighbors."""
    UNKNOWN_SOURCE = "unknown-source"
    REFUSED = "refused"
    """A community, user or level of security that is not the device's."""
    UNREAD = "unread"
    """Of a device, and nothing came of it: a wrong key, torn varbinds, or a step of SNMPv3's greeting."""
    MALFORMED = "malformed"
    FLOOD = "flood"


@dataclass(frozen=True, slots=True)
class Sender:
    """A device that may send notifications: from where, and under which communities or users."""

    name: str
    addresses: frozenset[str]
    communities: frozenset[bytes] = field(default=frozenset(), repr=False)
    users: tuple[User, ...] = ()


#: Hears a device's name and its events.
Hear = Callable[[str, tuple[Event, ...]], None]
Receive = Callable[[bytes, Address], None]
Made = Callable[[asyncio.BaseTransport], None]
#: Hears the name of a device that sends more than is read.
Overwhelmed = Callable[[str], None]


class TrapReceiver:
    """Receives notifications while its context is entered, and tells `hear` of them; `fates` counts the datagrams.

    Raises Unreachable on entering where the address and port are not to be had; `port` 0 is a free one.
    """

    def __init__(
        self,
        senders: Iterable[Sender],
        hear: Hear,
        *,
        overwhelmed: Overwhelmed = lambda _: None,
        host: str = "0.0.0.0",  # noqa: S104 - devices are everywhere
        port: int = TRAP_PORT,
    ) -> None:
        self._senders = tuple(senders)
        self._hear, self._overwhelmed = hear, overwhelmed
        self._bind = (host, port)
        self._by_address = {address: sender for sender in self._senders for address in sender.addresses}
        self._engines: dict[bytes, Sender] = {}
        self._trusted: set[tuple[bytes, str]] = set()
        self._heard: Counter[str] = Counter()
        self._second = 0
        self._sender: Sender | None = None
        self._fate = Fate.UNREAD
        self.fates: Counter[Fate] = Counter()

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._engine = SnmpEngine()
        v6 = ":" in self._bind[0]
        self._domain = udp6.DOMAIN_NAME if v6 else udp.DOMAIN_NAME
        answering = (udp6.Udp6AsyncioTransport if v6 else udp.UdpAsyncioTransport)(loop=self._loop)
        self._address_type = answering.ADDRESS_TYPE
        try:
            self._endpoint, _ = await self._loop.create_datagram_endpoint(
                lambda: _Door(self._receive, answering.connection_made), local_addr=self._bind
            )
        except OSError as fault:
            self._engine.close_dispatcher()
            where = f"{self._bind[0]} port {self._bind[1]}"
            raise Unreachable(f"no traps can be heard at {where}: {fault.strerror}") from None
        config.add_transport(self._engine, self._domain, answering)
        self._let_in()
        ntfrcv.NotificationReceiver(self._engine, self._notified)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._endpoint.close()
        self._engine.close_dispatcher()

    @property
    def address(self) -> Address:
        """The host and port it listens at."""
        host, port = self._endpoint.get_extra_info("sockname")[:2]
        return str(host), int(port)

    def _let_in(self) -> None:
        communities = sorted({community for sender in self._senders for community in sender.communities})
        for number, community in enumerate(communities):
            config.add_v1_system(self._engine, f"community-{number}", OctetString(community))
        for user in {user.name: user for sender in self._senders for user in sender.users}.values():
            config.add_v3_user(self._engine, user.name, *_keys(user))  # informs are under our own engine's keys
        self._own_engine = bytes(self._engine.snmpEngineID)

    def _receive(self, datagram: bytes, source: Address) -> None:
        """Let pysnmp read what is admitted; where it cannot it says so in many ways, or in none."""
        self._sender, fate = self._admit(datagram, source)
        if fate is None:
            self._fate = Fate.UNREAD
            try:
                self._engine.message_dispatcher.receive_message(
                    self._engine, self._domain, self._address_type(source), datagram
                )
            except (PySnmpError, PyAsn1Error) as fault:
                _log.debug("source=%s reason=%r", source[0], str(fault))
            fate = self._fate
        self.fates[fate] += 1
        _log.debug("source=%s outcome=%s", source[0], fate)

    def _admit(self, datagram: bytes, source: Address) -> tuple[Sender | None, Fate | None]:
        """Whose a datagram is, and why it is refused; no reason where it comes from a device under its own name."""
        sender = self._by_address.get(source[0])
        try:
            if message_version(datagram) is Version.V3:
                header = decode_header(datagram)
                sender = sender or self._engines.get(header.engine_id)
                fate = self._judge_user(sender, header)
            else:
                fate = _judge_community(sender, datagram)
        except DecodeError:
            fate = Fate.MALFORMED if sender else Fate.UNKNOWN_SOURCE
        if fate is None and sender is not None and self._floods(sender.name):
            fate = Fate.FLOOD
        return sender, fate

    def _judge_user(self, sender: Sender | None, header: Header) -> Fate | None:
        if sender is None:
            return Fate.UNKNOWN_SOURCE
        if not header.engine_id:
            return None  # an inform begins by asking for our engine ID, under no name
        user = next((user for user in sender.users if user.name.encode() == header.user), None)
        if user is None or header.level < _level(user):
            return Fate.REFUSED
        return None if header.engine_id == self._own_engine else self._trust(sender, header.engine_id, user)

    def _trust(self, sender: Sender, engine_id: bytes, user: User) -> Fate | None:
        """Let pysnmp try the user's keys for an engine: a trap is under those of the engine that sends it."""
        if (engine_id, user.name) in self._trusted:
            return None
        if sum(known is sender for known in self._engines.values()) >= MOST_ENGINES:
            return Fate.REFUSED
        config.add_v3_user(self._engine, user.name, *_keys(user), securityEngineId=OctetString(engine_id))
        self._trusted.add((engine_id, user.name))
        self._engines[engine_id] = sender
        return None

    def _floods(self, name: str) -> bool:
        second = int(self._loop.time())
        if second != self._second:
            self._second = second
            self._heard.clear()
        self._heard[name] += 1
        if self._heard[name] == MOST_A_SECOND + 1:
            self._overwhelmed(name)
        return self._heard[name] > MOST_A_SECOND

    def _notified(
        self,
        engine: SnmpEngine,
        reference: object,
        engine_id: object,
        context: object,
        varbinds: Sequence[tuple[ObjectName, ObjectSyntax]],
        told: object,
    ) -> None:
        """Take what pysnmp has authenticated and, if it was of SNMPv1, translated."""
        del engine, reference, engine_id, context, told
        events = read_notification([row_of(tuple(name), value) for name, value in varbinds])
        self._fate = Fate.HEARD if events else Fate.UNUSED
        if self._sender is not None and events:
            self._hear(self._sender.name, events)


class _Door(asyncio.DatagramProtocol):
    """The socket's end: a doorkeeper looks at each datagram, and what is admitted goes to pysnmp."""

    def __init__(self, receive: Receive, made: Made) -> None:
        self._receive = receive
        self._made = made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Give pysnmp what it answers through."""
        self._made(transport)

    def datagram_received(self, datagram: bytes, source: Address) -> None:
        """Take a datagram."""
        self._receive(datagram, source)


def _judge_community(sender: Sender | None, datagram: bytes) -> Fate | None:
    if sender is None:
        return Fate.UNKNOWN_SOURCE
    at, end = read_content(datagram, 0, len(datagram), tag=SEQUENCE)
    _, at = read_integer(datagram, at, end)
    community, _ = read_octets(datagram, at, end)
    return None if community in sender.communities else Fate.REFUSED


def _level(user: User) -> int:
    return (AUTH if user.auth_protocol else 0) | (PRIV if user.priv_protocol else 0)


def _keys(user: User) -> tuple[object, ...]:
    """Protocols and passwords in pysnmp's order."""
    auth = AUTH_PROTOCOLS[user.auth_protocol] if user.auth_protocol else config.USM_AUTH_NONE
    priv = PRIV_PROTOCOLS[user.priv_protocol] if user.priv_protocol else config.USM_PRIV_NONE
    return auth, user.auth_password or None, priv, user.priv_password or None
