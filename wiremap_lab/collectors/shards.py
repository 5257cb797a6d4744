"""Part of an inventory to be read elsewhere: in another process of this machine, or on a worker near the site.

A shard says where secrets are kept, and has none itself but what was answered to a prompt on this machine.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wiremap_lab.collectors.collect import COLLECT_EVERY, Skipped, Take, packed, read_all
from wiremap_lab.collectors.inventory.model import Host, Inventory
from wiremap_lab.collectors.memory import DeviceMemory, Memory
from wiremap_lab.collectors.network import all_sources, sessions
from wiremap_lab.collectors.snmp import open_engine
from wiremap_lab.collectors.ssh.collect import Shells
from wiremap_lab.snmp.walker import Limits


@dataclass(frozen=True, slots=True)
class How:
    """By what devices are read: the engine, what a walk may cost, how many at once, and how sessions are held."""

    engine: str
    limits: Limits
    at_once: int
    shells: Shells = field(default_factory=Shells)

    def divided(self, parts: int) -> How:
        """The share of one of so many that read at the same time."""
        shells = replace(self.shells, at_once=-(-self.shells.at_once // parts))
        return replace(self, at_once=-(-self.at_once // parts), shells=shells)


@dataclass(frozen=True, slots=True)
class Shard:
    """Hosts, each with its place in the whole inventory, and all it takes to read them."""

    name: str
    inventory: Inventory
    places: tuple[int, ...]
    how: How
    memory: Mapping[str, DeviceMemory] = field(default_factory=dict)
    #: what was answered to prompts for secrets, by prompt
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def hosts(self) -> tuple[Host, ...]:
        """The hosts of this shard."""
        return self.inventory.hosts

    def skipped(self, reason: str) -> Iterator[tuple[int, tuple[Skipped]]]:
        """All of it as skipped, by place."""
        return ((place, (Skipped(host.name, reason),)) for place, host in zip(self.places, self.hosts, strict=True))


def shard(
    name: str,
    inventory: Inventory,
    hosts: Sequence[tuple[int, Host]],
    how: How,
    *,
    memory: Memory | None = None,
    answers: Mapping[str, str] | None = None,
) -> Shard:
    """Hosts of an inventory by place as a shard, which has what is known of them and the profiles they name."""
    used = {profile for _, host in hosts for profile in host.profiles}
    return Shard(
        name,
        Inventory(tuple(host for _, host in hosts), {key: inventory.profiles[key] for key in sorted(used)}),
        tuple(place for place, _ in hosts),
        how,
        {host.name: memory.of(host.name) for _, host in hosts} if memory else {},
        answers or {},
    )


async def read_shard(part: Shard, take: Take) -> Mapping[str, DeviceMemory]:
    """Read the hosts of a shard, hand over what came of each, and tell what was learned of them.

    Raises InvalidValue where a secret is not to be had here.
    """
    gc.set_threshold(COLLECT_EVERY)
    memory, how = Memory(part.memory), part.how

    def ask(what: str) -> str:
        return part.answers[what]

    async with open_engine(how.engine, how.limits, random.Random()) as engine:
        told = all_sources(
            engine, part.inventory, part.hosts, ask=ask, limits=how.limits, shells=how.shells, memory=memory
        )
        at_once = how.at_once + sessions(part.inventory, part.hosts, how.shells)
        await read_all(told, lambda at, results: take(part.places[at], results), at_once=at_once, reading=packed)
    return memory.learned
