"""The network as a graph: which port is cabled to which, who says so, and whether the other end agrees."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wiremap_lab.ids import PortId
from wiremap_lab.inference.local_ports import local_port_interfaces
from wiremap_lab.inference.neighbors import Heard
from wiremap_lab.inference.network import Network, read_network
from wiremap_lab.inference.port_names import Interfaces
from wiremap_lab.inference.ports import Port
from wiremap_lab.inference.roles import judge_ports, ways_of
from wiremap_lab.inference.ways import Ways
from wiremap_lab.tables import CdpNeighbor, DeviceTables, LldpLocalPort

if TYPE_CHECKING:
    import networkx

#: What is believed first where several sources name one cable.
SOURCES = ("LLDP", "CDP", "FDB")


@dataclass(frozen=True, slots=True)
class Link:
    """A cable between two devices. `there` is None where the far port could not be told.

    `confirmed` says that both ends name each other. A source ``FDB`` is inferred: one switch lies
    beyond a port of the other, and no third between them.
    """

    here: Port
    device: str
    there: Port | None
    source: str
    confirmed: bool
    evidence: tuple[str, ...]


def build_graph(devices: Sequence[DeviceTables]) -> networkx.MultiGraph[str]:
    """The devices, by name, and an edge for each link between two of them.

    Edges have `ports` (device → port name, None where it is not known), `source`, `confirmed` and `evidence`.
    """
    import networkx

    graph: networkx.MultiGraph[str] = networkx.MultiGraph()
    for device in sorted(devices, key=lambda device: device.name):
        graph.add_node(device.name, label=device.system.name if device.system else device.name)
    for link in find_links(devices):
        ports = {link.here.device: link.here.name, link.device: link.there.name if link.there else None}
        graph.add_edge(
            link.here.device,
            link.device,
            ports=ports,
            source=link.source,
            confirmed=link.confirmed,
            evidence=link.evidence,
        )
    return graph


def find_links(devices: Sequence[DeviceTables]) -> tuple[Link, ...]:
    """Every link between two of the devices, once; an aggregate is one link."""
    network = read_network(devices)
    links = _merged(_said(network))
    links += _inferred(network, links)
    return tuple(sorted(links, key=lambda link: (link.here.order, link.device)))


def _said(network: Network) -> Iterator[Link]:
    """What each port hears of another device, with the far port where its ID names one."""
    far_ends = {device.name: _FarEnd.of(network, device) for device in network.devices}
    for here, heard in network.heard.items():
        for neighbor in heard:
            for device in sorted(_likeliest(neighbor, network)):
                there = far_ends[device].port(neighbor)
                yield Link(here, device, there, neighbor.source, confirmed=False, evidence=(str(neighbor),))


def _likeliest(heard: Heard, network: Network) -> frozenset[str]:
    """Of several devices that share an address or chassis ID, those that bear the name that was heard."""
    if len(heard.devices) < 2:
        return heard.devices
    named = network.known.devices_named(heard.name)
    return heard.devices & named or heard.devices


@dataclass(frozen=True, slots=True)
class _FarEnd:
    """What is needed to find a port of a device by what its neighbors hear of it."""

    device: str
    network: Network
    interfaces: Interfaces
    advertised: Mapping[PortId, int]

    @classmethod
    def of(cls, network: Network, tables: DeviceTables) -> _FarEnd:
        found: dict[PortId, int] = {}
        numbers = local_port_interfaces(tables)
        ports = tables.lldp_local.ports if tables.lldp_local else ()
        seen_twice = {port.port_id for port in ports if sum(port.port_id == other.port_id for other in ports) > 1}
        for port in ports:
            if port.port_num in numbers and port.port_id not in seen_twice:
                found[port.port_id] = numbers[port.port_num]
        return cls(tables.name, network, Interfaces(tables.interfaces), found)

    def port(self, heard: Heard) -> Port | None:
        """The port of this device a neighbor says it is cabled to."""
        neighbor = heard.neighbor
        if isinstance(neighbor, CdpNeighbor):
            local = LldpLocalPort(0, PortId.read(5, neighbor.port_id.encode()), "")
        else:
            local = LldpLocalPort(0, neighbor.port_id, neighbor.port_description)
        if_index = self.advertised.get(local.port_id) or self.interfaces.named_by(local).if_index
        return None if if_index is None else self.network.maps[self.device].port(if_index)


def _merged(said: Iterable[Link]) -> list[Link]:
    """One link for what both ends and several protocols say of it."""
    between: dict[frozenset[str], list[Link]] = defaultdict(list)
    for link in sorted(said, key=lambda link: (SOURCES.index(link.source), link.here.order)):
        found = between[_ends(link)]
        same = next((number for number, other in enumerate(found) if _is_same(link, other)), None)
        if same is None:
            found.append(link)
        else:
            found[same] = _join(found[same], link)
    return [link for links in between.values() for link in _paired(links)]


def _ends(link: Link) -> frozenset[str]:
    return frozenset((link.here.device, link.device))


def _paired(links: Sequence[Link]) -> list[Link]:
    """Of the links between two devices, one of the two whose ends name each other but not the port."""
    unsure = [link for link in links if link.there is None]
    if len(unsure) != 2 or unsure[0].here.device != unsure[1].device:
        return [*links]
    return [*(link for link in links if link.there is not None), _join(*unsure)]


def _is_same(link: Link, other: Link) -> bool:
    """Whether two sayings can be of one cable: no port is contradicted, one at least is named by both."""
    if link.here.device == other.here.device:
        return link.here == other.here and (link.there == other.there or None in (link.there, other.there))
    ends = (link.here, other.there), (link.there, other.here)
    return all(one == two or None in (one, two) for one, two in ends) and (link.there, other.there) != (None, None)


def _join(link: Link, other: Link) -> Link:
    from_far = link.here.device != other.here.device
    there = link.there or (other.here if from_far else other.there)
    evidence = (*link.evidence, *(why for why in other.evidence if why not in link.evidence))
    return replace(link, there=there, confirmed=link.confirmed or from_far, evidence=evidence)


def _inferred(network: Network, known: Sequence[Link]) -> list[Link]:
    """Links nobody speaks of: each switch sees the other through one port, and no third one is between them.

    A port has one cable. Where it seems to have several, a switch that was not polled is between.
    """
    pairs = [*_seeing_each_other(network, {_ends(link) for link in known})]
    used = Counter(port for pair in pairs for port in pair)
    return [
        Link(
            near,
            far.device,
            far,
            "FDB",
            confirmed=False,
            evidence=(f"FDB of {near} leads to {far.device}, FDB of {far} back, and no device lies between",),
        )
        for near, far in pairs
        if used[near] == used[far] == 1 and not any(_hears_network(network, port) for port in (near, far))
    ]


def _seeing_each_other(network: Network, spoken: Collection[frozenset[str]]) -> Iterator[tuple[Port, Port]]:
    """The ports by which two devices nobody speaks of see each other; one of the ports at least hears no network."""
    ways = ways_of(judge_ports(network))
    for here in sorted(ways.devices()):
        for there, ports in sorted(ways.of(here).items()):
            back = ways.toward(there, here)
            if not (here < there and len(ports) == len(back) == 1) or frozenset((here, there)) in spoken:
                continue
            (near,), (far,) = ports, back
            both_hear = _hears_network(network, near) and _hears_network(network, far)
            if not both_hear and not _is_between(here, there, ways):
                yield near, far


def _hears_network(network: Network, port: Port) -> bool:
    return any(heard.devices or heard.infrastructure for heard in network.hears(port))


def _is_between(here: str, there: str, ways: Ways) -> bool:
    """Whether some third device may lie on the way: it is beyond the same port and does not see both on one."""
    ports = ways.toward(here, there)
    thirds = (third for third, by in ways.of(here).items() if third != there and by & ports)
    return any(not ways.toward(third, here) & ways.toward(third, there) for third in thirds)
