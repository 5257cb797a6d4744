"""The objects our agents know, by their names in the MIBs, and the shape of what they answer."""

from __future__ import annotations

from wiremap_lab.ids import Mac
from wiremap_lab.tables import Oid, Value

#: One instance: the object, the index, the BER tag and the value.
Cell = tuple[Oid, Oid, int, Value]

SCALAR: Oid = (0,)
MIB_2: Oid = (1, 3, 6, 1, 2, 1)
CISCO: Oid = (1, 3, 6, 1, 4, 1, 9, 9)

# SNMPv2-MIB
SYS_DESCR: Oid = (*MIB_2, 1, 1)
SYS_OBJECT_ID: Oid = (*MIB_2, 1, 2)
SYS_UP_TIME: Oid = (*MIB_2, 1, 3)
SYS_CONTACT: Oid = (*MIB_2, 1, 4)
SYS_NAME: Oid = (*MIB_2, 1, 5)
SYS_LOCATION: Oid = (*MIB_2, 1, 6)
SYS_SERVICES: Oid = (*MIB_2, 1, 7)

# IF-MIB
IF_NUMBER: Oid = (*MIB_2, 2, 1)
IF_ENTRY: Oid = (*MIB_2, 2, 2, 1)
IF_X_ENTRY: Oid = (*MIB_2, 31, 1, 1, 1)
IF_STACK_STATUS: Oid = (*MIB_2, 31, 1, 2, 1, 3)

# ENTITY-MIB, CISCO-STACKWISE-MIB
ENT_PHYSICAL_ENTRY: Oid = (*MIB_2, 47, 1, 1, 1, 1)
CSW_SWITCH_MAC_ADDRESS: Oid = (*CISCO, 500, 1, 2, 1, 1, 7)

# IEEE8023-LAG-MIB
DOT3AD_AGG_PORT_SELECTED_AGG_ID: Oid = (1, 2, 840, 10006, 300, 43, 1, 2, 1, 1, 12)
DOT3AD_AGG_PORT_ATTACHED_AGG_ID: Oid = (1, 2, 840, 10006, 300, 43, 1, 2, 1, 1, 13)

# LLDP-MIB, LLDP-EXT-MED-MIB
LLDP: Oid = (1, 0, 8802, 1, 1, 2, 1)
LLDP_LOC: Oid = (*LLDP, 3)
LLDP_LOC_MAN_ADDR_ENTRY: Oid = (*LLDP_LOC, 8, 1)
LLDP_REM_ENTRY: Oid = (*LLDP, 4, 1, 1)
LLDP_V2: Oid = (1, 3, 111, 2, 802, 1, 1, 13, 1)
LLDP_X_MED_REM_CAPABILITIES_ENTRY: Oid = (*LLDP, 5, 4795, 1, 3, 1, 1)
LLDP_X_MED_REM_INVENTORY_ENTRY: Oid = (*LLDP, 5, 4795, 1, 3, 3, 1)

# CISCO-CDP-MIB, CISCO-VTP-MIB
CDP_CACHE_ENTRY: Oid = (*CISCO, 23, 1, 2, 1, 1)
VTP_VLAN_ENTRY: Oid = (*CISCO, 46, 1, 3, 1, 1)

# BRIDGE-MIB, Q-BRIDGE-MIB
DOT1D_BASE: Oid = (*MIB_2, 17, 1)
DOT1D_BASE_PORT_ENTRY: Oid = (*MIB_2, 17, 1, 4, 1)
DOT1D_TP_AGING_TIME: Oid = (*MIB_2, 17, 4, 2)
DOT1D_TP_FDB_ENTRY: Oid = (*MIB_2, 17, 4, 3, 1)
DOT1Q_TP_FDB_ENTRY: Oid = (*MIB_2, 17, 7, 1, 2, 2, 1)
DOT1Q_VLAN_CURRENT_ENTRY: Oid = (*MIB_2, 17, 7, 1, 4, 2, 1)
DOT1Q_VLAN_STATIC_ENTRY: Oid = (*MIB_2, 17, 7, 1, 4, 3, 1)

# IP-MIB
IP_ADDR_ENTRY: Oid = (*MIB_2, 4, 20, 1)
IP_NET_TO_MEDIA_ENTRY: Oid = (*MIB_2, 4, 22, 1)
IP_NET_TO_PHYSICAL_ENTRY: Oid = (*MIB_2, 4, 35, 1)

# AIRESPACE-WIRELESS-MIB, CISCO-LWAPP-AP-MIB
AIRESPACE: Oid = (1, 3, 6, 1, 4, 1, 14179, 2)
BSN_DOT11_ESS_ENTRY: Oid = (*AIRESPACE, 1, 1, 1)
BSN_MOBILE_STATION_ENTRY: Oid = (*AIRESPACE, 1, 4, 1)
BSN_AP_ENTRY: Oid = (*AIRESPACE, 2, 1, 1)
BSN_AP_IF_ENTRY: Oid = (*AIRESPACE, 2, 2, 1)
C_L_AP_RADIO_WLAN_ENTRY: Oid = (*CISCO, 513, 1, 10, 2, 1)

# WLSX-WLAN-MIB, WLSX-USER-MIB
WLSX: Oid = (1, 3, 6, 1, 4, 1, 14823, 2, 2, 1)
WLSX_WLAN_AP_ENTRY: Oid = (*WLSX, 5, 2, 1, 4, 1)
WLSX_WLAN_AP_BSSID_ENTRY: Oid = (*WLSX, 5, 2, 1, 7, 1)
WLSX_WLAN_STATION_ENTRY: Oid = (*WLSX, 5, 2, 2, 1, 1)
WLSX_USER_ENTRY: Oid = (*WLSX, 4, 1, 2, 1)


def text(value: str) -> bytes:
    """A DisplayString."""
    return value.encode()


def mac_index(mac: Mac) -> Oid:
    """A MAC address as an index."""
    return tuple(mac.octets)
