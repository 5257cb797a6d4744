"""``wiremap watch``: poll devices tier by tier, hear their traps, and keep what changes as it changes."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import random
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from wiremap_lab.assignment.book import RuleBook
from wiremap_lab.cli.collect import NO_RULES, rules_if_any
from wiremap_lab.cli.gather import (
    EngineOption,
    InventoryOption,
    LimitOption,
    TimeoutOption,
    ask,
    inventory_sources,
    limits,
    open_inventory,
)
from wiremap_lab.cli.kept import DatabaseOption, PlacesOption, RulesOption, open_store
from wiremap_lab.cli.output import say
from wiremap_lab.cli.saving import save
from wiremap_lab.cli.settings import Settings, load_settings
from wiremap_lab.collectors.answer import Answer
from wiremap_lab.collectors.collect import Collected
from wiremap_lab.collectors.inventory.model import Host, Inventory
from wiremap_lab.collectors.schedule import TIERS, TOPOLOGY, Schedule
from wiremap_lab.errors import InvalidValue
from wiremap_lab.experiment import build
from wiremap_lab.snmp.engine import CommunityCredentials, Credentials, UsmCredentials
from wiremap_lab.store.repository import Store

if TYPE_CHECKING:
    from wiremap_lab.cli.watching import Watch
    from wiremap_lab.collectors.traps import Sender, TrapReceiver


@dataclass(frozen=True, slots=True)
class _Task:
    """What is watched, how, and where to."""

    settings: Settings
    inventory: Inventory
    hosts: tuple[Host, ...]
    source: str
    book: RuleBook | None
    once: bool
    as_json: bool
    traps: str


def command(
    *,
    inventory: InventoryOption = None,
    limit: LimitOption = "",
    engine: EngineOption = None,
    timeout: TimeoutOption = None,
    rules: RulesOption = None,
    places: PlacesOption = None,
    database: DatabaseOption = None,
    traps: Annotated[
        str, typer.Option("--traps", help="Hear traps and informs at this ADDRESS:PORT, 0.0.0.0:162 as a rule.")
    ] = "",
    once: Annotated[bool, typer.Option("--once", help="Poll what is due now, save a run, and end.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be polled when; read nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write a line of JSON for all that happens.")] = False,
) -> None:
    """Poll topology every 15 minutes, forwarding twice in an ageing time, wireless every 5; read what a trap tells of.

    Interrupt it at any time: when each table was polled and what it said is kept, and the next watch goes on
    from there. Changes are kept as they are seen, a run of all every 15 minutes. Only hosts with an SNMP profile.
    """
    settings = load_settings()
    opened, hosts = open_inventory(settings, inventory, limit)
    hosts = tuple(host for host in hosts if opened.snmp_profiles(host))
    if not hosts:
        raise InvalidValue("no host has an SNMP profile: there is nothing to watch")
    source = ", ".join(inventory_sources(settings, inventory))
    with open_store(settings, database, new=True) as store:
        if dry_run:
            _show(store, hosts)
            return
        book = rules_if_any(settings, rules, places)
        task = _Task(settings, opened, hosts, source, book, once, as_json, traps)
        snmp = settings.snmp.but(engine=engine, timeout=timeout)
        asyncio.run(_watch(task, store, engine=snmp.engine, at_once=snmp.workers))


def _show(store: Store, hosts: Iterable[Host]) -> None:
    """What would be polled when."""
    now = datetime.now(UTC)
    plan = Schedule((host.name for host in hosts), TIERS, polled=store.polls(), now=now, rng=random.Random(0))
    for due, device, tier in plan.plan():
        typer.echo(f"{due:%Y-%m-%d %H:%M:%S}  {device}  {tier}")


async def _watch(task: _Task, store: Store, *, engine: str, at_once: int) -> None:
    from wiremap_lab.cli.watching import SnmpReader, Watch
    from wiremap_lab.collectors.snmp import credentials, open_engine
    from wiremap_lab.collectors.traps import TrapReceiver

    used = {each.name: each for host in task.hosts for each in task.inventory.snmp_profiles(host)}
    ways = {name: credentials(profile, ask) for name, profile in used.items()}
    own = {
        host.name: {each.name: ways[each.name] for each in task.inventory.snmp_profiles(host)} for host in task.hosts
    }
    rng = random.Random()
    async with open_engine(engine, limits(task.settings.snmp), rng) as opened:
        readers = {host.name: SnmpReader(opened, host, own[host.name]) for host in task.hosts}
        tell = _tell_json if task.as_json else _tell
        watch = Watch(
            readers,
            store,
            clock=lambda: datetime.now(UTC),
            rng=rng,
            at_once=at_once,
            tell=tell,
            derived_bssids=task.settings.derived_bssids,
        )
        if not task.traps:
            await _go_on(task, store, watch, None)
            return
        senders = [_sender(host, own[host.name]) for host in task.hosts]
        host, port = _address(task.traps)
        ear = TrapReceiver(senders, watch.hear, overwhelmed=watch.overwhelmed, host=host, port=port)
        async with ear:
            say(f"hearing traps at {ear.address[0]} port {ear.address[1]}")
            await _go_on(task, store, watch, ear)


async def _go_on(task: _Task, store: Store, watch: Watch, ear: TrapReceiver | None) -> None:
    """Watch until told to stop, or once; a run of all is saved whenever the slowest tier comes round."""
    started = datetime.now(UTC)
    try:
        while True:
            until = datetime.now(UTC) + timedelta(seconds=0 if task.once else TOPOLOGY.seconds)
            saved_any = bool(store.runs())

            def is_time(until: datetime = until, saved_any: bool = saved_any) -> bool:
                return watch.is_settled and watch.counts["polls"] > 0 and (not saved_any or datetime.now(UTC) >= until)

            if task.once and (watch.schedule.next() or started) > started:
                say("nothing is due")
                return
            await watch.run(until=is_time)
            started = _save(task, store, watch, started)
            if task.once:
                return
    finally:
        counts = ", ".join(f"{count} {what}" for what, count in sorted(watch.counts.items()))
        heard = ", ".join(f"{count} {fate}" for fate, count in sorted(ear.fates.items())) if ear else ""
        say(f"{counts or 'nothing happened'}" + (f"; datagrams: {heard}" if heard else ""))


def _save(task: _Task, store: Store, watch: Watch, started: datetime) -> datetime:
    """Save a run of all that is held, and give the time of it."""
    finished = datetime.now(UTC)
    if not watch.tables:
        return finished
    results = [Collected(name, Answer.of(name, store.held(name)), tables, 0.0) for name, tables in watch.tables.items()]
    tables, derived = [*watch.tables.values()], task.settings.derived_bssids
    built = build(tables, task.book or NO_RULES, now=finished, derived_bssids=derived)
    kept = None if task.book else store.wiremap_at(finished)
    number = save(store, results, built, started=started, finished=finished, inventory=task.source, wiremap=kept)
    (_tell_json if task.as_json else _tell)("saved", "", {"run": number})
    return finished


def _tell_json(what: str, device: str, facts: Mapping[str, object]) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    typer.echo(json.dumps({"at": now, "kind": what, "device": device, **facts}))


def _tell(what: str, device: str, facts: Mapping[str, object]) -> None:
    told = ", ".join(f"{name} {value}" for name, value in facts.items())
    say(f"{datetime.now(UTC):%H:%M:%S} {what} {device}: {told}" if device else f"{what} {told}")


def _sender(host: Host, ways: Mapping[str, Credentials]) -> Sender:
    from wiremap_lab.collectors.traps import Sender

    communities = frozenset(way.community for way in ways.values() if isinstance(way, CommunityCredentials))
    users = tuple(way.user for way in ways.values() if isinstance(way, UsmCredentials))
    return Sender(host.name, frozenset(_addresses(host.host)), communities, users)


def _addresses(host: str) -> Sequence[str]:
    """The addresses of a host; none where its name cannot be looked up, and then nothing is heard from it."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)]
    except OSError:
        say(f"warning: {host} has no address: its traps are not heard")
        return []


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise InvalidValue(f"--traps {text!r} is not ADDRESS:PORT")
    return host.strip("[]"), int(port)
