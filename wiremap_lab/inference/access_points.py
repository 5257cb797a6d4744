"""Find the switch port each access point is plugged into.

A controller knows an access point's name and addresses, not its place. The port knows: an access
point that was carried to another floor is still called by its old name (quirk 88). First counts
what the switch hears of it, then what it hears of the switch, then where its MAC was learned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wiremap_lab.ids import Mac, PortId
from wiremap_lab.inference.edge_ports import Attachment, Candidate, Unattached, infer
from wiremap_lab.inference.neighbors import Heard
from wiremap_lab.inference.network import Network
from wiremap_lab.inference.port_names import Interfaces
from wiremap_lab.inference.ports import Port
from wiremap_lab.inference.roles import PortVerdict, Role
from wiremap_lab.tables import AccessPoint, DeviceTables, LldpLocalPort


@dataclass(frozen=True, slots=True)
class Uplink:
    """The port an access point is plugged into, why that one, and the ports that were not it.

    `controller` is the device that knows the access point.
    """

    access_point: AccessPoint
    controller: str
    port: Port
    evidence: tuple[str, ...]
    rejected: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class NoUplink:
    """An access point whose port could not be told, why, and the ports that spoke of it."""

    access_point: AccessPoint
    controller: str
    reason: str
    candidates: tuple[Candidate, ...] = ()


def find_uplinks(devices: Sequence[DeviceTables]) -> tuple[Uplink | NoUplink, ...]:
    """The port of every access point of every controller: the one that hears it, or the edge port of its MAC."""
    found = infer(devices)
    return tuple(uplinks(found.network, found.answers, found.verdicts))


def uplinks(
    network: Network,
    answers: Mapping[Mac, Attachment | Unattached],
    verdicts: Mapping[Port, PortVerdict],
) -> Iterator[Uplink | NoUplink]:
    """The same for a network whose ports were judged and whose MACs were placed before."""
    search = _Search.of(network, answers, verdicts)
    for device in network.devices:
        yield from (search.uplink(point, device.name) for point in device.access_points)


@dataclass(frozen=True, slots=True)
class _Search:
    """What is needed to find one access point after the other."""

    network: Network
    answers: Mapping[Mac, Attachment | Unattached]
    verdicts: Mapping[Port, PortVerdict]
    hearing: Mapping[str, Sequence[tuple[Port, Heard]]]
    #: name → the Ethernet MACs of the access points that bear it
    named: Mapping[str, set[Mac | None]]
    #: device → its interfaces, to be found by name
    interfaces: dict[str, Interfaces]

    @classmethod
    def of(
        cls,
        network: Network,
        answers: Mapping[Mac, Attachment | Unattached],
        verdicts: Mapping[Port, PortVerdict],
    ) -> _Search:
        hearing: dict[str, list[tuple[Port, Heard]]] = defaultdict(list)
        for port in verdicts:
            for neighbor in network.hears(port):
                if neighbor.access_point:
                    hearing[neighbor.access_point].append((port, neighbor))
        named: dict[str, set[Mac | None]] = defaultdict(set)
        for point in (point for device in network.devices for point in device.access_points):
            named[point.name].add(point.ethernet_mac)
        return cls(network, answers, verdicts, hearing, named, {})

    def uplink(self, point: AccessPoint, controller: str) -> Uplink | NoUplink:
        """The port of one access point."""
        found: list[dict[Port, str]] = []
        lost: list[Candidate] = []
        for said in (self._heard(point), self._told(point)):
            doubts = {port: self._why_not(point, port) for port in said}
            found.append({port: why for port, why in said.items() if not doubts[port]})
            lost += [Candidate(port, f"{why}; {doubts[port]}") for port, why in said.items() if doubts[port]]
        for ports in found:
            if len(ports) == 1:
                (port,) = ports
                evidence = tuple(said[port] for said in found if port in said)
                other = [Candidate(each, why) for said in found for each, why in said.items() if each != port]
                return Uplink(point, controller, port, evidence, (*other, *lost))
        several = [Candidate(port, why) for said in found for port, why in said.items()]
        return self._by_mac(point, controller, (*several, *lost))

    def _heard(self, point: AccessPoint) -> dict[Port, str]:
        """The ports that hear it, by name, and where several bear the name by address."""
        alone = len(self.named[point.name]) == 1
        addresses = {point.ethernet_mac, point.radio_mac}
        heard = self.hearing.get(point.name, ())
        return {port: f"{neighbor}, an access point" for port, neighbor in heard if alone or addresses & neighbor.macs}

    def _told(self, point: AccessPoint) -> dict[Port, str]:
        """The ports the access point itself hears, of switches of ours."""
        found: dict[Port, str] = {}
        for neighbor in point.neighbors:
            for device in sorted(self.network.known.devices_named(neighbor.name)):
                port = self._port_named(device, neighbor.port)
                if port is not None:
                    found[port] = f"access point {point.name!r} hears {neighbor.port!r} of {neighbor.name!r}"
        return found

    def _port_named(self, device: str, name: str) -> Port | None:
        tables = self.network.maps[device]
        if device not in self.interfaces:
            self.interfaces[device] = Interfaces(tables.interfaces.values())
        if_index = self.interfaces[device].named_by(LldpLocalPort(0, PortId.read(5, name.encode()), "")).if_index
        return None if if_index is None else tables.port(if_index)

    def _why_not(self, point: AccessPoint, port: Port) -> str:
        """Why an access point is no longer at a port that speaks of it: an announcement outlives the cable.

        The link may be down by now, or frames come in elsewhere.
        """
        if self.network.is_down(port):
            return "its link is down"
        seen = self.network.sightings_by(port.device, point.ethernet_mac)
        if seen and port not in seen:
            return f"frames of {point.ethernet_mac} come in on {', '.join(map(str, seen))}"
        return ""

    def _by_mac(self, point: AccessPoint, controller: str, lost: tuple[Candidate, ...]) -> Uplink | NoUplink:
        reason = "no switch has seen its MAC"
        for mac in (point.ethernet_mac, point.radio_mac):
            match self.answers.get(mac) if mac else None:
                case Attachment() as answer:
                    return Uplink(point, controller, answer.port, answer.evidence, (*answer.rejected, *lost))
                case Unattached() as answer:
                    reason, lost = f"{mac}: {answer.reason}", (*answer.candidates, *lost)
                case None:
                    pass
        return self._polled(point, controller, lost) or NoUplink(point, controller, reason, lost)

    def _polled(self, point: AccessPoint, controller: str, lost: tuple[Candidate, ...]) -> Uplink | None:
        """The only port with nothing but this access point behind it, where that is a device of ours as well."""
        if point.ethernet_mac not in self.network.known.owners:
            return None
        ports = [
            verdict
            for port, verdict in self.verdicts.items()
            if verdict.role is Role.ACCESS_POINT and verdict.access_points == {point.name} and port.device != controller
        ]
        if len(ports) != 1:
            return None
        return Uplink(point, controller, ports[0].port, ports[0].evidence, lost)
