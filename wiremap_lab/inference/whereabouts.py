"""Say where anything on the network is: a device, a switch, an access point, a BSSID, by whatever people call it.

A `Directory` holds what a network's devices said, once, and answers one question after the other. What is
asked for may be a MAC address, an IP address or a name; a name that several bear brings an answer for each,
and what nobody bears brings what is spelled like it.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import Mac
from wiremap_lab.inference.access_points import NoUplink, Uplink, uplinks
from wiremap_lab.inference.edge_ports import Attachment, Candidate, Unattached, infer
from wiremap_lab.inference.elements import elements_of
from wiremap_lab.inference.neighbors import Heard, own_macs, virtual_router
from wiremap_lab.inference.network import Network
from wiremap_lab.inference.ports import Port
from wiremap_lab.inference.roles import PortVerdict
from wiremap_lab.inference.wireless import with_clients
from wiremap_lab.tables import DeviceTables, IpAddress, LldpNeighbor
from wiremap_lab.wiremap import Element, GatewayMac, NetworkElement, Switch, SwitchPort, Wap

_MOST_NEAR = 8
#: Hexadecimal digits two MAC addresses may differ in and be taken for one another.
_SLIPS = 2
#: Fewer digits of an address than this fit too many.
_FEWEST_DIGITS = 4
_SEPARATORS = re.compile(r"[:.\-\s]")


class Kind(StrEnum):
    """What was asked for."""

    WIRED = "wired device"
    WIRELESS = "wireless device"
    SWITCH = "device of the network"
    ACCESS_POINT = "access point"
    BSSID = "BSSID"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where something is, or why that cannot be told.

    `port` is what it is plugged into, None where that is not known and `reason` says why. `elements` are those
    of the wiremap it is placed by, the most precise first. `rejected` are the ports it was looked for in vain.
    """

    subject: str
    kind: Kind
    mac: Mac | None = None
    ips: tuple[IpAddress, ...] = ()
    port: Port | None = None
    role: str = ""
    via: str | None = None
    behind: Mac | None = None
    also_at: tuple[Port, ...] = ()
    elements: tuple[NetworkElement, ...] = ()
    evidence: tuple[str, ...] = ()
    rejected: tuple[Candidate, ...] = ()
    reason: str = ""

    @property
    def randomized(self) -> bool:
        """Whether it made its MAC up, and may come back under another (IEEE 802, U/L bit; quirk 53)."""
        return self.kind in (Kind.WIRED, Kind.WIRELESS) and self.mac is not None and self.mac.is_local


@dataclass(frozen=True, slots=True)
class Directory:
    """What is known of who is where, indexed by what people ask for."""

    network: Network
    verdicts: Mapping[Port, PortVerdict]
    answers: Mapping[Mac, Attachment | Unattached]
    points: tuple[Uplink | NoUplink, ...]
    elements: Mapping[str, tuple[Element, ...]]
    #: who is heard under a name and is none of our devices
    heard: Mapping[str, tuple[Heard, ...]]

    @classmethod
    def of(cls, devices: Sequence[DeviceTables], *, now: datetime, derived_bssids: bool = False) -> Directory:
        """Read what the devices said; `now` is when they did. Derived BSSIDs count only where that is asked for."""
        inferred = infer(devices, derived_bssids=derived_bssids)
        network, verdicts = inferred.network, inferred.verdicts
        points = tuple(uplinks(network, inferred.answers, verdicts))
        answers = with_clients(network, inferred.answers, points)
        elements: dict[str, list[Element]] = defaultdict(list)
        for element in elements_of(inferred, now=now):
            elements[element.device].append(element)
        kept = {device: tuple(found) for device, found in elements.items()}
        return cls(network, verdicts, answers, points, kept, _strangers(network))

    def find(self, text: str) -> tuple[Whereabouts, ...]:
        """Everything that goes by this address or name."""
        if mac := _mac(text):
            return tuple(self._at_mac(mac)) or tuple(self._at_name(text))
        if ip := _ip(text):
            return tuple(self._at_ip(ip))
        return tuple(self._at_name(text))

    def near(self, text: str) -> tuple[str, ...]:
        """What is spelled like it: addresses a slip or two away or that hold its digits, names, hosts of its subnet."""
        if ip := _ip(text):
            return tuple(_near_addresses(ip, {ip for ips in self.network.ips.values() for ip in ips}))
        digits = _SEPARATORS.sub("", text).lower()
        macs = [f"{mac} {self._what(mac)}" for mac in sorted(self._macs()) if _is_like(mac, digits)]
        names = difflib.get_close_matches(text.lower(), self._names(), n=_MOST_NEAR, cutoff=0.6)
        holding = sorted(name for name in self._names() if text.lower() in name)
        return tuple(dict.fromkeys([*macs, *holding, *names]))[:_MOST_NEAR]

    def _macs(self) -> set[Mac]:
        bssids = {bss.bssid for device in self.network.devices for bss in device.bss}
        return {*self.answers, *self.network.known.owners, *bssids}

    def _names(self) -> list[str]:
        points = {point.name.lower() for device in self.network.devices for point in device.access_points}
        return sorted({*self.heard, *points, *self.network.known.names, *(each.lower() for each in self.network.maps)})

    def _what(self, mac: Mac) -> str:
        match self.answers.get(mac):
            case Attachment() as answer:
                return f"on {answer.port}"
            case Unattached():
                return "at no port that can be told"
            case None:
                owners = self.network.known.owners.get(mac, ())
                return f"of {' or '.join(sorted(owners))}" if owners else "a BSSID"

    def _at_mac(self, mac: Mac) -> Iterator[Whereabouts]:
        bsss = [(device, bss) for device in self.network.devices for bss in device.bss if bss.bssid == mac]
        for device, bss in bsss:
            yield self._bssid(mac, bss.ap_name, device)
        points = [each for each in self.points if mac in (each.access_point.ethernet_mac, each.access_point.radio_mac)]
        yield from map(self._point, [] if bsss else points)
        for name in sorted(self.network.known.owners.get(mac, ())):
            yield self._device(name)
        if mac in self.answers and not bsss and not points:
            yield self._station(self.answers[mac])

    def _at_ip(self, ip: IpAddress) -> Iterator[Whereabouts]:
        ours = self.network.known.addresses.get(ip, frozenset())
        yield from (self._device(name) for name in sorted(ours))
        said = [mac for mac, ips in self.network.ips.items() if ip in ips]
        heard = [mac for each in _everyone(self.network) if ip in _told_addresses(each) for mac in each.macs]
        macs = dict.fromkeys(mac for mac in (*sorted(said), *sorted(heard)) if mac in self.answers)
        yield from (self._station(self.answers[mac]) for mac in macs)
        known = {mac for each in self.points if each.access_point.ip == ip for mac in (each.access_point.ethernet_mac,)}
        yield from (self._point(each) for each in self.points if each.access_point.ip == ip and not known & {*macs})

    def _at_name(self, text: str) -> Iterator[Whereabouts]:
        name = text.strip().lower()
        by_name = {device for device in self.network.maps if device.lower() == name}
        yield from (self._device(device) for device in sorted(by_name | self.network.known.devices_named(name)))
        yield from (self._point(each) for each in self.points if each.access_point.name.lower() == name)
        heard = [each for each in self.heard.get(name, ()) if each.access_point is None]
        macs = sorted({mac for each in heard for mac in each.macs if mac in self.answers})
        yield from (self._station(self.answers[mac]) for mac in macs)
        if not macs:  # it says no address of its own, and is where it is heard
            yield from map(_where_heard, heard)

    def _station(self, answer: Attachment | Unattached) -> Whereabouts:
        names = sorted({each.name for each in _everyone(self.network) if answer.mac in each.macs and each.name})
        subject = f"{answer.mac} {names[0]!r}" if names else str(answer.mac)
        if isinstance(answer, Unattached):
            kind = Kind.GATEWAY if virtual_router(answer.mac) else Kind.WIRELESS if answer.via else Kind.WIRED
            elements = (GatewayMac(answer.mac),) if kind is Kind.GATEWAY else self._carriers(answer)
            return Whereabouts(
                subject,
                kind,
                answer.mac,
                answer.ips,
                via=answer.via,
                elements=elements,
                rejected=answer.candidates,
                reason=answer.reason,
            )
        return Whereabouts(
            subject,
            Kind.WIRELESS if answer.via else Kind.WIRED,
            answer.mac,
            answer.ips,
            answer.port,
            answer.role.value,
            answer.via,
            answer.behind,
            answer.also_at,
            (*self._carriers(answer), *self._ports(answer.port)),
            answer.evidence,
            answer.rejected,
        )

    def _carriers(self, answer: Attachment | Unattached) -> tuple[NetworkElement, ...]:
        """The BSSID a wireless client is on, or, where that is not known, those of its access point."""
        return (Wap(answer.bssid),) if answer.bssid else self._bssids(answer.via)

    def _point(self, found: Uplink | NoUplink) -> Whereabouts:
        point = found.access_point
        subject = f"access point {point.name!r} of {found.controller}"
        ips = (point.ip,) if point.ip else ()
        bssids = self._bssids(point.name)
        if isinstance(found, NoUplink):
            return Whereabouts(
                subject,
                Kind.ACCESS_POINT,
                point.ethernet_mac,
                ips,
                elements=bssids,
                rejected=found.candidates,
                reason=found.reason,
            )
        return Whereabouts(
            subject,
            Kind.ACCESS_POINT,
            point.ethernet_mac,
            ips,
            found.port,
            "access-point",
            elements=(*self._ports(found.port), *bssids),
            evidence=found.evidence,
            rejected=found.rejected,
        )

    def _bssid(self, bssid: Mac, name: str, controller: DeviceTables) -> Whereabouts:
        uplink = next(
            (each for each in self.points if (each.controller, each.access_point.name) == (controller.name, name)), None
        )
        own = next(each for each in self.elements[controller.name] if each.element == Wap(bssid))
        port = uplink.port if isinstance(uplink, Uplink) else None
        why = uplink.reason if isinstance(uplink, NoUplink) else f"{controller.name} does not list {name!r}"
        return Whereabouts(
            f"BSSID {bssid} of access point {name!r}",
            Kind.BSSID,
            bssid,
            port=port,
            role="access-point" if port else "",
            via=name,
            elements=(Wap(bssid), *(self._ports(port) if port else ())),
            evidence=own.evidence,
            reason="" if port else why,
        )

    def _device(self, name: str) -> Whereabouts:
        """A switch or router is where its own element is; the ports that hear it say how it is connected."""
        tables = self.network.maps[name].tables
        ways = sorted(
            (port for port, heard in self.network.heard.items() if any(name in each.devices for each in heard)),
            key=lambda port: port.order,
        )
        evidence = [str(each) for port in ways for each in self.network.hears(port) if name in each.devices]
        location = tables.system.location if tables.system else ""
        said = (f"sysLocation of {name} is {location!r}",) if location else ()
        switches = tuple(each.element for each in self.elements.get(name, ()) if isinstance(each.element, Switch))
        return Whereabouts(
            name,
            Kind.SWITCH,
            min(own_macs(tables), default=None),
            tuple(subnet.address for subnet in tables.subnets),
            ways[0] if ways else None,
            also_at=tuple(ways[1:]),
            elements=switches,
            evidence=(*said, *evidence),
            reason="" if ways else "no device that was read hears it",
        )

    def _bssids(self, name: str | None) -> tuple[NetworkElement, ...]:
        if name is None:
            return ()
        return tuple(
            dict.fromkeys(Wap(bss.bssid) for each in self.network.devices for bss in each.bss if bss.ap_name == name)
        )

    def _ports(self, port: Port) -> tuple[NetworkElement, ...]:
        """The elements of a port and its members, then the one of its switch."""
        ports = self.network.maps[port.device]
        indexes = {each for each in ports.interfaces if ports.port(each) == port}
        names = {ports.named(each).name for each in indexes} | {port.name}
        found = [each for each in self.elements.get(port.device, ()) if isinstance(each.element, SwitchPort)]
        own = (each.element for each in found if names & {each.facts.get("ifName"), each.facts.get("ifDescr")})
        switches = (each.element for each in self.elements.get(port.device, ()) if isinstance(each.element, Switch))
        return (*own, *switches)


def _everyone(network: Network) -> Iterator[Heard]:
    for each in (*network.heard.values(), *network.adrift.values()):
        yield from each


def _strangers(network: Network) -> Mapping[str, tuple[Heard, ...]]:
    found: dict[str, list[Heard]] = defaultdict(list)
    for heard in _everyone(network):
        if heard.name and not heard.devices:
            found[heard.name.lower()].append(heard)
    return {name: tuple(each) for name, each in found.items()}


def _where_heard(heard: Heard) -> Whereabouts:
    reason = "" if heard.port else "it is heard on a port that could not be told"
    return Whereabouts(heard.name, Kind.WIRED, port=heard.port, evidence=(str(heard),), reason=reason)


def _told_addresses(heard: Heard) -> tuple[IpAddress, ...]:
    neighbor = heard.neighbor
    return neighbor.management_addresses if isinstance(neighbor, LldpNeighbor) else neighbor.addresses


def _mac(text: str) -> Mac | None:
    try:
        return Mac.parse(text)
    except InvalidValue:
        return None


def _ip(text: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(text.strip())
    except ValueError:
        return None


def _near_addresses(ip: IpAddress, known: Iterable[IpAddress]) -> Iterator[str]:
    """The nearest addresses of the same /24, or /64."""
    left = 8 if ip.version == 4 else 64
    same = (each for each in known if each.version == ip.version and int(each) >> left == int(ip) >> left)
    yield from (str(each) for each in sorted(same, key=lambda each: (abs(int(each) - int(ip)), int(each)))[:_MOST_NEAR])


def _is_like(mac: Mac, digits: str) -> bool:
    """Whether a MAC holds these digits, or differs from them by a slip or two.

    >>> _is_like(Mac.parse("02:00:00:00:aa:07"), "02000000aa01"), _is_like(Mac.parse("02:00:00:00:aa:07"), "aa07")
    (True, True)
    """
    own = mac.octets.hex()
    if len(digits) == len(own):
        return sum(one != other for one, other in zip(own, digits, strict=True)) <= _SLIPS
    return len(digits) >= _FEWEST_DIGITS and digits in own
