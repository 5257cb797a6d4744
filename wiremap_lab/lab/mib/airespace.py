"""What a wireless controller knows: access points, radios, WLANs, clients (AIRESPACE-WIRELESS-MIB)."""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.lab.mib.objects import (
    BSN_AP_ENTRY,
    BSN_AP_IF_ENTRY,
    BSN_DOT11_ESS_ENTRY,
    BSN_MOBILE_STATION_ENTRY,
    C_L_AP_RADIO_WLAN_ENTRY,
    IF_ENTRY,
    IF_X_ENTRY,
    Cell,
    mac_index,
    text,
)
from wiremap_lab.lab.mib.system import system_group
from wiremap_lab.simulator.models import Quirk
from wiremap_lab.simulator.parts import Campus, Controller, OnBss, VirtualAp
from wiremap_lab.simulator.state import Attachment, State
from wiremap_lab.snmp.codec import COUNTER32, GAUGE32, INTEGER, IP_ADDRESS, OCTET_STRING
from wiremap_lab.tables import Oid

_OBJECT_ID: Oid = (1, 3, 6, 1, 4, 1, 9, 1, 2170)
_ENABLED, _ASSOCIATED, _UP = 1, 1, 2
_ON_ALL_RADIOS = 0
#: bsnAPIfWlanOverride: the radio carries the WLANs of the controller, not some of its own.
_NOT_OVERRIDDEN = 0
#: bsnAPIfType by slot: dot11b, dot11a.
_RADIO_TYPES = (1, 2)
_ROWS_OF_A_SHORT_TABLE = 2


def controller(campus: Campus, state: State) -> Iterator[Cell]:
    """Everything the controller answers."""
    box = campus.controller
    assert box is not None, "the campus has no controller"
    yield from system_group(box.name, "Cisco Controller", _OBJECT_ID, box.location)
    yield from _interface(box)
    for number, (ssid, _) in enumerate(box.ssids, 1):
        yield from _wlan(number, ssid)
    for ap in campus.access_points.values():
        yield from _access_point(ap)
    yield from _radios(campus, box)
    for there in state.current.values():
        if isinstance(there.point, OnBss):
            yield from _client(campus, there, there.point)


def _interface(box: Controller) -> Iterator[Cell]:
    yield (*IF_ENTRY, 1), (1,), INTEGER, 1
    yield (*IF_ENTRY, 2), (1,), OCTET_STRING, b"Unit: 0 Slot: 0 Port: 1 Gigabit - Level 0x6070001"
    yield (*IF_ENTRY, 3), (1,), INTEGER, 6
    yield (*IF_ENTRY, 6), (1,), OCTET_STRING, box.mac.octets
    yield (*IF_ENTRY, 7), (1,), INTEGER, 1
    yield (*IF_ENTRY, 8), (1,), INTEGER, 1
    yield (*IF_X_ENTRY, 1), (1,), OCTET_STRING, b"GigabitEthernet0/0/1"
    yield (*IF_X_ENTRY, 18), (1,), OCTET_STRING, b""


def _wlan(number: int, ssid: str) -> Iterator[Cell]:
    yield (*BSN_DOT11_ESS_ENTRY, 1), (number,), GAUGE32, number
    yield (*BSN_DOT11_ESS_ENTRY, 2), (number,), OCTET_STRING, text(ssid)
    yield (*BSN_DOT11_ESS_ENTRY, 6), (number,), INTEGER, _ENABLED
    yield (*BSN_DOT11_ESS_ENTRY, 30), (number,), INTEGER, _ON_ALL_RADIOS


def _access_point(ap: VirtualAp) -> Iterator[Cell]:
    index = mac_index(ap.radio_mac)
    strings = {1: ap.radio_mac.octets, 3: text(ap.name), 4: text(ap.location), 16: text(ap.model), 33: ap.mac.octets}
    strings[17] = b"WML" + text(ap.mac.octets.hex().upper()[:8])
    for column, octets in strings.items():
        yield (*BSN_AP_ENTRY, column), index, OCTET_STRING, octets
    yield (*BSN_AP_ENTRY, 2), index, INTEGER, len(_RADIO_TYPES)
    yield (*BSN_AP_ENTRY, 6), index, INTEGER, _ASSOCIATED
    yield (*BSN_AP_ENTRY, 19), index, IP_ADDRESS, ap.ip.packed


def _radios(campus: Campus, box: Controller) -> Iterator[Cell]:
    """Newer controllers cut the old table short (quirk 83); old ones have no table of BSSIDs (quirk 84)."""
    radios = [(ap, slot) for ap in campus.access_points.values() for slot in range(len(_RADIO_TYPES))]
    if Quirk.FEW_ACCESS_POINTS in box.quirks:
        radios = radios[:_ROWS_OF_A_SHORT_TABLE]
    if Quirk.NO_BSSIDS not in box.quirks:
        yield from _bssids(campus, box)
    for ap, slot in radios:
        index = (*mac_index(ap.radio_mac), slot)
        channel = next(bss.channel for bss in ap.bss if bss.slot == slot)
        yield (*BSN_AP_IF_ENTRY, 1), index, GAUGE32, slot
        yield (*BSN_AP_IF_ENTRY, 2), index, INTEGER, _RADIO_TYPES[slot]
        yield (*BSN_AP_IF_ENTRY, 4), index, INTEGER, channel
        yield (*BSN_AP_IF_ENTRY, 12), index, INTEGER, _UP
        yield (*BSN_AP_IF_ENTRY, 15), index, COUNTER32, 0
        yield (*BSN_AP_IF_ENTRY, 16), index, INTEGER, _NOT_OVERRIDDEN


def _bssids(campus: Campus, box: Controller) -> Iterator[Cell]:
    wlans = {ssid: number for number, (ssid, _) in enumerate(box.ssids, 1)}
    for ap in campus.access_points.values():
        for bss in ap.bss:
            index = (*mac_index(ap.radio_mac), bss.slot or 0, wlans[bss.ssid])
            yield (*C_L_AP_RADIO_WLAN_ENTRY, 1), index, OCTET_STRING, text(bss.ssid)
            yield (*C_L_AP_RADIO_WLAN_ENTRY, 2), index, OCTET_STRING, bss.bssid.octets


def _client(campus: Campus, there: Attachment, point: OnBss) -> Iterator[Cell]:
    device, bss = campus.devices[there.device], campus.bss[point.bssid]
    index = mac_index(device.mac)
    yield (*BSN_MOBILE_STATION_ENTRY, 1), index, OCTET_STRING, device.mac.octets
    yield (*BSN_MOBILE_STATION_ENTRY, 2), index, IP_ADDRESS, there.ip.packed
    yield (*BSN_MOBILE_STATION_ENTRY, 4), index, OCTET_STRING, campus.access_points[bss.ap_name].radio_mac.octets
    yield (*BSN_MOBILE_STATION_ENTRY, 5), index, INTEGER, bss.slot
    yield (*BSN_MOBILE_STATION_ENTRY, 7), index, OCTET_STRING, text(bss.ssid)
