"""What an Aruba controller knows: access points, BSSIDs, stations and users (WLSX-WLAN-MIB, WLSX-USER-MIB).

It knows access points by their Ethernet MAC, and tells of every client which BSSID it is on. Radios are
numbered from 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.lab.mib.objects import (
    WLSX_USER_ENTRY,
    WLSX_WLAN_AP_BSSID_ENTRY,
    WLSX_WLAN_AP_ENTRY,
    WLSX_WLAN_STATION_ENTRY,
    Cell,
    mac_index,
    text,
)
from wiremap_lab.lab.mib.system import system_group
from wiremap_lab.simulator.parts import Campus, OnBss, VirtualAp
from wiremap_lab.simulator.state import Attachment, State
from wiremap_lab.snmp.codec import INTEGER, IP_ADDRESS, OCTET_STRING
from wiremap_lab.tables import Oid

_OBJECT_ID: Oid = (1, 3, 6, 1, 4, 1, 14823, 1, 1, 40)
_UP, _TRUE = 1, 1


def controller(campus: Campus, state: State) -> Iterator[Cell]:
    """Everything the controller answers."""
    box = campus.controller
    assert box is not None, "the campus has no controller"
    yield from system_group(box.name, "ArubaOS (MODEL: Aruba7010), Version 8.10.0.6", _OBJECT_ID, box.location)
    for ap in campus.access_points.values():
        yield from _access_point(ap)
    for there in state.current.values():
        if isinstance(there.point, OnBss):
            yield from _client(campus, there, there.point)


def _access_point(ap: VirtualAp) -> Iterator[Cell]:
    index = mac_index(ap.mac)
    serial = b"CNF" + text(ap.mac.octets.hex().upper()[:8])
    for column, octets in {3: text(ap.name), 6: serial, 13: text(ap.model), 14: text(ap.location)}.items():
        yield (*WLSX_WLAN_AP_ENTRY, column), index, OCTET_STRING, octets
    yield (*WLSX_WLAN_AP_ENTRY, 2), index, IP_ADDRESS, ap.ip.packed
    yield (*WLSX_WLAN_AP_ENTRY, 19), index, INTEGER, _UP
    for bss in ap.bss:
        at = (*index, (bss.slot or 0) + 1, *mac_index(bss.bssid))
        yield (*WLSX_WLAN_AP_BSSID_ENTRY, 2), at, OCTET_STRING, text(bss.ssid)
        yield (*WLSX_WLAN_AP_BSSID_ENTRY, 8), at, INTEGER, bss.channel


def _client(campus: Campus, there: Attachment, point: OnBss) -> Iterator[Cell]:
    index, bss = mac_index(campus.devices[there.device].mac), campus.bss[point.bssid]
    yield (*WLSX_WLAN_STATION_ENTRY, 2), index, OCTET_STRING, bss.bssid.octets
    yield (*WLSX_WLAN_STATION_ENTRY, 5), index, INTEGER, _TRUE
    yield (*WLSX_WLAN_STATION_ENTRY, 12), index, OCTET_STRING, text(bss.ssid)
    yield (*WLSX_USER_ENTRY, 11), (*index, *there.ip.packed), OCTET_STRING, bss.bssid.octets
