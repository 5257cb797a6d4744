"""Read hosts over the network by every way their profiles name: SNMP, SSH, or both as one answer; controllers by HTTPS.

Where a host has both and one of them fails, the other's answer stands, and is incomplete in what the first would have
told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from wiremap_lab.collectors import snmp
from wiremap_lab.collectors.answer import Answer, Session
from wiremap_lab.collectors.collect import Collected, Done, Reading, Skipped, Source, collect, collected, ignore
from wiremap_lab.collectors.inventory.model import Host, Inventory
from wiremap_lab.collectors.memory import Memory
from wiremap_lab.collectors.secrets import Ask
from wiremap_lab.collectors.ssh import collect as ssh
from wiremap_lab.collectors.ssh.collect import Shells
from wiremap_lab.errors import InvalidValue, TransportError, WiremapError
from wiremap_lab.readers.commands import PLATFORMS
from wiremap_lab.readers.mibs.device import ROOTS
from wiremap_lab.snmp.engine import Engine
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.snmp.walker import Chance, Limits
from wiremap_lab.tables import Incomplete, Oid

#: What SNMP would have told: all of LLDP, and of what the IETF defines.
_UNTOLD = ((1, 0, 8802, 1, 1, 2), (1, 3, 6, 1, 2, 1))

Read = Callable[[], Awaitable[Answer]]


async def collect_hosts(
    inventory: Inventory,
    hosts: Iterable[Host],
    *,
    engine: str,
    limits: Limits,
    at_once: int,
    ask: Ask,
    rng: Chance,
    shells: Shells = Shells(),  # noqa: B008  # it is frozen
    roots: Sequence[Oid] = ROOTS,
    done: Done = ignore,
    memory: Memory | None = None,
    reading: Reading = collected,
) -> tuple[Collected | Skipped, ...]:
    """Read hosts of an inventory over the network, by SNMP `at_once` at a time and the engine ``udp`` or ``pysnmp``.

    The profiles that `memory` knows to work are tried first, and it learns which do. Raises InvalidValue
    where a secret is not to be had, InvalidFile where the known hosts cannot be read; a host that cannot be
    read is skipped.
    """
    hosts = tuple(hosts)
    async with snmp.open_engine(engine, limits, rng) as opened:
        told = all_sources(opened, inventory, hosts, ask=ask, limits=limits, shells=shells, roots=roots, memory=memory)
        places = at_once + sessions(inventory, hosts, shells)
        return await collect(told, at_once=places, done=done, reading=reading)


def sessions(inventory: Inventory, hosts: Iterable[Host], shells: Shells) -> int:
    """How many sessions there may be at once: none where no host is read on its command line."""
    return shells.at_once if any(inventory.ssh_profiles(host) for host in hosts) else 0


def all_sources(
    engine: Engine,
    inventory: Inventory,
    hosts: Iterable[Host],
    *,
    ask: Ask,
    limits: Limits,
    shells: Shells = Shells(),  # noqa: B008  # it is frozen
    roots: Sequence[Oid] = ROOTS,
    memory: Memory | None = None,
) -> tuple[Source, ...]:
    """How to read each host by the transports its profiles name, in their order; secrets are looked up here, once."""
    hosts = tuple(hosts)
    clouds = _controllers(inventory, hosts, ask=ask, seconds=limits.seconds, memory=memory)
    shelled = [host for host in hosts if inventory.ssh_profiles(host) and host.name not in clouds]
    printed = dict(ssh.sources(inventory, shelled, shells, ask=ask, memory=memory)) if shelled else {}
    agents = [host for host in hosts if inventory.snmp_profiles(host) or host.name not in {*clouds, *printed}]
    rows = snmp.sources(engine, inventory, agents, ask=ask, seconds=limits.seconds, roots=roots, memory=memory)
    return _composed(hosts, dict(rows), printed, clouds)


def _controllers(
    inventory: Inventory, hosts: Sequence[Host], *, ask: Ask, seconds: float, memory: Memory | None
) -> Mapping[str, Read]:
    """How to read those of the hosts that are controllers."""
    if not any(inventory.https_profiles(host) for host in hosts):
        return {}
    from wiremap_lab.collectors import controllers  # httpx takes its time

    limits = controllers.Limits(seconds=seconds)
    return dict(controllers.sources(inventory, hosts, ask=ask, limits=limits, memory=memory))


def _composed(
    hosts: Iterable[Host], rows: Mapping[str, Read], printed: Mapping[str, Read], clouds: Mapping[str, Read]
) -> tuple[Source, ...]:
    """One source for each host; a controller is read as such, whatever else it has."""

    def read(host: Host) -> Read:
        if host.name in rows and host.name in printed and host.name not in clouds:
            return both(host, rows[host.name], printed[host.name])
        return clouds.get(host.name) or rows.get(host.name) or printed[host.name]

    return tuple((host.name, read(host)) for host in hosts)


def both(host: Host, by_snmp: Read, by_ssh: Read) -> Read:
    """Read a host by SNMP and on its command line at once, as one answer.

    The reader raises what SNMP raised, with the reason of SSH too, where both fail.
    """

    async def read() -> Answer:
        rows, printed = await asyncio.gather(_tried(by_snmp), _tried(by_ssh))
        if isinstance(rows, Answer) and isinstance(printed, Answer):
            return replace(rows, session=printed.session)
        if isinstance(rows, Answer):
            return replace(rows, session=Session(host.platform, {}, _unread(host.platform, str(printed))))
        if isinstance(printed, Answer):
            gaps = tuple(Incomplete(root, f"by SNMP: {rows}") for root in _UNTOLD)
            return replace(printed, recording=Recording(host.name, [], incomplete=gaps))
        raise type(rows)(f"by SNMP: {rows}; by SSH: {printed}")

    return read


async def _tried(read: Read) -> Answer | WiremapError:
    try:
        return await read()
    except (TransportError, InvalidValue) as fault:
        return fault


def _unread(platform: str, reason: str) -> Mapping[str, str]:
    return {question.commands[0]: reason for question in PLATFORMS.get(platform, ())}
