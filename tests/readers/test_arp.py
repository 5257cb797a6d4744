"""ARP and neighbor discovery: who is there, and who was only asked for."""

from collections.abc import Iterator

from wiremap_lab.ids import Mac
from wiremap_lab.readers.mibs.arp import IP_NET_TO_PHYSICAL_PHYS_ADDRESS, arp
from wiremap_lab.tables import Oid, Row

PHONE = Mac.parse("02:00:00:00:01:01")


def physical(*entries: tuple[str, bytes]) -> dict[Oid, bytes]:
    indexes = [(7, 1, 4, *map(int, ip.split("."))) for ip, _ in entries]
    return {(*IP_NET_TO_PHYSICAL_PHYS_ADDRESS, *index): mac for index, (_, mac) in zip(indexes, entries, strict=True)}


def test_a_neighbor_that_never_answered_has_no_mac() -> None:
    cells = physical(("10.9.0.11", PHONE.octets), ("10.9.0.12", bytes(6)))

    def walk(root: Oid) -> Iterator[Row]:
        yield from ((oid, 4, octets) for oid, octets in sorted(cells.items()) if oid[: len(root)] == root)

    assert [(str(entry.ip), entry.mac) for entry in arp(walk)] == [("10.9.0.11", PHONE)]
