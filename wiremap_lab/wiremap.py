"""The wiremap: network element → dispatchable location, with who says so and how fresh it is.

An entry binds one element to one ERL. The wiremap is immutable; looking up is exact, never a
guess: what two entries say of one element both come back, and the resolver decides.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.tables import IpAddress


@dataclass(frozen=True, slots=True, order=True)
class SwitchPort:
    """A port, by the two TLVs its devices hear."""

    chassis_id: ChassisId
    port_id: PortId

    def __str__(self) -> str:
        return f"port {self.chassis_id.text} {self.port_id.text}"


@dataclass(frozen=True, slots=True, order=True)
class Switch:
    """A whole switch, by the chassis ID its devices hear: the default for ports without an entry."""

    chassis_id: ChassisId

    def __str__(self) -> str:
        return f"switch {self.chassis_id.text}"


@dataclass(frozen=True, slots=True, order=True)
class Wap:
    """One BSSID."""

    bssid: Mac

    def __str__(self) -> str:
        return f"bssid {self.bssid}"


@dataclass(frozen=True, slots=True, order=True)
class WapBlock:
    """All BSSIDs that differ only in the last `wild` hex digits (1: 16 addresses, 2: 256).

    >>> Mac.parse("00:1b:2f:3a:9c:4d") in WapBlock.around(Mac.parse("00:1b:2f:3a:9c:40"), 1)
    True
    """

    first: Mac
    wild: int

    @classmethod
    def around(cls, bssid: Mac, wild: int) -> WapBlock:
        """The block a BSSID lies in. Raises InvalidValue unless `wild` is 1 or 2."""
        if wild not in (1, 2):
            raise InvalidValue(f"a BSSID block leaves one or two digits open, not {wild}")
        return cls(Mac((int(bssid) >> 4 * wild << 4 * wild).to_bytes(6, "big")), wild)

    def __contains__(self, bssid: object) -> bool:
        return isinstance(bssid, Mac) and WapBlock.around(bssid, self.wild) == self

    def __str__(self) -> str:
        return f"bssid block {str(self.first)[: -self.wild]}{'*' * self.wild}"


@dataclass(frozen=True, slots=True, order=True)
class IpRange:
    """Addresses from `low` to `high`, both included. A subnet is the range of all its addresses."""

    low: IpAddress
    high: IpAddress

    def __post_init__(self) -> None:
        if self.low.version != self.high.version or int(self.low) > int(self.high):
            raise InvalidValue(f"not a range of addresses: {self.low} - {self.high}")

    @classmethod
    def parse(cls, text: str) -> IpRange:
        """Read ``10.1.0.0/16``, ``10.1.0.2-10.1.0.100`` or one address. Raises InvalidValue.

        >>> str(IpRange.parse("10.1.2.0/24"))
        'subnet 10.1.2.0/24'
        """
        low, dash, high = text.partition("-")
        try:
            if dash:
                return cls(ipaddress.ip_address(low.strip()), ipaddress.ip_address(high.strip()))
            network = ipaddress.ip_network(text.strip())
        except (ValueError, TypeError) as fault:
            raise InvalidValue(f"not a range of addresses: {text!r}: {fault}") from None
        return cls(network[0], network[-1])

    @property
    def size(self) -> int:
        """How many addresses."""
        return int(self.high) - int(self.low) + 1

    def __contains__(self, ip: object) -> bool:
        if not isinstance(ip, ipaddress.IPv4Address | ipaddress.IPv6Address) or ip.version != self.low.version:
            return False
        return int(self.low) <= int(ip) <= int(self.high)

    def __str__(self) -> str:
        networks = [*ipaddress.summarize_address_range(self.low, self.high)]
        return f"subnet {networks[0]}" if len(networks) == 1 else f"range {self.low}-{self.high}"


@dataclass(frozen=True, slots=True, order=True)
class GatewayMac:
    """The MAC of a default gateway, as desktop applications report it."""

    mac: Mac

    def __str__(self) -> str:
        return f"gateway {self.mac}"


@dataclass(frozen=True, slots=True, order=True)
class DeviceMac:
    """A device's own MAC."""

    mac: Mac

    def __str__(self) -> str:
        return f"device {self.mac}"


NetworkElement = SwitchPort | Switch | Wap | WapBlock | IpRange | GatewayMac | DeviceMac


#: What may be known of an element, by the name its MIB object has; rules match on these and on no other.
FACTS: Mapping[str, str] = {
    "sysName": "name of the switch, router or controller",
    "sysLocation": "its location, as typed into it",
    "sysDescr": "its make and software",
    "lldpLocChassisId": "chassis ID as devices hear it, subtype:text",
    "lldpLocPortId": "port ID as devices hear it, without its subtype",
    "lldpLocPortDesc": "port description as devices hear it",
    "ifName": "name of the interface",
    "ifDescr": "its description by the maker",
    "ifAlias": "its description by the administrator",
    "role": "edge, shared, access-point or unknown",
    "medCivic": "civic address heard by LLDP-MED, NAME=text by comma",
    "medElin": "emergency number heard by LLDP-MED",
    "apName": "name of the access point",
    "apLocation": "its location, as typed into the controller",
    "apModel": "its model",
    "apSwitch": "sysName of the switch it is plugged into",
    "apSwitchLocation": "sysLocation of that switch",
    "apPort": "ifName of the port it is plugged into",
    "apPortAlias": "ifAlias of that port",
    "ssid": "name of the wireless network",
    "subnet": "the network, as address/length",
    "router": "sysName of the router that has an address in it",
    "controller": "sysName of the controller of the access point",
    "gatewayIp": "address of the gateway in it",
    "virtual": "yes where several routers share the gateway's MAC (HSRP, VRRP)",
}
#: Each civic element heard by LLDP-MED is a fact of its own: medCivic.FLR, medCivic.ROOM (RFC 4776, 3.4).
CIVIC_FACT = "medCivic."


@dataclass(frozen=True, slots=True)
class Element:
    """A network element that was discovered, and what is known of it to place it by.

    `facts` are what rules match on, named in `FACTS`. `aliases` are other elements devices may
    report for the same thing: ports under each stack member's MAC, port IDs of other subtypes.
    """

    element: NetworkElement
    label: str
    device: str
    observed_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[NetworkElement, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the wiremap: this element is at that place.

    `erl` is the id of an Erl. `source` says who put it there (``rule:closet-names``, ``typed``);
    `observed_at` is when the network last showed the element, which is what freshness counts from.
    """

    element: NetworkElement
    erl: str
    source: str
    observed_at: datetime
    label: str = ""
    evidence: tuple[str, ...] = ()
    alias_of: NetworkElement | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two wiremaps; `before` or `after` is None for an added or removed entry."""

    before: Entry | None
    after: Entry | None

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``moved``."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "moved"


@dataclass(frozen=True)
class Wiremap:
    """All entries, indexed by element."""

    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Wiremap:
        """Keep entries in their order."""
        return cls(tuple(entries))

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    @cached_property
    def _by_element(self) -> Mapping[NetworkElement, tuple[Entry, ...]]:
        found: dict[NetworkElement, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            found[entry.element].append(entry)
        return {element: tuple(entries) for element, entries in found.items()}

    @cached_property
    def _ranges(self) -> tuple[IpRange, ...]:
        """Narrowest first, so that the first hit is the longest prefix."""
        ranges = (element for element in self._by_element if isinstance(element, IpRange))
        return tuple(sorted(ranges, key=lambda element: (element.size, int(element.low))))

    def at(self, element: NetworkElement) -> tuple[Entry, ...]:
        """The entries of exactly this element; more than one is a conflict to report."""
        return self._by_element.get(element, ())

    def at_bssid(self, bssid: Mac) -> tuple[Entry, ...]:
        """The entries of a BSSID, or else of the narrowest block it lies in."""
        wanted = (Wap(bssid), WapBlock.around(bssid, 1), WapBlock.around(bssid, 2))
        return next((found for element in wanted if (found := self.at(element))), ())

    def at_ip(self, ip: IpAddress) -> tuple[Entry, ...]:
        """The entries of the narrowest range an address lies in."""
        return next((self.at(element) for element in self._ranges if ip in element), ())

    def diff(self, newer: Wiremap) -> tuple[Change, ...]:
        """What turns this wiremap into the newer one; an entry that only was seen again is no change."""
        before = {entry.element: entry for entry in self.entries}
        after = {entry.element: entry for entry in newer.entries}
        pairs = ((before.get(element), after.get(element)) for element in {**before, **after})
        return tuple(Change(old, new) for old, new in pairs if old is None or new is None or old.erl != new.erl)

    def conflicts(self) -> tuple[tuple[Entry, ...], ...]:
        """Groups of entries that place one element at different ERLs."""
        groups = self._by_element.values()
        return tuple(group for group in groups if len({entry.erl for entry in group}) > 1)

    def confusable(self) -> tuple[tuple[Entry, ...], ...]:
        """Groups of BSSIDs at different ERLs that differ in their last digit only.

        Who leaves that digit open, as some location servers do, takes the one for the other (quirk 85).
        """
        found: dict[WapBlock, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            match entry.element:
                case Wap(bssid):
                    found[WapBlock.around(bssid, 1)].append(entry)
                case WapBlock(wild=1):
                    found[entry.element].append(entry)
        return tuple(tuple(group) for group in found.values() if len({entry.erl for entry in group}) > 1)
