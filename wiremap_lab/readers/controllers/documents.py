"""The documents of one controller, by the paths they were asked for, and what is missing or odd among them.

The document of the path ``/`` is no answer of the controller. It is what the collector wrote of the others:
whose they are, and which it could not get, ``{"vendor": "mist", "unread": {"/api/v1/...": "429 ..."}}``.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from urllib.parse import quote

from wiremap_lab.errors import DecodeError, InvalidValue
from wiremap_lab.ids import Mac, clean_text
from wiremap_lab.tables import Finding, Incomplete, IpAddress

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Row = Mapping[str, Json]

#: The path of what the collector wrote.
INDEX = "/"

_SECRET = re.compile(r"(?i)^x_|pass(word|phrase)|secret|psk|token|auth_?key|private_?key|community")


def parse(text: str) -> Json:
    """A document. Raises DecodeError for what is no JSON, or neither an object nor a list."""
    try:
        found: Json = json.loads(text)
    except ValueError as fault:
        raise DecodeError(f"not JSON: {fault}") from None
    except RecursionError:
        raise DecodeError("not JSON: nested too deep") from None
    if not isinstance(found, dict | list):
        raise DecodeError("JSON, but neither an object nor a list")
    return found


def scrubbed(document: Json) -> Json:
    """A document without the secrets that controllers hand out with it: UniFi sends the keys of its devices.

    >>> scrubbed({"name": "ap-1", "x_authkey": "0123", "radio": [{"psk": "hush", "channel": 6}]})
    {'name': 'ap-1', 'radio': [{'channel': 6}]}
    """
    if isinstance(document, list):
        return [scrubbed(each) for each in document]
    if isinstance(document, dict):
        return {name: scrubbed(value) for name, value in document.items() if not _SECRET.search(name)}
    return document


def index(vendor: str, unread: Mapping[str, str]) -> str:
    """What the collector writes of the documents it got, and of those it did not, with the reason."""
    return json.dumps({"vendor": vendor, "unread": dict(unread)})


class Documents:
    """What a controller answered, to be asked for rows; notes what was asked for and is not there."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Parse the documents, texts by path; the ones that are none are noted."""
        self._found: dict[str, Json] = {}
        self._pages_of: dict[str, list[str]] = defaultdict(list)
        self._gaps: dict[str, str] = {}
        self._odd: Counter[tuple[str, str]] = Counter()
        for path in sorted(texts):
            try:
                self._found[path] = parse(texts[path])
            except DecodeError as fault:
                self._gaps[path] = str(fault)
        told = self._found.pop(INDEX, {})
        for path in self._found:
            self._pages_of[_bare(path)].append(path)
        self.vendor = text(told, "vendor")
        unread = told.get("unread") if isinstance(told, dict) else None
        if isinstance(unread, dict):
            self._gaps |= {path: str(reason) for path, reason in unread.items()}

    def __contains__(self, path: str) -> bool:
        return path in self._found

    def add(self, path: str, document: Json) -> None:
        """Add one that has just come."""
        self._found[path] = document
        self._pages_of[_bare(path)].append(path)

    def rows(self, path: str, key: str = "") -> Iterator[Row]:
        """The objects of the list at a path, whatever its query, or below a key of the document there."""
        for each in self._pages_of.get(_bare(path), ()):
            yield from self._rows(each, key)

    def at(self, path: str, key: str = "") -> tuple[Row, ...]:
        """The objects of the list in one document; nothing where it is not there."""
        return tuple(self._rows(path, key)) if path in self._found else ()

    def _rows(self, path: str, key: str) -> Iterator[Row]:
        document = self._found[path]
        for part in key.split(".") if key else ():
            document = document.get(part) if isinstance(document, dict) else None
        if not isinstance(document, list):
            self._gaps[path] = f"there is no list {key!r} in the answer" if key else "the answer is no list"
            return
        for row in document:
            if isinstance(row, dict):
                yield row
            else:
                self.odd(_bare(path), "a row that is no object: left out")

    def by_offset(self, path: str, *, size: int, key: str = "", first: int = 0) -> Iterator[str]:
        """The paths of a list's pages: as long as one is full, another follows."""
        return self._pages(path, lambda page: f"offset={first + page * size}&limit={size}", size, key)

    def by_page(self, path: str, *, size: int, key: str = "") -> Iterator[str]:
        """The same where pages are numbered from 1."""
        return self._pages(path, lambda page: f"page={page + 1}&limit={size}", size, key)

    def _pages(self, path: str, query: Callable[[int], str], size: int, key: str) -> Iterator[str]:
        number, seen = 0, None
        while True:
            page = f"{path}{'&' if '?' in path else '?'}{query(number)}"
            yield page
            rows = self.at(page, key)
            if len(rows) < size or rows == seen:  # a controller that ignores the query sends the first page for ever
                return
            number, seen = number + 1, rows

    def following(self, path: str, key: str) -> Iterator[str]:
        """A path, and the ones that each document names as its next."""
        seen = set[str]()
        while path and path not in seen:
            seen.add(path)
            yield path
            document = self._found.get(path)
            path = text(document, key) if isinstance(document, dict) else ""
            path = path if path.startswith("/") else ""

    def odd(self, table: str, what: str) -> None:
        """Note something odd."""
        self._odd[table, what] += 1

    def gaps(self, wanted: Callable[[Documents], Iterator[str]]) -> Mapping[str, str]:
        """Path → why it was not read, of all that is `wanted` and not there."""
        missing = {path: "it was not read" for path in wanted(self) if path not in self}
        return {**missing, **self._gaps}

    def findings(self) -> tuple[Finding, ...]:
        """What was odd."""
        return tuple(Finding(table, what, count=count) for (table, what), count in self._odd.items())

    def mac(self, row: Row, key: str) -> Mac | None:
        """The MAC address in a field; one that cannot be read is noted."""
        told = text(row, key)
        if not told:
            return None
        try:
            mac = Mac.parse(told)
        except InvalidValue:
            self.odd(key, "not a MAC address: left out")
            return None
        return mac if any(mac.octets) else None


def _bare(path: str) -> str:
    """A path without its query: that of all pages of a list."""
    return path.partition("?")[0]


def incomplete(gaps: Mapping[str, str]) -> tuple[Incomplete, ...]:
    """Gaps as tables tell them: the path stands in the reason, for it is no subtree of SNMP."""
    return tuple(Incomplete((), f"{path}: {reason}") for path, reason in sorted(gaps.items()))


def text(row: Json | Row, *keys: str) -> str:
    r"""The first of some fields that has a text, cleaned; a number is one too. Empty where none has.

    >>> text({"name": None, "serial": "Q2\x00"}, "name", "serial")
    'Q2'
    """
    for key in keys:
        value = row.get(key) if isinstance(row, Mapping) else None
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            cleaned = clean_text(str(value).encode(errors="replace"))
            if cleaned:
                return cleaned
    return ""


def number(row: Row, key: str) -> int | None:
    """A field that is a whole number, written as one or in digits.

    >>> number({"vlan": "20"}, "vlan"), number({"channel": "36 (80 MHz)"}, "channel"), number({}, "vlan")
    (20, 36, None)
    """
    found = re.match(r"\d{1,9}(?!\d)", text(row, key))
    return int(found[0]) if found else None


def flag(row: Row, key: str) -> bool | None:
    """A field that is true or false; None for all else."""
    value = row.get(key)
    return value if isinstance(value, bool) else None


def address(row: Row, *keys: str) -> IpAddress | None:
    """The first of some fields that is an IP address of a station."""
    for key in keys:
        with suppress(ValueError):
            found = ipaddress.ip_address(text(row, key))
            if not (found.is_unspecified or found.is_loopback or found.is_multicast):
                return found
    return None


def objects(row: Json | Row, key: str) -> tuple[Row, ...]:
    """The objects of a list in a field."""
    value = row.get(key) if isinstance(row, Mapping) else None
    return tuple(each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


def inner(row: Json | Row, key: str) -> Row:
    """The object in a field; an empty one where there is none."""
    value = row.get(key) if isinstance(row, Mapping) else None
    return value if isinstance(value, dict) else {}


def quoted(row: Row, key: str) -> str:
    """A field as one part of a path, whatever characters a controller put in it.

    >>> quoted({"id": "../admin"}, "id")
    '..%2Fadmin'
    """
    return quote(text(row, key), safe="")
