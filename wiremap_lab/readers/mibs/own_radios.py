"""What an access point that is asked itself says of its radios: UniFi, Aerohive, Aironet, and the standard.

The access point is then the device that answers, and goes by its own name. Radios that a router or a bridge has
besides are its interfaces, and make no access point of it: it has other network behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.ids import clean_text
from wiremap_lab.readers.mibs.columns import (
    address_of,
    index_mac,
    index_octets,
    integers,
    macs,
    octets,
    scalar_text,
    texts,
)
from wiremap_lab.readers.mibs.interfaces import IF_DESCR, IF_NAME, IF_PHYS_ADDRESS
from wiremap_lab.readers.mibs.system import SYS_LOCATION, SYS_NAME
from wiremap_lab.tables import AccessPoint, Bss, Oid, Walk, WirelessClient

UNIFI_VAP_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 41112, 1, 6, 1, 2, 1)
UNIFI_VAP_BSS_ID: Oid = (*UNIFI_VAP_ENTRY, 2)
UNIFI_VAP_CHANNEL: Oid = (*UNIFI_VAP_ENTRY, 4)
UNIFI_VAP_ESS_ID: Oid = (*UNIFI_VAP_ENTRY, 6)
AH_INTERFACE: Oid = (1, 3, 6, 1, 4, 1, 26928, 1, 1, 1, 2, 1)
AH_SSID_NAME: Oid = (*AH_INTERFACE, 1, 1, 2)
AH_ASSOCIATION_ENTRY: Oid = (*AH_INTERFACE, 2, 1)
AH_CLIENT_IP: Oid = (*AH_ASSOCIATION_ENTRY, 2)
AH_CLIENT_SSID: Oid = (*AH_ASSOCIATION_ENTRY, 10)
AH_CLIENT_CHANNEL: Oid = (*AH_ASSOCIATION_ENTRY, 13)
AH_CLIENT_BSSID: Oid = (*AH_ASSOCIATION_ENTRY, 37)
CDOT11_MBSSID_IF_MAC_ADDRESS: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 413, 1, 1, 5, 1, 1)
DOT11_DESIRED_SSID: Oid = (1, 2, 840, 10036, 1, 1, 1, 9)
DOT11_DESIRED_BSS_TYPE: Oid = (1, 2, 840, 10036, 1, 1, 1, 10)
DOT11_MAC_ADDRESS: Oid = (1, 2, 840, 10036, 2, 1, 1, 1)

UNIFI_ROOTS: tuple[Oid, ...] = (UNIFI_VAP_BSS_ID, UNIFI_VAP_CHANNEL, UNIFI_VAP_ESS_ID)
AEROHIVE_ROOTS: tuple[Oid, ...] = (
    AH_SSID_NAME,
    AH_CLIENT_IP,
    AH_CLIENT_SSID,
    AH_CLIENT_CHANNEL,
    AH_CLIENT_BSSID,
)
AIRONET_ROOTS: tuple[Oid, ...] = (CDOT11_MBSSID_IF_MAC_ADDRESS,)
DOT11_ROOTS: tuple[Oid, ...] = (DOT11_DESIRED_SSID, DOT11_DESIRED_BSS_TYPE, DOT11_MAC_ADDRESS)
ROOTS: tuple[Oid, ...] = (*UNIFI_ROOTS, *AEROHIVE_ROOTS, *AIRONET_ROOTS, *DOT11_ROOTS)

_INFRASTRUCTURE = 1
_NO_SSID = {"", "N/A"}


def own_access_point(walk: Walk) -> AccessPoint:
    """The device that answers, as an access point. Its Ethernet MAC is that of its first port called so."""
    labels = {**texts(walk, IF_DESCR), **texts(walk, IF_NAME)}
    wired = (index for index, label in sorted(labels.items()) if label.lower().startswith("eth"))
    addresses = macs(walk, IF_PHYS_ADDRESS)
    mac = next((addresses[index] for index in wired if index in addresses), None)
    return AccessPoint(scalar_text(walk, SYS_NAME), mac, None, location=scalar_text(walk, SYS_LOCATION))


def access_points(walk: Walk) -> Iterator[AccessPoint]:
    """The access point itself, where it is one of UniFi or Aerohive: they are nothing else."""
    if octets(walk, UNIFI_VAP_BSS_ID) or octets(walk, AH_SSID_NAME):
        yield own_access_point(walk)


def bss(walk: Walk) -> Iterator[Bss]:
    """The BSSIDs, of the maker's table, else of the standard one."""
    found = [*_unifi(walk), *_aerohive(walk), *_aironet(walk)]
    yield from found or _dot11(walk)


def _unifi(walk: Walk) -> Iterator[Bss]:
    """Its VAPs (UBNT-UniFi-MIB unifiVapTable), whether they are up or not."""
    name, ssids = scalar_text(walk, SYS_NAME), texts(walk, UNIFI_VAP_ESS_ID)
    channels = integers(walk, UNIFI_VAP_CHANNEL)
    for index, bssid in sorted(macs(walk, UNIFI_VAP_BSS_ID).items()):
        yield Bss(bssid, ssids.get(index, ""), name, channel=channels.get(index))


def _aironet(walk: Walk) -> Iterator[Bss]:
    """The BSSIDs of an autonomous Aironet (CISCO-DOT11-SSID-SECURITY-MIB), by ifIndex and the octets of the SSID."""
    name = scalar_text(walk, SYS_NAME)
    for index, bssid in sorted(macs(walk, CDOT11_MBSSID_IF_MAC_ADDRESS).items()):
        ssid = index_octets(index[1:])
        if ssid is not None:
            yield Bss(bssid, clean_text(ssid), name, slot=index[0])


def _aerohive(walk: Walk) -> Iterator[Bss]:
    """The interfaces that carry an SSID (ahXIfTable, which augments ifTable): their MAC is the BSSID."""
    name, addresses = scalar_text(walk, SYS_NAME), macs(walk, IF_PHYS_ADDRESS)
    for index, ssid in sorted(texts(walk, AH_SSID_NAME).items()):
        if ssid not in _NO_SSID and index in addresses:
            yield Bss(addresses[index], ssid, name)


def _dot11(walk: Walk) -> Iterator[Bss]:
    """The radios of an infrastructure network: the MAC of one is the BSSID of the only SSID this table has for it."""
    name, types = scalar_text(walk, SYS_NAME), integers(walk, DOT11_DESIRED_BSS_TYPE)
    ssids = texts(walk, DOT11_DESIRED_SSID)
    for index, bssid in sorted(macs(walk, DOT11_MAC_ADDRESS).items()):
        if ssids.get(index) and types.get(index) == _INFRASTRUCTURE:
            yield Bss(bssid, ssids[index], name)


def clients(walk: Walk) -> Iterator[WirelessClient]:
    """The clients of an Aerohive access point (ahAssociationTable, by ifIndex and MAC); UniFi's MIB has none."""
    name, ssids, bssids = scalar_text(walk, SYS_NAME), texts(walk, AH_CLIENT_SSID), macs(walk, AH_CLIENT_BSSID)
    addresses, channels = octets(walk, AH_CLIENT_IP), integers(walk, AH_CLIENT_CHANNEL)
    for index in sorted(set(ssids) | set(addresses)):
        mac = index_mac(index[1:])
        if mac is not None:
            yield WirelessClient(
                mac=mac,
                bssid=bssids.get(index),
                ap_name=name,
                ssid=ssids.get(index, ""),
                ip=address_of(addresses.get(index)),
                channel=channels.get(index),
            )
