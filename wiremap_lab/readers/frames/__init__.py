"""Frames captured on a link, made into tables: LLDP, CDP, ARP and ND, DHCP, and the beacons of access points.

What was captured was heard by whoever captured, so neighbors here have no local port. A frame that
contradicts its own lengths is a finding; what it said before that counts where its sender named itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

from wiremap_lab.errors import DecodeError
from wiremap_lab.ids import Mac
from wiremap_lab.readers.frames.arp import senders
from wiremap_lab.readers.frames.capture import MAGIC as MAGIC
from wiremap_lab.readers.frames.capture import frames_of
from wiremap_lab.readers.frames.cdp import cdp_neighbors
from wiremap_lab.readers.frames.dhcp import leases
from wiremap_lab.readers.frames.links import Protocol, unwrap
from wiremap_lab.readers.frames.lldp import lldp_neighbors
from wiremap_lab.readers.frames.nd import neighbors
from wiremap_lab.readers.frames.wifi import basic_service_sets
from wiremap_lab.tables import ArpEntry, Bss, CdpNeighbor, DeviceTables, DhcpLease, Finding, LldpNeighbor

Row = LldpNeighbor | CdpNeighbor | ArpEntry | DhcpLease | Bss
Reader = Callable[[bytes], Iterator[Row | Finding]]

_READERS: Mapping[Protocol, tuple[str, Reader]] = {
    Protocol.LLDP: ("lldp_neighbors", lldp_neighbors),
    Protocol.CDP: ("cdp_neighbors", cdp_neighbors),
    Protocol.ARP: ("arp", senders),
    Protocol.IPV4: ("leases", leases),
    Protocol.IPV6: ("arp", neighbors),
    Protocol.IEEE80211: ("bss", basic_service_sets),
}


def tables(name: str, octets: bytes) -> DeviceTables:
    """Everything that was heard in a capture. Raises InvalidFile where the octets are no capture."""
    return heard(name, frames_of(name, octets))


def heard(name: str, frames: Iterable[tuple[int, bytes] | Finding]) -> DeviceTables:
    """Everything that was heard in frames, each with the type of its link."""
    rows: dict[Hashable, Row] = {}
    bss: dict[Bss, None] = {}
    odd: Counter[tuple[str, str]] = Counter()
    for each in frames:
        said = (each,) if isinstance(each, Finding) else tuple(read_frame(*each))
        findings = [one for one in said if isinstance(one, Finding)]
        odd.update((one.table, one.what) for one in findings)
        bss.update(dict.fromkeys(one for one in said if isinstance(one, Bss)))
        _take(rows, (one for one in said if not isinstance(one, Finding | Bss)), sound=not findings)
    return DeviceTables(
        name,
        lldp_neighbors=tuple(row for row in rows.values() if isinstance(row, LldpNeighbor)),
        cdp_neighbors=tuple(row for row in rows.values() if isinstance(row, CdpNeighbor)),
        arp=tuple(row for row in rows.values() if isinstance(row, ArpEntry)),
        leases=tuple(row for row in rows.values() if isinstance(row, DhcpLease)),
        bss=tuple(_told_apart(bss)),
        findings=tuple(Finding(table, what, count=count) for (table, what), count in odd.items()),
    )


def read_frame(link_type: int, frame: bytes) -> Iterator[Row | Finding]:
    """What one frame says, if it is of a kind that says something here, and what is wrong with it; it never raises."""
    table = "frames"
    try:
        if found := unwrap(link_type, frame):
            table, reader = _READERS[found[0]]
            yield from reader(found[1])
    except DecodeError as fault:
        yield Finding(table, str(fault))


def _take(rows: dict[Hashable, Row], heard: Iterable[Row], *, sound: bool) -> None:
    """The latest word of each sender counts, unless it is a broken one."""
    for row in heard:
        if sound:
            rows[_key(row)] = row
        else:
            rows.setdefault(_key(row), row)


def _key(row: Row) -> Hashable:
    match row:
        case LldpNeighbor():
            return LldpNeighbor, row.chassis_id, row.port_id
        case CdpNeighbor():
            return CdpNeighbor, row.device_id, row.port_id
        case DhcpLease():
            return DhcpLease, row.ip
        case ArpEntry() | Bss():
            return row


def _told_apart(heard: Iterable[Bss]) -> Iterator[Bss]:
    """One row for each name of each BSSID: what was read counts before what was derived, a name before none."""
    by_bssid: dict[Mac, list[Bss]] = {}
    for row in heard:
        by_bssid.setdefault(row.bssid, []).append(row)
    for rows in by_bssid.values():
        best = sorted(rows, key=lambda row: (not row.ssid, row.derived, row.channel is None))
        read = [row for row in best if not row.derived] or best
        named = {row.ssid: row for row in reversed(read) if row.ssid}
        yield from reversed(named.values()) if named else best[:1]
