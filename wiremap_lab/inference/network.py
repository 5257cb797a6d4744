"""All devices' tables at once, by port: what each port hears, and which MACs it has seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

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
from wiremap_lab.tables import Bss, DeviceTables, FdbEntry, FdbStatus, Finding, IpAddress

#: How an entry got in that nobody sent a frame for just now: typed, or authenticated.
_TYPED = (FdbStatus.MGMT, FdbStatus.OTHER)


@dataclass(frozen=True, slots=True)
class Seen:
    """One MAC on one port: the VLANs it was seen in, and whether only typed or authenticated entries say so."""

    vlans: frozenset[int | None]
    static: bool


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
    #: MAC → all ports it was seen on, in their order
    at: Mapping[Mac, Sequence[Port]]
    ips: Mapping[Mac, tuple[IpAddress, ...]]
    #: device → why rows of its forwarding database locate nothing → how many
    dropped: Mapping[str, Counter[str]]
    #: MAC → the protocol by which routers share it, of those that were seen
    virtual: Mapping[Mac, str]

    def is_bundle(self, port: Port) -> bool:
        """Whether the port is an aggregate of several."""
        return self.maps[port.device].is_bundle(port)

    def is_down(self, port: Port) -> bool:
        """Whether its link is known to be down."""
        return self.maps[port.device].is_down(port)

    def sightings(self, mac: Mac | None) -> Sequence[Port]:
        """Every port a MAC was seen on."""
        return self.at.get(mac, ()) if mac else ()

    def sightings_by(self, device: str, mac: Mac | None) -> list[Port]:
        """The ports of one device a MAC was seen on."""
        return [port for port in self.sightings(mac) if port.device == device]

    def hears(self, port: Port) -> tuple[Heard, ...]:
        """The neighbors heard on a port."""
        return self.heard.get(port, ())


def read_network(devices: Iterable[DeviceTables], *, derived_bssids: bool = False) -> Network:
    """Index the tables of all devices by port; one that is there under two names, once.

    BSSIDs that were computed from an address of the access point are left out, unless they are asked for: another
    access point may have them. One that a beacon announces by the standard's rule is as good as read.
    """
    told = _with_guesses(devices) if derived_bssids else map(_without_guesses, devices)
    ordered = without_twins(sorted(told, key=lambda device: device.name))
    maps = {device.name: PortMap.of(device) for device in ordered}
    known = Known.of(ordered)
    heard, adrift = _heard(maps, known)
    book = _Book()
    for ports in maps.values():
        book.read(ports)
    virtual = {mac: protocol for mac, protocol in book.protocols.items() if protocol}
    return Network(ordered, maps, known, heard, adrift, book.seen, book.at, _ips(ordered), book.dropped, virtual)


def _is_guess(bss: Bss) -> bool:
    return bss.derived and bss.radio_mac is not None


def _without_guesses(device: DeviceTables) -> DeviceTables:
    kept = tuple(bss for bss in device.bss if not _is_guess(bss))
    return device if len(kept) == len(device.bss) else replace(device, bss=kept)


def _with_guesses(devices: Iterable[DeviceTables]) -> list[DeviceTables]:
    """The devices with the BSSIDs that were derived, but for those that come out at two access points."""
    devices = list(devices)
    points: dict[Mac, set[str]] = defaultdict(set)
    for bss in (bss for device in devices for bss in device.bss):
        points[bss.bssid].add(bss.ap_name)
    found = []
    for device in devices:
        kept = tuple(bss for bss in device.bss if not _is_guess(bss) or len(points[bss.bssid]) == 1)
        lost = len(device.bss) - len(kept)
        finding = Finding("bss", "derived BSSIDs that another access point has as well: left out", 85, lost)
        found.append(replace(device, bss=kept, findings=(*device.findings, finding)) if lost else device)
    return found


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


class _Book:
    """What forwarding databases say, port by port; of what is said often, one value is kept."""

    def __init__(self) -> None:
        self.seen: dict[Port, dict[Mac, Seen]] = {}
        self.at: dict[Mac, list[Port]] = {}
        self.dropped: dict[str, Counter[str]] = {}
        self.protocols: dict[Mac, str | None] = {}
        self._kept: dict[tuple[frozenset[int | None], bool], Seen] = {}
        self._nobody: dict[Mac, bool] = {}

    def read(self, ports: PortMap) -> None:
        """Take in the forwarding database of one device."""
        dropped = self.dropped[ports.tables.name] = Counter[str]()
        own = own_macs(ports.tables)
        rows: dict[tuple[int | None, int | None], list[FdbEntry]] = defaultdict(list)
        for entry in ports.tables.fdb:
            rows[entry.if_index, entry.bridge_port].append(entry)
        places: dict[Port, list[FdbEntry]] = defaultdict(list)
        for numbers, entries in rows.items():
            port = ports.learned_at(*numbers)
            if port is None:
                dropped["port 0"] += len(entries)
            else:
                places[port] += entries
        for port in sorted(places, key=lambda port: port.order):
            judge = _Judge(own, is_controller(ports.tables), ports.is_virtual(port), ports.is_down(port))
            self._port(port, places[port], judge, dropped)
        if not dropped:
            del self.dropped[ports.tables.name]

    def _port(self, port: Port, entries: Iterable[FdbEntry], judge: _Judge, dropped: Counter[str]) -> None:
        here: dict[Mac, Seen] = {}
        for entry in entries:
            mac, static = entry.mac, entry.status in _TYPED
            why = judge.why_dropped(entry, static=static, nobody=self._is_nobody(mac))
            if why:
                dropped[why] += 1
                continue
            before = here.get(mac)
            if before is None:
                here[mac] = self._one(frozenset((entry.vlan,)), static=static)
                self.at.setdefault(mac, []).append(port)
            else:
                here[mac] = self._one(before.vlans | {entry.vlan}, static=before.static and static)
        if here:
            self.seen[port] = here

    def _one(self, vlans: frozenset[int | None], *, static: bool) -> Seen:
        found = self._kept.get((vlans, static))
        if found is None:
            found = self._kept[vlans, static] = Seen(vlans, static)
        return found

    def _is_nobody(self, mac: Mac) -> bool:
        if mac not in self._nobody:
            self.protocols[mac] = virtual_router(mac)
            self._nobody[mac] = not is_somebody(mac) and not self.protocols[mac]
        return self._nobody[mac]


@dataclass(frozen=True, slots=True)
class _Judge:
    """What the rows of one port are judged by."""

    own: frozenset[Mac]
    controller: bool
    virtual: bool
    down: bool

    def why_dropped(self, entry: FdbEntry, *, static: bool, nobody: bool) -> str:
        """Why a row locates nothing, if so. Authenticated devices are static rows on a port that is up (quirk 42)."""
        if entry.status in (FdbStatus.SELF, FdbStatus.INVALID):
            return f"status {entry.status.value}"
        if entry.mac in self.own:
            return "own address"
        if nobody:
            return "group or zero address"
        if self.controller:
            return "a controller bridges for its clients"
        if self.virtual:
            return "tunnel or virtual interface"
        return "static entry on a port that is down" if static and self.down else ""
