"""Say which interface a bridge port is where dot1dBasePortIfIndex does not (quirks 36 and 37).

Some switches map no port, some write ifIndexes into the forwarding database whatever their map says,
some the numbers of their LLDP ports. Each is a hypothesis about the whole database, believed when it
explains every port in it and nothing speaks against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from wiremap_lab.inference.port_names import Interfaces
from wiremap_lab.tables import DeviceTables, FdbEntry, Finding

#: A single port may fit by chance.
_FEWEST_PORTS = 2
#: How likely it may be that as many ports, taken at random, all have a link, for it to prove anything.
_CHANCE = 0.02


@dataclass(frozen=True, slots=True)
class Reading:
    """What the numbers of unmapped bridge ports could be."""

    name: str
    if_index: Callable[[int], int | None]


def place_bridge_ports(
    tables: DeviceTables, interfaces: Interfaces, lldp_ports: Mapping[int, int]
) -> tuple[tuple[FdbEntry, ...], list[Finding]]:
    """Give entries on unmapped bridge ports their interface, where one reading is proven.

    `lldp_ports` are interfaces by lldpLocPortNum, as far as the ports' own names tell.
    """
    unmapped = {e.bridge_port for e in tables.fdb if e.bridge_port is not None and e.if_index is None}
    if not unmapped:
        return tables.fdb, []
    readings = (
        Reading("ifIndex", lambda port: port if port in interfaces else None),
        Reading("lldpLocPortNum", lldp_ports.get),
    )
    proven = [(reading, why) for reading in readings if (why := _proof(reading, tables, interfaces, unmapped))]
    meanings = {tuple(map(reading.if_index, sorted(unmapped))) for reading, _ in proven}
    if len(meanings) != 1:
        return tables.fdb, [Finding("fdb", "bridge ports unresolved", quirk=37, count=len(unmapped))]
    reading, why = proven[0]
    placed = tuple(_placed(entry, reading) for entry in tables.fdb)
    return placed, [Finding("fdb", f"bridge port read as {reading.name}: {why}", quirk=37, count=len(unmapped))]


def _placed(entry: FdbEntry, reading: Reading) -> FdbEntry:
    if entry.if_index is not None or entry.bridge_port is None:
        return entry
    return replace(entry, if_index=reading.if_index(entry.bridge_port))


def _proof(reading: Reading, tables: DeviceTables, interfaces: Interfaces, ports: set[int]) -> str:
    """Why the reading holds for all unmapped ports; nothing where it does not, or not surely."""
    meant = {reading.if_index(port) for port in ports}
    if None in meant:
        return ""
    up = all(map(interfaces.can_have_neighbor, meant))
    pairs = {*_seen_both_ways(tables)}
    if any(reading.if_index(bridge_port) != if_index for bridge_port, if_index in pairs):
        return ""
    if len(pairs) >= _FEWEST_PORTS or (pairs and up):
        return f"LLDP neighbors on {len(pairs)} ports are in the database on the port that heard them"
    base_ports = dict(tables.base_ports)
    if any(entry.bridge_port in base_ports for entry in tables.fdb):
        agree = all(reading.if_index(port) == if_index for port, if_index in base_ports.items())
        return "so it is for all that are mapped" if agree and len(base_ports) >= _FEWEST_PORTS else ""
    if base_ports:
        mapped = {*base_ports.values(), *filter(interfaces.is_aggregate, meant)}
        return (
            "no port of the database is in the map, all are among the interfaces it maps to" if meant <= mapped else ""
        )
    sure = up and len(ports) >= _FEWEST_PORTS and interfaces.chance_of_links(len(ports)) <= _CHANCE
    return "all are ports with a link, and so many others have none that it is no chance" if sure else ""


def _seen_both_ways(tables: DeviceTables) -> Iterator[tuple[int, int]]:
    """Bridge port and ifIndex of neighbors whose chassis MAC is in the forwarding database."""
    heard = {
        neighbor.chassis_id.mac: neighbor.local_if_index
        for neighbor in tables.lldp_neighbors
        if neighbor.chassis_id.mac is not None
    }
    for entry in tables.fdb:
        if_index = heard.get(entry.mac)
        if if_index is not None and entry.bridge_port is not None and entry.if_index is None:
            yield entry.bridge_port, if_index
