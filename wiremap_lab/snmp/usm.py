"""SNMPv3 messages and the User-based Security Model (RFC 3412, RFC 3414, RFC 3826, RFC 7860).

Octets in, values out, as in `codec`: no socket and no clock; `now` is seconds of any clock that
only goes forward. `Client` asks one agent as one user; `Agent` is the other side, which the virtual
campus serves. A reply is read in two steps, since many agents answer into one socket:
`decode_header` tells the message ID that finds the client, and `Client.open` verifies the rest.

Before the first answer a client does not know the agent's engine ID, which its keys depend on.
Then `Client.request` makes the discovery message of RFC 3414, section 4 instead; the Report that
answers it is `again`: send the same request once more. So is the Report of an agent whose clock is
not where we thought it was.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from wiremap_lab.errors import DecodeError
from wiremap_lab.snmp.ber import (
    COUNTER32,
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    encode,
    encode_integer,
    read_content,
    read_header,
    read_integer,
    read_octets,
)
from wiremap_lab.snmp.codec import GET, REPORT, Pdu, Version, decode_pdu, encode_pdu, join_pdu
from wiremap_lab.snmp.keys import AUTH, NO_KEYS, PRIV, AuthProtocol, Keys, PrivProtocol, User
from wiremap_lab.snmp.varbinds import ALIKE
from wiremap_lab.tables import Oid

__all__ = [
    "AUTH",
    "PRIV",
    "REPORTABLE",
    "Agent",
    "AuthProtocol",
    "Client",
    "Engine",
    "Header",
    "Message",
    "PrivProtocol",
    "Report",
    "Request",
    "User",
    "decode_header",
    "report_of",
]

REPORTABLE = 0x04
#: Seconds by which the two clocks may differ (RFC 3414, 2.2.3).
TIME_WINDOW = 150
#: An engine that cannot count its boots any more; nothing it says is in time (RFC 3414, 2.2.3).
LAST_BOOT = 2**31 - 1

_SECURITY_MODEL = 3  # USM
_MAX_SIZE = 65507  # the largest UDP payload
_GLOBAL = encode_integer(_MAX_SIZE)
_VERSION = encode_integer(Version.V3)


class Report(Enum):
    """Why an agent did not answer the question (RFC 3414, 5; RFC 3412, 5; RFC 3413, 4.2)."""

    UNSUPPORTED_SECURITY_LEVEL = (1, 3, 6, 1, 6, 3, 15, 1, 1, 1, 0)
    NOT_IN_TIME_WINDOW = (1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0)
    UNKNOWN_USER_NAME = (1, 3, 6, 1, 6, 3, 15, 1, 1, 3, 0)
    UNKNOWN_ENGINE_ID = (1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0)
    WRONG_DIGEST = (1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0)
    DECRYPTION_ERROR = (1, 3, 6, 1, 6, 3, 15, 1, 1, 6, 0)
    UNKNOWN_SECURITY_MODEL = (1, 3, 6, 1, 6, 3, 11, 2, 1, 1, 0)
    INVALID_MESSAGE = (1, 3, 6, 1, 6, 3, 11, 2, 1, 2, 0)
    UNKNOWN_PDU_HANDLER = (1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0)
    UNAVAILABLE_CONTEXT = (1, 3, 6, 1, 6, 3, 12, 1, 4, 0)
    UNKNOWN_CONTEXT = (1, 3, 6, 1, 6, 3, 12, 1, 5, 0)

    @property
    def oid(self) -> Oid:
        """The counter that the Report shows."""
        oid: Oid = self.value
        return oid

    @property
    def again(self) -> bool:
        """Whether the client has learned from it, and the same question may be answered now."""
        return self in (Report.UNKNOWN_ENGINE_ID, Report.NOT_IN_TIME_WINDOW)


_REPORTS = {report.oid: report for report in Report}


def report_of(pdu: Pdu) -> Report | None:
    """What a Report says; nothing when the PDU is another kind, or a Report of no counter we know."""
    if pdu.kind != REPORT or not pdu.rows:
        return None
    return _REPORTS.get(pdu.rows[0][0])


@dataclass(frozen=True, slots=True)
class Engine:
    """An agent's engine as it was known at `at`, a time of our own clock."""

    engine_id: bytes
    boots: int
    time: int
    at: float

    def clock(self, now: float) -> int:
        """The engine's time in seconds at `now`."""
        return self.time + int(now - self.at)


@dataclass(frozen=True, slots=True)
class Header:
    """What a message says of itself; nothing of it is verified."""

    message_id: int
    flags: int
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    salt: bytes
    digest: bytes
    #: The whole message, and where in it the digest and the data stand.
    octets: bytes = field(repr=False)
    digest_at: int = field(repr=False)
    data_at: int = field(repr=False)

    @property
    def level(self) -> int:
        """The security level: nothing, AUTH, or AUTH and PRIV."""
        return self.flags & (AUTH | PRIV)


@dataclass(frozen=True, slots=True)
class Message:
    """What a message carries (ScopedPDU, RFC 3412, section 6)."""

    context_engine_id: bytes
    context: bytes
    pdu: Pdu


def decode_header(octets: bytes) -> Header:
    """Read all of an SNMPv3 message but its data. Raises DecodeError.

    Octets after the message are passed over.
    """
    at, end = read_content(octets, 0, len(octets), tag=SEQUENCE)
    version, at = read_integer(octets, at, end)
    if version != Version.V3:
        raise DecodeError(f"a message of version {version} where one of SNMPv3 is due")
    message_id, flags, at = _read_global(octets, at, end)
    at, data_at = read_content(octets, at, end, tag=OCTET_STRING)
    at, last = read_content(octets, at, data_at, tag=SEQUENCE)
    engine_id, at = read_octets(octets, at, last)
    boots, at = read_integer(octets, at, last)
    time, at = read_integer(octets, at, last)
    user, at = read_octets(octets, at, last)
    digest_at, at = read_content(octets, at, last, tag=OCTET_STRING)
    digest = octets[digest_at:at]
    salt, at = read_octets(octets, at, last)
    if not at == last == data_at:
        raise DecodeError(f"octets left over in msgSecurityParameters, which end at octet {data_at}")
    if not (0 <= boots <= LAST_BOOT and 0 <= time <= LAST_BOOT):
        raise DecodeError(f"msgAuthoritativeEngineBoots {boots}, msgAuthoritativeEngineTime {time}")
    return Header(message_id, flags, engine_id, boots, time, user, salt, digest, octets[:end], digest_at, data_at)


def _read_global(octets: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Message ID, flags, and where msgGlobalData stops."""
    at, stop = read_content(octets, at, end, tag=SEQUENCE)
    message_id, at = read_integer(octets, at, stop)
    _, at = read_integer(octets, at, stop)
    flags, at = read_octets(octets, at, stop)
    model, at = read_integer(octets, at, stop)
    if at != stop or len(flags) != 1 or flags[0] & (AUTH | PRIV) == PRIV:
        raise DecodeError(f"msgGlobalData with flags {flags.hex()!r}")
    if model != _SECURITY_MODEL:
        raise DecodeError(f"security model {model}, where {_SECURITY_MODEL} (USM) is due")
    return message_id, flags[0], stop


def _signed(header: Header, keys: Keys) -> bool:
    """Whether the digest is right (RFC 3414, 6.3.2): over the octets as sent, not encoded again."""
    start, stop = header.digest_at, header.digest_at + keys.digest_length
    zeroed = header.octets[:start] + bytes(keys.digest_length) + header.octets[stop:]
    return len(header.digest) == keys.digest_length and hmac.compare_digest(keys.sign(zeroed), header.digest)


def _read_data(header: Header, keys: Keys, *, alike: int = ALIKE) -> Message:
    octets, at, end = header.octets, header.data_at, len(header.octets)
    if header.flags & PRIV:
        secret, at = read_octets(octets, at, end)
        if at != end:
            raise DecodeError(f"octets left over after msgData, which ends at octet {at} of {end}")
        octets = keys.decrypt(secret, _initial(header.boots, header.time, header.salt))
        at, end = 0, read_header(octets, 0, len(octets))[2]  # a block cipher may have padded
    at, stop = read_content(octets, at, end, tag=SEQUENCE)
    if stop != end:
        raise DecodeError(f"octets left over after the scoped PDU, which ends at octet {stop} of {end}")
    context_engine_id, at = read_octets(octets, at, stop)
    context, at = read_octets(octets, at, stop)
    return Message(context_engine_id, context, decode_pdu(octets, at, stop, alike=alike))


def _initial(boots: int, time: int, salt: bytes) -> bytes:
    return boots.to_bytes(4) + time.to_bytes(4) + salt


def _encode(
    message_id: int, flags: int, *, engine: Engine, time: int, user: str, keys: Keys, salt: int, data: bytes
) -> bytes:
    """A message around a scoped PDU, encrypted and signed as the flags say."""
    private = b""
    if flags & PRIV:
        private = (salt % 2**64).to_bytes(8)
        data = encode(OCTET_STRING, keys.encrypt(data, _initial(engine.boots, time, private)))
    length = keys.digest_length if flags & AUTH else 0
    after = encode(OCTET_STRING, private) + data
    security = (
        encode(OCTET_STRING, engine.engine_id)
        + encode_integer(engine.boots)
        + encode_integer(time)
        + encode(OCTET_STRING, user.encode())
        + encode(OCTET_STRING, bytes(length))
        + encode(OCTET_STRING, private)
    )
    header = encode_integer(message_id) + _GLOBAL + bytes((OCTET_STRING, 1, flags, INTEGER, 1, _SECURITY_MODEL))
    parameters = encode(OCTET_STRING, encode(SEQUENCE, security))
    message = encode(SEQUENCE, _VERSION + encode(SEQUENCE, header) + parameters + data)
    if not length:
        return message
    stop = len(message) - len(after)
    return message[: stop - length] + keys.sign(message) + message[stop:]


def _scope(engine_id: bytes, context: bytes, pdu: bytes) -> bytes:
    return encode(SEQUENCE, encode(OCTET_STRING, engine_id) + encode(OCTET_STRING, context) + pdu)


_NOBODY = Engine(b"", 0, 0, 0.0)


class Client:
    """One user's questions to one agent, and what is known of the agent's engine.

    `salt` is any number of 64 bits, best by chance: no two messages of a user may share one.
    """

    def __init__(self, user: User, *, salt: int) -> None:
        self.user = user
        self.engine: Engine | None = None
        self._keys = NO_KEYS
        self._name = user.name.encode()
        self._salt = salt

    def request(self, message_id: int, pdu: bytes, *, context: bytes = b"", now: float) -> bytes:
        """A message around an encoded PDU; before the engine is known, the question for its ID instead."""
        engine = self.engine
        if engine is None:
            data = _scope(b"", b"", join_pdu(GET, message_id, 0, 0, ()))
            return _encode(message_id, REPORTABLE, engine=_NOBODY, time=0, user="", keys=NO_KEYS, salt=0, data=data)
        self._salt += 1
        return _encode(
            message_id,
            REPORTABLE | self.user.level,
            engine=engine,
            time=engine.clock(now),
            user=self.user.name,
            keys=self._keys,
            salt=self._salt,
            data=_scope(engine.engine_id, context, pdu),
        )

    def open(self, header: Header, *, now: float, alike: int = ALIKE) -> Pdu:
        """The PDU of an answer to a message of ours, verified, decrypted and in time.

        Reports come through as they are (see `report_of`), unsigned ones too: an agent that does
        not know us cannot sign. Any other PDU must be of the user's own security level. Raises
        DecodeError for what the agent did not say, or did not say to this user, or not now.
        """
        if not header.flags & AUTH:
            return self._open_unsigned(header, now)
        engine = self.engine
        if engine is None or header.engine_id != engine.engine_id or header.user != self._name:
            raise DecodeError(
                f"a message of engine {header.engine_id.hex()!r} to user {header.user!r}, asked by another"
            )
        if not self.user.auth_protocol or not _signed(header, self._keys):
            raise DecodeError("the digest is wrong")
        if header.level & ~self.user.level:
            raise DecodeError("an encrypted message to a user without privacy")
        pdu = _read_data(header, self._keys, alike=alike).pdu
        if pdu.kind != REPORT and header.level != self.user.level:
            raise DecodeError("the answer is not encrypted, and the question was")
        heard = Engine(engine.engine_id, header.boots, header.time, now)
        # The agent's own word on its clock, even where it went backward: some freeze it or lose count of boots.
        self.engine = heard if report_of(pdu) is Report.NOT_IN_TIME_WINDOW else _newest(engine, heard)
        return pdu

    def _open_unsigned(self, header: Header, now: float) -> Pdu:
        pdu = _read_data(header, NO_KEYS).pdu
        known = self.engine is not None and header.engine_id == self.engine.engine_id
        if pdu.kind != REPORT and (self.user.level or not known):
            raise DecodeError("the answer is not signed, and the question was")
        if report_of(pdu) is Report.UNKNOWN_ENGINE_ID and header.engine_id:
            # The time is not signed either, but a wrong one costs one Report, and asking for it a round trip each.
            self.engine = Engine(header.engine_id, header.boots, header.time, now)
            self._keys = self.user.keys(header.engine_id)
        return pdu


def _newest(known: Engine, heard: Engine) -> Engine:
    """What is known after a signed message; raises DecodeError outside the time window (RFC 3414, 3.2, 7b)."""
    if heard.boots == LAST_BOOT:
        raise DecodeError("the engine has run out of boots")
    if (heard.boots, heard.time) > (known.boots, known.time):
        return heard
    if heard.boots < known.boots or heard.time < known.clock(heard.at) - TIME_WINDOW:
        raise DecodeError(f"not in the time window: boot {heard.boots}, second {heard.time} of the engine")
    return known


@dataclass(frozen=True, slots=True)
class Request:
    """A question an agent may answer: who asks, in which context, what."""

    header: Header
    user: User
    message: Message


class Agent:
    """The authoritative side: an engine with its users, its boots and its clock.

    `boots` and `started` may be changed at any time, as a reboot does.
    """

    def __init__(self, engine_id: bytes, users: Iterable[User], *, started: float, boots: int = 1) -> None:
        self.engine_id = engine_id
        self.boots = boots
        self.started = started
        self.reports: Counter[Report] = Counter()
        self._users = {user.name.encode(): user for user in users}
        self._salt = 0

    def open(self, octets: bytes, *, now: float) -> Request | bytes:
        """The question, or else the Report to send back (RFC 3414, 3.2).

        Each user is served at its own security level and no other. Raises DecodeError for what
        deserves neither.
        """
        header = decode_header(octets)
        user = self._users.get(header.user)
        if header.engine_id != self.engine_id:
            return self._report(header, Report.UNKNOWN_ENGINE_ID, now)
        if user is None:
            return self._report(header, Report.UNKNOWN_USER_NAME, now)
        if header.level != user.level:
            return self._report(header, Report.UNSUPPORTED_SECURITY_LEVEL, now)
        keys = user.keys(self.engine_id)
        if header.flags & AUTH and not _signed(header, keys):
            return self._report(header, Report.WRONG_DIGEST, now)
        if header.flags & AUTH and not self._timely(header, now):
            return self._report(header, Report.NOT_IN_TIME_WINDOW, now, user)
        try:
            return Request(header, user, _read_data(header, keys))
        except DecodeError:
            if not header.flags & PRIV:
                raise
            return self._report(header, Report.DECRYPTION_ERROR, now)

    def answer(self, request: Request, pdu: bytes, *, now: float) -> bytes:
        """The message that answers a request with an encoded PDU, at the level of the request."""
        data = _scope(request.message.context_engine_id, request.message.context, pdu)
        return self._encode(request.header.message_id, request.user, request.user.level, data, now)

    def report(self, request: Request, report: Report, *, now: float) -> bytes:
        """The Report that a request is met with, as for a context there is not (RFC 3413, 3.2)."""
        return self._report(request.header, report, now, request.user)

    def _timely(self, header: Header, now: float) -> bool:
        apart = abs(header.time - int(now - self.started))
        return header.boots == self.boots < LAST_BOOT and apart <= TIME_WINDOW

    def _report(self, header: Header, report: Report, now: float, user: User | None = None) -> bytes:
        """A Report, signed for a user who has proved to be one (RFC 3414, 3.2, 7a), else bare."""
        if not header.flags & REPORTABLE:
            raise DecodeError(f"a message that asks for no Report would have had {report.name}")
        self.reports[report] += 1
        row = (report.oid, COUNTER32, self.reports[report])
        pdu = encode_pdu(Pdu(REPORT, _request_id(header), 0, 0, (row,)))
        level = user.level & AUTH if user else 0
        return self._encode(header.message_id, user, level, _scope(self.engine_id, b"", pdu), now)

    def _encode(self, message_id: int, user: User | None, level: int, data: bytes, now: float) -> bytes:
        self._salt += 1
        return _encode(
            message_id,
            level,
            engine=Engine(self.engine_id, self.boots, 0, self.started),
            time=int(now - self.started),
            user=user.name if user else "",
            keys=user.keys(self.engine_id) if user else NO_KEYS,
            salt=self._salt,
            data=data,
        )


def _request_id(header: Header) -> int:
    """The request ID of a message that cannot be answered, where it can be read (RFC 3412, 7.1, 3)."""
    try:
        return 0 if header.flags & PRIV else _read_data(header, NO_KEYS).pdu.request_id
    except DecodeError:
        return 0
