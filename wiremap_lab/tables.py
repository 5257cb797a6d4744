"""What switches and access points report of themselves and their neighbors, as values.

A `Walk` is where all of it comes from: a live agent, a recording and a virtual switch are each a
function from the root of a subtree to its rows, and one reader reads the three. `DeviceTables` is
where it goes: everything one device said, with what could not be read and what was odd about it.

Tables are the network's word. What a device says of its own attachment is a measurement
(`wiremap_lab.measurements`); the two are never mixed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Self

from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.ids import IpAddress as IpAddress

Oid = tuple[int, ...]
#: INTEGER and the unsigned types are int, OCTET STRING and the opaque ones bytes, an OID a tuple, the rest None.
Value = int | bytes | Oid | None
#: One varbind: its OID, the BER tag of its value (2 INTEGER, 4 OCTET STRING, 6 OID, 0x40 IpAddress ...), the value.
Row = tuple[Oid, int, Value]
#: The rows below a root, in OID order. The one seam of SNMP.
Walk = Callable[[Oid], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class System:
    """The system group (SNMPv2-MIB)."""

    name: str
    description: str
    location: str
    object_id: Oid
    uptime_ticks: int | None = None


@dataclass(frozen=True, slots=True)
class Interface:
    """One row of ifTable and ifXTable (IF-MIB)."""

    if_index: int
    name: str
    description: str
    alias: str
    mac: Mac | None
    type: int
    admin_up: bool | None
    oper_up: bool | None


@dataclass(frozen=True, slots=True)
class StackMember:
    """One chassis of a stack (ENTITY-MIB, class chassis): its base MAC is an alias of the stack's chassis ID."""

    index: int
    name: str
    model: str
    serial: str
    mac: Mac | None


@dataclass(frozen=True, slots=True)
class LagMember:
    """A port that belongs to an aggregate (IEEE8023-LAG-MIB dot3adAggPortAttachedAggID, or ifStackTable)."""

    if_index: int
    lag_if_index: int


class Capability(Enum):
    """What an LLDP or CDP neighbor says it is (IEEE 802.1AB-2016, 8.5.8)."""

    OTHER = "other"
    REPEATER = "repeater"
    BRIDGE = "bridge"
    WLAN = "wlan"
    ROUTER = "router"
    TELEPHONE = "telephone"
    DOCSIS = "docsis"
    STATION = "station"


@dataclass(frozen=True, slots=True)
class MedLocation:
    """A location of LLDP-MED (ANSI/TIA-1057, 10.2.4.3): civic octets, coordinate octets or an ELIN."""

    format: int  # 2 coordinate, 3 civic, 4 ELIN: the numbers of LLDP-EXT-MED-MIB, one above the ones on the wire
    octets: bytes


@dataclass(frozen=True, slots=True)
class LldpLocalPort:
    """One row of lldpLocPortTable: what the device's phones hear, and the number its other tables use.

    `med_locations` is where the device tells those phones they are (LLDP-EXT-MED-MIB lldpXMedLocLocationTable).
    """

    port_num: int
    port_id: PortId
    description: str
    med_locations: tuple[MedLocation, ...] = ()


@dataclass(frozen=True, slots=True)
class LldpLocal:
    """What a device advertises of itself (LLDP-MIB lldpLocalSystemData)."""

    chassis_id: ChassisId
    system_name: str
    ports: tuple[LldpLocalPort, ...]


class MedCapability(Enum):
    """What an LLDP-MED device can tell (ANSI/TIA-1057, table 10; LLDP-EXT-MED-MIB LldpXMedCapabilities)."""

    CAPABILITIES = "capabilities"
    NETWORK_POLICY = "network-policy"
    LOCATION = "location"
    EXTENDED_PSE = "extended-pse"
    EXTENDED_PD = "extended-pd"
    INVENTORY = "inventory"


@dataclass(frozen=True, slots=True)
class MedInventory:
    """What an LLDP-MED endpoint says it is and can tell (LLDP-EXT-MED-MIB lldpXMedRemInventoryTable, class 1-4)."""

    device_class: int | None
    hardware: str
    firmware: str
    software: str
    serial: str
    manufacturer: str
    model: str
    asset: str
    capabilities: frozenset[MedCapability] = field(default=frozenset(), kw_only=True)


@dataclass(frozen=True, slots=True)
class MedPolicy:
    """How a switch wants an application's frames marked (ANSI/TIA-1057, 10.2.3); application 1 is voice."""

    application: int
    vlan: int
    priority: int
    dscp: int
    tagged: bool
    defined: bool


@dataclass(frozen=True, slots=True)
class LldpNeighbor:
    """A device heard on a port (LLDP-MIB lldpRemTable).

    `local_port_num` is lldpRemLocalPortNum, a number of no certain meaning (quirks 1-9).
    `local_if_index` and `local_port` are what inference made of it, with `local_evidence`; None is unresolved.
    """

    local_port_num: int | None
    chassis_id: ChassisId
    port_id: PortId
    port_description: str = ""
    system_name: str = ""
    system_description: str = ""
    capabilities: frozenset[Capability] = frozenset()
    management_addresses: tuple[IpAddress, ...] = ()
    med: MedInventory | None = None
    med_locations: tuple[MedLocation, ...] = ()
    local_if_index: int | None = None
    local_port: str | None = None
    local_evidence: str = ""
    med_policies: tuple[MedPolicy, ...] = ()


@dataclass(frozen=True, slots=True)
class CdpNeighbor:
    """A device heard by CDP (CISCO-CDP-MIB cdpCacheTable; the index is the ifIndex)."""

    local_if_index: int | None
    device_id: str
    port_id: str
    platform: str = ""
    version: str = ""
    capabilities: frozenset[Capability] = frozenset()
    addresses: tuple[IpAddress, ...] = ()
    native_vlan: int | None = None
    local_port: str | None = None


class FdbStatus(Enum):
    """How an entry came into the forwarding database (Q-BRIDGE-MIB dot1qTpFdbStatus)."""

    OTHER = "other"
    INVALID = "invalid"
    LEARNED = "learned"
    SELF = "self"
    MGMT = "mgmt"


@dataclass(frozen=True, slots=True)
class FdbEntry:
    """A MAC address and the port it was seen on (BRIDGE-MIB, Q-BRIDGE-MIB). Bridge port 0 is unknown or own."""

    mac: Mac
    bridge_port: int | None
    if_index: int | None = None
    vlan: int | None = None
    fdb_id: int | None = None
    status: FdbStatus | None = None

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Be pickled by place, which is quick: processes hand over millions of them."""
        return type(self), (self.mac, self.bridge_port, self.if_index, self.vlan, self.fdb_id, self.status)


@dataclass(frozen=True, slots=True)
class ArpEntry:
    """An IP address and its MAC (IP-MIB ipNetToPhysicalTable and ipNetToMediaTable; IPv6 by ND)."""

    ip: IpAddress
    mac: Mac
    if_index: int | None = None


@dataclass(frozen=True, slots=True)
class DhcpLease:
    """An address that a DHCP server granted to a MAC, and where it says the client is.

    The identifiers of circuit and remote are what the relay put in (RFC 3046): often port, VLAN and switch.
    """

    ip: IpAddress
    mac: Mac
    relay: IpAddress | None = None
    circuit_id: bytes = b""
    remote_id: bytes = b""
    locations: tuple[MedLocation, ...] = ()


@dataclass(frozen=True, slots=True)
class Subnet:
    """A network the device has an address in (IP-MIB ipAddrTable), and the gateway MAC its clients see."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    address: IpAddress
    if_index: int | None = None


@dataclass(frozen=True, slots=True)
class WiredNeighbor:
    """What an access point itself hears on its cable: the name of a switch and of its port (CDP or LLDP)."""

    name: str
    port: str


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """An access point, as its controller knows it."""

    name: str
    ethernet_mac: Mac | None
    radio_mac: Mac | None
    ip: IpAddress | None = None
    location: str = ""
    model: str = ""
    serial: str = ""
    neighbors: tuple[WiredNeighbor, ...] = ()


@dataclass(frozen=True, slots=True)
class Bss:
    """One BSSID: the element a Wi-Fi client reports. `derived` says it was computed, not read."""

    bssid: Mac
    ssid: str
    ap_name: str
    radio_mac: Mac | None = None
    slot: int | None = None
    channel: int | None = None
    derived: bool = False


@dataclass(frozen=True, slots=True)
class WirelessClient:
    """A station that is associated, as its access point or the controller tells.

    Of makes that do not tell the `bssid`, it is None, and found where one BSS alone fits the rest. `radio_mac` is
    the address by which the controller knows the access point: its base radio MAC, or its Ethernet MAC.
    """

    mac: Mac
    bssid: Mac | None
    ap_name: str
    ssid: str = ""
    ip: IpAddress | None = None
    radio_mac: Mac | None = None
    slot: int | None = None
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd that was handled while reading: a quirk of the agent, an unreadable row, a missing map."""

    table: str
    what: str
    quirk: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A subtree whose walk did not reach its end: what was read counts, what was not proves nothing."""

    root: Oid
    reason: str


#: The rows of one device that two transports may both tell.
Told = LldpNeighbor | CdpNeighbor | FdbEntry | ArpEntry | AccessPoint | Bss | WirelessClient


@dataclass(frozen=True, slots=True)
class DeviceTables:
    """Everything one device reported. Empty is not "none" for a table named in `incomplete`."""

    name: str
    system: System | None = None
    interfaces: tuple[Interface, ...] = ()
    stack_members: tuple[StackMember, ...] = ()
    lag_members: tuple[LagMember, ...] = ()
    bridge_address: Mac | None = None
    lldp_local: LldpLocal | None = None
    lldp_neighbors: tuple[LldpNeighbor, ...] = ()
    cdp_neighbors: tuple[CdpNeighbor, ...] = ()
    fdb: tuple[FdbEntry, ...] = ()
    arp: tuple[ArpEntry, ...] = ()
    leases: tuple[DhcpLease, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    access_points: tuple[AccessPoint, ...] = ()
    bss: tuple[Bss, ...] = ()
    wireless_clients: tuple[WirelessClient, ...] = ()
    vlans: tuple[tuple[int, str], ...] = ()
    #: bridge port → ifIndex (dot1dBasePortIfIndex)
    base_ports: tuple[tuple[int, int], ...] = ()
    #: seconds after which the bridge forgets a silent station (dot1dTpAgingTime)
    fdb_ageing: int | None = None
    findings: tuple[Finding, ...] = ()
    incomplete: tuple[Incomplete, ...] = ()
    #: The rows that a device read over two transports told on its command line alone; the others came by SNMP.
    printed: frozenset[Told] = frozenset()
