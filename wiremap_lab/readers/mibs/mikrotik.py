"""BSSIDs and clients of RouterOS (MIKROTIK-MIB): the radios of the device itself, and those it manages (CAPsMAN).

The registration tables are indexed by the client's MAC and the interface. Of an access point that is managed,
RouterOS tells the interface it has for it and no BSSID. The table of radios also has those that are a station
at somebody else's access point, with the BSSID of that one.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.readers.mibs.columns import column, index_mac, integers, macs, scalar_text, texts
from wiremap_lab.readers.mibs.interfaces import IF_NAME, IF_PHYS_ADDRESS
from wiremap_lab.readers.mibs.system import SYS_NAME
from wiremap_lab.tables import Bss, Oid, Walk, WirelessClient

MTXR_WIRELESS: Oid = (1, 3, 6, 1, 4, 1, 14988, 1, 1, 1)
MTXR_WL_RTAB_STRENGTH: Oid = (*MTXR_WIRELESS, 2, 1, 3)
MTXR_WL_AP_SSID: Oid = (*MTXR_WIRELESS, 3, 1, 4)
MTXR_WL_AP_BSSID: Oid = (*MTXR_WIRELESS, 3, 1, 5)
MTXR_WL_AP_FREQ: Oid = (*MTXR_WIRELESS, 3, 1, 7)
MTXR_WL_CM_RTAB_SSID: Oid = (*MTXR_WIRELESS, 5, 1, 12)

ROOTS: tuple[Oid, ...] = (
    MTXR_WL_RTAB_STRENGTH,
    MTXR_WL_AP_SSID,
    MTXR_WL_AP_BSSID,
    MTXR_WL_AP_FREQ,
    MTXR_WL_CM_RTAB_SSID,
)

_INDEX_LENGTH = 7


def bss(walk: Walk) -> Iterator[Bss]:
    """The BSSIDs of its own radios (mtxrWlApTable): those that are the MAC of their interface."""
    name, ssids = scalar_text(walk, SYS_NAME), texts(walk, MTXR_WL_AP_SSID)
    frequencies, own = integers(walk, MTXR_WL_AP_FREQ), macs(walk, IF_PHYS_ADDRESS)
    for index, bssid in sorted(macs(walk, MTXR_WL_AP_BSSID).items()):
        if own.get(index) == bssid:
            channel = channel_of(frequencies.get(index, 0))
            yield Bss(bssid, ssids.get(index, ""), name, slot=index[0], channel=channel)


def clients(walk: Walk) -> Iterator[WirelessClient]:
    """The clients of its own radios (mtxrWlRtabTable) and of those it manages (mtxrWlCMRtabTable)."""
    radios = {each.slot: each for each in bss(walk)}
    name, ssids = scalar_text(walk, SYS_NAME), texts(walk, MTXR_WL_AP_SSID)
    for index in sorted(column(walk, MTXR_WL_RTAB_STRENGTH)):
        mac = index_mac(index[:6])
        if mac is not None and len(index) == _INDEX_LENGTH:
            there = radios.get(index[6])
            yield WirelessClient(
                mac=mac,
                bssid=there.bssid if there else None,
                ap_name=name,
                ssid=ssids.get(index[6:], ""),
                slot=index[6],
                channel=there.channel if there else None,
            )
    interfaces = texts(walk, IF_NAME)
    for index, ssid in sorted(texts(walk, MTXR_WL_CM_RTAB_SSID).items()):
        mac = index_mac(index[:6])
        if mac is not None and len(index) == _INDEX_LENGTH:
            yield WirelessClient(mac, None, interfaces.get(index[6:], ""), ssid, slot=index[6])


def channel_of(megahertz: int) -> int | None:
    """The channel at a center frequency (IEEE 802.11, annex E): 2.4, 5 and 6 GHz.

    >>> channel_of(2412), channel_of(2484), channel_of(5600), channel_of(5955), channel_of(0)
    (1, 14, 120, 1, None)
    """
    if megahertz == 2484:
        return 14
    for first, last, origin in ((2412, 2472, 2407), (5160, 5885, 5000), (5955, 7115, 5950)):
        if first <= megahertz <= last:
            return (megahertz - origin) // 5
    return None
