"""Access points, BSSIDs and clients of Aruba Instant clusters (AI-AP-MIB), told by the one that conducts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wiremap_lab.readers.mibs.ap_table import ApTable
from wiremap_lab.readers.mibs.columns import address_of, index_mac, macs, octets, texts
from wiremap_lab.tables import AccessPoint, Bss, Oid, Walk, WirelessClient

AI_AP: Oid = (1, 3, 6, 1, 4, 1, 14823, 2, 3, 3, 1, 2)
AI_ACCESS_POINT_ENTRY: Oid = (*AI_AP, 1, 1)
AI_AP_NAME: Oid = (*AI_ACCESS_POINT_ENTRY, 2)
AI_AP_IP_ADDRESS: Oid = (*AI_ACCESS_POINT_ENTRY, 3)
AI_AP_SERIAL_NUM: Oid = (*AI_ACCESS_POINT_ENTRY, 4)
AI_AP_MODEL_NAME: Oid = (*AI_ACCESS_POINT_ENTRY, 6)
AI_RADIO_ENTRY: Oid = (*AI_AP, 2, 1)
AI_RADIO_MAC_ADDRESS: Oid = (*AI_RADIO_ENTRY, 3)
AI_RADIO_CHANNEL: Oid = (*AI_RADIO_ENTRY, 4)
AI_WLAN_ENTRY: Oid = (*AI_AP, 3, 1)
AI_WLAN_ESSID: Oid = (*AI_WLAN_ENTRY, 3)
AI_WLAN_MAC_ADDRESS: Oid = (*AI_WLAN_ENTRY, 4)
AI_CLIENT_ENTRY: Oid = (*AI_AP, 4, 1)
AI_CLIENT_WLAN_MAC_ADDRESS: Oid = (*AI_CLIENT_ENTRY, 2)
AI_CLIENT_IP_ADDRESS: Oid = (*AI_CLIENT_ENTRY, 3)
AI_CLIENT_AP_IP_ADDRESS: Oid = (*AI_CLIENT_ENTRY, 4)

ROOTS: tuple[Oid, ...] = (
    AI_AP_NAME,
    AI_AP_IP_ADDRESS,
    AI_AP_SERIAL_NUM,
    AI_AP_MODEL_NAME,
    AI_RADIO_MAC_ADDRESS,
    AI_RADIO_CHANNEL,
    AI_WLAN_ESSID,
    AI_WLAN_MAC_ADDRESS,
    AI_CLIENT_WLAN_MAC_ADDRESS,
    AI_CLIENT_IP_ADDRESS,
    AI_CLIENT_AP_IP_ADDRESS,
)


_TABLE = ApTable(name=AI_AP_NAME, ip=AI_AP_IP_ADDRESS, serial=AI_AP_SERIAL_NUM, model=AI_AP_MODEL_NAME)


def access_points(walk: Walk) -> Iterator[AccessPoint]:
    """The access points of the cluster (aiAccessPointTable), whose index is their Ethernet MAC."""
    return _TABLE.access_points(walk)


def bss(walk: Walk) -> Iterator[Bss]:
    """The BSSIDs (aiWlanTable). Which radio one is of, the table tells only of the first, which is the radio's MAC."""
    names, ssids = texts(walk, AI_AP_NAME), texts(walk, AI_WLAN_ESSID)
    channels = texts(walk, AI_RADIO_CHANNEL)
    radios = {mac: index for index, mac in macs(walk, AI_RADIO_MAC_ADDRESS).items()}
    for index, bssid in sorted(macs(walk, AI_WLAN_MAC_ADDRESS).items()):
        radio = radios.get(bssid, ())
        channel = re.match(r"\d+", channels.get(radio, ""))
        yield Bss(
            bssid=bssid,
            ssid=ssids.get(index, ""),
            ap_name=names.get(index[:6], ""),
            slot=radio[6] if len(radio) > 6 else None,
            channel=int(channel[0]) if channel else None,
        )


def clients(walk: Walk) -> Iterator[WirelessClient]:
    """The clients (aiClientTable), with the BSSID each is on."""
    known = {each.bssid: each for each in bss(walk)}
    at, names = octets(walk, AI_AP_IP_ADDRESS), texts(walk, AI_AP_NAME)
    named = {address: names.get(index, "") for index, address in at.items()}
    addresses, points = octets(walk, AI_CLIENT_IP_ADDRESS), octets(walk, AI_CLIENT_AP_IP_ADDRESS)
    for index, bssid in sorted(macs(walk, AI_CLIENT_WLAN_MAC_ADDRESS).items()):
        mac, there = index_mac(index), known.get(bssid)
        if mac is not None:
            yield WirelessClient(
                mac=mac,
                bssid=bssid,
                ap_name=there.ap_name if there else named.get(points.get(index, b""), ""),
                ssid=there.ssid if there else "",
                ip=address_of(addresses.get(index)),
                slot=there.slot if there else None,
                channel=there.channel if there else None,
            )
