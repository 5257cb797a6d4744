"""Access points, BSSIDs and clients of Ruckus: ZoneDirector, SmartZone and an access point by itself.

RUCKUS-ZD-WLAN-MIB tells all three. RUCKUS-SZ-WLAN-MIB has the access points only: the BSSIDs of a SmartZone
are in its REST interface. RUCKUS-WLAN-MIB is what one access point says of its own WLANs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from wiremap_lab.ids import Mac
from wiremap_lab.readers.mibs.ap_table import ApTable
from wiremap_lab.readers.mibs.columns import address_of, index_mac, integers, macs, octets, scalar_text, texts
from wiremap_lab.readers.mibs.own_radios import own_access_point
from wiremap_lab.readers.mibs.system import SYS_NAME
from wiremap_lab.tables import AccessPoint, Bss, Oid, Walk, WirelessClient

RUCKUS: Oid = (1, 3, 6, 1, 4, 1, 25053, 1)
ZD_WLAN_AP_ENTRY: Oid = (*RUCKUS, 2, 2, 1, 1, 2, 1, 1)
ZD_WLAN_AP_DESCRIPTION: Oid = (*ZD_WLAN_AP_ENTRY, 2)
ZD_WLAN_AP_MODEL: Oid = (*ZD_WLAN_AP_ENTRY, 4)
ZD_WLAN_AP_SERIAL_NUMBER: Oid = (*ZD_WLAN_AP_ENTRY, 5)
ZD_WLAN_AP_IP_ADDR: Oid = (*ZD_WLAN_AP_ENTRY, 10)
ZD_WLAN_VAP_ENTRY: Oid = (*RUCKUS, 2, 2, 1, 1, 2, 3, 1)
ZD_WLAN_VAP_AP_ADDR: Oid = (*ZD_WLAN_VAP_ENTRY, 2)
ZD_WLAN_VAP_SSID: Oid = (*ZD_WLAN_VAP_ENTRY, 3)
ZD_WLAN_STA_ENTRY: Oid = (*RUCKUS, 2, 2, 1, 1, 3, 1, 1)
ZD_WLAN_STA_AP_MAC_ADDR: Oid = (*ZD_WLAN_STA_ENTRY, 2)
ZD_WLAN_STA_BSSID: Oid = (*ZD_WLAN_STA_ENTRY, 3)
ZD_WLAN_STA_SSID: Oid = (*ZD_WLAN_STA_ENTRY, 4)
ZD_WLAN_STA_CHANNEL: Oid = (*ZD_WLAN_STA_ENTRY, 7)
ZD_WLAN_STA_IP_ADDR: Oid = (*ZD_WLAN_STA_ENTRY, 8)
SZ_AP_ENTRY: Oid = (*RUCKUS, 4, 2, 1, 1, 2, 2, 1)
SZ_AP_MAC: Oid = (*SZ_AP_ENTRY, 1)
SZ_AP_NAME: Oid = (*SZ_AP_ENTRY, 5)
SZ_AP_MODEL: Oid = (*SZ_AP_ENTRY, 8)
SZ_AP_SERIAL: Oid = (*SZ_AP_ENTRY, 9)
SZ_AP_IP: Oid = (*SZ_AP_ENTRY, 10)
SZ_AP_LOCATION: Oid = (*SZ_AP_ENTRY, 19)
RUCKUS_WLAN_ENTRY: Oid = (*RUCKUS, 1, 6, 1, 1, 1, 1, 1)
RUCKUS_WLAN_SSID: Oid = (*RUCKUS_WLAN_ENTRY, 1)
RUCKUS_WLAN_BSSID: Oid = (*RUCKUS_WLAN_ENTRY, 2)
RUCKUS_WLAN_CHANNEL: Oid = (*RUCKUS_WLAN_ENTRY, 10)

ROOTS: tuple[Oid, ...] = (
    ZD_WLAN_AP_DESCRIPTION,
    ZD_WLAN_AP_MODEL,
    ZD_WLAN_AP_SERIAL_NUMBER,
    ZD_WLAN_AP_IP_ADDR,
    ZD_WLAN_VAP_AP_ADDR,
    ZD_WLAN_VAP_SSID,
    ZD_WLAN_STA_AP_MAC_ADDR,
    ZD_WLAN_STA_BSSID,
    ZD_WLAN_STA_SSID,
    ZD_WLAN_STA_CHANNEL,
    ZD_WLAN_STA_IP_ADDR,
    SZ_AP_MAC,
    SZ_AP_NAME,
    SZ_AP_MODEL,
    SZ_AP_SERIAL,
    SZ_AP_IP,
    SZ_AP_LOCATION,
    RUCKUS_WLAN_SSID,
    RUCKUS_WLAN_BSSID,
    RUCKUS_WLAN_CHANNEL,
)


_ZONE_DIRECTOR = ApTable(
    name=ZD_WLAN_AP_DESCRIPTION,
    ip=ZD_WLAN_AP_IP_ADDR,
    serial=ZD_WLAN_AP_SERIAL_NUMBER,
    model=ZD_WLAN_AP_MODEL,
)
_SMART_ZONE = ApTable(
    name=SZ_AP_NAME, ip=SZ_AP_IP, serial=SZ_AP_SERIAL, mac=SZ_AP_MAC, model=SZ_AP_MODEL, location=SZ_AP_LOCATION
)


def access_points(walk: Walk) -> Iterator[AccessPoint]:
    """The access points. Those of a ZoneDirector have no name but a description, and their MAC where that is empty."""
    for table in (_ZONE_DIRECTOR, _SMART_ZONE):
        for each in table.access_points(walk):
            yield replace(each, name=each.name or _spelled(each.ethernet_mac))
    if octets(walk, RUCKUS_WLAN_BSSID):
        yield own_access_point(walk)


def bss(walk: Walk) -> Iterator[Bss]:
    """The BSSIDs: of ruckusZDWLANVapTable, where each is its index, and of ruckusWLANTable."""
    points, names = macs(walk, ZD_WLAN_VAP_AP_ADDR), _names(walk)
    for index, ssid in sorted(texts(walk, ZD_WLAN_VAP_SSID).items()):
        bssid, point = index_mac(index), points.get(index)
        if bssid is not None:
            yield Bss(bssid, ssid, names.get(point) or _spelled(point))
    ssids, channels = texts(walk, RUCKUS_WLAN_SSID), integers(walk, RUCKUS_WLAN_CHANNEL)
    for index, bssid in sorted(macs(walk, RUCKUS_WLAN_BSSID).items()):
        if ssids.get(index):
            yield Bss(bssid, ssids[index], scalar_text(walk, SYS_NAME), channel=channels.get(index))


def clients(walk: Walk) -> Iterator[WirelessClient]:
    """The clients of a ZoneDirector (ruckusZDWLANStaTable), with the BSSID each is on."""
    names, points, bssids = _names(walk), macs(walk, ZD_WLAN_STA_AP_MAC_ADDR), macs(walk, ZD_WLAN_STA_BSSID)
    ssids, channels = texts(walk, ZD_WLAN_STA_SSID), integers(walk, ZD_WLAN_STA_CHANNEL)
    addresses = octets(walk, ZD_WLAN_STA_IP_ADDR)
    for index, point in sorted(points.items()):
        mac = index_mac(index)
        if mac is not None:
            yield WirelessClient(
                mac=mac,
                bssid=bssids.get(index),
                ap_name=names.get(point) or _spelled(point),
                ssid=ssids.get(index, ""),
                ip=address_of(addresses.get(index)),
                radio_mac=point,
                channel=channels.get(index),
            )


def _names(walk: Walk) -> dict[Mac | None, str]:
    return {index_mac(index): name for index, name in texts(walk, ZD_WLAN_AP_DESCRIPTION).items()}


def _spelled(mac: Mac | None) -> str:
    return str(mac) if mac else ""
