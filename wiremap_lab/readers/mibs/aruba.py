"""Access points, BSSIDs and clients of Aruba mobility controllers (WLSX-WLAN-MIB, WLSX-USER-MIB).

They answer every BSSID, and for each client the one it uses.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.readers.mibs.ap_table import ApTable
from wiremap_lab.readers.mibs.columns import address_of, index_mac, index_octets, integers, macs, texts
from wiremap_lab.tables import AccessPoint, Bss, Oid, Walk, WirelessClient

WLSX_WLAN: Oid = (1, 3, 6, 1, 4, 1, 14823, 2, 2, 1, 5, 2, 1)
WLSX_WLAN_AP_ENTRY: Oid = (*WLSX_WLAN, 4, 1)
WLAN_AP_IP_ADDRESS: Oid = (*WLSX_WLAN_AP_ENTRY, 2)
WLAN_AP_NAME: Oid = (*WLSX_WLAN_AP_ENTRY, 3)
WLAN_AP_SERIAL_NUMBER: Oid = (*WLSX_WLAN_AP_ENTRY, 6)
WLAN_AP_MODEL_NAME: Oid = (*WLSX_WLAN_AP_ENTRY, 13)
WLAN_AP_LOCATION: Oid = (*WLSX_WLAN_AP_ENTRY, 14)
WLAN_AP_STATUS: Oid = (*WLSX_WLAN_AP_ENTRY, 19)
WLSX_WLAN_AP_BSSID_ENTRY: Oid = (*WLSX_WLAN, 7, 1)
WLAN_AP_ESSID: Oid = (*WLSX_WLAN_AP_BSSID_ENTRY, 2)
WLAN_AP_BSSID_CHANNEL: Oid = (*WLSX_WLAN_AP_BSSID_ENTRY, 8)
WLSX_WLAN_STATION_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 14823, 2, 2, 1, 5, 2, 2, 1, 1)
WLAN_STA_AP_BSSID: Oid = (*WLSX_WLAN_STATION_ENTRY, 2)
WLAN_STA_ACCESS_POINT_ESSID: Oid = (*WLSX_WLAN_STATION_ENTRY, 12)
WLSX_USER_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 14823, 2, 2, 1, 4, 1, 2, 1)
N_USER_AP_BSSID: Oid = (*WLSX_USER_ENTRY, 11)

ROOTS: tuple[Oid, ...] = (
    WLAN_AP_IP_ADDRESS,
    WLAN_AP_NAME,
    WLAN_AP_SERIAL_NUMBER,
    WLAN_AP_MODEL_NAME,
    WLAN_AP_LOCATION,
    WLAN_AP_STATUS,
    WLAN_AP_ESSID,
    WLAN_AP_BSSID_CHANNEL,
    WLAN_STA_AP_BSSID,
    WLAN_STA_ACCESS_POINT_ESSID,
    N_USER_AP_BSSID,
)

_BSSID_INDEX_LENGTH = 13
_TABLE = ApTable(
    name=WLAN_AP_NAME,
    ip=WLAN_AP_IP_ADDRESS,
    serial=WLAN_AP_SERIAL_NUMBER,
    model=WLAN_AP_MODEL_NAME,
    location=WLAN_AP_LOCATION,
)


def access_points(walk: Walk) -> Iterator[AccessPoint]:
    """The access points of the controller (wlsxWlanAPTable), whose index is their Ethernet MAC."""
    return _TABLE.access_points(walk)


def bss(walk: Walk) -> Iterator[Bss]:
    """The BSSIDs on the air (wlsxWlanAPBssidTable): AP, radio and BSSID are its index."""
    names, channels = texts(walk, WLAN_AP_NAME), integers(walk, WLAN_AP_BSSID_CHANNEL)
    for index, ssid in sorted(texts(walk, WLAN_AP_ESSID).items()):
        bssid = index_mac(index[7:])
        if bssid is not None and len(index) == _BSSID_INDEX_LENGTH:
            yield Bss(bssid, ssid, names.get(index[:6], ""), None, index[6], channels.get(index))


def clients(walk: Walk) -> Iterator[WirelessClient]:
    """The clients: those of wlsxWlanStationTable, and of the users those that have a BSSID (the others are wired).

    A user is indexed by MAC and IP address, and stands once for each of its addresses; the first is taken.
    """
    known, ssids = {each.bssid: each for each in bss(walk)}, texts(walk, WLAN_STA_ACCESS_POINT_ESSID)
    found = dict(macs(walk, WLAN_STA_AP_BSSID))
    addresses: dict[Oid, Oid] = {}
    for index, bssid in sorted(macs(walk, N_USER_AP_BSSID).items()):
        found.setdefault(index[:6], bssid)
        addresses.setdefault(index[:6], index[6:])
    for index, bssid in sorted(found.items()):
        mac, there = index_mac(index), known.get(bssid)
        if mac is not None:
            yield WirelessClient(
                mac=mac,
                bssid=bssid,
                ap_name=there.ap_name if there else "",
                ssid=ssids.get(index, "") or (there.ssid if there else ""),
                ip=address_of(index_octets(addresses.get(index, ()))),
                slot=there.slot if there else None,
                channel=there.channel if there else None,
            )
