"""Access points and BSSIDs of Cisco wireless controllers (AIRESPACE-WIRELESS-MIB, CISCO-LWAPP-AP-MIB).

The old MIB has access points, radios and WLANs but no BSSID. An access point numbers them within the
sixteen addresses from its base radio MAC: upwards on 2.4 GHz, downwards from the last on 5 GHz. What
is computed so is marked derived (quirk 84). Newer controllers answer the BSSIDs themselves (quirk 83),
and then nothing is computed.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.ids import Mac
from wiremap_lab.readers.mibs.columns import address_of, index_mac, integers, macs, octets, texts
from wiremap_lab.tables import AccessPoint, Bss, Oid, Walk

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
C_L_AP_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 513, 1, 1, 1, 1)
C_L_AP_IF_MAC_ADDRESS: Oid = (*C_L_AP_ENTRY, 2)
C_L_AP_NAME: Oid = (*C_L_AP_ENTRY, 5)
C_L_AP_LOCATION: Oid = (*C_L_AP_ENTRY, 49)
C_L_AP_RADIO_WLAN_INFO_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 513, 1, 10, 2, 1)
C_L_AP_RADIO_WLAN_SSID: Oid = (*C_L_AP_RADIO_WLAN_INFO_ENTRY, 1)
C_L_AP_RADIO_WLAN_BSSID: Oid = (*C_L_AP_RADIO_WLAN_INFO_ENTRY, 2)

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
    C_L_AP_IF_MAC_ADDRESS,
    C_L_AP_NAME,
    C_L_AP_LOCATION,
    C_L_AP_RADIO_WLAN_SSID,
    C_L_AP_RADIO_WLAN_BSSID,
)

_RADIO_INDEX_LENGTH = 7
_DOT11A = 2
_ENABLED = 1
#: bsnAPIfWlanOverride: the radio carries the controller's WLANs, not a list of its own. Not all controllers answer it.
_NOT_OVERRIDDEN = 0
#: An access point has sixteen addresses for its BSSIDs, which both radios share.
_ADDRESSES = 16
#: bsnDot11EssRadioPolicy: all, b, a, g, b/g, a/g, a/b; and the bsnAPIfType that each names, 1 dot11b, 2 dot11a.
#: A radio of which the policy speaks by another letter may carry the WLAN or not: nothing is derived for it.
_POLICIES = {0: (1, 2), 1: (1,), 2: (2,), 4: (1,), 5: (2,), 6: (1, 2)}


def access_points(walk: Walk) -> Iterator[AccessPoint]:
    """The access points that joined the controller, in the order of their base radio MAC.

    Newer controllers cut bsnAPTable short and have all of them in cLApTable (quirk 83).
    """
    names, locations = _names(walk), {**texts(walk, C_L_AP_LOCATION), **texts(walk, BSN_AP_LOCATION)}
    models, serials = texts(walk, BSN_AP_MODEL), texts(walk, BSN_AP_SERIAL_NUMBER)
    addresses = octets(walk, BSN_AP_IP_ADDRESS)
    ethernet = {**macs(walk, C_L_AP_IF_MAC_ADDRESS), **macs(walk, BSN_AP_ETHERNET_MAC_ADDRESS)}
    for index in sorted(set(names) | set(ethernet) | set(addresses)):
        yield AccessPoint(
            name=names.get(index, ""),
            ethernet_mac=ethernet.get(index),
            radio_mac=index_mac(index),
            ip=address_of(addresses.get(index)),
            location=locations.get(index, ""),
            model=models.get(index, ""),
            serial=serials.get(index, ""),
        )


def _names(walk: Walk) -> dict[Oid, str]:
    """The names of the access points by base radio MAC."""
    return {**texts(walk, C_L_AP_NAME), **texts(walk, BSN_AP_NAME)}


def bss(walk: Walk) -> Iterator[Bss]:
    """The BSSIDs, read where the controller answers them, else derived from the base radio MACs."""
    answered = [*_answered(walk)]
    yield from answered or _derived(walk)


def _answered(walk: Walk) -> Iterator[Bss]:
    names, ssids = _names(walk), texts(walk, C_L_AP_RADIO_WLAN_SSID)
    channels = integers(walk, BSN_AP_IF_PHY_CHANNEL_NUMBER)
    for index, bssid in macs(walk, C_L_AP_RADIO_WLAN_BSSID).items():
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
                bssid = derived_bssid(base, wlan, five_ghz=radio_type == _DOT11A)
                yield Bss(bssid, ssid, names.get(index[:6], ""), base, index[6], channels.get(index), derived=True)


def _enabled_wlans(walk: Walk) -> Iterator[tuple[int, str, int]]:
    """WLANs that are certainly on the air: number, SSID, radio policy. Only sixteen have an address."""
    ssids, policies = texts(walk, BSN_DOT11_ESS_SSID), integers(walk, BSN_DOT11_ESS_RADIO_POLICY)
    for index, status in sorted(integers(walk, BSN_DOT11_ESS_ADMIN_STATUS).items()):
        if status == _ENABLED and index in ssids and 1 <= index[0] <= _ADDRESSES:
            yield index[0], ssids[index], policies.get(index, 0)


def derived_bssid(base: Mac, wlan: int, *, five_ghz: bool) -> Mac:
    """The BSSID of a WLAN (1-16) on a radio: base + (n-1) on 2.4 GHz, base + (16-n) on 5 GHz.

    >>> str(derived_bssid(Mac.parse("02:00:00:00:a9:10"), 1, five_ghz=True))
    '02:00:00:00:a9:1f'
    """
    offset = _ADDRESSES - wlan if five_ghz else wlan - 1
    return Mac(((int(base) + offset) % (1 << 48)).to_bytes(6, "big"))
