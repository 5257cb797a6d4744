"""What the commands that read devices share: the options, the reading with its progress bar, and the exit code."""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.output import progress, say
from wiremap_lab.cli.settings import Settings, Snmp, Ssh
from wiremap_lab.collectors import files
from wiremap_lab.collectors.collect import COLLECT_EVERY, Collected, Skipped, collect, packed, split
from wiremap_lab.collectors.inventory.formats import open_sources
from wiremap_lab.collectors.inventory.model import Host, Inventory
from wiremap_lab.collectors.inventory.selection import select
from wiremap_lab.collectors.memory import Memory, load_memory
from wiremap_lab.collectors.ssh.known_hosts import Trust
from wiremap_lab.readers.mibs.device import ROOTS
from wiremap_lab.snmp.walker import Limits
from wiremap_lab.tables import Oid

if TYPE_CHECKING:
    from wiremap_lab.collectors.ssh.collect import Shells

InventoryOption = Annotated[
    list[str] | None,
    typer.Option(
        "-i",
        "--inventory",
        help="Which devices there are: a file, FORMAT:FILE, netbox+https://HOST; may be repeated."
        "  [default: inventory.yaml]",
    ),
]
LimitOption = Annotated[str, typer.Option("--limit", help="Only these devices: site:hq,!role:core,hq-sw*")]
ReplayOption = Annotated[
    list[Path] | None,
    typer.Option("--replay", help="Read this recording, or the ones in this folder, in place of devices."),
]
EngineOption = Annotated[str | None, typer.Option("--engine", help="What talks SNMP: udp or pysnmp.  [default: udp]")]
TimeoutOption = Annotated[
    float | None, typer.Option("--timeout", min=0.05, help="Seconds to wait for a reply.  [default: 1.5]")
]
HostKeysOption = Annotated[
    Trust | None,
    typer.Option(
        "--host-keys", help="Which SSH hosts to believe: known ones, new ones too, or all.  [default: strict]"
    ),
]


def inventory_sources(settings: Settings, sources: Sequence[str] | None) -> tuple[str, ...]:
    """What was named as inventory, or else what the settings name, with commas between several."""
    return tuple(sources or (text.strip() for text in settings.inventory.split(",")))


def open_inventory(
    settings: Settings, sources: Sequence[str] | None, limit: str, *, extra: Sequence[str] = ()
) -> tuple[Inventory, tuple[Host, ...]]:
    """The inventory that the sources come to, with its warnings said, and the hosts that the limit leaves.

    `extra` are hosts that may be in no source.
    """
    named = inventory_sources(settings, sources)
    inventory = open_sources(named, tokens=settings.tokens, ask=ask, extra=extra)
    for warning in inventory.warnings:
        say(f"warning: {warning}")
    return inventory, select(inventory.hosts, limit)


def remembered(settings: Settings) -> Memory:
    """What worked on each device when it was read last."""
    return Memory(load_memory(Path(settings.memory)))


def ask(what: str) -> str:
    """Ask the person at the keyboard for a secret, which is not shown."""
    answer: str = typer.prompt(what, hide_input=True, err=True)
    return answer


def replay(paths: Sequence[Path]) -> tuple[Collected | Skipped, ...]:
    """Read recordings as if they were devices."""
    sources = files.sources(paths)
    with progress() as bar:
        task = bar.add_task("reading", total=len(sources))
        return asyncio.run(collect(sources, at_once=1, done=lambda _: bar.advance(task)))


def gather(
    inventory: Inventory,
    hosts: Sequence[Host],
    snmp: Snmp,
    *,
    ssh: Ssh | None = None,
    roots: Sequence[Oid] = ROOTS,
    memory: Memory | None = None,
) -> tuple[Collected | Skipped, ...]:
    """Read devices over the network, under a progress bar; `memory` knows which profiles work, and learns it."""
    from wiremap_lab.collectors.network import collect_hosts

    gc.set_threshold(COLLECT_EVERY)
    with progress() as bar:
        task = bar.add_task("collecting", total=len(hosts))
        return asyncio.run(
            collect_hosts(
                inventory,
                hosts,
                engine=snmp.engine,
                limits=limits(snmp),
                at_once=snmp.workers,
                ask=ask,
                rng=random.Random(),
                shells=shells(ssh or Ssh()),
                roots=roots,
                done=lambda _: bar.advance(task),
                memory=memory,
            )
        )


def survey(
    inventory: Inventory,
    hosts: Sequence[Host],
    snmp: Snmp,
    *,
    ssh: Ssh,
    memory: Memory,
    scheduler: str | None = None,
) -> tuple[Collected | Skipped, ...]:
    """Read devices for a run, with all processors where there are many, or by the workers of a Dask scheduler.

    Of their answers, what is kept remains.
    """
    from wiremap_lab.collectors.network import collect_hosts
    from wiremap_lab.collectors.processes import collect_in_processes, processes_for
    from wiremap_lab.collectors.shards import How

    how, processes = How(snmp.engine, limits(snmp), snmp.workers, shells(ssh)), processes_for(len(hosts))
    gc.set_threshold(COLLECT_EVERY)
    with progress() as bar:
        task = bar.add_task("collecting", total=len(hosts))

        def done(_: str) -> None:
            bar.advance(task)

        if scheduler:
            from wiremap_lab.collectors.cluster import collect_on_cluster

            return collect_on_cluster(inventory, hosts, how, scheduler=scheduler, done=done, memory=memory)
        if processes > 1:
            return collect_in_processes(inventory, hosts, how, processes=processes, ask=ask, done=done, memory=memory)
        reading = collect_hosts(
            inventory,
            hosts,
            engine=how.engine,
            limits=how.limits,
            at_once=how.at_once,
            ask=ask,
            rng=random.Random(),
            shells=how.shells,
            done=done,
            memory=memory,
            reading=packed,
        )
        return asyncio.run(reading)


def say_skipped(skipped: Sequence[Skipped]) -> None:
    """Tell which devices could not be read, and why."""
    for each in skipped:
        say(f"skipped {each.name}: {each.reason}")


def leave(results: Sequence[Collected | Skipped]) -> None:
    """End the command as the devices answered: all, some or none of them."""
    read, skipped = split(results)
    say_skipped(skipped)
    if skipped:
        raise typer.Exit(ExitCode.PARTIAL if read else ExitCode.ALL_FAILED)


def shells(ssh: Ssh) -> Shells:
    """How sessions are held, by the settings."""
    from wiremap_lab.collectors.ssh.collect import Shells
    from wiremap_lab.collectors.ssh.terminal import Patience

    trust = Trust(ssh.host_keys)
    if trust is Trust.OFF:
        say("warning: with host keys off, whoever answers is believed to be the device, and is told its password")
    return Shells(
        trust,
        Path(ssh.known_hosts).expanduser() if ssh.known_hosts else None,
        Patience(connect=ssh.timeout, answer=ssh.answer, session=ssh.seconds),
        ssh.workers,
        Path(ssh.log).expanduser() if ssh.log else None,
    )


def limits(snmp: Snmp) -> Limits:
    """What a walk may cost, by the settings."""
    return Limits(
        timeout=snmp.timeout,
        retries=snmp.retries,
        seconds=snmp.seconds,
        max_repetitions=snmp.max_repetitions,
        devices=snmp.workers,
    )
