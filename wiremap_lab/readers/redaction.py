"""Make a recording fit to be shown: who and where is hidden, how the agent behaves is kept.

Only objects named here are let through, so that no community, key or configuration can slip out with
something nobody thought of. MAC addresses keep their maker and their last four bits, IP addresses their
subnets, names their sameness: the same name, address or MAC becomes the same other one wherever it
stands, in values and in indexes, and what hangs together in the recording still does. Without the key
none of it can be turned back, and with another key it comes out otherwise.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from wiremap_lab.ids import Mac
from wiremap_lab.readers.mibs import (
    airespace,
    arp,
    aruba,
    bridge,
    cdp,
    entity,
    instant,
    interfaces,
    lag,
    lldp,
    lwapp,
    med,
    mikrotik,
    own_radios,
    ruckus,
    system,
    tplink,
    wing,
)
from wiremap_lab.tables import Oid, Row, Value

_MAC_IN_TEXT = re.compile(
    r"(?<![0-9A-Fa-f])(?:(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}|[0-9A-Fa-f]{12})(?![0-9A-Fa-f])"
)
_IP_IN_TEXT = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
#: The words of which makers form the names of ports. A label with any other word was typed by somebody, and is hidden:
#: "shop-1-front J01" is shaped like a port's name, and says where people are.
_PORT_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a ae aggregate aggregation appgigabitethernet band base baset basetx bond br bridge bundle bvi c cbp ch
    channel console copper cpu d demux dsc dynamic e em en enet engine eno enp ens et eth ether ethernet f fa
    fast fastethernet fe fi fiber fo fortygigabitethernet fortygige fx fxp g ge gi gig gigabit gigabitethernet
    gigaethernet gige gigethernet gr gre group hu hundredgigabitethernet hundredgige id if in inloopback int
    interface internal ip ipip irb isatap k l lag lan level link lo local logical loop loopback lsi lt lx m
    management managementethernet me meth mgmt mgmteth module mt mtun mult n net network networks nu null number
    of on oob oobm optics out p pc pfe pfh pimd pime pip po pod port portchannel ports pp ppd ppe ptp pvid qsfp
    r ra radio rj root rp s serial sfp sit slot sp sr st stack stacka stackb stacking stackport stacksub sub svi
    swif switch swp sx system t tap te ten tengigabitethernet tengige trk trunk tun tunl tunnel twe
    twentyfivegige tx unit utp v virtual vl vlan vlanif vme wan wifi wlan wlc x xe xge xgigabitethernet
        """,
    )
)
_IP_FAMILIES = {4: 1, 16: 2}
_MAC_SUBTYPES = {"chassis": 4, "port": 3}
_ADDRESS_SUBTYPES = {"chassis": 5, "port": 4}

Index = Callable[["Veil", Oid], Oid]
Cell = Callable[["Veil", Value], Value]


@dataclass(frozen=True, slots=True)
class Treatment:
    """What becomes of the rows below a root: of their index and of their value."""

    value: Cell
    index: Index
    kind: str = ""


class Veil:
    """The pseudonyms of one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.name = lru_cache(maxsize=None)(self._name)
        self.mac = lru_cache(maxsize=None)(self._mac)
        self.address = lru_cache(maxsize=None)(self._address)

    def _number(self, *parts: object) -> int:
        digest = hmac.digest(self._key, repr(parts).encode(), "sha256")
        return int.from_bytes(digest[:8], "big")

    def _name(self, text: bytes) -> bytes:
        return b"name-%06x" % (self._number("name", text) & 0xFFFFFF) if text.strip(b"\0 ") else text

    def _mac(self, octets: bytes) -> bytes:
        """The maker's three octets and the last four bits stay; the twenty bits between are permuted."""
        if octets in (bytes(6), b"\xff" * 6) or octets[0] & 1:
            return octets
        low = int.from_bytes(octets[3:], "big")
        left, right = low >> 14, low >> 4 & 0x3FF
        for turn in range(4):
            left, right = right, left ^ (self._number("mac", octets[:3], turn, right) & 0x3FF)
        return octets[:3] + (left << 14 | right << 4 | low & 0xF).to_bytes(3, "big")

    def _address(self, octets: bytes) -> bytes:
        """Each bit is turned or not by the bits before it, so that what shared a subnet still does."""
        address = ipaddress.ip_address(octets)
        if address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local:
            return octets
        bits = len(octets) * 8
        number = int.from_bytes(octets, "big")
        fixed = 8 if bits == 32 else 16
        turned = sum((self._number("ip", bits, number >> bits - at) & 1) << bits - at - 1 for at in range(fixed, bits))
        return (number ^ turned).to_bytes(len(octets), "big")

    def scrubbed(self, text: bytes) -> bytes:
        """Text with the MAC and IP addresses in it replaced."""
        plain = _MAC_IN_TEXT.sub(lambda found: self._mac_like(found[0]), text.decode("latin-1"))
        return _IP_IN_TEXT.sub(lambda found: self._ip_like(found[0]), plain).encode("latin-1")

    def _mac_like(self, text: str) -> str:
        digits = iter(self.mac(Mac.parse(text).octets).hex())
        return "".join(next(digits) if sign in "0123456789abcdefABCDEF" else sign for sign in text)

    def _ip_like(self, text: str) -> str:
        try:
            octets = ipaddress.IPv4Address(text).packed
        except ValueError:
            return text
        return str(ipaddress.IPv4Address(self.address(octets)))


def _keep(veil: Veil, value: Value) -> Value:
    return veil.scrubbed(value) if isinstance(value, bytes) else value


def _hide(veil: Veil, value: Value) -> Value:
    if not isinstance(value, bytes):
        return value
    return veil.mac(value) if len(value) == 6 and not value.isascii() else veil.name(value)


def _label(veil: Veil, value: Value) -> Value:
    """A port's name stays, for it is how the device behaves; what somebody typed does not."""
    if not isinstance(value, bytes):
        return value
    words = set(re.findall(r"[^\W\d_]+", value.decode("latin-1").lower()))
    return veil.scrubbed(value) if words <= _PORT_WORDS else veil.name(value)


def _mac_cell(veil: Veil, value: Value) -> Value:
    if not isinstance(value, bytes):
        return value
    return veil.mac(value) if len(value) == 6 else veil.scrubbed(value)


def _address_cell(veil: Veil, value: Value) -> Value:
    if not isinstance(value, bytes):
        return value
    return veil.address(value) if len(value) in _IP_FAMILIES else veil.scrubbed(value)


def _raw(_veil: Veil, value: Value) -> Value:
    return value


def _prefix_pointer(veil: Veil, value: Value) -> Value:
    """An ipAddressPrefix: the row of ipAddressPrefixTable, which has interface, type, length, prefix and its length."""
    if not isinstance(value, tuple):
        return value
    return (*_inet(veil, value[:-1], 11), value[-1]) if len(value) > 11 else value


def _plain(_veil: Veil, index: Oid) -> Oid:
    return index


def _mac_last(veil: Veil, index: Oid) -> Oid:
    return (*index[:-6], *_mac_arcs(veil, index[-6:]))


def _mac_first(veil: Veil, index: Oid) -> Oid:
    return (*_mac_arcs(veil, index[:6]), *index[6:])


def _mac_both(veil: Veil, index: Oid) -> Oid:
    return _mac_last(veil, _mac_first(veil, index)) if len(index) > 11 else _mac_first(veil, index)


def _hidden_text(veil: Veil, index: Oid) -> Oid:
    """A text behind a number, whose length the index does not tell (IMPLIED)."""
    octets = bytes(arc & 0xFF for arc in index[1:])
    return (*index[:1], *veil.name(octets))


def _mac_and_ipv4(veil: Veil, index: Oid) -> Oid:
    return _ipv4_last(veil, _mac_first(veil, index)) if len(index) == 10 else _mac_first(veil, index)


def _mac_arcs(veil: Veil, arcs: Oid) -> Oid:
    return tuple(veil.mac(bytes(arcs))) if len(arcs) == 6 and max(arcs) < 256 else arcs


def _ipv4_last(veil: Veil, index: Oid) -> Oid:
    tail = index[-4:]
    return (*index[:-4], *veil.address(bytes(tail))) if len(tail) == 4 and max(tail) < 256 else index


def _inet_at(start: int) -> Index:
    return lambda veil, index: _inet(veil, index, start)


def _inet(veil: Veil, index: Oid, start: int) -> Oid:
    """An InetAddressType, perhaps a length, and the address, from a place in the index on."""
    tail = index[start:]
    skip = 2 if len(tail) > 1 and tail[1] == len(tail) - 2 else 1
    content = tail[skip:]
    if not content or max(content) > 255:
        return index
    head, octets = (*index[:start], *tail[:skip]), bytes(content)
    if len(octets) in _IP_FAMILIES:
        return (*head, *veil.address(octets))
    return (*head, *(veil.mac(octets) if len(octets) == 6 else veil.scrubbed(octets)))


def _treatments() -> Mapping[Oid, Treatment]:
    """What is let through, by root."""
    found: dict[Oid, Treatment] = {}

    def treat(value: Cell, *roots: Oid, index: Index = _plain, kind: str = "") -> None:
        found.update(dict.fromkeys(roots, Treatment(value, index, kind)))

    treat(_keep, system.SYS_DESCR, system.SYS_OBJECT_ID, system.SYS_UP_TIME)
    treat(_hide, system.SYS_NAME, system.SYS_LOCATION)
    treat(_label, interfaces.IF_DESCR, interfaces.IF_NAME, interfaces.IF_ALIAS)
    treat(_raw, interfaces.IF_TYPE, interfaces.IF_ADMIN_STATUS, interfaces.IF_OPER_STATUS)
    treat(_mac_cell, interfaces.IF_PHYS_ADDRESS, entity.CSW_SWITCH_MAC_ADDRESS, bridge.DOT1D_BASE_BRIDGE_ADDRESS)
    treat(_raw, interfaces.IP_AD_ENT_IF_INDEX, interfaces.IP_AD_ENT_NET_MASK, index=_ipv4_last)
    treat(_raw, interfaces.IP_ADDRESS_IF_INDEX, index=_inet_at(0))
    treat(_prefix_pointer, interfaces.IP_ADDRESS_PREFIX, index=_inet_at(0))
    treat(_keep, entity.ENT_PHYSICAL_DESCR, entity.ENT_PHYSICAL_CLASS, entity.ENT_PHYSICAL_MODEL_NAME)
    treat(_hide, entity.ENT_PHYSICAL_NAME, entity.ENT_PHYSICAL_SERIAL_NUM)
    treat(_raw, *lag.ROOTS)
    treat(_mac_cell, arp.IP_NET_TO_MEDIA_PHYS_ADDRESS, index=_ipv4_last)
    treat(_address_cell, arp.IP_NET_TO_MEDIA_NET_ADDRESS, index=_ipv4_last)
    treat(_raw, arp.IP_NET_TO_MEDIA_TYPE, index=_ipv4_last)
    treat(_mac_cell, arp.IP_NET_TO_PHYSICAL_PHYS_ADDRESS, index=_inet_at(1))
    treat(_raw, arp.IP_NET_TO_PHYSICAL_TYPE, index=_inet_at(1))
    _treat_bridge(treat)
    _treat_neighbors(treat)
    _treat_wireless(treat)
    return found


def _treat_bridge(treat: Callable[..., None]) -> None:
    treat(_raw, bridge.DOT1D_BASE_PORT_IF_INDEX, bridge.IEEE8021_BRIDGE_BASE_PORT_IF_INDEX, bridge.DOT1Q_VLAN_FDB_ID)
    treat(_raw, bridge.VTP_VLAN_STATE, bridge.JNX_EX_VLAN_TAG, bridge.JNX_L2ALD_VLAN_TAG, bridge.JNX_L2ALD_VLAN_FDB_ID)
    treat(_hide, bridge.DOT1Q_VLAN_STATIC_NAME, bridge.VTP_VLAN_NAME)
    treat(_raw, bridge.DOT1D_TP_AGING_TIME)
    treat(_raw, bridge.DOT1D_TP_FDB_PORT, bridge.DOT1D_TP_FDB_STATUS, index=_mac_last)
    treat(_raw, bridge.DOT1Q_TP_FDB_PORT, bridge.DOT1Q_TP_FDB_STATUS, index=_mac_last)
    treat(_raw, bridge.IEEE8021_Q_BRIDGE_TP_FDB_PORT, bridge.IEEE8021_Q_BRIDGE_TP_FDB_STATUS, index=_mac_last)


def _treat_neighbors(treat: Callable[..., None]) -> None:
    for layout in lldp.LAYOUTS:
        ports = (*layout.local_object(7), 1)
        treat(_raw, layout.local_object(1), (*ports, 2), *map(layout.remote_column, (0, 2, 7, 8)))
        treat(_label, layout.local_object(2), layout.remote_column(lldp.CHASSIS), kind="chassis")
        treat(_label, (*ports, 3), layout.remote_column(lldp.PORT), kind="port")
        treat(_label, (*ports, 4), layout.remote_column(lldp.PORT_DESCRIPTION))
        treat(_hide, layout.local_object(3), *map(layout.remote_column, (lldp.NAME, lldp.DESCRIPTION)))
        treat(_raw, layout.addresses, index=_inet_at(layout.index_length + 1))
    treat(_raw, med.LLDP_X_MED_REM_CAP_SUPPORTED, med.LLDP_X_MED_REM_CAP_CURRENT, med.LLDP_X_MED_REM_DEVICE_CLASS)
    entry = med.LLDP_X_MED_REM_INVENTORY_ENTRY
    treat(_keep, *((*entry, number) for number in (1, 2, 3, 5, 6)))
    treat(_hide, (*entry, 4), (*entry, 7))
    treat(_raw, tplink.CHASSIS_TYPE, tplink.PORT_TYPE, tplink.CAPABILITIES, tplink.LOCAL_PORT)
    treat(_label, tplink.CHASSIS, tplink.PORT, tplink.PORT_DESCRIPTION)
    treat(_hide, tplink.SYSTEM_NAME, tplink.SYSTEM_DESCRIPTION)
    treat(_keep, tplink.MANAGEMENT_ADDRESS)
    treat(_address_cell, cdp.CDP_CACHE_ADDRESS, cdp.CDP_CACHE_PRIMARY_MGMT_ADDR)
    treat(_hide, cdp.CDP_CACHE_DEVICE_ID)
    treat(_label, cdp.CDP_CACHE_DEVICE_PORT)
    treat(_keep, cdp.CDP_CACHE_PLATFORM, cdp.CDP_CACHE_VERSION)
    treat(_raw, cdp.CDP_CACHE_CAPABILITIES, cdp.CDP_CACHE_NATIVE_VLAN)


def _treat_wireless(treat: Callable[..., None]) -> None:
    _treat_cisco(treat)
    _treat_aruba(treat)
    _treat_ruckus(treat)
    treat(_mac_cell, own_radios.UNIFI_VAP_BSS_ID, own_radios.DOT11_MAC_ADDRESS, mikrotik.MTXR_WL_AP_BSSID)
    treat(_hide, own_radios.UNIFI_VAP_ESS_ID, own_radios.DOT11_DESIRED_SSID, mikrotik.MTXR_WL_AP_SSID)
    treat(_raw, own_radios.UNIFI_VAP_CHANNEL, own_radios.DOT11_DESIRED_BSS_TYPE)
    treat(_raw, mikrotik.MTXR_WL_AP_FREQ)
    treat(_raw, mikrotik.MTXR_WL_RTAB_STRENGTH, index=_mac_first)
    treat(_hide, mikrotik.MTXR_WL_CM_RTAB_SSID, index=_mac_first)
    treat(_mac_cell, own_radios.CDOT11_MBSSID_IF_MAC_ADDRESS, index=_hidden_text)
    treat(_hide, own_radios.AH_SSID_NAME)
    treat(_hide, own_radios.AH_CLIENT_SSID, index=_mac_last)
    treat(_address_cell, own_radios.AH_CLIENT_IP, index=_mac_last)
    treat(_raw, own_radios.AH_CLIENT_CHANNEL, index=_mac_last)
    treat(_mac_cell, own_radios.AH_CLIENT_BSSID, index=_mac_last)
    treat(_hide, *wing.ROOTS[:1], *wing.ROOTS[2:4])
    treat(_mac_cell, wing.WING_STATS_WL_AP_INFO_MAC)
    treat(_address_cell, wing.WING_STATS_WL_AP_INFO_IP)


def _treat_cisco(treat: Callable[..., None]) -> None:
    treat(_hide, airespace.BSN_DOT11_ESS_SSID)
    treat(_raw, airespace.BSN_DOT11_ESS_ADMIN_STATUS, airespace.BSN_DOT11_ESS_RADIO_POLICY)
    ap = (airespace.BSN_AP_NAME, airespace.BSN_AP_LOCATION, airespace.BSN_AP_SERIAL_NUMBER)
    treat(_hide, *ap, lwapp.C_L_AP_RADIO_WLAN_SSID, lwapp.C_L_AP_NAME, lwapp.C_L_AP_LOCATION, index=_mac_first)
    treat(_mac_cell, airespace.BSN_AP_DOT3_MAC_ADDRESS, airespace.BSN_AP_ETHERNET_MAC_ADDRESS, index=_mac_first)
    treat(_mac_cell, lwapp.C_L_AP_RADIO_WLAN_BSSID, lwapp.C_L_AP_IF_MAC_ADDRESS, index=_mac_first)
    treat(_keep, airespace.BSN_AP_MODEL, index=_mac_first)
    radio = (airespace.BSN_AP_IF_TYPE, airespace.BSN_AP_IF_PHY_CHANNEL_NUMBER, airespace.BSN_AP_IF_WLAN_OVERRIDE)
    treat(_raw, *radio, index=_mac_first)
    treat(_address_cell, airespace.BSN_AP_IP_ADDRESS, airespace.BSN_MOBILE_STATION_IP_ADDRESS, index=_mac_first)
    treat(_mac_cell, airespace.BSN_MOBILE_STATION_AP_MAC_ADDR, lwapp.CLDC_AP_MAC_ADDRESS, index=_mac_first)
    treat(_raw, airespace.BSN_MOBILE_STATION_AP_IF_SLOT_ID, airespace.BSN_MOBILE_STATION_STATUS, index=_mac_first)
    treat(_hide, airespace.BSN_MOBILE_STATION_SSID, lwapp.CLDC_CLIENT_SSID, index=_mac_first)
    treat(_raw, lwapp.CLDC_CLIENT_STATUS, lwapp.CLDC_CLIENT_CHANNEL, index=_mac_first)
    treat(_address_cell, lwapp.CLDC_CLIENT_IP_ADDRESS, index=_mac_first)
    treat(_hide, lwapp.CLC_CDP_AP_CACHE_NEIGH_NAME, index=_mac_first)
    treat(_label, lwapp.CLC_CDP_AP_CACHE_NEIGH_INTERFACE, index=_mac_first)


def _treat_aruba(treat: Callable[..., None]) -> None:
    treat(_address_cell, aruba.WLAN_AP_IP_ADDRESS, instant.AI_AP_IP_ADDRESS, index=_mac_first)
    treat(_hide, aruba.WLAN_AP_NAME, aruba.WLAN_AP_SERIAL_NUMBER, aruba.WLAN_AP_LOCATION, index=_mac_first)
    treat(_keep, aruba.WLAN_AP_MODEL_NAME, aruba.WLAN_AP_STATUS, instant.AI_AP_MODEL_NAME, index=_mac_first)
    treat(_hide, aruba.WLAN_AP_ESSID, index=_mac_both)
    treat(_raw, aruba.WLAN_AP_BSSID_CHANNEL, index=_mac_both)
    treat(_mac_cell, aruba.WLAN_STA_AP_BSSID, index=_mac_first)
    treat(_hide, aruba.WLAN_STA_ACCESS_POINT_ESSID, index=_mac_first)
    treat(_mac_cell, aruba.N_USER_AP_BSSID, index=_mac_and_ipv4)
    treat(_hide, instant.AI_AP_NAME, instant.AI_AP_SERIAL_NUM, instant.AI_WLAN_ESSID, index=_mac_first)
    treat(_mac_cell, instant.AI_RADIO_MAC_ADDRESS, instant.AI_WLAN_MAC_ADDRESS, index=_mac_first)
    treat(_raw, instant.AI_RADIO_CHANNEL, index=_mac_first)
    treat(_mac_cell, instant.AI_CLIENT_WLAN_MAC_ADDRESS, index=_mac_first)
    treat(_address_cell, instant.AI_CLIENT_IP_ADDRESS, instant.AI_CLIENT_AP_IP_ADDRESS, index=_mac_first)


def _treat_ruckus(treat: Callable[..., None]) -> None:
    treat(_hide, ruckus.ZD_WLAN_AP_DESCRIPTION, ruckus.ZD_WLAN_AP_SERIAL_NUMBER, index=_mac_last)
    treat(_keep, ruckus.ZD_WLAN_AP_MODEL, ruckus.SZ_AP_MODEL, index=_mac_last)
    treat(_address_cell, ruckus.ZD_WLAN_AP_IP_ADDR, ruckus.SZ_AP_IP, ruckus.ZD_WLAN_STA_IP_ADDR, index=_mac_last)
    treat(_mac_cell, ruckus.ZD_WLAN_VAP_AP_ADDR, ruckus.ZD_WLAN_STA_AP_MAC_ADDR, index=_mac_last)
    treat(_mac_cell, ruckus.ZD_WLAN_STA_BSSID, ruckus.SZ_AP_MAC, index=_mac_last)
    treat(_hide, ruckus.ZD_WLAN_VAP_SSID, ruckus.ZD_WLAN_STA_SSID, index=_mac_last)
    treat(_raw, ruckus.ZD_WLAN_STA_CHANNEL, index=_mac_last)
    treat(_hide, ruckus.SZ_AP_NAME, ruckus.SZ_AP_SERIAL, ruckus.SZ_AP_LOCATION, index=_mac_last)
    treat(_hide, ruckus.RUCKUS_WLAN_SSID)
    treat(_mac_cell, ruckus.RUCKUS_WLAN_BSSID)
    treat(_raw, ruckus.RUCKUS_WLAN_CHANNEL)


TREATMENTS = _treatments()
_LENGTHS = sorted({len(root) for root in TREATMENTS}, reverse=True)


def redact(rows: Iterable[Row], *, key: bytes) -> list[Row]:
    """The rows that may be shown, under pseudonyms of the key, in OID order."""
    veil = Veil(key)
    rows = list(rows)
    known = {oid: value for oid, _, value in rows}
    shown = (_shown(veil, row, known) for row in rows)
    return sorted((row for row in shown if row is not None), key=itemgetter(0))


def _shown(veil: Veil, row: Row, known: Mapping[Oid, Value]) -> Row | None:
    oid, tag, value = row
    root = next((oid[:length] for length in _LENGTHS if oid[:length] in TREATMENTS), None)
    if root is None:
        return None
    treatment = TREATMENTS[root]
    index = treatment.index(veil, oid[len(root) :])
    if treatment.kind:
        subtype = known.get((*root[:-1], root[-1] - 1, *oid[len(root) :]))
        return (*root, *index), tag, _identifier(veil, treatment.kind, subtype, value)
    return (*root, *index), tag, treatment.value(veil, value)


def _identifier(veil: Veil, kind: str, subtype: Value, value: Value) -> Value:
    """A chassis or port ID, by the subtype in the column before it."""
    if not isinstance(value, bytes):
        return value
    if subtype == _MAC_SUBTYPES[kind]:
        return _mac_cell(veil, value)
    if subtype == _ADDRESS_SUBTYPES[kind]:
        if value and _IP_FAMILIES.get(len(value) - 1) == value[0]:
            return value[:1] + veil.address(value[1:])
        return _address_cell(veil, value)
    return _label(veil, value)
