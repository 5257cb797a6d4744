"""What a device printed as JSON (`| json`, `| display json`), made into the fields that templates of text give.

Every maker nests its rows differently; but a row is always the object that holds the key of its table,
with what stands above it in common and what stands below it for itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from wiremap_lab.errors import InvalidValue

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

#: The field of each table that makes an object a row.
_KEYS = {"fdb": "mac_address", "arp": "mac_address", "lldp_neighbors": "chassis_id", "cdp_neighbors": "neighbor_name"}

#: Names of NX-OS, EOS and Junos for the fields of templates.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "fdb": {
        **dict.fromkeys(("disp_mac_addr", "macAddress", "l2ng-l2-mac-address", "l2-mac-address"), "mac_address"),
        **dict.fromkeys(("disp_vlan", "vlanId", "l2ng-l2-vlan-id", "l2-bridge-vlan"), "vlan_id"),
        **dict.fromkeys(
            ("disp_port", "interface", "l2ng-l2-mac-logical-interface", "l2-mac-logical-interface"), "ports"
        ),
        **dict.fromkeys(("disp_type", "entryType"), "type"),
    },
    "arp": {
        **dict.fromkeys(("mac", "hwAddress", "mac-address"), "mac_address"),
        **dict.fromkeys(("ip-addr-out", "address", "ip-address"), "ip_address"),
        **dict.fromkeys(("intf-out", "interface", "interface-name"), "interface"),
    },
    "lldp_neighbors": {
        **dict.fromkeys(("chassis_id", "chassisId", "lldp-remote-chassis-id"), "chassis_id"),
        **dict.fromkeys(("l_port_id", "lldp-local-port-id", "lldp-local-interface"), "local_interface"),
        **dict.fromkeys(("port_id", "interfaceId", "lldp-remote-port-id"), "neighbor_port_id"),
        **dict.fromkeys(("port_desc", "interfaceDescription", "lldp-remote-port-description"), "port_description"),
        **dict.fromkeys(("sys_name", "systemName", "lldp-remote-system-name"), "neighbor_name"),
    },
    "cdp_neighbors": {
        "device_id": "neighbor_name",
        "intf_id": "local_interface",
        "port_id": "neighbor_interface",
        "platform_id": "platform",
    },
}

#: What stands at the top of an answer; anything else is none, and not an empty table.
_TABLE = re.compile(r"^TABLE_|^vrfs$|Table$|^lldpNeighbors$|-information$|-rtb-macdb$")

#: Objects whose keys are values of a field: EOS names the local port so.
_KEYED = {"lldpNeighbors": "local_interface"}


def fields(kind: str, text: str) -> list[dict[str, str | list[str]]]:
    """The rows of a table that a text of JSON holds. Raises InvalidValue where it is none, or of no such table."""
    if kind not in _NAMES:
        raise InvalidValue(f"no reader of JSON for {kind}")
    try:
        tree: Json = json.loads(text)
    except ValueError as fault:
        raise InvalidValue(f"not JSON: {fault}") from None
    if not isinstance(tree, dict) or not any(map(_TABLE.search, tree)):
        raise InvalidValue("the JSON holds no table we know")
    return [{**row} for row in _rows(tree, {}, kind)]


def _scalar(value: Json) -> str | None:
    """The text of a plain value; Junos wraps each in a list of one object."""
    match value:
        case [{"data": inner}]:
            return _scalar(inner)
        case str():
            return value.strip('"')  # EOS quotes the names of ports
        case int() | float():
            return str(value)
    return None


def _own(node: Mapping[str, Json], kind: str) -> dict[str, str]:
    names = _NAMES[kind]
    return {names[name]: text for name, value in node.items() if name in names and (text := _scalar(value)) is not None}


def _rows(node: Json, above: Mapping[str, str], kind: str) -> Iterator[Mapping[str, str]]:
    if isinstance(node, list):
        for each in node:
            yield from _rows(each, above, kind)
    if not isinstance(node, dict):
        return
    here = {**above, **_own(node, kind)}
    if _KEYS[kind] in here:
        yield {**_below(node, kind), **here}
        return
    for name, value in node.items():
        if (field := _KEYED.get(name)) and isinstance(value, dict):
            for key, inner in value.items():
                yield from _rows(inner, {**here, field: key}, kind)
        else:
            yield from _rows(value, here, kind)


def _below(node: Mapping[str, Json], kind: str) -> dict[str, str]:
    """What objects inside a row say of it."""
    return {key: text for value in node.values() if isinstance(value, dict) for key, text in _own(value, kind).items()}
