"""What a Linux host says of itself in JSON: its interfaces by ``ip -j -d link``, its chassis by ``lldpcli -f json``.

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
    own = _object(_object(tree).get("local-chassis")).get("chassis")
    if kind != "lldp_local" or own is None:
        raise InvalidValue("the tree holds no table we know")
    return list(_chassis(own))


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


def _chassis(told: Json) -> Iterator[dict[str, str | list[str]]]:
    """A chassis under its name; or, where it has none, without one."""
    named = {"": told} if "id" in _object(told) else _object(told)
    for name, about in named.items():
        yield {
            "chassis_id": _text(_object(_object(about).get("id")).get("value")),
            "neighbor_name": name,
            "neighbor_description": _text(_object(about).get("descr")),
        }


def _object(told: Json) -> Mapping[str, Json]:
    return told if isinstance(told, dict) else {}


def _text(told: Json) -> str:
    return "" if told is None or isinstance(told, list | dict) else str(told)
