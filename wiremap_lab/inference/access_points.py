"""Find the switch port each access point is plugged into.

A controller knows an access point's name and addresses, not its place. The port knows: an access
point that was carried to another floor is still called by its old name (quirk 88).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wiremap_lab.ids import Mac
from wiremap_lab.inference.edge_ports import Attachment, Unattached, attachments
from wiremap_lab.inference.neighbors import Heard
from wiremap_lab.inference.network import Network, read_network
from wiremap_lab.inference.ports import Port
from wiremap_lab.inference.roles import PortVerdict, judge_ports
from wiremap_lab.tables import AccessPoint, DeviceTables


@dataclass(frozen=True, slots=True)
class Uplink:
    """The port an access point is plugged into; `controller` is the device that knows the access point."""

    access_point: AccessPoint
    controller: str
    port: Port
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoUplink:
    """An access point whose port could not be told, and why."""

    access_point: AccessPoint
    controller: str
    reason: str


def find_uplinks(devices: Sequence[DeviceTables]) -> tuple[Uplink | NoUplink, ...]:
    """The port of every access point of every controller: the one that hears it, or the edge port of its MAC."""
    network = read_network(devices)
    verdicts = judge_ports(network)
    return tuple(uplinks(network, {answer.mac: answer for answer in attachments(network, verdicts)}, verdicts))


def uplinks(
    network: Network,
    answers: Mapping[Mac, Attachment | Unattached],
    verdicts: Mapping[Port, PortVerdict],
) -> Iterator[Uplink | NoUplink]:
    """The same for a network whose ports were judged and whose MACs were placed before."""
    heard = _hearing(network, verdicts)
    named: dict[str, set[Mac | None]] = defaultdict(set)
    for point in (point for device in network.devices for point in device.access_points):
        named[point.name].add(point.ethernet_mac)
    for device in network.devices:
        for point in device.access_points:
            ports = {
                port: f"{neighbor}, an access point"
                for port, neighbor in heard.get(point.name, ())
                if _is_there(point, port, neighbor, network, alone=len(named[point.name]) == 1)
            }
            if len(ports) == 1:
                ((port, evidence),) = ports.items()
                yield Uplink(point, device.name, port, (evidence,))
            else:
                yield _by_mac(point, device.name, answers)


def _hearing(network: Network, verdicts: Mapping[Port, PortVerdict]) -> Mapping[str, Sequence[tuple[Port, Heard]]]:
    """Access point → the ports that hear one of that name."""
    found: dict[str, list[tuple[Port, Heard]]] = defaultdict(list)
    for port in verdicts:
        for neighbor in network.hears(port):
            if neighbor.access_point:
                found[neighbor.access_point].append((port, neighbor))
    return found


def _is_there(point: AccessPoint, port: Port, heard: Heard, network: Network, *, alone: bool) -> bool:
    """Whether a port that hears the name has the access point: not another of that name, not one that has left.

    An announcement outlives the cable: the link may be down by now, or frames come in elsewhere.
    """
    if not alone and not {point.ethernet_mac, point.radio_mac} & heard.macs:
        return False
    seen = network.where.get(port.device, {}).get(point.ethernet_mac, ()) if point.ethernet_mac else ()
    return not network.is_down(port) and (port in seen or not seen)


def _by_mac(point: AccessPoint, controller: str, answers: Mapping[Mac, Attachment | Unattached]) -> Uplink | NoUplink:
    reason = "no switch has seen its MAC"
    for mac in (point.ethernet_mac, point.radio_mac):
        match answers.get(mac) if mac else None:
            case Attachment() as answer:
                return Uplink(point, controller, answer.port, answer.evidence)
            case Unattached() as answer:
                reason = f"{mac}: {answer.reason}"
            case None:
                pass
    return NoUplink(point, controller, reason)
