"""All devices' tables at once, by port: what each port hears, and which MACs it has seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial

from wiremap_lab.ids import Mac
from wiremap_lab.inference.neighbors import (
    Heard,
    Known,
    is_controller,
    is_somebody,
    neighbors_of,
    own_macs,
    virtual_router,
)
from wiremap_lab.inference.ports import Port, PortMap
from wiremap_lab.inference.twins import without_twins
from wiremap_lab.tables import DeviceTables, FdbEntry, FdbStatus, IpAddress

#: How entries are marked that nobody's frame made.
_TYPED = (FdbStatus.MGMT, FdbStatus.OTHER)


@dataclass(frozen=True, slots=True)
class Seen:
    """A MAC on a port: the VLANs it was seen in, and whether only typed or authenticated entries say so."""

    vlans: frozenset[int | None]
    static: bool


#: Thousands of MACs are seen alike, and there are millions in a large network.
_alike = lru_cache(maxsize=2**14)(Seen)


@dataclass(frozen=True, slots=True)
class Network:
    """Everything that was collected, by port."""

    devices: tuple[DeviceTables, ...]
    maps: Mapping[str, PortMap]
    known: Known
    heard: Mapping[Port, tuple[Heard, ...]]
    #: device → neighbors it hears on a port nobody could find
    adrift: Mapping[str, tuple[Heard, ...]]
    seen: Mapping[Port, Mapping[Mac, Seen]]
    #: device → MAC → the ports it was seen on
    where: Mapping[str, Mapping[Mac, tuple[Port, ...]]]
    ips: Mapping[Mac, tuple[IpAddress, ...]]
    #: device → why rows of its forwarding database locate nothing → how many
    dropped: Mapping[str, Counter[str]]

    def is_bundle(self, port: Port) -> bool:
        """Whether the port is an aggregate of several."""
        return self.maps[port.device].is_bundle(port)

    def is_down(self, port: Port) -> bool:
        """Whether its link is known to be down."""
        return self.maps[port.device].is_down(port)

    def hears(self, port: Port) -> tuple[Heard, ...]:
        """The neighbors heard on a port."""
        return self.heard.get(port, ())


def read_network(devices: Iterable[DeviceTables]) -> Network:
    """Index the tables of all devices by port; one that is there under two names, once."""
    ordered = without_twins(sorted(devices, key=lambda device: device.name))
    maps = {device.name: PortMap.of(device) for device in ordered}
    known = Known.of(ordered)
    heard, adrift = _heard(maps, known)
    seen, dropped = _seen(maps)
    return Network(ordered, maps, known, heard, adrift, seen, _where(seen), _ips(ordered), dropped)


def _heard(
    maps: Mapping[str, PortMap], known: Known
) -> tuple[dict[Port, tuple[Heard, ...]], dict[str, tuple[Heard, ...]]]:
    by_port: dict[Port, tuple[Heard, ...]] = {}
    adrift: dict[str, tuple[Heard, ...]] = {}
    for name, ports in maps.items():
        for heard in neighbors_of(ports, known):
            if heard.port is None:
                adrift[name] = (*adrift.get(name, ()), heard)
            else:
                by_port[heard.port] = (*by_port.get(heard.port, ()), heard)
    return by_port, adrift


def _ips(devices: Sequence[DeviceTables]) -> dict[Mac, tuple[IpAddress, ...]]:
    found: dict[Mac, set[IpAddress]] = defaultdict(set)
    for device in devices:
        for entry in device.arp:
            found[entry.mac].add(entry.ip)
    return {mac: tuple(sorted(ips, key=lambda ip: (ip.version, int(ip)))) for mac, ips in found.items()}


def _seen(maps: Mapping[str, PortMap]) -> tuple[dict[Port, dict[Mac, Seen]], dict[str, Counter[str]]]:
    found: dict[Port, dict[Mac, Seen]] = {}
    dropped: dict[str, Counter[str]] = defaultdict(Counter)
    for name, ports in maps.items():
        own = own_macs(ports.tables)
        place = cache(partial(_Place.of, ports))
        for entry in ports.tables.fdb:
            at = place(entry.if_index, entry.bridge_port)
            if at is None or (why := _why_dropped(entry, at, own)):
                dropped[name][why if at else "port 0"] += 1
                continue
            macs = found.setdefault(at.port, {})
            macs[entry.mac] = _seen_too(macs.get(entry.mac), entry)
    return found, dropped


@dataclass(frozen=True, slots=True)
class _Place:
    """A port that rows of the forwarding database name, and what keeps it from being a place."""

    port: Port
    controller: bool
    virtual: bool
    down: bool

    @classmethod
    def of(cls, ports: PortMap, if_index: int | None, bridge_port: int | None) -> _Place | None:
        port = ports.learned_at(if_index, bridge_port)
        if port is None:
            return None
        return cls(port, is_controller(ports.tables), ports.is_virtual(port), ports.is_down(port))


def _seen_too(before: Seen | None, entry: FdbEntry) -> Seen:
    static = entry.status in _TYPED
    if before is None:
        return _alike(_only(entry.vlan), static)
    return _alike(before.vlans | {entry.vlan}, before.static and static)


@lru_cache(maxsize=2**13)
def _only(vlan: int | None) -> frozenset[int | None]:
    return frozenset((vlan,))


def _why_dropped(entry: FdbEntry, at: _Place, own: frozenset[Mac]) -> str:
    """Why a row locates nothing, or nothing. Authenticated devices are static rows on a port that is up (quirk 42)."""
    if entry.status in (FdbStatus.SELF, FdbStatus.INVALID):
        return f"status {entry.status.value}"
    if entry.mac in own:
        return "own address"
    if not is_somebody(entry.mac) and not virtual_router(entry.mac):
        return "group or zero address"
    if at.controller:
        return "a controller bridges for its clients"
    if at.virtual:
        return "tunnel or virtual interface"
    if at.down and entry.status in _TYPED:
        return "static entry on a port that is down"
    return ""


def _where(seen: Mapping[Port, Mapping[Mac, Seen]]) -> dict[str, dict[Mac, tuple[Port, ...]]]:
    found: dict[str, dict[Mac, tuple[Port, ...]]] = defaultdict(dict)
    for port in sorted(seen, key=lambda port: port.order):
        at, alone = found[port.device], (port,)
        for mac in seen[port]:
            at[mac] = (*at[mac], port) if mac in at else alone
    return found
