"""What a device printed on its command line, made into rows by the templates of ntc-templates.

A template names its fields as it likes, so a field is looked for under each of its names. A text that
no template fits is a fault and never an empty table (quirk 91).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from wiremap_lab.errors import Fault, InvalidFile, InvalidValue
from wiremap_lab.ids import ChassisId, Mac, PortId

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
Fields = Mapping[str, str | list[str]]

#: What devices print for nothing.
_NOTHING = {"", "-", "--", "n/a", "none", "not advertised", "not reported", "unknown"}

#: The table a command fills, by words of it; the first that fits.
_KINDS: Sequence[tuple[str, str]] = (
    (r"lldp", "lldp_neighbors"),
    (r"cdp", "cdp_neighbors"),
    (r"bss-table", "bss"),
    (r"\bap\b", "access_points"),
    (r"inventory", "inventory"),
    (r"interfaces? status", "interface_status"),
    (r"mac|bridge address|bridge host|fdb|cam", "fdb"),
    (r"arp", "arp"),
)


def kind_of(command: str) -> str:
    """The table a command fills. Raises InvalidValue where it is none we know."""
    for words, kind in _KINDS:
        if re.search(words, command):
            return kind
    raise InvalidValue(f"no table for the command {command!r}")


def rows(name: str, text: str, *, platform: str, command: str) -> dict[str, list[Json]]:
    """The rows of the table that a command's output holds, platform and command as ntc-templates spells them.

    Raises InvalidFile where there is no template or it does not fit.
    """
    try:
        kind = kind_of(command)
        parsed = _parsed(text, platform, command)
    except InvalidValue as fault:
        raise InvalidFile([Fault(name, None, "", str(fault))]) from None
    return {kind: [row for fields in parsed if (row := _ROWS[kind](fields))]}


def _parsed(text: str, platform: str, command: str) -> Iterable[Fields]:
    from ntc_templates.parse import ParsingException, parse_output
    from textfsm import TextFSMError

    try:
        found: list[Fields] = parse_output(platform=platform, command=command, data=text)
    except (ParsingException, TextFSMError) as fault:
        raise InvalidValue(f"the template of {platform} for {command!r} does not fit: {fault}") from None
    return found


def _first(fields: Fields, *names: str) -> str | None:
    """The first of several fields that says something."""
    for name in names:
        value = fields.get(name, "")
        text = (value[0] if value else "") if isinstance(value, list) else value
        if text.strip().lower() not in _NOTHING:
            return text.strip()
    return None


def _mac(text: str | None) -> str | None:
    try:
        return str(Mac.parse(text)) if text else None
    except InvalidValue:
        return None


def _id(text: str | None, form: type[ChassisId | PortId]) -> Json:
    if text is None:
        return None
    mac = _mac(text)
    return {"subtype": "mac" if mac else None, "text": mac or form.read(7, text.encode()).text}


def _some(text: str | None) -> list[Json]:
    return [text] if text else []


def _lldp(fields: Fields) -> dict[str, Json]:
    return {
        "local_if_index": None,
        "local_port": _first(fields, "local_interface", "local_port", "local_port_id", "interface"),
        "chassis_id": _id(_first(fields, "chassis_id", "neighbor_chassis_id", "mac_address"), ChassisId),
        "port_id": _id(_first(fields, "neighbor_port_id", "neighbor_interface", "port_id"), PortId),
        "port_description": _first(fields, "neighbor_interface_description", "port_description"),
        "system_name": _first(fields, "neighbor_name", "neighbor", "system_name"),
        "management_addresses": _some(_first(fields, "mgmt_address", "management_address")),
    }


def _cdp(fields: Fields) -> dict[str, Json]:
    return {
        "local_if_index": None,
        "local_port": _first(fields, "local_interface", "local_port"),
        "device_id": _first(fields, "neighbor_name", "neighbor", "chassis_id"),
        "port_id": _first(fields, "neighbor_interface", "neighbor_port_id"),
        "platform": _first(fields, "platform"),
        "addresses": _some(_first(fields, "mgmt_address", "interface_ip")),
    }


def _fdb(fields: Fields) -> dict[str, Json]:
    vlan = re.search(r"\d+", _first(fields, "vlan_id", "vlan", "vid") or "")
    ports = ("destination_port", "port", "ports", "interface", "on_interface")
    return {
        "vlan": int(vlan[0]) if vlan else None,
        "mac": _mac(_first(fields, "destination_address", "mac_address", "mac")),
        "if_index": None,
        "port": _first(fields, *ports),
        "bridge_port": None,
        "status": _first(fields, "type", "status", "state"),
    }


def _arp(fields: Fields) -> dict[str, Json]:
    return {
        "ip": _first(fields, "ip_address", "address", "host"),
        "mac": _mac(_first(fields, "mac_address", "mac", "hardware_address")),
        "if_index": None,
        "port": _first(fields, "interface", "port"),
    }


def _access_point(fields: Fields) -> dict[str, Json]:
    return {
        "name": _first(fields, "ap_name", "name"),
        "ethernet_mac": _mac(_first(fields, "mac_address", "ethernet_mac")),
        "radio_mac": _mac(_first(fields, "radio_mac")),
        "ip": _first(fields, "ip_address"),
    }


def _bss(fields: Fields) -> dict[str, Json]:
    return {
        "bssid": _mac(_first(fields, "bss", "bssid", "address")),
        "ssid": _first(fields, "ess", "ssid"),
        "ap_name": _first(fields, "ap_name"),
    }


def _status(fields: Fields) -> dict[str, Json]:
    return {
        "port": _first(fields, "port", "interface"),
        "name": _first(fields, "name", "description"),
        "status": _first(fields, "status", "link_state", "linkstate", "link_status"),
        "vlan": _first(fields, "vlan_id", "vlan", "vlan_untagged"),
    }


def _inventory(fields: Fields) -> dict[str, Json]:
    return {"name": _first(fields, "name"), "pid": _first(fields, "pid"), "sn": _first(fields, "sn")}


_ROWS: Mapping[str, Callable[[Fields], dict[str, Json]]] = {
    "lldp_neighbors": _lldp,
    "cdp_neighbors": _cdp,
    "fdb": _fdb,
    "arp": _arp,
    "access_points": _access_point,
    "bss": _bss,
    "interface_status": _status,
    "inventory": _inventory,
}
