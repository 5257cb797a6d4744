"""The little of ASN.1's basic encoding rules (ITU-T X.690) that SNMP is made of.

Everything is read in place: a position goes in, the position after what was read comes out, and
nothing looks past the end it was given. There is no recursion, so there is no depth to exhaust.

What agents get wrong without harm is read as they meant it: lengths in a longer form than needed,
numbers with more leading octets than needed or with none at all, unsigned numbers sent as if they
were signed, unsigned and 64-bit numbers declared INTEGER, the empty OID for 0.0.
"""

from __future__ import annotations

from functools import lru_cache

from wiremap_lab.errors import DecodeError, InvalidValue
from wiremap_lab.tables import Oid, Value

INTEGER = 0x02
OCTET_STRING = 0x04
NULL = 0x05
OBJECT_IDENTIFIER = 0x06
SEQUENCE = 0x30
IP_ADDRESS = 0x40
COUNTER32 = 0x41
GAUGE32 = 0x42
TIMETICKS = 0x43
OPAQUE = 0x44
COUNTER64 = 0x46
NO_SUCH_OBJECT = 0x80
NO_SUCH_INSTANCE = 0x81
END_OF_MIB_VIEW = 0x82

#: Tags of values that are octets, whatever they mean (RFC 3416, section 3).
OCTETS = frozenset({OCTET_STRING, IP_ADDRESS, OPAQUE})
#: The largest number under each tag. An INTEGER has 32 bits, but agents put unsigned and longer ones there.
LARGEST = {
    INTEGER: (1 << 64) - 1,
    COUNTER32: (1 << 32) - 1,
    GAUGE32: (1 << 32) - 1,
    TIMETICKS: (1 << 32) - 1,
    COUNTER64: (1 << 64) - 1,
}
#: Tags of values that are not there.
NOTHING = frozenset({NULL, NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW})

_ONE_OCTET = bytes((INTEGER, 1))
_LARGEST_ARC = 0xFFFFFFFF  # RFC 2578, section 3.5


def parse_oid(text: str) -> Oid:
    """Read an OID in dotted decimals, with or without a leading dot.

    Raises InvalidValue.

    >>> parse_oid(".1.3.6.1")
    (1, 3, 6, 1)
    """
    arcs = text.strip().removeprefix(".").split(".")
    if not all(arc.isascii() and arc.isdigit() for arc in arcs):
        raise InvalidValue(f"not an OID: {text!r}")
    oid = tuple(map(int, arcs))
    if max(oid) > _LARGEST_ARC:
        raise InvalidValue(f"an arc of an OID has 32 bits at most: {text!r}")
    return oid


def format_oid(oid: Oid) -> str:
    """Write an OID in dotted decimals.

    >>> format_oid((1, 3, 6, 1))
    '1.3.6.1'
    """
    return ".".join(map(str, oid))


def read_header(octets: bytes, at: int, end: int) -> tuple[int, int, int]:
    """The tag at `at`, and where its content starts and stops; the content ends at `end` at the latest.

    Raises DecodeError when it would not, or when the length is indefinite (X.690, 8.1.3.6, which
    RFC 3417, section 8 forbids).
    """
    if end - at < 2:
        raise DecodeError(f"the message ends at octet {end}, where a tag and a length are due")
    tag, length, start = octets[at], octets[at + 1], at + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise DecodeError(f"length octet {length:#04x} at octet {at + 1}")
        start += count
        length = int.from_bytes(octets[at + 2 : start])
    if start + length > end:
        raise DecodeError(f"{length} octets are announced at octet {at}, and {max(end - start, 0)} are left")
    return tag, start, start + length


def read_content(octets: bytes, at: int, end: int, *, tag: int) -> tuple[int, int]:
    """Where the content of the element at `at` starts and stops, if it has this tag; else raises DecodeError."""
    found, start, stop = read_header(octets, at, end)
    if found != tag:
        raise DecodeError(f"tag {found:#04x} at octet {at}, where {tag:#04x} is due")
    return start, stop


def read_integer(octets: bytes, at: int, end: int) -> tuple[int, int]:
    """The INTEGER at `at`, and where it stops. Raises DecodeError."""
    if octets[at : at + 2] == _ONE_OCTET and at + 2 < end and octets[at + 2] < 0x80:  # most are
        return octets[at + 2], at + 3
    start, stop = read_content(octets, at, end, tag=INTEGER)
    return decode_number(INTEGER, octets[start:stop]), stop


def read_octets(octets: bytes, at: int, end: int) -> tuple[bytes, int]:
    """The OCTET STRING at `at`, and where it stops. Raises DecodeError."""
    start, stop = read_content(octets, at, end, tag=OCTET_STRING)
    return octets[start:stop], stop


def decode_number(tag: int, content: bytes) -> int:
    """The content of an INTEGER or of one of the unsigned types (RFC 3416, section 3).

    All are sent in two's complement, with as many leading octets as the agent likes; none at all is
    zero, as from agents that drop every leading zero. An unsigned number that comes out negative is
    from an agent that took it for a signed one. Raises DecodeError when it does not fit its type.

    >>> decode_number(GAUGE32, bytes.fromhex("00ffffffff")) == decode_number(GAUGE32, bytes.fromhex("ffffffff"))
    True
    """
    value = int.from_bytes(content, signed=True)
    largest = LARGEST[tag]
    if 0 <= value <= largest:
        return value
    if ~largest >> 1 <= value < 0:
        return value if tag == INTEGER else value & largest
    raise DecodeError(f"a number of tag {tag:#04x} and {len(content)} octets: {content[:16].hex()!r}")


def decode_arcs(content: bytes) -> Oid:
    """Arcs of an OID, base 128 (X.690, 8.19.2), without the rule for the first two.

    There is at least one octet. Raises DecodeError where the last arc is cut short or one has more than 32 bits.
    """
    arcs = []
    arc = 0
    for octet in content:
        if octet >= 0x80:
            arc = arc + octet - 0x80 << 7
            if arc > _LARGEST_ARC:
                raise DecodeError(f"an arc of more than 32 bits in OID {content.hex()!r}")
        elif arc:
            arcs.append(arc + octet)
            arc = 0
        else:
            arcs.append(octet)
    if content[-1] >= 0x80:
        raise DecodeError(f"the last arc is cut short in OID {content.hex()!r}")
    return tuple(arcs)


def decode_oid(content: bytes) -> Oid:
    """The content of an OBJECT IDENTIFIER; none at all is 0.0. Raises DecodeError.

    >>> decode_oid(bytes.fromhex("2b06010201"))
    (1, 3, 6, 1, 2, 1)
    """
    first, *rest = decode_arcs(content or b"\0")
    top = min(first // 40, 2)
    return (top, first - 40 * top, *rest)


def decode_value(tag: int, content: bytes) -> Value:
    """The value that `content` is under `tag` (RFC 3416, section 3). Raises DecodeError."""
    if tag in OCTETS:
        return content
    if tag in LARGEST:
        return decode_number(tag, content)
    if tag == OBJECT_IDENTIFIER:
        return decode_oid(content)
    if tag in NOTHING and not content:
        return None
    raise DecodeError(f"no SNMP value has tag {tag:#04x} and {len(content)} octets")


def encode(tag: int, content: bytes) -> bytes:
    """One element: tag, length in the shortest form, content."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(size))) + size + content


def encode_integer(value: int, tag: int = INTEGER) -> bytes:
    """An integer in the fewest octets (X.690, 8.3.2); an unsigned one gets a zero before a set top bit."""
    magnitude = ~value if value < 0 else value
    return encode(tag, value.to_bytes(magnitude.bit_length() // 8 + 1, signed=True))


def encode_oid(oid: Oid) -> bytes:
    """An OBJECT IDENTIFIER. Raises InvalidValue when it cannot be one."""
    if len(oid) < 2 or not 0 <= oid[0] <= 2 or (oid[0] < 2 and oid[1] > 39):
        raise InvalidValue(f"an OID has two arcs at least, the first 2 at most: {format_oid(oid)!r}")
    return encode(OBJECT_IDENTIFIER, encode_arcs((oid[0] * 40 + oid[1], *oid[2:])))


def encode_arcs(arcs: Oid) -> bytes:
    """Arcs of an OID, base 128, without the rule for the first two. Raises InvalidValue for one that has none."""
    if arcs and (min(arcs) < 0 or max(arcs) > _LARGEST_ARC):
        raise InvalidValue(f"an arc of an OID has 32 bits at most: {format_oid(arcs)!r}")
    return bytes(arcs) if max(arcs, default=0) < 0x80 else b"".join(map(_encode_arc, arcs))


@lru_cache(maxsize=4096)
def _encode_arc(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(arc & 0x7F | 0x80)
    return bytes(reversed(octets))


def encode_value(tag: int, value: Value) -> bytes:
    """One value under its tag (RFC 3416, section 3). Raises InvalidValue when it is not of that type."""
    match value:
        case bytes() if tag in OCTETS:
            return encode(tag, value)
        case int() if tag in LARGEST and (0 if tag != INTEGER else -1 << 63) <= value <= LARGEST[tag]:
            return encode_integer(value, tag)
        case tuple() if tag == OBJECT_IDENTIFIER:
            return encode_oid(value)
        case None if tag in NOTHING:
            return encode(tag, b"")
    raise InvalidValue(f"a value of tag {tag:#04x} cannot be {value!r}")
