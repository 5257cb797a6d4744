"""The configuration line that makes a device tell what it hides: data, by platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from wiremap_lab.tables import Oid, System

#: What a line may be for; `advice.yaml` says what each means.
TOPICS = ("lldp", "view", "contexts", "fdb")
#: What to do where nobody knows the platform.
GENERAL: Mapping[str, str] = {
    "lldp": "enable LLDP, sending and receiving",
    "view": "1.0.8802.1.1.2 and 1.3.6.1 in the device's SNMP view",
    "contexts": "on Cisco, the contexts vlan-N for SNMPv3, or community@vlan",
    "fdb": "1.3.6.1.2.1.17 in the device's SNMP view, or its MAC table by SSH",
}


@dataclass(frozen=True, slots=True)
class Platform:
    """A family of devices: the sysObjectIDs it has, and the lines it takes; `source` is the manual they are from."""

    id: str
    name: str
    roots: tuple[Oid, ...]
    lines: Mapping[str, str]
    source: str


@cache
def platforms() -> tuple[Platform, ...]:
    """All platforms that anything is known of."""
    text = files("wiremap_lab.collectors").joinpath("advice.yaml").read_text(encoding="utf-8")
    return tuple(_platform(id_, told) for id_, told in yaml.safe_load(text).items())


def _platform(id_: str, told: Mapping[str, object]) -> Platform:
    roots = told["roots"]
    assert isinstance(roots, list), id_
    oids = tuple(tuple(int(arc) for arc in str(root).split(".")) for root in roots)
    lines = {topic: str(told[topic]) for topic in TOPICS if topic in told}
    return Platform(id_, str(told["name"]), oids, lines, str(told["source"]))


def platform_of(system: System | None) -> Platform | None:
    """The platform of a device by its sysObjectID, the most special one; None where nobody knows it."""
    found = [
        (len(root), platform)
        for platform in platforms()
        for root in platform.roots
        if system and system.object_id[: len(root)] == root
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def line(system: System | None, topic: str) -> str:
    """What to configure, on this platform if it is known, else in general."""
    platform = platform_of(system)
    told = platform.lines.get(topic) if platform else None
    return f"{told} ({platform.name})" if platform and told else GENERAL[topic]
