"""The names a command line gives ports: one spelling for the several a device prints, and a number for tables to use.

``Gi1/0/1``, ``GigabitEthernet1/0/1`` and ``gigabitEthernet 1/0/1`` are one port. A command line does not say
ifIndexes, by which our tables name ports; so each name gets one of its own, the same in every run, from a range
that no agent was seen to use. Beside SNMP of the same device these numbers give way to the real ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from zlib import crc32

#: From here on ifIndexes are ours and not a device's; the largest an agent may use is 2^31 - 1 (RFC 2863).
FIRST_MADE = 0x7000_0000
_RANGE = 0x0FFF_FFFF

#: How makers write a kind of port, whole and short.
_KINDS: dict[str, tuple[str, ...]] = {
    "ethernet": ("eth", "et", "e", "ethernet"),
    "fastethernet": ("fa", "fas", "fe", "fastethernet"),
    "gigabitethernet": ("gi", "gig", "ge", "gigabitethernet", "gigabit ethernet"),
    "twogigabitethernet": ("tw", "two", "twogigabitethernet"),
    "fivegigabitethernet": ("fi", "fivegigabitethernet"),
    "tengigabitethernet": ("te", "ten", "xge", "xe", "tengigabitethernet", "xgigabitethernet", "tengige"),
    "twentyfivegige": ("twe", "wge", "twentyfivegige", "twentyfivegigabitethernet"),
    "fortygigabitethernet": ("fo", "fge", "fortygige", "fortygigabitethernet"),
    "hundredgige": ("hu", "hge", "hundredgige", "hundredgigabitethernet"),
    "portchannel": ("po", "portchannel"),
    "bridgeaggregation": ("bagg", "bridgeaggregation"),
    "bundleether": ("be", "bundleether"),
    "ethtrunk": ("ethtrunk",),
    "vlan": ("vl", "vlan", "vlanif", "vlaninterface"),
    "loopback": ("lo", "loopback"),
    "tunnel": ("tu", "tunnel"),
}
_WHOLE = {short: whole for whole, spellings in _KINDS.items() for short in spellings}
_NUMBERED = re.compile(r"([a-z][a-z\s-]*?)[\s-]*(\d[\d/.:_]*?)(?:\.0)?")
_DECORATION = re.compile(r"\s+:\s.*$|\s*\([^()]*\)$")

#: IANAifType: ethernetCsmacd, softwareLoopback, tunnel, l2vlan, ieee8023adLag.
_TYPES = {"loopback": 24, "tunnel": 131, "vlan": 136, **dict.fromkeys(("portchannel", "bridgeaggregation"), 161)}
_TYPES |= dict.fromkeys(("bundleether", "ethtrunk", "trk", "ae", "bond", "lag"), 161)
ETHERNET = 6


def port_key(name: str) -> str:
    """One spelling of a port's name, to know the port again by.

    >>> {port_key(name) for name in ("Gi1/0/1", "GigabitEthernet1/0/1", "gi 1/0/1", "GE1/0/1 : copper")}
    {'gigabitethernet 1/0/1'}
    >>> port_key("ge-0/0/1.0") == port_key("ge-0/0/1"), port_key("Tw1/0/1") == port_key("Twe1/0/1")
    (True, False)
    """
    bare = " ".join(_DECORATION.sub("", name.strip().lower()).split())
    found = _NUMBERED.fullmatch(bare)
    if not found:
        return bare
    kind = re.sub(r"[\s-]", "", found[1])
    return f"{_WHOLE.get(kind, found[1])} {found[2]}"


def port_type(name: str) -> int:
    """The IANAifType that a name tells; Ethernet where it tells none."""
    return _TYPES.get(port_key(name).rstrip("0123456789/.:_ "), ETHERNET)


def numbered(names: Iterable[str]) -> dict[str, int]:
    """An ifIndex of ours for each name, the same in every run; two names of one port share it.

    >>> made = numbered(["Gi1/0/1", "GigabitEthernet1/0/1", "Po1"])
    >>> made["Gi1/0/1"] == made["GigabitEthernet1/0/1"] != made["Po1"], min(made.values()) >= FIRST_MADE
    (True, True)
    """
    names = sorted(set(names))
    taken: dict[int, str] = {}
    numbers: dict[str, int] = {}
    for key in sorted({port_key(name) for name in names}):
        number = crc32(key.encode()) & _RANGE
        while number in taken:
            number = (number + 1) & _RANGE
        taken[number], numbers[key] = key, FIRST_MADE + number
    return {name: numbers[port_key(name)] for name in names}
