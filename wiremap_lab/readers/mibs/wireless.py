"""Everything wireless a device answers, of whatever make, and which tables to ask which make for.

A table that is not there costs a question. A switch is therefore not asked for the tables of wireless makers:
`further_roots` tells from what it answered first whether there is more to ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wiremap_lab.readers.mibs import airespace, aruba, instant, lwapp, mikrotik, own_radios, ruckus, wing
from wiremap_lab.readers.mibs.columns import column, integers, scalar
from wiremap_lab.readers.mibs.interfaces import IF_TYPE
from wiremap_lab.readers.mibs.system import SYS_OBJECT_ID
from wiremap_lab.tables import AccessPoint, Bss, Oid, Walk, WirelessClient

ENTERPRISES: Oid = (1, 3, 6, 1, 4, 1)
#: What every device is asked for: Cisco gives one enterprise number to switches, controllers and both in one box.
ROOTS: tuple[Oid, ...] = (airespace.PROBE, lwapp.PROBE)
_CISCO = tuple(root for root in (*airespace.ROOTS, *lwapp.ROOTS) if root not in ROOTS)
#: What a make is asked for besides, by its number among the enterprises in sysObjectID.
_BY_ENTERPRISE: Mapping[int, tuple[Oid, ...]] = {
    388: wing.ROOTS,
    8072: own_radios.UNIFI_ROOTS,  # access points of UniFi say they are net-snmp (quirk 62)
    10002: own_radios.UNIFI_ROOTS,
    14823: (*aruba.ROOTS, *instant.ROOTS),
    14988: mikrotik.ROOTS,
    25053: ruckus.ROOTS,
    26928: own_radios.AEROHIVE_ROOTS,
    41112: own_radios.UNIFI_ROOTS,
}
#: What a device that has radios of its own is asked for.
_OF_RADIOS = (*own_radios.AIRONET_ROOTS, *own_radios.DOT11_ROOTS)
#: All that any device may be asked for.
EVERY_ROOT: tuple[Oid, ...] = tuple(
    dict.fromkeys((*ROOTS, *_CISCO, *(root for roots in _BY_ENTERPRISE.values() for root in roots), *_OF_RADIOS))
)

_IEEE80211 = 71  # IANAifType


def further_roots(walk: Walk) -> tuple[Oid, ...]:
    """The wireless tables to ask a device for, by what it answered to `ROOTS` and of itself.

    A controller of Cisco shows access points, another make says who it is, and any device with an interface of
    type ieee80211 is asked for the tables of the standard.
    """
    cisco = _CISCO if any(column(walk, probe) for probe in ROOTS) else ()
    object_id = scalar(walk, SYS_OBJECT_ID)
    known = isinstance(object_id, tuple) and object_id[:6] == ENTERPRISES and len(object_id) > 6
    make = _BY_ENTERPRISE.get(object_id[6], ()) if known and isinstance(object_id, tuple) else ()
    radios = _OF_RADIOS if _IEEE80211 in integers(walk, IF_TYPE).values() else ()
    return (*cisco, *make, *radios)


def access_points(walk: Walk) -> Iterator[AccessPoint]:
    """The access points that a controller knows, or the one that answers."""
    for make in (airespace, aruba, instant, ruckus, wing, own_radios):
        yield from make.access_points(walk)


def bss(walk: Walk) -> Iterator[Bss]:
    """The BSSIDs that were read, and of controllers that tell none, those derived, which are marked."""
    for make in (airespace, aruba, instant, ruckus, mikrotik, own_radios):
        yield from make.bss(walk)


def clients(walk: Walk) -> Iterator[WirelessClient]:
    """The stations that are associated."""
    for make in (airespace, aruba, instant, ruckus, mikrotik, own_radios):
        yield from make.clients(walk)
