"""What a device printed as JSON or XML (`| json`, `| display xml`, NETCONF), made into the fields of text templates.

Every maker nests its rows differently; but a row is always the object that holds the key of its table,
with what stands above it in common and what stands below it for itself. XML is read as the JSON that
Junos would print of it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from wiremap_lab.errors import InvalidValue
from wiremap_lab.readers import linux

if TYPE_CHECKING:
    from lxml.etree import _Element

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

#: The field of each table that makes an object a row.
_KEYS = {"fdb": "mac_address", "arp": "mac_address", "lldp_neighbors": "chassis_id", "cdp_neighbors": "neighbor_name"}

#: Names of NX-OS, EOS, Junos, IOS-XR and iproute2 for the fields of templates; of two in one row the first stands.
_NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "fdb": {
        "mac_address": (
            *("disp_mac_addr", "macAddress", "l2ng-l2-mac-address", "l2-mac-address", "mac-address"),
            *("Address", "address", "mac"),
        ),
        "vlan_id": ("disp_vlan", "vlanId", "l2ng-l2-vlan-id", "l2-bridge-vlan", "mac-vlan-tag", "vlan"),
        "ports": (
            *("disp_port", "interface", "l2ng-l2-mac-logical-interface", "l2-mac-logical-interface", "mac-interface"),
            *("InterfaceHandle", "interface-handle", "ifname"),
        ),
        "type": ("disp_type", "entryType", "mac-type", "state"),
    },
    "arp": {
        "mac_address": ("mac", "hwAddress", "mac-address", "HardwareAddress", "hardware-address", "lladdr"),
        "ip_address": ("ip-addr-out", "address", "ip-address", "Address", "dst"),
        "interface": ("intf-out", "interface", "interface-name", "InterfaceName", "dev"),
    },
    "lldp_neighbors": {
        "chassis_id": ("chassis_id", "chassisId", "lldp-remote-chassis-id"),
        "local_interface": ("l_port_id", "lldp-local-interface", "lldp-local-port-id"),
        "neighbor_port_id": ("port_id", "interfaceId", "lldp-remote-port-id"),
        "port_description": ("port_desc", "interfaceDescription", "lldp-remote-port-description"),
        "neighbor_name": ("sys_name", "systemName", "lldp-remote-system-name"),
    },
    "cdp_neighbors": {
        "neighbor_name": ("device_id",),
        "local_interface": ("intf_id",),
        "neighbor_interface": ("port_id",),
        "platform": ("platform_id",),
    },
}

#: What stands at the top of an answer; anything else is none, and not an empty table.
_TABLE = re.compile(
    r"^TABLE_|^vrfs$|Table$|^lldpNeighbors$|-information$|-rtb-macdb$|^Response$|^rpc-reply$|^data$|^lldp$"
)

#: Commands of iproute2 that print a list of rows and nothing around it.
_BARE = re.compile(r"^(?:\S*/)?(?:ip|bridge) (?:.* )?-j")

#: Objects whose keys are values of a field: EOS names the local port so.
_KEYED = {"lldpNeighbors": "local_interface"}

#: By which protocol lldpd heard a neighbor: it hears CDP and others too.
_BY_LLDP = "LLDP"

#: What IOS-XR calls the object that holds a row's own keys.
_NAMING = "Naming"


def fields(kind: str, text: str, *, command: str) -> list[dict[str, str | list[str]]]:
    """The rows of a table that a text of JSON or XML holds; ``ip -j`` and ``bridge -j`` print a bare list of them.

    Raises InvalidValue where it is neither, or of no such table.
    """
    if kind not in _NAMES and kind not in linux.KINDS:
        raise InvalidValue(f"no reader of JSON for {kind}")
    tree = _of_xml(text) if text.lstrip().startswith("<") else _of_json(text)
    if kind in linux.KINDS:
        return linux.fields(kind, tree)
    known = any(map(_TABLE.search, tree)) if isinstance(tree, dict) else _BARE.search(command)
    if not known:
        raise InvalidValue("the tree holds no table we know")
    if kind == "lldp_neighbors" and isinstance(tree, dict) and "lldp" in tree:
        return list(_of_lldpd(tree["lldp"]))
    return [{**row} for row in _rows(tree, {}, kind)]


def _of_json(text: str) -> Json:
    try:
        tree: Json = json.loads(text)
    except ValueError as fault:
        raise InvalidValue(f"not JSON: {fault}") from None
    return tree


def _of_xml(text: str) -> Json:
    """The tree of a text of XML, with its root's name at the top. No entity and no address in it is followed."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as fault:
        raise InvalidValue(f"not XML: {fault.msg}") from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs leave it open
        raise InvalidValue("XML with a DOCTYPE is not read")
    return {_local(root): [_branch(root)]}


def _branch(element: _Element) -> Json:
    """An element as Junos writes it in JSON: each child a list under its name, a text as ``data``."""
    if not len(element):
        return {"data": (element.text or "").strip()}
    branch: defaultdict[str, list[Json]] = defaultdict(list)
    for child in element:
        below = _branch(child)
        if _local(child) == _NAMING and isinstance(below, dict):
            for name, values in below.items():
                branch[name] += values if isinstance(values, list) else []
        else:
            branch[_local(child)].append(below)
    return dict(branch)


def _local(element: _Element) -> str:
    """Its name without a namespace."""
    return str(element.tag).rpartition("}")[2]


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
    found: dict[str, str] = {}
    for field, names in _NAMES[kind].items():
        for name in names:
            if field not in found and (text := _scalar(node.get(name))) is not None:
                found[field] = text
    return found


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


def _below(node: Json, kind: str) -> dict[str, str]:
    """What objects inside a row say of it."""
    inside = node if isinstance(node, list) else list(node.values()) if isinstance(node, dict) else []
    found: dict[str, str] = {}
    for value in inside:
        own = _own(value, kind) if isinstance(value, dict) else {}
        found = {**_below(value, kind), **own, **found}
    return found


def _of_lldpd(tree: Json) -> Iterator[dict[str, str | list[str]]]:
    """The neighbors that lldpd's clients print, by the interface (``lldpcli -f json`` and ``-f json0``)."""
    for interface in _each(_in(tree, "interface")):
        names = {_text(interface, "name"): interface} if "via" in interface else interface
        for name, heard in names.items():
            if (_text(heard, "via") or _BY_LLDP).upper() != _BY_LLDP:
                continue
            chassis, port = _in(heard, "chassis"), _in(heard, "port")
            if isinstance(chassis, dict) and "id" not in chassis:  # keyed by the neighbor's name
                ((system, chassis),) = chassis.items()
            else:
                system = _text(chassis, "name")
            yield {
                "local_interface": name,
                "chassis_id": _text(chassis, "id"),
                "neighbor_port_id": _text(port, "id"),
                "port_description": _text(port, "descr"),
                "neighbor_name": system,
                "mgmt_address": [_plain(each) for each in _each_value(_in(chassis, "mgmt-ip"))],
                "neighbor_description": _text(chassis, "descr"),
                "capabilities": ", ".join(_enabled(chassis)),
            }


def _enabled(chassis: Json) -> Iterator[str]:
    """The capabilities a neighbor says are enabled."""
    for each in _each(_in(chassis, "capability")):
        if each.get("enabled") is True:
            yield _text(each, "type")


def _in(node: Json, name: str) -> Json:
    """What stands under a name; a list of one is that one, unless it is of neighbors or addresses."""
    if isinstance(node, list):
        node = node[0] if node else None
    value = node.get(name) if isinstance(node, dict) else None
    alone = isinstance(value, list) and len(value) == 1 and name not in ("interface", "mgmt-ip")
    return value[0] if alone and isinstance(value, list) else value


def _each(node: Json) -> Iterator[dict[str, Json]]:
    for each in node if isinstance(node, list) else [node]:
        if isinstance(each, dict):
            yield each


def _each_value(node: Json) -> list[Json]:
    return node if isinstance(node, list) else [] if node is None else [node]


def _plain(node: Json) -> str:
    value = node.get("value") if isinstance(node, dict) else node
    return _scalar(value) or ""


def _text(node: Json, name: str) -> str:
    return _plain(_in(node, name))
