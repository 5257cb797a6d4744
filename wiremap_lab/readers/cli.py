"""What a device printed on its command line, made into rows by templates of TextFSM.

Templates of ours (`templates/`) come first, where those of ntc-templates are missing or do not fit what
devices print; then theirs. A template names its fields as it likes, so a field is looked for under each
of its names. A text that no template fits is a fault and never an empty table (quirk 91).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib import resources

from wiremap_lab.errors import Fault, InvalidFile, InvalidValue
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.readers import structured

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
Fields = Mapping[str, str | list[str]]

#: What devices print for nothing.
_NOTHING = {"", "-", "--", "n/a", "none", "not advertised", "not reported", "unknown"}

#: The table a command fills, by words of it; the first that fits.
_KINDS: Sequence[tuple[str, str]] = (
    (r"lldp info local|lldpcli .*show interfaces", "lldp_local"),
    (r"lldp|ip neighbor print", "lldp_neighbors"),
    (r"\bap cdp\b", "ap_neighbors"),
    (r"cdp|isdp", "cdp_neighbors"),
    (r"bss-table|iwlist|\bap wlan\b|\bap name \S+ wlan\b", "bss"),
    (r"\bclients?\b|user(?:-table)?$", "wireless_clients"),
    (r"\baps?\b", "access_points"),
    (r"inventory", "inventory"),
    (r"interfaces? (?:status|brief|print)|\blink show", "interface_status"),
    (r"mac|bridge address|bridge host|ethernet-switching table|fdb|cam", "fdb"),
    (r"arp|ip (?:-\w+ )*n", "arp"),
    (r"etherchannel|port-channel|link-aggregation|eth-trunk|lacp|trunks", "lag"),
    (r"vlan", "vlans"),
    (r"version|system", "version"),
)

#: Templates of ours, and their index.
_OURS = str(resources.files(__package__) / "templates")

#: A prompt with the command behind it, and what Cisco prints first under `terminal exec prompt timestamp`.
_AROUND = re.compile(r"\s*[\w.@:/()~-]*[#>]\s*(?:show|sh|display|dis)\s.*|Load for five secs:.*|Time source is .*")
#: The access point that a command asks for: its answer does not name it.
_POINT = re.compile(r"\bap wlan \S+ (\S+)|\bap name (\S+)")
#: How JSON and XML begin, and no table for the eye.
_TREE = re.compile(r"\s*[{\[]|\s*<\??[A-Za-z]")
#: From how many blanks a margin is not the device's.
_WIDE = 4
#: A VLAN's number, alone or behind its word; the name of a routed port is none.
_VLAN = re.compile(r"(?:vlan|vl)?[\s-]*(\d+)(?![\w.]|/\d)", re.IGNORECASE)
#: Where a list of ports is cut: commas, and blanks before what looks like a port.
_BETWEEN_PORTS = re.compile(r",\s*|\s+(?=[A-Za-z][\w-]*\d)")


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
        tree = _TREE.match(text)
        parsed = structured.fields(kind, text, command=command) if tree else _parsed(text, platform, command)
    except InvalidValue as fault:
        raise InvalidFile([Fault(name, None, "", str(fault))]) from None
    named = {"ap_name": point[1] or point[2]} if (point := _POINT.search(command)) else {}
    return {kind: [row for fields in parsed for row in _ROWS[kind]({**named, **fields})]}


def _parsed(text: str, platform: str, command: str) -> Sequence[Fields]:
    from ntc_templates.parse import ParsingException, parse_output
    from textfsm import TextFSMError

    tidied = _tidied(text, command)
    why = ""
    for folder in (_OURS, None):
        try:
            found: list[Fields] = parse_output(platform=platform, command=command, data=tidied, template_dir=folder)
        except (ParsingException, TextFSMError) as fault:
            why = str(fault) if not why or "No template" in why else why  # a template that does not fit says more
        else:
            return found
    raise InvalidValue(f"the template of {platform} for {command!r} does not fit: {why}")


def _tidied(text: str, command: str) -> str:
    """The output alone: no prompt or echo of the command, no blanks at the ends of lines, no wide margin.

    A narrow margin is the device's own, and templates count on it.
    """
    lines = [line.rstrip() for line in text.expandtabs().splitlines()]
    kept = [line for line in lines if not _AROUND.fullmatch(line)]
    first = next((at for at, line in enumerate(kept) if line), None)
    if first is not None and kept[first].split()[:2] == command.split()[:2]:
        del kept[first]
    margin = min((len(line) - len(line.lstrip()) for line in kept if line), default=0)
    return "".join(line[margin if margin >= _WIDE else 0 :] + "\n" for line in kept)


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
    mac = _mac(text) if len(re.findall("[0-9A-Fa-f]", text)) == 12 else None  # not the port 1.2.3
    return {"subtype": "mac" if mac else None, "text": mac or form.read(7, text.encode()).text}


def _some(text: str | None) -> list[Json]:
    return [text] if text else []


def _all(fields: Fields, name: str) -> list[str]:
    """All values of a field."""
    value = fields.get(name, "")
    return [each.strip() for each in (value if isinstance(value, list) else [value]) if each.strip()]


def _words(fields: Fields, *names: str) -> list[Json]:
    """The words of the first of several fields that says something: ``B,T``, ``Bridge, Router``."""
    told = next((found for name in names if (found := _all(fields, name))), [])
    return [word for text in told for word in re.split(r"[^A-Za-z-]+", text) if word]


def _lldp(fields: Fields) -> dict[str, Json]:
    return {
        "local_if_index": None,
        "local_port": _first(fields, "local_interface", "local_port", "local_port_id", "interface"),
        "chassis_id": _id(_first(fields, "chassis_id", "neighbor_chassis_id", "mac_address"), ChassisId),
        "port_id": _id(_first(fields, "neighbor_port_id", "neighbor_interface", "port_id", "interface_name"), PortId),
        "port_description": _first(fields, "neighbor_interface_description", "port_description"),
        "system_name": _first(fields, "neighbor_name", "neighbor", "system_name", "identity"),
        "management_addresses": _some(_first(fields, "mgmt_address", "management_address", "management_ip")),
        "system_description": _first(fields, "neighbor_description", "system_description"),
        "capabilities": _words(fields, "capabilities", "capabilities_enabled", "system_caps_enabled"),
    }


def _lldp_local(fields: Fields) -> dict[str, Json]:
    """What a device advertises of itself; a row for each port where it names them."""
    return {
        "chassis_id": _id(_first(fields, "chassis_id"), ChassisId),
        "system_name": _first(fields, "system_name", "neighbor_name"),
        "system_description": _first(fields, "description", "neighbor_description"),
        "ports": [
            {"local_port": local, "port_id": _id(port_id, PortId), "description": text}
            for local, port_id, text in zip(
                _all(fields, "local_interface"),
                _all(fields, "port_id"),
                _all(fields, "port_description"),
                strict=False,
            )
        ],
    }


def _cdp(fields: Fields) -> dict[str, Json]:
    return {
        "local_if_index": None,
        "local_port": _first(fields, "local_interface", "local_port"),
        "device_id": _first(fields, "chassis_id", "neighbor_name", "neighbor"),
        "port_id": _first(fields, "neighbor_interface", "neighbor_port_id"),
        "platform": _first(fields, "platform"),
        "addresses": _some(_first(fields, "mgmt_address", "interface_ip")),
        "version": _first(fields, "neighbor_description"),
        "capabilities": _words(fields, "capabilities"),
    }


def _fdb(fields: Fields) -> list[dict[str, Json]]:
    """One row a port: a group address may stand with many."""
    vlan = _VLAN.match(_first(fields, "vlan_id", "vlan", "vid") or "")
    common: dict[str, Json] = {
        "vlan": int(vlan[1]) if vlan else None,
        "mac": _mac(_first(fields, "destination_address", "mac_address", "mac")),
        "if_index": None,
        "bridge_port": None,
        "status": _first(fields, "type", "status", "state"),
    }
    names = ("destination_port", "port", "ports", "interface", "on_interface")
    ports = next((value for name in names if (value := fields.get(name))), [])
    printed = ports if isinstance(ports, list) else [ports]
    cut = [port.strip() for text in printed for port in _BETWEEN_PORTS.split(text)]
    return [{**common, "port": port} for port in cut if port.lower() not in _NOTHING] or [{**common, "port": None}]


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
        "model": _first(fields, "ap_model"),
        "serial": _first(fields, "serial"),
        "location": _first(fields, "location"),
    }


def _bss(fields: Fields) -> dict[str, Json]:
    return {
        "bssid": _mac(_first(fields, "bss", "bssid", "address")),
        "ssid": _first(fields, "ess", "ssid"),
        "ap_name": _first(fields, "ap_name"),
        "channel": _first(fields, "channel"),
        "wlan": _first(fields, "wlan_id"),
    }


def _wireless_client(fields: Fields) -> dict[str, Json]:
    return {
        "mac": _mac(_first(fields, "mac_address")),
        "bssid": _mac(_first(fields, "bss")),
        "ssid": _first(fields, "ess"),
        "ap_name": _first(fields, "ap_name"),
        "ip": _first(fields, "ip_address"),
        "slot": _first(fields, "slot"),
        "channel": _first(fields, "channel"),
        "wlan": _first(fields, "wlan_id"),
        "state": _first(fields, "state"),
    }


def _ap_neighbor(fields: Fields) -> dict[str, Json]:
    return {
        "ap_name": _first(fields, "ap_name"),
        "ip": _first(fields, "ap_ip"),
        "name": _first(fields, "neighbor_name"),
        "port": _first(fields, "neighbor_port"),
    }


def _status(fields: Fields) -> dict[str, Json]:
    """RouterOS calls the interface ``name`` and has no ``port``."""
    port = _first(fields, "port", "interface")
    return {
        "port": port or _first(fields, "name"),
        "name": _first(fields, "name", "description") if port else _first(fields, "comment"),
        "status": _first(fields, "status", "link_state", "linkstate", "link_status", "link", "phy"),
        "vlan": _first(fields, "vlan_id", "vlan", "vlan_untagged"),
        "if_index": _first(fields, "if_index"),
        "mac": _mac(_first(fields, "mac_address")),
        "kind": _first(fields, "kind"),
        "bond": _first(fields, "bond"),
    }


def _lag(fields: Fields) -> dict[str, Json]:
    members = ("member_interface", "member_port", "local_port", "interface")
    return {
        "bundle": _first(fields, "bundle_name", "aggregate_interface", "trunk", "eth_trunk"),
        "members": [*next((found for name in members if (found := _all(fields, name))), [])],
    }


def _vlan(fields: Fields) -> dict[str, Json]:
    return {"vlan": _first(fields, "vlan_id", "tag"), "name": _first(fields, "vlan_name")}


def _version(fields: Fields) -> dict[str, Json]:
    words = ("hardware", "model", "product", "switch_model", "platform", "version", "os", "image", "junos_version")
    return {
        "name": _first(fields, "hostname", "name"),
        "description": _first(fields, "description") or " ".join(filter(None, (_first(fields, w) for w in words))),
        "location": _first(fields, "location"),
        "mac": _mac(_first(fields, "mac_address", "sys_mac", "base_mac")),
    }


def _inventory(fields: Fields) -> dict[str, Json]:
    return {"name": _first(fields, "name", "port"), "pid": _first(fields, "pid"), "sn": _first(fields, "sn")}


def _one(read: Callable[[Fields], dict[str, Json]]) -> Callable[[Fields], list[dict[str, Json]]]:
    return lambda fields: [read(fields)]


_ROWS: Mapping[str, Callable[[Fields], list[dict[str, Json]]]] = {
    "lldp_local": _one(_lldp_local),
    "lldp_neighbors": _one(_lldp),
    "cdp_neighbors": _one(_cdp),
    "fdb": _fdb,
    "arp": _one(_arp),
    "access_points": _one(_access_point),
    "bss": _one(_bss),
    "wireless_clients": _one(_wireless_client),
    "ap_neighbors": _one(_ap_neighbor),
    "interface_status": _one(_status),
    "lag": _one(_lag),
    "vlans": _one(_vlan),
    "version": _one(_version),
    "inventory": _one(_inventory),
}
