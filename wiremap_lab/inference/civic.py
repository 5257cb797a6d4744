"""Read the civic address a device advertises by LLDP-MED (ANSI/TIA-1057, 10.2.4.3.2; RFC 4776, 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wiremap_lab.ids import clean_text

#: CAtypes and the names RFC 5139 gives them.
CA_TYPES: Mapping[int, str] = {
    1: "A1", 2: "A2", 3: "A3", 4: "A4", 5: "A5", 6: "A6", 16: "PRD", 17: "POD", 18: "STS", 19: "HNO", 20: "HNS",
    21: "LMK", 22: "LOC", 23: "NAM", 24: "PC", 25: "BLD", 26: "UNIT", 27: "FLR", 28: "ROOM", 29: "PLC", 30: "PCN",
    31: "POBOX", 32: "ADDCODE", 33: "SEAT", 34: "RD", 35: "RDSEC", 36: "RDBR", 37: "RDSUBBR", 38: "PRM", 39: "POM",
}  # fmt: skip
_LANGUAGE = 0
_COUNTRY_OCTETS = 3  # what, and two letters


def civic_elements(octets: bytes) -> dict[str, str]:
    r"""The elements of a civic address by their names, country first; nothing where the octets are none.

    Agents send the address with and without its length in front. One that is told in several languages, each
    behind an element that names it, is read in the first (RFC 4776, 3.1): halves of two would be no address.

    >>> civic_elements(b"\x0b\x02US\x1b\x012\x1c\x03201")
    {'country': 'US', 'FLR': '2', 'ROOM': '201'}
    """
    if len(octets) > _COUNTRY_OCTETS and octets[0] == len(octets) - 1:
        octets = octets[1:]
    country = octets[1:_COUNTRY_OCTETS]
    if len(country) < _COUNTRY_OCTETS - 1 or not country.isalpha() or octets[0] > 2:
        return {}
    named = {CA_TYPES[kind]: text for kind, text in _elements(octets[_COUNTRY_OCTETS:]) if kind in CA_TYPES}
    return {"country": country.decode("ascii", "replace").upper(), **named}


def _elements(octets: bytes) -> Iterator[tuple[int, str]]:
    languages = 0
    while len(octets) > 1:
        kind, length = octets[0], octets[1]
        languages += kind == _LANGUAGE
        if len(octets) < 2 + length or languages > 1:
            return  # cut short: what came whole still counts
        yield kind, clean_text(octets[2 : 2 + length])
        octets = octets[2 + length :]
