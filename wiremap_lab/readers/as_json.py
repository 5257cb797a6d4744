"""The JSON form of what a recording said: one document a file, tables of flat rows, null for not known.

`wiremap read` writes it. Identifiers are in canonical text: MAC addresses with colons, chassis and
port IDs as `{"subtype": ..., "text": ...}` with the octets as they came in hexadecimal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.tables import (
    CdpNeighbor,
    DeviceTables,
    FdbEntry,
    Finding,
    Interface,
    LldpLocal,
    LldpNeighbor,
    MedLocation,
    System,
)

SCHEMA_VERSION = 1

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


def document(path: str, tables: DeviceTables) -> dict[str, Json]:
    """The document of one file."""
    labels = {interface.if_index: interface.name or interface.description or None for interface in tables.interfaces}
    return {
        "schema_version": SCHEMA_VERSION,
        "path": path,
        "name": tables.name,
        "complete": not tables.incomplete,
        "incomplete": [{"root": ".".join(map(str, each.root)), "reason": each.reason} for each in tables.incomplete],
        "findings": [_finding(finding) for finding in tables.findings],
        "system": _system(tables.system),
        "lldp_local": _lldp_local(tables.lldp_local),
        "tables": {
            "interfaces": [_interface(each) for each in tables.interfaces],
            "lldp_neighbors": [_lldp_neighbor(each) for each in tables.lldp_neighbors],
            "cdp_neighbors": [_cdp_neighbor(each) for each in tables.cdp_neighbors],
            "fdb": [_fdb_entry(each, labels) for each in tables.fdb],
            "arp": [
                {
                    "ip": str(each.ip),
                    "mac": str(each.mac),
                    "if_index": each.if_index,
                    "port": _label(labels, each.if_index),
                }
                for each in tables.arp
            ],
            **_wireless(tables),
            **_others(tables),
        },
    }


def _label(labels: Mapping[int, str | None], if_index: int | None) -> str | None:
    return labels.get(if_index) if if_index is not None else None


def _mac(mac: Mac | None) -> str | None:
    return str(mac) if mac is not None else None


def _id(identifier: ChassisId | PortId) -> dict[str, Json] | None:
    if not identifier.octets:
        return None
    return {
        "subtype": identifier.kind,
        "text": _spelled(identifier),
        "advertised_subtype": identifier.advertised,
        "octets": identifier.octets.hex(),
    }


def _spelled(identifier: ChassisId | PortId) -> str:
    """Canonical text; octets that are none are `hex:` and their digits."""
    binary = identifier.text == "0x" + identifier.octets.hex()
    return f"hex:{identifier.octets.hex()}" if binary else identifier.text


def _finding(finding: Finding) -> dict[str, Json]:
    return {"table": finding.table, "what": finding.what, "quirk": finding.quirk, "count": finding.count}


def _system(system: System | None) -> dict[str, Json] | None:
    if system is None:
        return None
    return {
        "name": system.name,
        "description": system.description,
        "location": system.location,
        "object_id": ".".join(map(str, system.object_id)),
        "uptime_ticks": system.uptime_ticks,
    }


def _lldp_local(local: LldpLocal | None) -> dict[str, Json] | None:
    if local is None:
        return None
    return {
        "chassis_id": _id(local.chassis_id),
        "system_name": local.system_name or None,
        "ports": [
            {
                "port_num": port.port_num,
                "port_id": _id(port.port_id),
                "description": port.description or None,
                "med_locations": _locations(port.med_locations),
            }
            for port in local.ports
        ],
    }


def _interface(interface: Interface) -> dict[str, Json]:
    return {
        "if_index": interface.if_index,
        "name": interface.name or None,
        "descr": interface.description or None,
        "alias": interface.alias or None,
        "mac": _mac(interface.mac),
        "type": interface.type or None,
        "admin_up": interface.admin_up,
        "oper_up": interface.oper_up,
    }


def _lldp_neighbor(neighbor: LldpNeighbor) -> dict[str, Json]:
    row: dict[str, Json] = {
        "local_port_num": neighbor.local_port_num,
        "local_if_index": neighbor.local_if_index,
        "local_port": neighbor.local_port,
        "local_evidence": neighbor.local_evidence or None,
        "chassis_id": _id(neighbor.chassis_id),
        "port_id": _id(neighbor.port_id),
        "port_description": neighbor.port_description or None,
        "system_name": neighbor.system_name or None,
        "system_description": neighbor.system_description or None,
        "capabilities": [each.value for each in sorted(neighbor.capabilities, key=lambda each: each.value)],
        "management_addresses": [str(address) for address in neighbor.management_addresses],
    }
    if neighbor.med is not None:
        med = neighbor.med
        row["med"] = {
            "device_class": med.device_class,
            "hardware": med.hardware or None,
            "firmware": med.firmware or None,
            "software": med.software or None,
            "serial": med.serial or None,
            "manufacturer": med.manufacturer or None,
            "model": med.model or None,
            "asset": med.asset or None,
            "capabilities": [*sorted(each.value for each in med.capabilities)],
        }
    if neighbor.med_locations:
        row["med_locations"] = _locations(neighbor.med_locations)
    if neighbor.med_policies:
        row["med_policies"] = [
            {
                "application": each.application,
                "vlan": each.vlan,
                "priority": each.priority,
                "dscp": each.dscp,
                "tagged": each.tagged,
                "defined": each.defined,
            }
            for each in neighbor.med_policies
        ]
    return row


def _locations(locations: Iterable[MedLocation]) -> list[Json]:
    return [{"format": each.format, "octets": each.octets.hex()} for each in locations]


def _cdp_neighbor(neighbor: CdpNeighbor) -> dict[str, Json]:
    return {
        "local_if_index": neighbor.local_if_index,
        "local_port": neighbor.local_port,
        "device_id": neighbor.device_id or None,
        "port_id": neighbor.port_id or None,
        "platform": neighbor.platform or None,
        "version": neighbor.version or None,
        "capabilities": [each.value for each in sorted(neighbor.capabilities, key=lambda each: each.value)],
        "addresses": [str(address) for address in neighbor.addresses],
        "native_vlan": neighbor.native_vlan,
    }


def _fdb_entry(entry: FdbEntry, labels: Mapping[int, str | None]) -> dict[str, Json]:
    return {
        "vlan": entry.vlan,
        "mac": str(entry.mac),
        "if_index": entry.if_index,
        "port": _label(labels, entry.if_index),
        "bridge_port": entry.bridge_port,
        "status": entry.status.value if entry.status else None,
        "fdb_id": entry.fdb_id,
    }


def _wireless(tables: DeviceTables) -> dict[str, Json]:
    return {
        "access_points": [
            {
                "name": each.name or None,
                "ethernet_mac": _mac(each.ethernet_mac),
                "radio_mac": _mac(each.radio_mac),
                "ip": str(each.ip) if each.ip else None,
                "location": each.location or None,
                "model": each.model or None,
                "serial": each.serial or None,
                "neighbors": [{"name": heard.name, "port": heard.port} for heard in each.neighbors],
            }
            for each in tables.access_points
        ],
        "bss": [
            {
                "bssid": str(each.bssid),
                "ssid": each.ssid or None,
                "ap_name": each.ap_name or None,
                "radio_mac": _mac(each.radio_mac),
                "slot": each.slot,
                "channel": each.channel,
                "derived": each.derived,
            }
            for each in tables.bss
        ],
        "wireless_clients": [
            {
                "mac": str(each.mac),
                "bssid": _mac(each.bssid),
                "ssid": each.ssid or None,
                "ap_name": each.ap_name or None,
                "ip": str(each.ip) if each.ip else None,
                "radio_mac": _mac(each.radio_mac),
                "slot": each.slot,
                "channel": each.channel,
            }
            for each in tables.wireless_clients
        ],
    }


def _others(tables: DeviceTables) -> dict[str, Json]:
    return {
        "leases": [
            {
                "ip": str(each.ip),
                "mac": str(each.mac),
                "relay": str(each.relay) if each.relay else None,
                "circuit_id": each.circuit_id.hex() or None,
                "remote_id": each.remote_id.hex() or None,
                "locations": _locations(each.locations),
            }
            for each in tables.leases
        ],
        "subnets": [
            {"network": str(each.network), "address": str(each.address), "if_index": each.if_index}
            for each in tables.subnets
        ],
        "stack_members": [
            {"index": each.index, "name": each.name, "model": each.model, "serial": each.serial, "mac": _mac(each.mac)}
            for each in tables.stack_members
        ],
        "lag_members": [{"if_index": each.if_index, "lag_if_index": each.lag_if_index} for each in tables.lag_members],
        "vlans": [{"vlan": vlan, "name": name} for vlan, name in tables.vlans],
        "base_ports": [{"bridge_port": port, "if_index": if_index} for port, if_index in tables.base_ports],
    }
