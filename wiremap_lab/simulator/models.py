"""Makes of switches: how they name and number their ports, and what is odd about their agents.

A make is a row of data. What an agent does unlike the MIBs is a quirk, named after what a reader sees;
the numbers are those of the quirk book. A campus file may add quirks to any one switch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from wiremap_lab.tables import Oid


class Quirk(Enum):
    """Something an agent does that a reader must survive."""

    LLDP_NUM_BASE_PORT = "lldp-num-base-port"  # 1: lldpRemLocalPortNum is the bridge port, not the ifIndex
    LLDP_NUM_ORDINAL = "lldp-num-ordinal"  # 1: it is a number of its own, often a valid ifIndex of another port
    PORT_DESC_ALIAS = "port-desc-alias"  # 3: lldpLocPortDesc carries the ifAlias
    PORT_DESC_DECORATED = "port-desc-decorated"  # 4: lldpLocPortDesc is the name and more
    PORT_ID_CHASSIS_MAC = "port-id-chassis-mac"  # 6: every port has the chassis MAC for its port ID
    NO_LOCAL_PORTS = "no-local-ports"  # 7: lldpLocPortTable is empty
    REMOTE_INDEX_SHORT = "remote-index-short"  # 10: lldpRemTable is indexed by the remote index alone
    TIME_MARKS = "time-marks"  # 11: lldpRemTimeMark is not 0, and another one in lldpRemManAddrTable
    CHASSIS_ID_ASCII = "chassis-id-ascii"  # 14: chassis MACs are spelled out in ASCII
    ADDRESS_ASCII = "network-address-ascii"  # 17: chassis IDs that are addresses are spelled out in ASCII
    PORT_ID_LOCAL = "port-id-local"  # 18: the port ID is local, the digits of the ifIndex
    PORT_ID_MAC = "port-id-mac"  # a MAC address for each port: regular, but unlike its name
    NO_REMOTE_NAMES = "no-remote-names"  # 19: lldpRemSysName is missing
    TRAILING_NUL = "trailing-nul"  # 20: names end in NUL
    LLDP_HIDDEN = "lldp-hidden"  # 26: the view leaves out 1.0.8802
    LLDP_V2 = "lldp-v2"  # 27: only LLDP-V2-MIB
    CDP_ID_MAC = "cdp-id-mac"  # 28: cdpCacheDeviceId of a phone is its MAC, six octets
    NO_Q_BRIDGE = "no-q-bridge"  # only BRIDGE-MIB: no VLAN in the forwarding table
    VLAN_CONTEXTS = "vlan-contexts"  # 31, 32: BRIDGE-MIB per VLAN, by community@vlan or context vlan-N
    CONTEXTS_IGNORED = "contexts-ignored"  # 33: the same table for every VLAN asked
    BRIDGE_EMPTY = "bridge-empty"  # 35: no forwarding table in any context
    NO_BASE_PORTS = "no-base-ports"  # 37: no dot1dBasePortIfIndex; the forwarding table speaks of ifIndexes
    PORT_ZERO = "port-zero"  # 38: the switch's own MACs on bridge port 0
    FID_NOT_VLAN = "fid-not-vlan"  # 39: the filtering database ID is not the VLAN
    FDB_LENGTH_OCTET = "fdb-length-octet"  # 40: an octet too many in the index of the forwarding table
    STATIC_FDB = "static-fdb"  # 42: authenticated stations are static entries
    EMPTY_IF_NAMES = "empty-if-names"  # 59: ifName is empty
    GENERIC_OBJECT_ID = "generic-object-id"  # 62: sysObjectID is net-snmp's
    ARP_PHYSICAL_ONLY = "arp-physical-only"  # 80: only ipNetToPhysicalTable
    ARP_MEDIA_ONLY = "arp-media-only"  # 80: only ipNetToMediaTable
    FEW_ACCESS_POINTS = "few-access-points"  # 83: the controller's radio table stops after two rows
    NO_BSSIDS = "no-bssids"  # 84: the controller has no table of BSSIDs


@dataclass(frozen=True, slots=True)
class Numbering:
    """Port p of stack member m is number ``start + per_member * (m - 1) + p``; aggregates begin at `lags`."""

    start: int = 0
    per_member: int = 0
    lags: int = 500

    def of(self, member: int, port: int) -> int:
        """The number of a port."""
        return self.start + self.per_member * (member - 1) + port


@dataclass(frozen=True, slots=True)
class Model:
    """A make of switch. `{member}`, `{port}` and `{lag}` stand in the names of its interfaces."""

    name: str
    description: str
    object_id: Oid
    if_name: str
    if_descr: str
    lag_name: str
    if_index: Numbering
    base_port: Numbering
    quirks: frozenset[Quirk] = frozenset()
    speaks_cdp: bool = False


_MODELS = (
    Model(
        "cisco-ios",
        "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4",
        (1, 3, 6, 1, 4, 1, 9, 1, 1208),
        "Gi{member}/0/{port}",
        "GigabitEthernet{member}/0/{port}",
        "Po{lag}",
        Numbering(10100, 500, lags=5000),
        Numbering(0, 56, lags=480),
        frozenset({Quirk.NO_Q_BRIDGE, Quirk.VLAN_CONTEXTS}),
        speaks_cdp=True,
    ),
    Model(
        "arista-eos",
        "Arista Networks EOS version 4.28.3M running on an Arista Networks DCS-7050SX3-48YC8",
        (1, 3, 6, 1, 4, 1, 30065, 1, 3011, 7050, 3741, 48),
        "Ethernet{port}",
        "Ethernet{port}",
        "Port-Channel{lag}",
        Numbering(0, 0, lags=1000000),
        Numbering(0, 0, lags=1000),
    ),
    Model(
        "huawei-vrp",
        "S5735-L48P4X-A1 Huawei Versatile Routing Platform Software VRP (R) software, Version 5.170",
        (1, 3, 6, 1, 4, 1, 2011, 2, 23, 742),
        "GigabitEthernet0/0/{port}",
        "GigabitEthernet0/0/{port}",
        "Eth-Trunk{lag}",
        Numbering(5, 0, lags=100),
        Numbering(0, 0, lags=60),
        frozenset({Quirk.LLDP_NUM_ORDINAL}),
    ),
    Model(
        "juniper-ex",
        "Juniper Networks, Inc. ex3400-48p Ethernet Switch, kernel JUNOS 20.4R3-S2.6",
        (1, 3, 6, 1, 4, 1, 2636, 1, 1, 1, 2, 132),
        "ge-0/0/{port}",
        "ge-0/0/{port}",
        "ae{lag}",
        Numbering(500, 0, lags=700),
        Numbering(513, 0, lags=450),
        frozenset({Quirk.LLDP_NUM_BASE_PORT, Quirk.PORT_ID_LOCAL, Quirk.PORT_DESC_ALIAS}),
    ),
    Model(
        "procurve",
        "HP J9773A 2530-24G-PoEP Switch, revision YA.16.10.0016, ROM YA.15.20",
        (1, 3, 6, 1, 4, 1, 11, 2, 3, 7, 11, 145),
        "{port}",
        "{port}",
        "Trk{lag}",
        Numbering(0, 0, lags=53),
        Numbering(0, 0, lags=53),
        frozenset({Quirk.FID_NOT_VLAN, Quirk.CHASSIS_ID_ASCII}),
    ),
    Model(
        "smart-managed",
        "24-Port Gigabit Smart Managed Switch, 5.40.1, Linux 3.6.5",
        (1, 3, 6, 1, 4, 1, 4526, 100, 4, 38),
        "g{port}",
        "Slot: 0 Port: {port} Gigabit - Level",
        "lag {lag}",
        Numbering(0, 0, lags=400),
        Numbering(0, 0, lags=60),
        frozenset({Quirk.NO_Q_BRIDGE, Quirk.PORT_ID_MAC, Quirk.PORT_ZERO}),
    ),
    Model(
        "tplink-jetstream",
        "JetStream 24-Port Gigabit L2+ Managed Switch with 4 SFP Slots",
        (1, 3, 6, 1, 4, 1, 11863, 5, 38),
        "gigabitEthernet 1/0/{port}",
        "gigabitEthernet 1/0/{port}",
        "port-channel {lag}",
        Numbering(49152, 0, lags=55000),
        Numbering(0, 0, lags=60),
        frozenset({Quirk.PORT_DESC_DECORATED, Quirk.LLDP_NUM_BASE_PORT, Quirk.TIME_MARKS}),
    ),
    Model(
        "aruba-cx",
        "Aruba JL661A FL.10.10.1020",
        (1, 3, 6, 1, 4, 1, 47196, 4, 1, 1, 1, 100),
        "{member}/1/{port}",
        "{member}/1/{port}",
        "lag{lag}",
        Numbering(0, 64, lags=769),
        Numbering(0, 64, lags=769),
        frozenset({Quirk.ARP_PHYSICAL_ONLY, Quirk.STATIC_FDB}),
    ),
)
#: The makes a campus file may name.
MODELS: Mapping[str, Model] = {model.name: model for model in _MODELS}
