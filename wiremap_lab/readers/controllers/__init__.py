"""What controllers and clouds answer, made into tables: one module a vendor, its JSON in, tables out.

A module says which paths it wants, given what was answered already (`wanted`), and what the documents come
to (`fleet`). It asks nobody: `wiremap_lab.collectors.controllers` does, and a folder of files serves as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from wiremap_lab.readers.controllers import aruba_central, catalyst_center, meraki, mist, unifi
from wiremap_lab.readers.controllers.documents import INDEX as INDEX
from wiremap_lab.readers.controllers.documents import Documents as Documents
from wiremap_lab.readers.controllers.documents import index as index
from wiremap_lab.readers.controllers.fleet import Fleet
from wiremap_lab.tables import DeviceTables, Finding


@dataclass(frozen=True, slots=True)
class Vendor:
    """A maker of controllers: what people call it, which paths are wanted next, and what the documents say.

    `pace` is how many requests a second it allows, as documented or less, and how many at once after a pause.
    """

    title: str
    wanted: Callable[[Documents], Iterator[str]]
    fleet: Callable[[Documents], Fleet]
    pace: tuple[float, float]


VENDORS: Mapping[str, Vendor] = {
    "meraki": Vendor("Cisco Meraki", meraki.wanted, meraki.fleet, pace=(5, 10)),
    "mist": Vendor("Juniper Mist", mist.wanted, mist.fleet, pace=(1.3, 100)),
    "aruba_central": Vendor("Aruba Central", aruba_central.wanted, aruba_central.fleet, pace=(5, 5)),
    "unifi": Vendor("UniFi Network", unifi.wanted, unifi.fleet, pace=(10, 20)),
    "catalyst_center": Vendor("Catalyst Center", catalyst_center.wanted, catalyst_center.fleet, pace=(1.6, 20)),
}


def tables(name: str, documents: Mapping[str, str]) -> tuple[DeviceTables, ...]:
    """The tables of a controller, called `name`, and then of each switch it tells of.

    Whatever was wanted and is not there, or is not what it should be, is incomplete; it never raises.
    """
    found = Documents(documents)
    vendor = VENDORS.get(found.vendor)
    if vendor is None:
        what = f"documents of a controller that is not known: {found.vendor!r}"
        return (DeviceTables(name, findings=(Finding("documents", what),)),)
    told = vendor.fleet(found)
    return told.tables(name, vendor.title, found, found.gaps(vendor.wanted))
