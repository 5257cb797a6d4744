"""One device under two names: an inventory that has it by two addresses, or by address and by name.

Read twice, it is heard by itself, every MAC is on two ports of the same name, and nothing can be told
apart. It is recognized by what it says of itself, never by an address (quirk 63): the same sysName,
with its domain or without, and the same chassis ID or base MAC, serial number, or addresses of its
own. Switches of one MLAG may share a chassis ID and a name somebody never changed; their interfaces'
MACs tell them apart. What a controller says of a switch that was asked itself is a second name of it, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wiremap_lab.ids import ChassisId
from wiremap_lab.inference.neighbors import is_identity, own_macs
from wiremap_lab.tables import DeviceTables

_MAC = 4


@dataclass(frozen=True, slots=True)
class Twin:
    """That what was read as `name` is the device that is known as `of`, and by what it was recognized."""

    name: str
    of: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.name!r} is {self.of!r} under another name: {self.evidence}"


def find_twins(devices: Iterable[DeviceTables]) -> tuple[Twin, ...]:
    """The devices that are another one's second name. The one that was read best is the one that is kept."""
    named: dict[str, list[DeviceTables]] = defaultdict(list)
    for device in devices:
        if device.system and device.system.name:
            named[device.system.name.casefold().partition(".")[0]].append(device)
    return tuple(twin for alike in named.values() if len(alike) > 1 for twin in _among(alike))


def without_twins(devices: Iterable[DeviceTables]) -> tuple[DeviceTables, ...]:
    """The devices, each once, in their order."""
    devices = tuple(devices)
    second = {twin.name for twin in find_twins(devices)}
    return tuple(device for device in devices if device.name not in second)


def identities(device: DeviceTables) -> Iterator[str]:
    """What tells a device from all others of its name, in words."""
    base = ChassisId.read(_MAC, device.bridge_address.octets) if device.bridge_address else None
    for chassis in dict.fromkeys((device.lldp_local.chassis_id if device.lldp_local else None, base)):
        if chassis and is_identity(chassis):
            yield f"chassis ID {chassis}"
    yield from (f"serial number {member.serial}" for member in device.stack_members if member.serial.strip())
    if macs := own_macs(device):
        yield f"its {len(macs)} MAC addresses, {min(macs)} first"


def _among(alike: list[DeviceTables]) -> Iterator[Twin]:
    """The twins among devices of one sysName."""
    kept: dict[str, list[DeviceTables]] = defaultdict(list)
    for device in sorted(alike, key=_worth):
        found = _first(device, kept)
        if found:
            yield Twin(device.name, found[0].name, found[1])
            continue
        for identity in identities(device):
            kept[identity].append(device)


def _first(device: DeviceTables, kept: Mapping[str, list[DeviceTables]]) -> tuple[DeviceTables, str] | None:
    told = ((other, identity) for identity in identities(device) for other in kept.get(identity, ()))
    return next(((other, identity) for other, identity in told if not _differ(device, other)), None)


def _differ(one: DeviceTables, other: DeviceTables) -> bool:
    """Whether most of their own MACs are not the same, where both tell them."""
    ours, theirs = own_macs(one), own_macs(other)
    return bool(ours and theirs) and 2 * len(ours & theirs) < min(len(ours), len(theirs))


def _worth(device: DeviceTables) -> tuple[bool, int, int, str]:
    """The best first: what it says itself before what a controller says of it, read to its end, with the most rows."""
    spoke = bool(device.system and device.system.object_id) or device.lldp_local is not None
    rows = len(device.interfaces) + len(device.fdb) + len(device.lldp_neighbors) + len(device.cdp_neighbors)
    return not spoke, len(device.incomplete), -rows, device.name
