"""Find the devices of a network from a few of them: ask each for its LLDP and CDP neighbors, and go on to those.

Who is asked is shown a community or a user name, and an address in LLDP or CDP is the word of
whoever sent the frame. So nothing is asked that is not allowed by its address, and what is denied,
by any of its addresses or by its name, is not asked whatever is allowed. A device is known by what it
says of itself: under a second address it is not a second one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from ipaddress import IPv4Network, IPv6Network, ip_network

import yaml

from wiremap_lab.collectors.collect import Collected, Skipped
from wiremap_lab.collectors.inventory.model import SNMP_PORT, Host
from wiremap_lab.collectors.schedule import TOPOLOGY
from wiremap_lab.errors import InvalidValue
from wiremap_lab.inference.neighbors import Heard, Known, neighbors_of
from wiremap_lab.inference.ports import PortMap
from wiremap_lab.inference.twins import find_twins
from wiremap_lab.tables import DeviceTables, IpAddress, LldpNeighbor

#: What a device is asked for.
ROOTS = TOPOLOGY.roots
READ, SKIPPED, SAME, WOULD_ASK, NOT_ASKED = "read", "skipped", "same device", "would be asked", "not asked"

#: Reads several hosts at once.
Read = Callable[[Sequence[Host]], Awaitable[Sequence[Collected | Skipped]]]


@dataclass(frozen=True, slots=True)
class Terms:
    """Networks and globs of names."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Terms:
        """Read terms: an address or a network in CIDR, or else a glob of names. Raises InvalidValue for none.

        >>> Terms.of(["10.0.0.0/8", "hq-*"]).names
        ('hq-*',)
        """
        networks: list[IPv4Network | IPv6Network] = []
        names: list[str] = []
        for text in (text.strip() for text in texts):
            if not text:
                raise InvalidValue("an empty term allows or denies nothing")
            try:
                networks.append(ip_network(text, strict=False))
            except ValueError:
                if "/" in text:
                    raise InvalidValue(f"no network: {text!r}") from None
                names.append(text.casefold())
        return cls(tuple(networks), tuple(names))

    def has(self, address: IpAddress) -> bool:
        """Whether an address is in one of the networks."""
        return any(address in network for network in self.networks)

    def fits(self, name: str) -> bool:
        """Whether a name fits one of the globs, with its domain or without."""
        forms = (name.casefold(), name.casefold().partition(".")[0])
        return any(fnmatchcase(form, glob) for form in forms for glob in self.names)


@dataclass(frozen=True, slots=True)
class Scope:
    """Who may be asked: the address must be in an allowed network, and the name fit where names are given."""

    allow: Terms = Terms()
    deny: Terms = Terms()
    depth: int = 16
    most: int = 1000

    def address(self, name: str, addresses: Sequence[IpAddress]) -> IpAddress | str:
        """The address to ask a device at, IPv4 first, or why it is not asked."""
        if self.deny.fits(name) or any(self.deny.has(address) for address in addresses):
            return "denied"
        if not addresses:
            return "it names no management address"
        if self.allow.names and not self.allow.fits(name):
            return "its name is not allowed"
        ordered = sorted(addresses, key=lambda address: address.version)
        return next((address for address in ordered if self.allow.has(address)), "its address is not allowed")


@dataclass(frozen=True, slots=True)
class Found:
    """A device that was named or heard, whether it was asked, and by whom it was heard.

    `profile` is the one it let in. `depth` is 0 for what the user named.
    """

    host: Host
    depth: int
    heard_by: str
    outcome: str
    reason: str = ""
    profile: str = ""


async def crawl(read: Read, seeds: Sequence[Host], scope: Scope, *, ask_neighbors: bool = True) -> tuple[Found, ...]:
    """Ask the seeds and then their neighbors, level by level, each device once, as far as the scope goes.

    Without `ask_neighbors` only the seeds are asked, and their neighbors are told with what would be done.
    """
    going = _Crawl(scope)
    level = [_Wanted(host, 0, "") for host in seeds]
    while level:
        results = await read([wanted.host for wanted in level])
        going.take_in(level, results)
        level = list(going.neighbors(level[0].depth + 1))
        if not ask_neighbors:
            going.found += [wanted.found(WOULD_ASK) for wanted in level]
            break
    return tuple(going.found)


def as_inventory(found: Iterable[Found]) -> str:
    """The devices that were read as hosts of an inventory, without profiles: those stay where they are."""
    hosts = {each.host.name: _said(each) for each in found if each.outcome == READ}
    text: str = yaml.safe_dump({"hosts": hosts}, sort_keys=False, allow_unicode=True)
    return text


def _said(found: Found) -> dict[str, str | int]:
    said: dict[str, str | int] = {"host": found.host.host}
    if found.host.port != SNMP_PORT:
        said["port"] = found.host.port
    return {**said, "profiles": found.profile} if found.profile else said


@dataclass(frozen=True, slots=True)
class _Wanted:
    host: Host
    depth: int
    heard_by: str

    def found(self, outcome: str, reason: str = "") -> Found:
        return Found(self.host, self.depth, self.heard_by, outcome, reason)


class _Crawl:
    """Who has been asked, and what they said."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.found: list[Found] = []
        self._tables: dict[str, DeviceTables] = {}
        self._new: list[tuple[Host, DeviceTables]] = []
        self._asked: set[str] = set()
        self._told: set[tuple[object, ...]] = set()
        self._names: set[str] = set()

    def take_in(self, level: Sequence[_Wanted], results: Sequence[Collected | Skipped]) -> None:
        """What one level said; who turns out to be somebody already read leads no further."""
        self._new = []
        self._asked |= {wanted.host.host for wanted in level}
        by_name = {result.name: result for result in results}
        read = {name: each.tables for name, each in by_name.items() if isinstance(each, Collected)}
        twins = {twin.name: twin for twin in find_twins([*self._tables.values(), *read.values()])}
        for wanted in level:
            result = by_name[wanted.host.name]
            if isinstance(result, Skipped):
                self.found.append(wanted.found(SKIPPED, result.reason))
            elif wanted.host.name in twins:
                self.found.append(wanted.found(SAME, str(twins[wanted.host.name])))
            else:
                self._take(wanted, result)

    def _take(self, wanted: _Wanted, result: Collected) -> None:
        tables = result.tables
        self._tables[tables.name] = tables
        recording = result.answer.recording if result.answer else None
        host = replace(wanted.host, name=self._free(wanted.host, tables))
        self._new.append((host, tables))
        found = Found(host, wanted.depth, wanted.heard_by, READ, profile=recording.profile if recording else "")
        self.found.append(found)

    def _free(self, host: Host, tables: DeviceTables) -> str:
        """What to call a device: as the user does, or by its sysName, with its address where that is taken."""
        said = tables.system.name if tables.system else ""
        name = said if said and host.name == host.host else host.name
        name = f"{name}@{host.host}" if name in self._names else name
        self._names.add(name)
        return name

    def neighbors(self, depth: int) -> Iterator[_Wanted]:
        """Whom to ask next, of all that was heard by those who were asked last."""
        known = Known.of(list(self._tables.values()))
        own = {str(subnet.address) for tables in self._tables.values() for subnet in tables.subnets}
        asked = self._asked | own
        for host, tables in self._new:
            for heard in neighbors_of(PortMap.of(tables), known):
                if not heard.infrastructure or known.by_address(heard.neighbor, heard.macs):
                    continue
                addresses = _addresses(heard)
                if asked & {str(address) for address in addresses} or self._is_told(heard):
                    continue
                wanted = self._wanted(host, heard, depth)
                if isinstance(wanted, _Wanted):
                    asked.add(wanted.host.host)
                    yield wanted
                else:
                    self.found.append(wanted)

    def _is_told(self, heard: Heard) -> bool:
        """Whether the same neighbor was dealt with; many hear the same one."""
        key = (heard.name, _addresses(heard), *sorted(heard.macs))
        if key in self._told:
            return True
        self._told.add(key)
        return False

    def _wanted(self, host: Host, heard: Heard, depth: int) -> _Wanted | Found:
        """The neighbor as a host like the one that heard it, or that it is not asked."""
        addresses = _addresses(heard)
        told = self.scope.address(heard.name, addresses)
        if not isinstance(told, str):
            asked = len(self._asked)
            told = f"more than {self.scope.depth} steps away" if depth > self.scope.depth else told
            told = f"more than {self.scope.most} devices" if asked >= self.scope.most else told
        where = f"{host.name} {heard.port.name}" if heard.port else host.name
        if isinstance(told, str):
            address = str(addresses[0]) if addresses else ""
            unasked = Host(heard.name, address)
            return Found(unasked, depth, f"{heard.source} of {where}", NOT_ASKED, told)
        neighbor = Host(str(told), str(told), host.port, host.profiles)
        self._asked.add(neighbor.host)
        return _Wanted(neighbor, depth, f"{heard.source} of {where}")


def _addresses(heard: Heard) -> tuple[IpAddress, ...]:
    neighbor = heard.neighbor
    return neighbor.management_addresses if isinstance(neighbor, LldpNeighbor) else neighbor.addresses
