"""What a Linux host says of itself in JSON: its interfaces by ``ip -j -d link``, its own LLDP by ``lldpcli -f json``.

Its tables of others are read with those of every maker, in `structured`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wiremap_lab.errors import InvalidValue

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

#: The tables read here.
KINDS = frozenset({"interface_status", "lldp_local"})
#: ``UNKNOWN`` is the state of interfaces that cannot tell.
_STATES = {"UP": "connected", "DOWN": "notconnect", "LOWERLAYERDOWN": "notconnect"}


def fields(kind: str, tree: Json) -> list[dict[str, str | list[str]]]:
    """The rows of one of `KINDS`. Raises InvalidValue for a tree of anything else."""
    if kind == "interface_status" and isinstance(tree, list):
        return [_link(_object(row)) for row in tree]
    interfaces = _object(_object(tree).get("lldp")).get("interface")
    if kind != "lldp_local" or interfaces is None:
        raise InvalidValue("the tree holds no table we know")
    return [_local([*_named(interfaces)])]


def _link(row: Mapping[str, Json]) -> dict[str, str | list[str]]:
    info = _object(row.get("linkinfo"))
    return {
        "port": _text(row.get("ifname")),
        "if_index": _text(row.get("ifindex")),
        "description": _text(row.get("ifalias")),
        "status": _STATES.get(_text(row.get("operstate")), ""),
        "mac_address": _text(row.get("address")),
        "kind": _text(info.get("info_kind")) or _text(row.get("link_type")),
        "bond": _text(row.get("master")) if info.get("info_slave_kind") == "bond" else "",
    }


def _local(told: list[tuple[str, Mapping[str, Json]]]) -> dict[str, str | list[str]]:
    """The chassis, which every interface repeats, and the ports; a chassis stands under its name, if it has one."""
    whole = _object(told[0][1].get("chassis")) if told else {}
    named = {"": whole} if "id" in whole else {name: _object(about) for name, about in whole.items()}
    name, chassis = next(iter(named.items()), ("", {}))
    ports = [_object(about.get("port")) for _, about in told]
    return {
        "chassis_id": _text(_object(chassis.get("id")).get("value")),
        "neighbor_name": name,
        "neighbor_description": _text(chassis.get("descr")),
        "local_interface": [name for name, _ in told],
        "port_id": [_text(_object(port.get("id")).get("value")) for port in ports],
        "port_description": [_text(port.get("descr")) for port in ports],
    }


def _named(interfaces: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The interfaces by their names: an object for each, or one for all."""
    for each in interfaces if isinstance(interfaces, list) else [interfaces]:
        yield from ((name, _object(about)) for name, about in _object(each).items())


def _object(told: Json) -> Mapping[str, Json]:
    return told if isinstance(told, dict) else {}


def _text(told: Json) -> str:
    return "" if told is None or isinstance(told, list | dict) else str(told)
