"""Recordings of SNMP agents: files of one `OID|tag|value` a line, as snmpsim writes and replays them.

The tag is the BER tag in decimal, with `x` behind it where the value is in hexadecimal and `e` where
it is a Python string with escapes: `1.3.6.1.2.1.1.5.0|4|core-1`, `1.3.6.1.2.1.2.2.1.6.7|4x|020000000107`.
A line that begins with `#` is a comment; `# incomplete OID reason` says that a walk did not reach its end.

A switch that keeps one forwarding database per VLAN answers each under a context of its own. Such a
recording is several files: `core-1.snmprec` and, beside it, `core-1@20.snmprec` for VLAN 20.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

from wiremap_lab.errors import Fault, InvalidFile, InvalidValue
from wiremap_lab.tables import Finding, Incomplete, Oid, Row, Value

INTEGER, OCTET_STRING, NULL, OBJECT_IDENTIFIER = 2, 4, 5, 6
IP_ADDRESS, COUNTER32, GAUGE32, TIMETICKS, OPAQUE, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46

_TEXTUAL = {OCTET_STRING, IP_ADDRESS, OPAQUE}
_NUMERIC = {INTEGER, COUNTER32, GAUGE32, TIMETICKS, COUNTER64}
_TAG = re.compile(rb"(\d{1,3})([xe]?)(:.*)?")
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}
_INCOMPLETE = re.compile(r"#\s*incomplete\s+([\d.]+)\s*(.*)")
_NAMED_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading a subtree took: rows, requests, seconds; a share, where several were asked for together."""

    root: Oid
    rows: int
    requests: float
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """What one agent answered, in OID order, and what it answered under its contexts.

    `profile` names what let us in, `costs` tells what it took: both are known of a live agent only.
    """

    name: str
    rows: Sequence[Row]
    contexts: Mapping[str, Recording] = field(default_factory=dict)
    incomplete: tuple[Incomplete, ...] = ()
    findings: tuple[Finding, ...] = ()
    profile: str = ""
    costs: tuple[Cost, ...] = ()

    def walk(self, root: Oid) -> Iterator[Row]:
        """The rows at and below a root, in OID order: a `Walk`."""
        if not root:
            return iter(self.rows)
        start = bisect_left(self.rows, root, key=itemgetter(0))
        end = bisect_left(self.rows, (*root[:-1], root[-1] + 1), start, key=itemgetter(0))
        return iter(self.rows[start:end])


def load(path: Path | str) -> Recording:
    """Read a recording, and the files of its contexts beside it.

    Lines that are no row are left out and told of in `findings`. Raises InvalidFile where the file
    cannot be read or has no row at all.
    """
    path = Path(path)
    recording = parse(_read(path), name=path.stem, path=str(path))
    prefix = path.stem + "@"
    contexts = {
        beside.stem.removeprefix(prefix): parse(_read(beside), name=beside.stem, path=str(beside))
        for beside in sorted(path.parent.glob(f"{_literal(prefix)}*{path.suffix}"))
    }
    return Recording(recording.name, recording.rows, contexts, recording.incomplete, recording.findings)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as failure:
        raise InvalidFile([Fault(str(path), None, "", failure.strerror or str(failure))]) from None


def _literal(text: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", text)


def parse(octets: bytes, *, name: str, path: str = "") -> Recording:
    r"""Read the octets of one file; see `load`.

    >>> parse(b"1.3.6.1.2.1.1.5.0|4|core-1\n", name="core-1").rows
    [((1, 3, 6, 1, 2, 1, 1, 5, 0), 4, b'core-1')]
    """
    rows: list[Row] = []
    faults: list[Fault] = []
    incomplete: list[Incomplete] = []
    for number, line in enumerate(octets.split(b"\n"), 1):
        if not line or line.isspace():
            continue
        if line.startswith(b"#"):
            incomplete.extend(_remark(line))
            continue
        try:
            rows.append(_row(line))
        except (ValueError, OverflowError) as failure:
            faults.append(Fault(path or name, number, "", str(failure)))
    if not (rows or incomplete):  # that a device did not answer is worth keeping, too
        raise InvalidFile([*faults[:1], Fault(path or name, None, "", "no row: not a recording of SNMP")])
    findings = [Finding("recording", f"line {fault.line}: {fault.what}") for fault in faults[:_NAMED_FAULTS]]
    if len(faults) > _NAMED_FAULTS:
        findings.append(Finding("recording", "more lines that are no row", count=len(faults) - _NAMED_FAULTS))
    return Recording(name, _ordered(rows, findings), {}, tuple(incomplete), tuple(findings))


def _remark(line: bytes) -> Iterator[Incomplete]:
    if found := _INCOMPLETE.match(line.decode("latin-1").strip()):
        yield Incomplete(tuple(int(arc) for arc in found[1].split(".") if arc), found[2])


def _row(line: bytes) -> Row:
    """One line; raises ValueError with what is wrong."""
    oid, first, rest = line.partition(b"|")
    tag, second, value = rest.partition(b"|")
    if not (first and second):
        raise InvalidValue(f"not OID|tag|value: {line[:60]!r}")
    if value.endswith(b"\r"):
        value = value[:-1]
    try:
        arcs = tuple(map(int, oid.strip(b" .\xef\xbb\xbf").split(b".")))
    except ValueError:
        raise InvalidValue(f"not an OID: {oid[:60]!r}") from None
    if min(arcs) < 0:
        raise InvalidValue(f"not an OID: {oid[:60]!r}")
    read = _READERS.get(tag)
    return (arcs, *read(value)) if read else (arcs, *_odd(tag, value))


def _odd(tag: bytes, value: bytes) -> tuple[int, Value]:
    """A value under a tag that is not one of the plain ones: escaped, opaque, or made by a module of snmpsim."""
    found = _TAG.fullmatch(tag)
    if not found:
        raise InvalidValue(f"not a tag: {tag[:20]!r}")
    number, form, module = int(found[1]), found[2], found[3]
    if module:
        fixed = re.search(rb"(?:^|,)(?:value|initial)=([^,]*)", value)
        if not fixed:
            raise InvalidValue(f"a value that snmpsim makes up when asked ({tag.decode('latin-1')})")
        value = fixed[1]
    if form == b"x":
        value = bytes.fromhex(value.decode("ascii"))
    elif form == b"e":
        value = _ESCAPE.sub(_unescaped, value)
    return number, _typed(number, value)


def _unescaped(found: re.Match[bytes]) -> bytes:
    """What an escape of Python's string literals stands for."""
    digits, octal, letter = found.groups()
    if digits:
        return bytes.fromhex(digits.decode("ascii"))
    return bytes([int(octal, 8) & 0xFF]) if octal else _ESCAPES.get(letter, letter)


def _typed(tag: int, value: bytes) -> Value:
    if tag in _NUMERIC:
        return int(value)
    if tag == OBJECT_IDENTIFIER:
        return tuple(map(int, value.strip(b" .").split(b"."))) if value else ()
    if tag == NULL or tag >= 0x80:
        return None
    return value


def _plain(tag: int) -> Callable[[bytes], tuple[int, Value]]:
    def read(value: bytes) -> tuple[int, Value]:
        return tag, _typed(tag, value)

    return read


def _hexadecimal(tag: int) -> Callable[[bytes], tuple[int, Value]]:
    def read(value: bytes) -> tuple[int, Value]:
        return tag, bytes.fromhex(value.decode("ascii"))

    return read


def _address(value: bytes) -> tuple[int, Value]:
    r"""An IpAddress is written in dotted decimal; four octets as they are also occur."""
    parts = value.split(b".")
    if len(parts) == 4 and all(part.isdigit() for part in parts):
        return IP_ADDRESS, bytes(map(int, parts))
    return IP_ADDRESS, value


_READERS: dict[bytes, Callable[[bytes], tuple[int, Value]]] = {
    **{b"%d" % tag: _plain(tag) for tag in (*_NUMERIC, OCTET_STRING, NULL, OBJECT_IDENTIFIER, OPAQUE)},
    **{b"%dx" % tag: _hexadecimal(tag) for tag in _TEXTUAL},
    b"64": _address,
}


def _ordered(rows: list[Row], findings: list[Finding]) -> list[Row]:
    """The rows in OID order, each OID once: the first of several answers stands."""
    misplaced = sum(earlier[0] > later[0] for earlier, later in pairwise(rows))
    if misplaced:
        findings.append(Finding("recording", "rows out of OID order", quirk=66, count=misplaced))
        rows = sorted(rows, key=itemgetter(0))
    kept = rows[:1]
    kept.extend(later for earlier, later in pairwise(rows) if earlier[0] != later[0])
    if len(kept) < len(rows):
        findings.append(Finding("recording", "an OID answered more than once", quirk=66, count=len(rows) - len(kept)))
    return kept


def dump(rows: Iterable[Row], *, incomplete: Iterable[Incomplete] = ()) -> str:
    r"""Write rows as a recording, in OID order, with what was not read to its end as comments at the top.

    >>> dump([((1, 3, 6, 1, 2, 1, 2, 2, 1, 6, 7), 4, b"\2\0\0\0\1\7")])
    '1.3.6.1.2.1.2.2.1.6.7|4x|020000000107\n'
    """
    remarks = [f"# incomplete {'.'.join(map(str, root.root))} {root.reason}\n" for root in incomplete]
    ordered = sorted(rows, key=itemgetter(0))
    return "".join([*remarks, *map(_line, _dotted([row[0] for row in ordered]), ordered)])


def _dotted(oids: Sequence[Oid]) -> Sequence[str]:
    """OIDs as text: one `repr` of all of them, for a large device has a hundred thousand."""
    if any(len(oid) < 2 for oid in oids):
        return [".".join(map(str, oid)) for oid in oids]
    return repr(oids)[2:-2].replace(", ", ".").split(").(")


def _line(arcs: str, row: Row) -> str:
    _, tag, value = row
    match value:
        case int():
            return f"{arcs}|{tag}|{value}\n"
        case bytes():
            plain = tag == OCTET_STRING and value.isascii() and value.decode("ascii").isprintable()
            return f"{arcs}|{tag}|{value.decode('ascii')}\n" if plain else f"{arcs}|{tag}x|{value.hex()}\n"
        case tuple():
            return f"{arcs}|{tag}|{'.'.join(map(str, value))}\n"
        case None:
            return f"{arcs}|{tag}|\n"
