"""Find the port each device is plugged into, with the evidence and the candidates that lost.

Every switch between a device and the core has the device's MAC in its forwarding database, so a
MAC has as many candidates as there are switches on its way. The edge is the one whose port leads
to no more network. Where two remain, both are kept and nobody is placed: unknown beats wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from operator import attrgetter

from wiremap_lab.ids import Mac
from wiremap_lab.inference.neighbors import phones, virtual_router
from wiremap_lab.inference.network import Network, read_network
from wiremap_lab.inference.ports import ETHERNET, Port
from wiremap_lab.inference.roles import MOST_OF_ONE_DESK, PLACES, PortVerdict, Role, judge_ports, side_by_side, ways_of
from wiremap_lab.inference.ways import Ways
from wiremap_lab.tables import DeviceTables, Finding, IpAddress

__all__ = [
    "Attachment",
    "Candidate",
    "Inferred",
    "Port",
    "PortVerdict",
    "Role",
    "Unattached",
    "attach",
    "attachments",
    "dropped_rows",
    "infer",
    "infer_ports",
]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A port a MAC was seen on, and why it is not the answer."""

    port: Port
    why: str

    def __str__(self) -> str:
        return f"{self.port}: {self.why}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where a MAC is plugged in, or, with role ``access-point``, which access point carries it.

    `also_at` are the other ends of a device attached to several switches at once (MLAG). `behind`
    is the phone between the port and a PC; the PC's place is the phone's port. `via` is the access
    point of a wireless client, and `bssid` the BSS it is associated with, where its controller tells.
    `ips` are what routers' ARP tables give for the MAC.
    """

    mac: Mac
    port: Port
    role: Role
    evidence: tuple[str, ...]
    also_at: tuple[Port, ...] = ()
    behind: Mac | None = None
    via: str | None = None
    vlans: tuple[int, ...] = ()
    ips: tuple[IpAddress, ...] = ()
    rejected: tuple[Candidate, ...] = ()
    bssid: Mac | None = None


@dataclass(frozen=True, slots=True)
class Unattached:
    """A MAC the network knows and no edge port could be told for, why, and every port it was seen on.

    Of a wireless client, `via` is the access point and `bssid` the BSS that carries it: what is not known is the port.
    """

    mac: Mac
    reason: str
    candidates: tuple[Candidate, ...] = ()
    ips: tuple[IpAddress, ...] = ()
    via: str | None = None
    bssid: Mac | None = None


@dataclass(frozen=True, slots=True)
class Inferred:
    """What follows from the tables of a network: what its ports are for, and where each MAC is."""

    network: Network
    verdicts: Mapping[Port, PortVerdict]
    answers: Mapping[Mac, Attachment | Unattached]

    @property
    def ports(self) -> tuple[PortVerdict, ...]:
        """What each port is for: every port people can plug into, and all that saw or heard anybody.

        A member of an aggregate has the verdict of the whole. A port nobody was seen on is ``unknown``.
        """
        return _all_ports(self.network, self.verdicts)


def infer(devices: Sequence[DeviceTables], *, derived_bssids: bool = False) -> Inferred:
    """Judge every port and place every MAC, reading the tables once.

    The MACs are all that were seen, heard or resolved by ARP, those of our own devices left out, in
    their order. The answers do not depend on the order of `devices`. BSSIDs derived from an address are
    left out, unless `derived_bssids` says otherwise.
    """
    network = read_network(devices, derived_bssids=derived_bssids)
    verdicts = judge_ports(network)
    return Inferred(network, verdicts, {answer.mac: answer for answer in attachments(network, verdicts)})


def infer_ports(devices: Sequence[DeviceTables]) -> tuple[PortVerdict, ...]:
    """What each port of each device is for, where nothing else is asked."""
    network = read_network(devices)
    return _all_ports(network, judge_ports(network))


def _all_ports(network: Network, judged: Mapping[Port, PortVerdict]) -> tuple[PortVerdict, ...]:
    verdicts = dict(judged)
    for name, ports in network.maps.items():
        for if_index, interface in ports.interfaces.items():
            port, whole = ports.named(if_index), ports.port(if_index)
            if interface.type not in ETHERNET or port in verdicts:
                continue
            verdicts[port] = _inherited(port, whole, verdicts) or _idle(port, name)
    return tuple(verdicts[port] for port in sorted(verdicts, key=lambda port: port.order))


def _inherited(port: Port, whole: Port, verdicts: Mapping[Port, PortVerdict]) -> PortVerdict | None:
    if whole == port or whole not in verdicts:
        return None
    found = verdicts[whole]
    why = f"LAG table of {port.device}: {port.name} is a member of {whole.name}"
    return PortVerdict(port, found.role, (why, *found.evidence), found.leads_to, found.access_points)


def _idle(port: Port, device: str) -> PortVerdict:
    return PortVerdict(port, Role.UNKNOWN, (f"FDB, LLDP and CDP of {device} have nothing on {port.name}",))


def dropped_rows(devices: Sequence[DeviceTables]) -> Mapping[str, tuple[Finding, ...]]:
    """For each device, the rows of its forwarding database that locate nothing, counted by reason (quirks 38, 50)."""
    dropped = read_network(devices).dropped
    return {
        name: tuple(Finding("fdb", f"dropped: {why}", count=count) for why, count in sorted(counts.items()))
        for name, counts in dropped.items()
    }


def attach(devices: Sequence[DeviceTables]) -> tuple[Attachment | Unattached, ...]:
    """The edge port of every MAC, where nothing else is asked.

    What controllers say of their clients is not considered: `inference.wireless.locate` does.
    """
    return tuple(infer(devices).answers.values())


def attachments(network: Network, verdicts: Mapping[Port, PortVerdict]) -> Iterator[Attachment | Unattached]:
    """The same for a network that was read and whose ports were judged before."""
    inquiry = _Inquiry.of(network, verdicts)
    macs = {*network.at, *inquiry.announced, *network.ips} - network.known.owners.keys()
    for mac in sorted(macs, key=attrgetter("octets")):
        if not mac.is_group and mac.octets != bytes(6):
            yield inquiry.answer(mac)


@dataclass(frozen=True, slots=True)
class _Inquiry:
    """What is needed to answer for one MAC after the other."""

    network: Network
    verdicts: Mapping[Port, PortVerdict]
    ways: Ways
    #: port → what to say of it where it lost
    candidates: Mapping[Port, Candidate]
    #: ports where somebody may be said to be
    places: frozenset[Port]
    #: MAC → the ports its owner is heard on
    announced: Mapping[Mac, Sequence[Port]]

    @classmethod
    def of(cls, network: Network, verdicts: Mapping[Port, PortVerdict]) -> _Inquiry:
        announced: dict[Mac, list[Port]] = defaultdict(list)
        for port, each in network.heard.items():
            for mac in sorted({mac for heard in each if not heard.devices for mac in heard.macs}):
                announced[mac].append(port)
        candidates = {port: Candidate(port, verdict.evidence[0]) for port, verdict in verdicts.items()}
        places = frozenset(port for port, verdict in verdicts.items() if verdict.role in PLACES)
        return cls(network, verdicts, ways_of(verdicts), candidates, places, announced)

    def _candidates(self, mac: Mac) -> list[Candidate]:
        """The ports a MAC was seen or heard on."""
        seen = self.network.sightings(mac)
        only_heard = [port for port in self.announced.get(mac, ()) if port not in seen]
        ports = sorted((*seen, *only_heard), key=lambda port: port.order) if only_heard else seen
        return [self.candidates[port] for port in ports]

    def answer(self, mac: Mac) -> Attachment | Unattached:
        """Where one MAC is."""
        ips = self.network.ips.get(mac, ())
        candidates = self._candidates(mac)
        if protocol := virtual_router(mac):
            return Unattached(mac, f"{protocol} address: many routers have it, it is at no place", (*candidates,), ips)
        if not candidates:
            return Unattached(mac, "in ARP tables only: no forwarding database has it", ips=ips)
        edges = [candidate.port for candidate in candidates if candidate.port in self.places]
        if not edges:
            return Unattached(mac, self._why_no_edge(candidates), (*candidates,), ips)
        rejected = [candidate for candidate in candidates if candidate.port not in edges]
        for narrow in (self._current, self._nearest, self._announcing, self._with_link):
            left, lost = narrow(mac, edges)
            rejected += lost
            edges = left
        if not edges:
            return Unattached(mac, f"no longer where it was: {rejected[-1]}", (*rejected,), ips)
        if len(edges) > 1 and not self._is_multihomed(mac, edges):
            names = ", ".join(str(port) for port in edges)
            kept = [Candidate(port, "an edge port as good as the others") for port in edges]
            return Unattached(mac, f"ambiguous: seen on {len(edges)} edge ports: {names}", (*kept, *rejected), ips)
        return self._attachment(mac, edges, tuple(rejected))

    def _why_no_edge(self, candidates: Iterable[Candidate]) -> str:
        if any(self.verdicts[candidate.port].role is Role.UNKNOWN for candidate in candidates):
            return "seen on no edge port, and on one whose role is unknown"
        return "seen on uplinks only: its own switch is not known or did not tell"

    def _current(self, mac: Mac, edges: list[Port]) -> tuple[list[Port], list[Candidate]]:
        """Drop the ports that only hear a MAC whose frames come in elsewhere: an announcement outlives a move."""
        lost = []
        for port in edges:
            others = self.network.sightings_by(port.device, mac)
            if others and port not in others:
                lost.append(Candidate(port, f"heard there, and frames come in on {_names(others)}"))
        gone = {candidate.port for candidate in lost}
        left = [port for port in edges if port not in gone]
        return left, lost

    def _nearest(self, mac: Mac, edges: list[Port]) -> tuple[list[Port], list[Candidate]]:
        """Drop the ports another candidate is known to lie beyond."""
        if len(edges) < 2:
            return edges, []
        lost = [Candidate(far, why) for far in edges if (why := self._why_farther(mac, far, edges))]
        if len(lost) == len(edges):
            return edges, []
        gone = {candidate.port for candidate in lost}
        return [port for port in edges if port not in gone], lost

    def _why_farther(self, mac: Mac, far: Port, edges: Iterable[Port]) -> str:
        """Why a port only leads towards another candidate.

        The other device knows its way here and has the MAC on none of those ports: the MAC is not on
        this side of it. Unless the same can be said the other way round: then one table is stale.
        """
        for near in edges:
            there = self.ways.toward(near.device, far.device)
            back = self.ways.toward(far.device, near.device)
            crowded = len(self.network.seen.get(near, ())) > MOST_OF_ONE_DESK and not self.network.hears(near)
            if near.device != far.device and there and near not in there and not back and not crowded:
                ways = ", ".join(sorted(port.name for port in there))
                return f"{near.device} has {mac} on {near.name}, not on {ways} which leads here"
        return ""

    def _announcing(self, mac: Mac, edges: list[Port]) -> tuple[list[Port], list[Candidate]]:
        """Prefer the ports on which the MAC's owner is heard."""
        heard = [port for port in edges if any(mac in neighbor.macs for neighbor in self.network.hears(port))]
        return _preferred(edges, heard, f"not heard there by LLDP or CDP, and heard on {_names(heard)}")

    def _with_link(self, _mac: Mac, edges: list[Port]) -> tuple[list[Port], list[Candidate]]:
        """Drop ports whose link is known to be down: tables remember who was there."""
        up = [port for port in edges if not self.network.is_down(port)]
        return up, [Candidate(port, "its link is down") for port in edges if port not in up]

    def _is_multihomed(self, mac: Mac, edges: Sequence[Port]) -> bool:
        """Whether one device is on all of these ports: heard on each, or on aggregates of a pair of switches.

        Of two aggregates one may be the other's uplink, unless their switches know another way, or there must be one.
        A phone has one link: where two ports hear it, it moved, and one of them remembers.
        """
        devices = {port.device for port in edges}
        if len(devices) < len(edges):
            return False
        if all(self.network.is_bundle(port) for port in edges):
            known = all(self.ways.toward(here, there) for here in devices for there in devices - {here})
            return known or all(side_by_side(self.network, one, other) for one, other in combinations(edges, 2))
        owners = [[heard for heard in self.network.hears(port) if mac in heard.macs] for port in edges]
        return all(owners) and not any(heard.phone for heard in chain.from_iterable(owners))

    def _attachment(self, mac: Mac, edges: Sequence[Port], rejected: tuple[Candidate, ...]) -> Attachment:
        port, *others = edges
        verdict = self.verdicts[port]
        own = mac in self.network.known.access_points or any(mac in heard.macs for heard in self.network.hears(port))
        vlans = {vlan for vlan in self._vlans(mac, port) if vlan is not None}
        return Attachment(
            mac=mac,
            port=port,
            role=verdict.role,
            evidence=(*self._sightings(mac, edges), *verdict.evidence),
            also_at=tuple(others),
            behind=self._phone_before(mac, port),
            via=None if own else next(iter(sorted(verdict.access_points)), None),
            vlans=tuple(sorted(vlans)),
            ips=self.network.ips.get(mac, ()),
            rejected=rejected,
        )

    def _vlans(self, mac: Mac, port: Port) -> Iterable[int | None]:
        seen = self.network.seen.get(port, {}).get(mac)
        return seen.vlans if seen else ()

    def _phone_before(self, mac: Mac, port: Port) -> Mac | None:
        """The phone a MAC sits behind: the only one on its port, and another than itself."""
        found = phones(self.network.hears(port))
        own = any(mac in heard.macs for heard in self.network.hears(port))
        return min(found[0]) if len(found) == 1 and found[0] and not own else None

    def _sightings(self, mac: Mac, edges: Iterable[Port]) -> Iterator[str]:
        for port in edges:
            if seen := self.network.seen.get(port, {}).get(mac):
                kind = "a static entry for " if seen.static else ""
                yield f"FDB of {port} has {kind}{mac}"
            for heard in self.network.hears(port):
                if mac in heard.macs:
                    yield f"{heard}, whose address is {mac}"


def _names(ports: Iterable[Port]) -> str:
    return ", ".join(str(port) for port in ports)


def _preferred(edges: list[Port], better: list[Port], why: str) -> tuple[list[Port], list[Candidate]]:
    if not better:
        return edges, []
    return better, [Candidate(port, why) for port in edges if port not in better]
