"""What Cisco controllers since CAPWAP answer: CISCO-LWAPP-AP-MIB, -DOT11-CLIENT-MIB and -CDP-MIB.

AireOS answers them beside AIRESPACE-WIRELESS-MIB, IOS-XE (C9800) often in its place (quirk 83). All are
indexed by the base radio MAC of the access point, or by the MAC of the client.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from wiremap_lab.ids import Mac
from wiremap_lab.readers.mibs.columns import address_of, index_mac, integers, macs, octets, texts
from wiremap_lab.tables import IpAddress, Oid, Walk, WiredNeighbor

C_L_AP_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 513, 1, 1, 1, 1)
C_L_AP_IF_MAC_ADDRESS: Oid = (*C_L_AP_ENTRY, 2)
C_L_AP_NAME: Oid = (*C_L_AP_ENTRY, 5)
C_L_AP_LOCATION: Oid = (*C_L_AP_ENTRY, 49)
C_L_AP_RADIO_WLAN_INFO_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 513, 1, 10, 2, 1)
C_L_AP_RADIO_WLAN_SSID: Oid = (*C_L_AP_RADIO_WLAN_INFO_ENTRY, 1)
C_L_AP_RADIO_WLAN_BSSID: Oid = (*C_L_AP_RADIO_WLAN_INFO_ENTRY, 2)
CLDC_CLIENT_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 599, 1, 3, 1, 1)
CLDC_CLIENT_STATUS: Oid = (*CLDC_CLIENT_ENTRY, 2)
CLDC_AP_MAC_ADDRESS: Oid = (*CLDC_CLIENT_ENTRY, 8)
CLDC_CLIENT_IP_ADDRESS: Oid = (*CLDC_CLIENT_ENTRY, 10)
CLDC_CLIENT_SSID: Oid = (*CLDC_CLIENT_ENTRY, 28)
CLDC_CLIENT_CHANNEL: Oid = (*CLDC_CLIENT_ENTRY, 35)
CLC_CDP_AP_CACHE_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 623, 1, 3, 1, 1)
CLC_CDP_AP_CACHE_NEIGH_NAME: Oid = (*CLC_CDP_AP_CACHE_ENTRY, 6)
CLC_CDP_AP_CACHE_NEIGH_INTERFACE: Oid = (*CLC_CDP_AP_CACHE_ENTRY, 9)

#: The column that tells whether a device is such a controller.
PROBE: Oid = C_L_AP_NAME
ROOTS: tuple[Oid, ...] = (
    C_L_AP_IF_MAC_ADDRESS,
    C_L_AP_NAME,
    C_L_AP_LOCATION,
    C_L_AP_RADIO_WLAN_SSID,
    C_L_AP_RADIO_WLAN_BSSID,
    CLDC_CLIENT_STATUS,
    CLDC_AP_MAC_ADDRESS,
    CLDC_CLIENT_IP_ADDRESS,
    CLDC_CLIENT_SSID,
    CLDC_CLIENT_CHANNEL,
    CLC_CDP_AP_CACHE_NEIGH_NAME,
    CLC_CDP_AP_CACHE_NEIGH_INTERFACE,
)

#: CLDot11ClientStatus (CISCO-LWAPP-TC-MIB) of a station that is on the air: authenticated, associated, asleep.
_ON_AIR = {3, 4, 5}


@dataclass(frozen=True, slots=True)
class Station:
    """What one of the two client tables says of a client."""

    access_point: Mac
    ip: IpAddress | None
    ssid: str
    slot: int | None = None
    channel: int | None = None


def stations(walk: Walk) -> Mapping[Oid, Station]:
    """The clients of cldcClientTable that are on the air, by the index of their MAC."""
    addresses, ssids = octets(walk, CLDC_CLIENT_IP_ADDRESS), texts(walk, CLDC_CLIENT_SSID)
    states, channels = integers(walk, CLDC_CLIENT_STATUS), integers(walk, CLDC_CLIENT_CHANNEL)
    return {
        index: Station(point, address_of(addresses.get(index)), ssids.get(index, ""), channel=channels.get(index))
        for index, point in macs(walk, CLDC_AP_MAC_ADDRESS).items()
        if states.get(index) in _ON_AIR
    }


def neighbors(walk: Walk) -> Mapping[Mac, tuple[WiredNeighbor, ...]]:
    """What each access point hears on its cables (clcCdpApCacheTable), by its base radio MAC."""
    ports = texts(walk, CLC_CDP_AP_CACHE_NEIGH_INTERFACE)
    found: dict[Mac, list[WiredNeighbor]] = defaultdict(list)
    for index, name in sorted(texts(walk, CLC_CDP_AP_CACHE_NEIGH_NAME).items()):
        radio = index_mac(index[:6])
        if radio is not None and name and ports.get(index):
            found[radio].append(WiredNeighbor(name, ports[index]))
    return {radio: tuple(heard) for radio, heard in found.items()}
