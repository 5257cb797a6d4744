"""The list of varbinds of a PDU, read and asked for fast: a walk of a network is some millions of them.

What makes it fast is that rows are alike. OIDs of one column share their first octets, columns of
one table their last, and a varbind's four octets of type and length settle where everything in it
stands. So each of the three is read once and then looked up. The memories are bounded, and hold
nothing but what the same octets would be read as again.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from wiremap_lab.errors import DecodeError
from wiremap_lab.snmp.ber import (
    LARGEST,
    NULL,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    decode_arcs,
    decode_oid,
    decode_value,
    encode,
    encode_arcs,
    encode_oid,
    read_content,
    read_header,
)
from wiremap_lab.tables import Oid, Row, Value

#: Octets of an OID that name a table; where columns are known, their length is a better guess.
ALIKE = 8
#: Entries of a memory; a full one is emptied.
_MOST = 4096

T = TypeVar("T")

#: Cuts a varbind into first arcs, last arcs, tag and length, content.
_Cut = Callable[[bytes, int], tuple[bytes, bytes, int, bytes]]
#: How varbinds that begin alike are read: the cut, their size, the tag and length that a text must have, and
#: by the tag and length that a number may have, what its content must be less than, or it is negative or too large.
_Form = tuple[_Cut, int, int, dict[int, bytes]]
_NOTHING = bytes((NULL, 0))
_heads: dict[bytes, Oid] = {}
_tails: dict[bytes, Oid] = {}


def read_rows(octets: bytes, at: int, end: int, *, alike: int = ALIKE) -> tuple[Row, ...]:
    """The varbinds from `at` to `end`; the first `alike` octets of their OIDs are probably few different ones.

    Raises DecodeError.
    """
    rows: list[Row] = []
    try:
        while (at := _scan(octets, at, end, rows, alike)) < end:
            row, stop = _read_row(octets, at, end)
            rows.append(row)
            _learn(octets, at, alike)
            at = stop
    except struct.error:  # raised where a varbind reaches past the last octet
        raise DecodeError(f"a varbind after octet {at} is longer than the message") from None
    if at > end:
        raise DecodeError(f"the varbinds end at octet {at}, and their list at octet {end}")
    return tuple(rows)


def _scan(octets: bytes, at: int, end: int, rows: list[Row], alike: int) -> int:
    """Append the varbinds from `at` on, and tell where it stopped: at `end`, or at one to be read the long way.

    The hot loop. The form proves the outer lengths and the first two tags; that the content is as
    long as it says is asked here, and that the last varbind stops at `end` by the caller.
    """
    forms, heads, tail_of, append, from_bytes = _forms(alike), _heads, _tails.get, rows.append, int.from_bytes
    try:
        while at < end:
            cut, size, text, bounds = forms[octets[at : at + 4]]
            head, tail, typed, content = cut(octets, at)
            oid = heads[head] + (tail_of(tail) or _learn_tail(tail))
            if typed == text:
                append((oid, OCTET_STRING, content))
            else:
                few = content < bounds.get(typed, b"")
                append((oid, typed >> 8, from_bytes(content) if few else _rare(typed, content)))
            at += size
    except KeyError:
        pass  # a form or a head that is new, or a length in more octets than one
    return at


def _rare(typed: int, content: bytes) -> Value:
    """A value that is neither a text nor a plain number. Raises KeyError where its length is not one octet."""
    if typed & 0xFF != len(content):
        raise KeyError(typed)
    return decode_value(typed >> 8, content)


@lru_cache(maxsize=16)
def _forms(alike: int) -> dict[bytes, _Form]:
    """The forms met by their first four octets: 30 LL 06 LL; one memory for each length of first arcs."""
    del alike  # is what makes the forms differ
    return {}


def _learn(octets: bytes, at: int, alike: int) -> None:
    """Remember the form and the first arcs of a varbind that was read the long way, if the next may be like it.

    Its lengths must be of one octet, and its first arcs whole.
    """
    start = octets[at : at + 4]
    outer, name = start[1], start[3]
    content = outer - name - 4
    head = octets[at + 4 : at + 4 + alike]
    if start[0] != SEQUENCE or start[2] != OBJECT_IDENTIFIER or outer >= 0x80 or content < 0 or name < alike:
        return
    if head[-1] < 0x80:
        _bound(_heads)[head] = decode_oid(head)
    forms = _bound(_forms(alike))
    if start not in forms:
        cut = struct.Struct(f">4x{alike}s{name - alike}sH{content}s").unpack_from
        forms[start] = (cut, 2 + outer, OCTET_STRING << 8 | content, _bounds(content))


@lru_cache(maxsize=128)
def _bounds(length: int) -> dict[int, bytes]:
    """What the octets of a number of this length are less than, by tag and length."""
    room = {tag: (most.bit_length() + 7) // 8 for tag, most in LARGEST.items()}
    below = {tag: b"\x80" if length <= size else b"\x01" for tag, size in room.items() if length <= size + 1}
    return {tag << 8 | length: bound for tag, bound in below.items()}


def _learn_tail(octets: bytes) -> Oid:
    arcs = _bound(_tails)[octets] = tuple(octets) if octets.isascii() else decode_arcs(octets)
    return arcs


def _bound(memory: dict[bytes, T]) -> dict[bytes, T]:
    """The memory, emptied if it is full."""
    if len(memory) >= _MOST:
        memory.clear()
    return memory


def _read_row(octets: bytes, at: int, end: int) -> tuple[Row, int]:
    """The varbind at `at` in any form of lengths, and where it stops."""
    at, stop = read_content(octets, at, end, tag=SEQUENCE)
    name, at = read_content(octets, at, stop, tag=OBJECT_IDENTIFIER)
    kind, start, last = read_header(octets, at, stop)
    if last != stop:
        raise DecodeError(f"octets left over in the varbind that ends at octet {stop}")
    return (decode_oid(octets[name:at]), kind, decode_value(kind, octets[start:last])), stop


def question(oid: Oid, *, depth: int) -> bytes:
    """The varbind that asks for an OID, whose first `depth` arcs are probably asked for often.

    Raises InvalidValue when it cannot be an OID.
    """
    depth = max(depth, 2)  # the first two arcs are one in octets (X.690, 8.19.4)
    name = head_octets(oid[:depth]) + _tail_octets(oid[depth:])
    size = len(name)
    if size > 0x7F - 4:
        return encode(SEQUENCE, encode(OBJECT_IDENTIFIER, name) + _NOTHING)
    return bytes((SEQUENCE, size + 4, OBJECT_IDENTIFIER, size)) + name + _NOTHING


@lru_cache(maxsize=_MOST)
def head_octets(oid: Oid) -> bytes:
    """The content of an OBJECT IDENTIFIER. Raises InvalidValue."""
    encoded = encode_oid(oid)
    return encoded[read_header(encoded, 0, len(encoded))[1] :]


@lru_cache(maxsize=_MOST)
def _tail_octets(arcs: Oid) -> bytes:
    return encode_arcs(arcs)
