"""PDUs of SNMP (RFC 3416) and the community messages that carry them (RFC 1157, RFC 1901).

Octets go in and values come out; no socket, no clock. A walk of a network is some millions of
varbinds, so their list is read by a module of its own, which makes a row in less than a
microsecond; everything else happens once a message and is written to be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from wiremap_lab.errors import DecodeError
from wiremap_lab.snmp.ber import (
    COUNTER32,
    COUNTER64,
    END_OF_MIB_VIEW,
    GAUGE32,
    INTEGER,
    IP_ADDRESS,
    NO_SUCH_INSTANCE,
    NO_SUCH_OBJECT,
    NULL,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    OPAQUE,
    SEQUENCE,
    TIMETICKS,
    encode,
    encode_integer,
    encode_oid,
    encode_value,
    format_oid,
    parse_oid,
    read_content,
    read_header,
    read_integer,
    read_octets,
)
from wiremap_lab.snmp.varbinds import ALIKE, read_rows
from wiremap_lab.tables import Row

__all__ = [
    "COUNTER32",
    "COUNTER64",
    "END_OF_MIB_VIEW",
    "GAUGE32",
    "GET",
    "GETBULK",
    "GETNEXT",
    "INFORM",
    "INTEGER",
    "IP_ADDRESS",
    "NO_SUCH_INSTANCE",
    "NO_SUCH_OBJECT",
    "NULL",
    "OBJECT_IDENTIFIER",
    "OCTET_STRING",
    "OPAQUE",
    "REPORT",
    "RESPONSE",
    "SET",
    "TIMETICKS",
    "TRAP2",
    "Community",
    "Pdu",
    "Version",
    "decode_community",
    "decode_pdu",
    "encode_community",
    "encode_pdu",
    "encode_row",
    "format_oid",
    "join_pdu",
    "message_version",
    "parse_oid",
    "wrap_community",
]

GET = 0xA0
GETNEXT = 0xA1
RESPONSE = 0xA2
SET = 0xA3
GETBULK = 0xA5
INFORM = 0xA6
TRAP2 = 0xA7
REPORT = 0xA8

_KINDS = frozenset({GET, GETNEXT, RESPONSE, SET, GETBULK, INFORM, TRAP2, REPORT})


class Version(IntEnum):
    """The version field of a message."""

    V1 = 0
    V2C = 1
    V3 = 3


@dataclass(frozen=True, slots=True)
class Community:
    """What a v1 or v2c message is sent under; its repr does not show the community, which is a password."""

    version: Version
    community: bytes

    def __repr__(self) -> str:
        return f"Community({self.version.name})"


@dataclass(frozen=True, slots=True)
class Pdu:
    """A PDU (RFC 3416, section 3).

    In a GETBULK `error_status` is non-repeaters and `error_index` is max-repetitions.
    """

    kind: int
    request_id: int
    error_status: int
    error_index: int
    rows: Sequence[Row]


def message_version(octets: bytes) -> Version:
    """The version of a message, whatever follows. Raises DecodeError."""
    start, stop = read_content(octets, 0, len(octets), tag=SEQUENCE)
    return _read_version(octets, start, stop)[0]


def decode_community(octets: bytes, *, alike: int = ALIKE) -> tuple[Version, bytes, Pdu]:
    """Version, community and PDU of a v1 or v2c message; for `alike` see `varbinds.read_rows`.

    Octets after the message are passed over. Raises DecodeError for anything else that is not one.
    """
    at, end = read_content(octets, 0, len(octets), tag=SEQUENCE)
    version, at = _read_version(octets, at, end)
    if version is Version.V3:
        raise DecodeError("an SNMPv3 message where one with a community is due")
    community, at = read_octets(octets, at, end)
    return version, community, decode_pdu(octets, at, end, alike=alike)


def encode_community(version: Version, community: bytes, pdu: Pdu) -> bytes:
    """A v1 or v2c message. Raises InvalidValue when a row cannot be encoded."""
    return wrap_community(version, community, encode_pdu(pdu))


def wrap_community(version: Version, community: bytes, pdu: bytes) -> bytes:
    """A v1 or v2c message around an encoded PDU."""
    return encode(SEQUENCE, encode_integer(version) + encode(OCTET_STRING, community) + pdu)


def encode_pdu(pdu: Pdu) -> bytes:
    """A PDU. Raises InvalidValue when a row cannot be encoded."""
    return join_pdu(pdu.kind, pdu.request_id, pdu.error_status, pdu.error_index, map(encode_row, pdu.rows))


def join_pdu(kind: int, request_id: int, error_status: int, error_index: int, rows: Iterable[bytes]) -> bytes:
    """A PDU of rows that are encoded already, as an agent that answers the same again keeps them."""
    numbers = encode_integer(request_id) + encode_integer(error_status) + encode_integer(error_index)
    return encode(kind, numbers + encode(SEQUENCE, b"".join(rows)))


def encode_row(row: Row) -> bytes:
    """One varbind. Raises InvalidValue when the value is not of the type its tag says."""
    oid, tag, value = row
    return encode(SEQUENCE, encode_oid(oid) + encode_value(tag, value))


def decode_pdu(octets: bytes, at: int, end: int, *, alike: int = ALIKE) -> Pdu:
    """The PDU that fills `octets` from `at` to `end`; for `alike` see `varbinds.read_rows`. Raises DecodeError."""
    kind, at, stop = read_header(octets, at, end)
    if kind not in _KINDS:
        raise DecodeError(f"tag {kind:#04x} is no PDU we read" + " (an SNMPv1 trap)" * (kind == 0xA4))
    request_id, at = read_integer(octets, at, stop)
    error_status, at = read_integer(octets, at, stop)
    error_index, at = read_integer(octets, at, stop)
    at, last = read_content(octets, at, stop, tag=SEQUENCE)
    if not last == stop == end:
        raise DecodeError(f"octets left over after the varbinds, which end at octet {last} of {end}")
    return Pdu(kind, request_id, error_status, error_index, read_rows(octets, at, last, alike=alike))


def _read_version(octets: bytes, at: int, end: int) -> tuple[Version, int]:
    number, at = read_integer(octets, at, end)
    try:
        return Version(number), at
    except ValueError:
        raise DecodeError(f"no version of SNMP is numbered {number}") from None
