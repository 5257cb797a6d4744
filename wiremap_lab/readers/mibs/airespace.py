"""Access points, BSSIDs and clients of Cisco wireless controllers (AIRESPACE-WIRELESS-MIB, and `lwapp`).

The old MIB has access points, radios and WLANs but no BSSID. What `derivation` computes of them is marked
derived (quirk 84). Newer controllers answer the BSSIDs themselves (quirk 83), and then nothing is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wiremap_lab.readers.derivation import ADDRESSES, Band, cisco
from wiremap_lab.readers.mibs import lwapp
from wiremap_lab.readers.mibs.columns import address_of, index_mac, integers, macs, octets, texts
from wiremap_lab.tables import AccessPoint, Bss, Oid, Walk, WirelessClient

AIRESPACE: Oid = (1, 3, 6, 1, 4, 1, 14179, 2)
BSN_DOT11_ESS_ENTRY: Oid = (*AIRESPACE, 1, 1, 1)
BSN_DOT11_ESS_SSID: Oid = (*BSN_DOT11_ESS_ENTRY, 2)
BSN_DOT11_ESS_ADMIN_STATUS: Oid = (*BSN_DOT11_ESS_ENTRY, 6)
BSN_DOT11_ESS_RADIO_POLICY: Oid = (*BSN_DOT11_ESS_ENTRY, 30)
BSN_AP_ENTRY: Oid = (*AIRESPACE, 2, 1, 1)
BSN_AP_DOT3_MAC_ADDRESS: Oid = (*BSN_AP_ENTRY, 1)
BSN_AP_NAME: Oid = (*BSN_AP_ENTRY, 3)
BSN_AP_LOCATION: Oid = (*BSN_AP_ENTRY, 4)
BSN_AP_MODEL: Oid = (*BSN_AP_ENTRY, 16)
BSN_AP_SERIAL_NUMBER: Oid = (*BSN_AP_ENTRY, 17)
BSN_AP_IP_ADDRESS: Oid = (*BSN_AP_ENTRY, 19)
BSN_AP_ETHERNET_MAC_ADDRESS: Oid = (*BSN_AP_ENTRY, 33)
BSN_AP_IF_ENTRY: Oid = (*AIRESPACE, 2, 2, 1)
BSN_AP_IF_TYPE: Oid = (*BSN_AP_IF_ENTRY, 2)
BSN_AP_IF_PHY_CHANNEL_NUMBER: Oid = (*BSN_AP_IF_ENTRY, 4)
BSN_AP_IF_WLAN_OVERRIDE: Oid = (*BSN_AP_IF_ENTRY, 16)
BSN_MOBILE_STATION_ENTRY: Oid = (*AIRESPACE, 1, 4, 1)
BSN_MOBILE_STATION_IP_ADDRESS: Oid = (*BSN_MOBILE_STATION_ENTRY, 2)
BSN_MOBILE_STATION_AP_MAC_ADDR: Oid = (*BSN_MOBILE_STATION_ENTRY, 4)
BSN_MOBILE_STATION_AP_IF_SLOT_ID: Oid = (*BSN_MOBILE_STATION_ENTRY, 5)
BSN_MOBILE_STATION_SSID: Oid = (*BSN_MOBILE_STATION_ENTRY, 7)
BSN_MOBILE_STATION_STATUS: Oid = (*BSN_MOBILE_STATION_ENTRY, 9)

#: The column that tells whether a device is such a controller.
PROBE: Oid = BSN_AP_NAME
ROOTS: tuple[Oid, ...] = (
    BSN_DOT11_ESS_SSID,
    BSN_DOT11_ESS_ADMIN_STATUS,
    BSN_DOT11_ESS_RADIO_POLICY,
    BSN_AP_DOT3_MAC_ADDRESS,
    BSN_AP_NAME,
    BSN_AP_LOCATION,
    BSN_AP_MODEL,
    BSN_AP_SERIAL_NUMBER,
    BSN_AP_IP_ADDRESS,
    BSN_AP_ETHERNET_MAC_ADDRESS,
    BSN_AP_IF_TYPE,
    BSN_AP_IF_PHY_CHANNEL_NUMBER,
    BSN_AP_IF_WLAN_OVERRIDE,
    BSN_MOBILE_STATION_IP_ADDRESS,
    BSN_MOBILE_STATION_AP_MAC_ADDR,
    BSN_MOBILE_STATION_AP_IF_SLOT_ID,
    BSN_MOBILE_STATION_SSID,
    BSN_MOBILE_STATION_STATUS,
)

_RADIO_INDEX_LENGTH = 7
_DOT11A = 2
_ENABLED = 1
#: bsnAPIfWlanOverride: the radio carries the controller's WLANs, not a list of its own. Not all controllers answer it.
_NOT_OVERRIDDEN = 0
#: bsnMobileStationStatus of a station that is on the air: authenticated, associated, asleep.
_ASSOCIATED = 3
_ON_AIR = {2, _ASSOCIATED, 4}
#: bsnDot11EssRadioPolicy: all, b, a, g, b/g, a/g, a/b; and the bsnAPIfType that each names, 1 dot11b, 2 dot11a.
#: A radio of which the policy speaks by another letter may carry the WLAN or not: nothing is derived for it.
_POLICIES = {0: (1, 2), 1: (1,), 2: (2,), 4: (1,), 5: (2,), 6: (1, 2)}


def access_points(walk: Walk) -> Iterator[AccessPoint]:
    """The access points that joined the controller, in the order of their base radio MAC.

    Newer controllers cut bsnAPTable short and have all of them in cLApTable (quirk 83).
    """
    names, locations = _names(walk), {**texts(walk, lwapp.C_L_AP_LOCATION), **texts(walk, BSN_AP_LOCATION)}
    models, serials = texts(walk, BSN_AP_MODEL), texts(walk, BSN_AP_SERIAL_NUMBER)
    addresses = octets(walk, BSN_AP_IP_ADDRESS)
    ethernet = {**macs(walk, lwapp.C_L_AP_IF_MAC_ADDRESS), **macs(walk, BSN_AP_ETHERNET_MAC_ADDRESS)}
    heard = lwapp.neighbors(walk)
    for index in sorted(set(names) | set(ethernet) | set(addresses)):
        radio = index_mac(index)
        yield AccessPoint(
            name=names.get(index, ""),
            ethernet_mac=ethernet.get(index),
            radio_mac=radio,
            ip=address_of(addresses.get(index)),
            location=locations.get(index, ""),
            model=models.get(index, ""),
            serial=serials.get(index, ""),
            neighbors=heard.get(radio, ()) if radio else (),
        )


def _names(walk: Walk) -> dict[Oid, str]:
    """The names of the access points by base radio MAC."""
    return {**texts(walk, lwapp.C_L_AP_NAME), **texts(walk, BSN_AP_NAME)}


def bss(walk: Walk) -> Iterator[Bss]:
    """The BSSIDs, read where the controller answers them, else derived from the base radio MACs."""
    answered = [*_answered(walk)]
    yield from answered or _derived(walk)


def _answered(walk: Walk) -> Iterator[Bss]:
    names, ssids = _names(walk), texts(walk, lwapp.C_L_AP_RADIO_WLAN_SSID)
    channels = integers(walk, BSN_AP_IF_PHY_CHANNEL_NUMBER)
    for index, bssid in macs(walk, lwapp.C_L_AP_RADIO_WLAN_BSSID).items():
        radio, slot = index[:6], index[6] if len(index) > 6 else None
        yield Bss(bssid, ssids.get(index, ""), names.get(radio, ""), index_mac(radio), slot, channels.get(index[:7]))


def _derived(walk: Walk) -> Iterator[Bss]:
    names, channels = _names(walk), integers(walk, BSN_AP_IF_PHY_CHANNEL_NUMBER)
    wlans, overrides = [*_enabled_wlans(walk)], integers(walk, BSN_AP_IF_WLAN_OVERRIDE)
    for index, radio_type in sorted(integers(walk, BSN_AP_IF_TYPE).items()):
        base = index_mac(index[:6])
        if (
            base is None
            or len(index) != _RADIO_INDEX_LENGTH
            or overrides.get(index, _NOT_OVERRIDDEN) != _NOT_OVERRIDDEN
        ):
            continue
        for wlan, ssid, policy in wlans:
            if radio_type in _POLICIES.get(policy, ()):
                bssid = cisco(base, wlan, Band.FIVE if radio_type == _DOT11A else Band.TWO)
                yield Bss(bssid, ssid, names.get(index[:6], ""), base, index[6], channels.get(index), derived=True)


def _enabled_wlans(walk: Walk) -> Iterator[tuple[int, str, int]]:
    """WLANs that are certainly on the air: number, SSID, radio policy. Only sixteen have an address."""
    ssids, policies = texts(walk, BSN_DOT11_ESS_SSID), integers(walk, BSN_DOT11_ESS_RADIO_POLICY)
    for index, status in sorted(integers(walk, BSN_DOT11_ESS_ADMIN_STATUS).items()):
        if status == _ENABLED and index in ssids and 1 <= index[0] <= ADDRESSES:
            yield index[0], ssids[index], policies.get(index, 0)


def clients(walk: Walk) -> Iterator[WirelessClient]:
    """The clients on the air, of either table, in the order of their MACs. Which BSSID each has, neither tells."""
    names = {index_mac(index): name for index, name in _names(walk).items()}
    old, new = _stations(walk), lwapp.stations(walk)
    for index in sorted({**old, **new}):
        mac, station = index_mac(index), old.get(index) or new[index]
        if mac is not None:
            other = new.get(index, station)
            channel = other.channel if other.access_point == station.access_point else None
            yield WirelessClient(
                mac=mac,
                bssid=None,
                ap_name=names.get(station.access_point, ""),
                ssid=station.ssid or other.ssid,
                ip=station.ip or other.ip,
                radio_mac=station.access_point,
                slot=station.slot,
                channel=channel,
            )


def _stations(walk: Walk) -> Mapping[Oid, lwapp.Station]:
    addresses, ssids = octets(walk, BSN_MOBILE_STATION_IP_ADDRESS), texts(walk, BSN_MOBILE_STATION_SSID)
    states, slots = integers(walk, BSN_MOBILE_STATION_STATUS), integers(walk, BSN_MOBILE_STATION_AP_IF_SLOT_ID)
    return {
        index: lwapp.Station(point, address_of(addresses.get(index)), ssids.get(index, ""), slots.get(index))
        for index, point in macs(walk, BSN_MOBILE_STATION_AP_MAC_ADDR).items()
        if states.get(index, _ASSOCIATED) in _ON_AIR
    }
