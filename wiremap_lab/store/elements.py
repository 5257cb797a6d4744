"""Network elements as rows: a key that is equal when they are, and parts to read them back from.

Chassis and port IDs are kept as they were advertised, subtype and octets, beside the text they read as
(quirk rule R9): what a device will report is the TLV, not our reading of it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from wiremap_lab.errors import IntegrityFault, InvalidValue
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.wiremap import (
    DeviceMac,
    GatewayMac,
    IpRange,
    NetworkElement,
    Switch,
    SwitchPort,
    Wap,
    WapBlock,
)

Parts = Mapping[str, str | int]


def element_key(element: NetworkElement) -> str:
    """A text that two elements share exactly when they are equal.

    >>> element_key(Wap(Mac.parse("02:00:00:00:aa:41"))).split(chr(9))
    ['bssid', '02:00:00:00:aa:41']
    """
    match element:
        case SwitchPort(chassis_id, port_id):
            parts = ["port", str(chassis_id), str(port_id)]
        case Switch(chassis_id):
            parts = ["switch", str(chassis_id)]
        case Wap(bssid):
            parts = ["bssid", str(bssid)]
        case WapBlock(first, wild):
            parts = ["bssid-block", str(first), str(wild)]
        case IpRange(low, high):
            parts = ["range", str(low), str(high)]
        case GatewayMac(mac):
            parts = ["gateway", str(mac)]
        case DeviceMac(mac):
            parts = ["device", str(mac)]
    return "\t".join(parts)  # no identifier has control characters in its text


def is_of_one_device(key: str) -> bool:
    """Whether one device alone shows an element of this key: a switch its ports. Subnets and BSSIDs have many."""
    return key.startswith(("port\t", "switch\t"))


def element_parts(element: NetworkElement) -> Parts:
    """All that `read_element` needs, as JSON can hold it."""
    match element:
        case SwitchPort(chassis_id, port_id):
            return {"kind": "port", **_lldp("chassis", chassis_id), **_lldp("port", port_id)}
        case Switch(chassis_id):
            return {"kind": "switch", **_lldp("chassis", chassis_id)}
        case Wap(bssid):
            return {"kind": "bssid", "mac": str(bssid)}
        case WapBlock(first, wild):
            return {"kind": "bssid-block", "mac": str(first), "wild": wild}
        case IpRange(low, high):
            return {"kind": "range", "low": str(low), "high": str(high)}
        case GatewayMac(mac):
            return {"kind": "gateway", "mac": str(mac)}
        case DeviceMac(mac):
            return {"kind": "device", "mac": str(mac)}


def read_element(parts: Parts) -> NetworkElement:
    """The element that `element_parts` took apart. Raises IntegrityFault where it is none."""
    try:
        return _read(parts)
    except (KeyError, ValueError, InvalidValue) as fault:
        raise IntegrityFault(f"not a network element: {dict(parts)!r} ({fault!r})") from fault


def _read(parts: Parts) -> NetworkElement:
    match parts["kind"]:
        case "port":
            return SwitchPort(_chassis(parts), PortId.read(int(parts["port_subtype"]), _octets(parts["port"])))
        case "switch":
            return Switch(_chassis(parts))
        case "range":
            return IpRange(ipaddress.ip_address(parts["low"]), ipaddress.ip_address(parts["high"]))
    mac = Mac.parse(str(parts["mac"]))
    match parts["kind"]:
        case "bssid":
            return Wap(mac)
        case "bssid-block":
            return WapBlock(mac, int(parts["wild"]))
        case "gateway":
            return GatewayMac(mac)
        case "device":
            return DeviceMac(mac)
    raise ValueError(f"unknown kind {parts['kind']!r}")


def _lldp(name: str, identifier: ChassisId | PortId) -> Parts:
    return {name: identifier.octets.hex(), f"{name}_subtype": identifier.advertised}


def _octets(hexadecimal: str | int) -> bytes:
    return bytes.fromhex(str(hexadecimal))


def _chassis(parts: Parts) -> ChassisId:
    return ChassisId.read(int(parts["chassis_subtype"]), _octets(parts["chassis"]))
