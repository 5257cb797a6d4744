"""Read one device by SNMP: find a profile that is let in, walk what the readers need, then each VLAN's own view.

A Cisco switch keeps a forwarding database per VLAN and shows each under a context: the community
``name@vlan``, or for SNMPv3 the context ``vlan-N`` (quirk 20 and CISCO's community indexing).
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from operator import itemgetter

from wiremap_lab.collectors.answer import Answer
from wiremap_lab.collectors.collect import Source
from wiremap_lab.collectors.inventory.model import Host, Inventory, SnmpProfile
from wiremap_lab.collectors.memory import Memory
from wiremap_lab.collectors.secrets import Ask
from wiremap_lab.errors import InvalidValue, Refused, TransportError, Unreachable
from wiremap_lab.readers.mibs.bridge import CONTEXT_ROOTS, context_names
from wiremap_lab.readers.mibs.device import ROOTS
from wiremap_lab.readers.mibs.system import SYS_UP_TIME
from wiremap_lab.readers.mibs.wireless import further_roots
from wiremap_lab.snmp.codec import Version
from wiremap_lab.snmp.engine import CommunityCredentials, Credentials, Engine, Target, UsmCredentials
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.snmp.recording import Cost, Recording
from wiremap_lab.snmp.udp import UdpEngine
from wiremap_lab.snmp.walker import Chance, Ended, Limits, Walked
from wiremap_lab.tables import Incomplete, Oid, Row

_log = logging.getLogger(__name__)


def credentials(profile: SnmpProfile, ask: Ask) -> Credentials:
    """What to say to be let in. Raises InvalidValue where a secret is not to be had."""
    what = f"profile {profile.name!r}"
    if profile.community is not None:
        version = Version.V1 if profile.version == "1" else Version.V2C
        return CommunityCredentials(version, profile.community.reveal(ask, f"{what}, community").encode())
    auth, priv = profile.auth, profile.priv
    return UsmCredentials(
        User(
            profile.user,
            auth_protocol=AuthProtocol(auth[0].lower()) if auth else None,
            auth_password=auth[1].reveal(ask, f"{what}, auth password") if auth else "",
            priv_protocol=PrivProtocol(priv[0].lower()) if priv else None,
            priv_password=priv[1].reveal(ask, f"{what}, priv password") if priv else "",
        )
    )


def open_engine(name: str, limits: Limits, rng: Chance) -> AbstractAsyncContextManager[Engine]:
    """The engine of that name, not yet open. Raises InvalidValue where there is none."""
    if name == "pysnmp":
        from wiremap_lab.snmp.pysnmp_engine import PysnmpEngine

        return PysnmpEngine(limits, rng=rng)
    if name != "udp":
        raise InvalidValue(f"unknown engine {name!r}; known are udp, pysnmp")
    return UdpEngine(limits, rng=rng)


def sources(
    engine: Engine,
    inventory: Inventory,
    hosts: Iterable[Host],
    *,
    ask: Ask,
    seconds: float = math.inf,
    roots: Sequence[Oid] = ROOTS,
    memory: Memory | None = None,
) -> tuple[Source, ...]:
    """How to read each host through an engine. Each profile's secrets are looked up once, before any host is read.

    After so many `seconds` no further VLAN of a host is begun.
    """
    hosts, known = tuple(hosts), memory or Memory()
    used = {profile.name: profile for host in hosts for profile in inventory.snmp_profiles(host)}
    ways = {name: credentials(profile, ask) for name, profile in used.items()}

    def source(host: Host) -> Source:
        names = known.of(host.name).first(profile.name for profile in inventory.snmp_profiles(host))
        own = {name: ways[name] for name in names}

        async def read() -> Answer:
            answered = await read_host(engine, host, own, seconds=seconds, roots=roots)
            known.let_in(host.name, answered.profile, among=own)
            return Answer(host.name, answered)

        return host.name, read

    return tuple(source(host) for host in hosts)


async def read_host(
    engine: Engine,
    host: Host,
    ways: Mapping[str, Credentials],
    *,
    seconds: float = math.inf,
    roots: Sequence[Oid] = ROOTS,
) -> Recording:
    """Everything below `roots` that a host answers to the first of `ways` it lets in, and what its VLANs answer.

    A host that restarts meanwhile is read again: its ports may have other numbers by then (quirks 56 and 79).
    Raises Unreachable or Refused, with what became of each way, when none is let in, or it restarts once more.
    """
    for _ in range(2):
        target, read = await _read_once(engine, host, ways, seconds=seconds, roots=roots)
        if not await _has_restarted(engine, target, read):
            return read
    raise Unreachable(f"{host.host} port {host.port}: it restarted twice while it was read")


async def _read_once(
    engine: Engine, host: Host, ways: Mapping[str, Credentials], *, seconds: float, roots: Sequence[Oid]
) -> tuple[Target, Recording]:
    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    target, profile, walked = await _first_let_in(engine, host, ways, roots)
    device = recording(host.name, walked)
    if more := [root for root in further_roots(device.walk) if not any(root[: len(asked)] == asked for asked in roots)]:
        device = recording(host.name, (*walked, *await _walked(engine, target, more)))
    contexts: dict[str, Recording] = {}
    for vlan in context_names(device.walk):
        late = clock() > until
        contexts[vlan] = _unread(vlan, f"time-limit: {seconds:g} s") if late else await _context(engine, target, vlan)
    return target, replace(device, contexts=contexts, profile=profile)


async def _has_restarted(engine: Engine, target: Target, read: Recording) -> bool:
    """Whether its clock shows less than it did. One that runs over, after 497 days, is read again for nothing."""
    before = _ticks(read.walk(SYS_UP_TIME))
    if before is None:
        return False
    try:
        now = _ticks(await engine.get(target, [(*SYS_UP_TIME, 0)]))
    except TransportError:
        return False  # all was read before it fell silent
    return now is not None and now < before


def _ticks(rows: Iterable[Row]) -> int | None:
    return next((value for _, _, value in rows if isinstance(value, int)), None)


def recording(name: str, walked: Iterable[Walked]) -> Recording:
    """What walks brought, as one recording: rows in OID order, each OID once, and which subtrees have no end."""
    walked = tuple(walked)
    rows = {row[0]: row for each in walked for row in each.rows}
    incomplete = tuple(Incomplete(each.root, _why(each)) for each in walked if not each.complete)
    costs = tuple(Cost(each.root, len(each.rows), each.requests, each.seconds) for each in walked)
    return Recording(name, sorted(rows.values(), key=itemgetter(0)), incomplete=incomplete, costs=costs)


def _why(walked: Walked) -> str:
    return f"{walked.ended}: {walked.detail}" if walked.detail else str(walked.ended)


async def _first_let_in(
    engine: Engine, host: Host, ways: Mapping[str, Credentials], roots: Sequence[Oid]
) -> tuple[Target, str, list[Walked]]:
    failures: list[str] = []
    kind: type[TransportError] = Unreachable
    for name, way in ways.items():
        target = Target(host.host, host.port, way)
        try:
            walked = await engine.walk(target, roots)
        except TransportError as failure:
            failures.append(f"profile {name!r}: {failure}")
            kind = Refused if isinstance(failure, Refused) else kind
        else:
            _log.info("device=%s profile=%s outcome=let-in", host.name, name)
            return target, name, walked
    raise kind(f"{host.host} port {host.port}: {'; '.join(failures) or 'none of its profiles is one of SNMP'}")


async def _walked(engine: Engine, target: Target, roots: Sequence[Oid]) -> list[Walked]:
    """What more is below `roots`. A device that answers no longer is incomplete there, and was read before."""
    try:
        return await engine.walk(target, roots)
    except TransportError as failure:
        return [Walked(root, [], Ended.TIMEOUT, str(failure)) for root in roots]


async def _context(engine: Engine, target: Target, vlan: str) -> Recording:
    """What a VLAN's own view holds. One that does not answer is incomplete, not empty: its MACs may be anywhere."""
    name = f"vlan-{vlan}" if target.version is Version.V3 else vlan
    try:
        return recording(vlan, await engine.walk(replace(target, context=name), CONTEXT_ROOTS))
    except TransportError as failure:
        return _unread(vlan, str(failure))


def _unread(vlan: str, reason: str) -> Recording:
    return Recording(vlan, [], incomplete=tuple(Incomplete(root, reason) for root in CONTEXT_ROOTS))
