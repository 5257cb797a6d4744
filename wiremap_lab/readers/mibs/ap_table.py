"""The one thing controllers of most makes have in common: a table of access points, a row for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wiremap_lab.readers.mibs.columns import address_of, index_mac, macs, octets, texts
from wiremap_lab.tables import AccessPoint, Oid, Walk


@dataclass(frozen=True, slots=True)
class ApTable:
    """The columns of such a table; None is a column the make does not have.

    Without a `mac` column the index is the Ethernet MAC of the access point.
    """

    name: Oid
    ip: Oid
    serial: Oid
    mac: Oid | None = None
    model: Oid | None = None
    location: Oid | None = None

    def access_points(self, walk: Walk) -> Iterator[AccessPoint]:
        """Its access points, in the order of the index."""
        names, addresses, serials = texts(walk, self.name), octets(walk, self.ip), texts(walk, self.serial)
        models, locations = _optional(walk, self.model), _optional(walk, self.location)
        known = macs(walk, self.mac) if self.mac else {}
        for index in sorted(known if self.mac else names.keys() | addresses.keys()):
            yield AccessPoint(
                name=names.get(index, ""),
                ethernet_mac=known[index] if self.mac else index_mac(index),
                radio_mac=None,
                ip=address_of(addresses.get(index)),
                location=locations.get(index, ""),
                model=models.get(index, ""),
                serial=serials.get(index, ""),
            )


def _optional(walk: Walk, column: Oid | None) -> Mapping[Oid, str]:
    return texts(walk, column) if column else {}
