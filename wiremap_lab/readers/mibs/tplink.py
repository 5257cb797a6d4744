"""LLDP neighbors of TP-Link switches (TPLINK-LLDPINFO-MIB), which leave the standard remote table empty (quirk 10).

Everything in it is text, and the index is an ifIndex: the first column repeats the slot path of the port.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from wiremap_lab.ids import ChassisId, PortId
from wiremap_lab.readers.mibs.columns import names, octets, texts
from wiremap_lab.readers.mibs.interfaces import IF_DESCR
from wiremap_lab.tables import Capability, IpAddress, LldpNeighbor, Oid, Walk

TPLINK_LLDP_NEIGHBOR_INFO_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 11863, 6, 35, 1, 2, 2, 1)
LOCAL_PORT: Oid = (*TPLINK_LLDP_NEIGHBOR_INFO_ENTRY, 1)
CHASSIS_TYPE: Oid = (*TPLINK_LLDP_NEIGHBOR_INFO_ENTRY, 3)
CHASSIS: Oid = (*TPLINK_LLDP_NEIGHBOR_INFO_ENTRY, 4)
PORT_TYPE: Oid = (*TPLINK_LLDP_NEIGHBOR_INFO_ENTRY, 5)
PORT: Oid = (*TPLINK_LLDP_NEIGHBOR_INFO_ENTRY, 6)
PORT_DESCRIPTION: Oid = (*TPLINK_LLDP_NEIGHBOR_INFO_ENTRY, 8)
SYSTEM_NAME: Oid = (*TPLINK_LLDP_NEIGHBOR_INFO_ENTRY, 9)
SYSTEM_DESCRIPTION: Oid = (*TPLINK_LLDP_NEIGHBOR_INFO_ENTRY, 10)
CAPABILITIES: Oid = (*TPLINK_LLDP_NEIGHBOR_INFO_ENTRY, 12)
MANAGEMENT_ADDRESS: Oid = (*TPLINK_LLDP_NEIGHBOR_INFO_ENTRY, 13)

ROOTS: tuple[Oid, ...] = (
    LOCAL_PORT,
    CHASSIS_TYPE,
    CHASSIS,
    PORT_TYPE,
    PORT,
    PORT_DESCRIPTION,
    SYSTEM_NAME,
    SYSTEM_DESCRIPTION,
    CAPABILITIES,
    MANAGEMENT_ADDRESS,
)

#: Subtypes of chassis and port IDs by the words this MIB has for them.
_CHASSIS_TYPES = {
    "chassis component": 1,
    "interface alias": 2,
    "port component": 3,
    "mac address": 4,
    "network address": 5,
    "interface name": 6,
    "locally assigned": 7,
}
_PORT_TYPES = {
    "interface alias": 1,
    "port component": 2,
    "mac address": 3,
    "network address": 4,
    "interface name": 5,
    "agent circuit id": 6,
    "locally assigned": 7,
}
_CAPABILITIES = {
    "bridge": Capability.BRIDGE,
    "router": Capability.ROUTER,
    "telephone": Capability.TELEPHONE,
    "wlan": Capability.WLAN,
    "repeater": Capability.REPEATER,
    "station": Capability.STATION,
}
_LOCAL = 7


def lldp_neighbors(walk: Walk) -> Iterator[LldpNeighbor]:
    """The neighbors this MIB tells of."""
    chassis, ports = octets(walk, CHASSIS), octets(walk, PORT)
    if not chassis:
        return
    chassis_types, port_types = texts(walk, CHASSIS_TYPE), texts(walk, PORT_TYPE)
    descriptions, system_names = texts(walk, PORT_DESCRIPTION), names(walk, SYSTEM_NAME)
    systems, capabilities = texts(walk, SYSTEM_DESCRIPTION), texts(walk, CAPABILITIES)
    addresses, local, interfaces = texts(walk, MANAGEMENT_ADDRESS), texts(walk, LOCAL_PORT), texts(walk, IF_DESCR)
    for index, value in sorted(chassis.items()):
        path = local.get(index, "")
        certain = bool(path) and interfaces.get(index[:1], "").endswith(path)
        yield LldpNeighbor(
            local_port_num=index[0],
            chassis_id=ChassisId.read(_CHASSIS_TYPES.get(chassis_types.get(index, "").lower(), _LOCAL), value),
            port_id=PortId.read(_PORT_TYPES.get(port_types.get(index, "").lower(), _LOCAL), ports.get(index, b"")),
            port_description=descriptions.get(index, ""),
            system_name=system_names.get(index, ""),
            system_description=systems.get(index, ""),
            capabilities=_capabilities(capabilities.get(index, "")),
            management_addresses=tuple(_addresses(addresses.get(index, ""))),
            local_if_index=index[0] if certain else None,
            local_evidence=f"the index is the ifIndex of {path}" if certain else "",
        )


def _capabilities(text: str) -> frozenset[Capability]:
    return frozenset(_CAPABILITIES[word] for word in text.lower().split() if word in _CAPABILITIES)


def _addresses(text: str) -> Iterator[IpAddress]:
    """`::169.254.2.131` is an IPv6 address that is none, and an IPv4 address behind it."""
    for part in (text, text.removeprefix("::")):
        try:
            address = ipaddress.ip_address(part)
        except ValueError:
            continue
        if not address.is_unspecified and not (address.version == 6 and int(address) >> 32 == 0):
            yield address
