"""Find the interface that a port's names mean.

Devices decorate names, shorten them and give some twice. A name counts only where exactly one
interface bears it, and a name of the port itself counts more than a description somebody typed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import comb
from typing import TypeVar

from wiremap_lab.ids import PortSubtype
from wiremap_lab.tables import Interface, LldpLocalPort

Key = TypeVar("Key", bound=Hashable)

#: IANAifType softwareLoopback, propVirtual, l2vlan, l3ipvlan: interfaces that have no link of their own.
_LINKLESS = {24, 53, 135, 136}
#: A tunnel has no neighbors either, unless it carries Ethernet and so has a MAC address.
_TUNNEL = 131
_LAG = 161
_NUMBERED = re.compile(r"([a-z][a-z\-]*?)[\s\-]*(\d[\d/.:_]*?)(?:\.0)?")
_DECORATION = re.compile(r"\s+:\s.*$|\s*\([^()]*\)$")


def canonical(name: str) -> str:
    """A name in one spelling: letters small, blanks single.

    >>> canonical(" GigabitEthernet  1/0/1")
    'gigabitethernet 1/0/1'
    """
    return " ".join(name.lower().split())


def abbreviated(name: str) -> tuple[str, str] | None:
    """Kind and place of a port: the first two letters and the slot path. None where a name has no such form.

    >>> abbreviated("GigabitEthernet1/0/1") == abbreviated("gi 1/0/1") == abbreviated("gigabitEthernet 1/0/1 : copper")
    True
    """
    found = _NUMBERED.fullmatch(_DECORATION.sub("", canonical(name)))
    return (found[1][:2], found[2]) if found else None


def is_number(name: str) -> bool:
    """Whether a name is mere digits, which name a port on one device and number it on the next (quirk 18)."""
    return name.isascii() and name.isdigit()


@dataclass(frozen=True, slots=True)
class Witness:
    """The interfaces that one name of a port fits. Weak, where people type such names or they are mere digits."""

    what: str
    fits: frozenset[int]
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """What a port's own names say of its interface: one, several candidates, or nothing."""

    if_index: int | None
    evidence: str = ""
    candidates: frozenset[int] = frozenset()
    weak: bool = False


class Interfaces:
    """The interfaces of a device, to be found by whatever they are called."""

    def __init__(self, interfaces: Iterable[Interface]) -> None:
        self._by_index = {interface.if_index: interface for interface in interfaces}
        ports = self._by_index.values()
        self._names = _index((canonical(each.name), each.if_index) for each in ports)
        self._descriptions = _index((canonical(each.description), each.if_index) for each in ports)
        self._aliases = _index((canonical(each.alias), each.if_index) for each in ports)
        self._short = _index(
            (short, each.if_index)
            for each in ports
            for short in {abbreviated(each.name), abbreviated(each.description)}
        )
        self._macs = _index((each.mac, each.if_index) for each in ports if _has_link(each))

    def __contains__(self, if_index: object) -> bool:
        return if_index in self._by_index

    def is_aggregate(self, if_index: int | None) -> bool:
        """Whether it is a link aggregate, which maps of bridge ports often leave out."""
        interface = self._by_index.get(if_index) if if_index is not None else None
        return interface is not None and interface.type == _LAG

    def chance_of_links(self, count: int) -> float:
        """How likely it is that this many ports, taken at random, all may have a link: 1 where no port is down."""
        ports = [each for each in self._by_index.values() if _has_link(each)]
        linked = sum(each.oper_up is not False for each in ports)
        return comb(linked, count) / comb(len(ports), count) if count <= len(ports) else 0.0

    def label(self, if_index: int | None) -> str | None:
        """What to call an interface: ifName, else ifDescr; None where neither is known."""
        interface = self._by_index.get(if_index) if if_index is not None else None
        return (interface.name or interface.description or None) if interface else None

    def can_have_neighbor(self, if_index: int | None) -> bool:
        """Whether there is such an interface, of a kind that has links, and not down."""
        interface = self._by_index.get(if_index) if if_index is not None else None
        return interface is not None and _has_link(interface) and interface.oper_up is not False

    def named_by(self, port: LldpLocalPort) -> Word:
        """The interface that lldpLocPortId and lldpLocPortDesc mean together."""
        witnesses = [each for each in (*self._by_id(port), *self._by_description(port)) if each.fits]
        strong = [each for each in witnesses if not each.weak]
        if strong and (word := _agreed(strong)).if_index is not None:
            return word
        word = _agreed(witnesses)
        return replace(word, weak=True) if not strong else word

    def _by_id(self, port: LldpLocalPort) -> Iterator[Witness]:
        if port.port_id.mac is not None:
            yield Witness("lldpLocPortId = ifPhysAddress", self._macs.get(port.port_id.mac, frozenset()))
            return
        yield self._by_name("lldpLocPortId", port.port_id.text)
        if port.port_id.subtype is PortSubtype.INTERFACE_ALIAS:
            yield self._by_alias("lldpLocPortId", port.port_id.text)

    def _by_description(self, port: LldpLocalPort) -> Iterator[Witness]:
        """NX-OS and others put ifAlias here (quirk 3); the name is looked for first."""
        found = self._by_name("lldpLocPortDesc", port.description)
        yield found if found.fits else self._by_alias("lldpLocPortDesc", port.description)

    def _by_name(self, what: str, text: str) -> Witness:
        name = canonical(text)
        for where, found in (
            ("ifName", self._names.get(name)),
            ("ifDescr", self._descriptions.get(name)),
            ("the kind and place of ifName", self._short.get(abbreviated(text))),
            ("ifName, behind what it is bridged by", self._names.get(_last_part(name))),
        ):
            if found:
                return Witness(f"{what} {text!r} = {where}", found, weak=is_number(name))
        return Witness(what, frozenset())

    def _by_alias(self, what: str, text: str) -> Witness:
        return Witness(f"{what} {text!r} = ifAlias", self._aliases.get(canonical(text), frozenset()), weak=True)


def _last_part(name: str) -> str | None:
    """The port at the end of a path, as RouterOS writes it; a number there is a place in a slot.

    >>> _last_part("bridge/bond1/sfp-sfpplus3"), _last_part("1/0/1"), _last_part("ether1")
    ('sfp-sfpplus3', None, None)
    """
    path, _, last = name.rpartition("/")
    return last if path and last[:1].isalpha() else None


def _has_link(interface: Interface) -> bool:
    return interface.type not in _LINKLESS and (interface.type != _TUNNEL or interface.mac is not None)


def _agreed(witnesses: Sequence[Witness]) -> Word:
    """The one interface all witnesses fit; else those that any of them fits, for others to choose among."""
    if not witnesses:
        return Word(None)
    common = frozenset.intersection(*(each.fits for each in witnesses))
    evidence = ", ".join(each.what for each in witnesses)
    if len(common) == 1:
        return Word(min(common), evidence, common)
    return Word(None, evidence, common or frozenset.union(*(each.fits for each in witnesses)))


def _index(pairs: Iterable[tuple[Key | None, int]]) -> Mapping[Key | None, frozenset[int]]:
    """What each name fits; an empty name fits nothing."""
    found: dict[Key | None, set[int]] = defaultdict(set)
    for name, if_index in pairs:
        if name:
            found[name].add(if_index)
    return {name: frozenset(members) for name, members in found.items()}
