"""Read a large inventory with all processors of this machine: each process has its hosts, its sockets and its loop.

What comes of a device, its tables and its texts packed, goes through a pipe as soon as it is read; its rows do not.
A process that dies takes its own hosts with it, and they are skipped with that as the reason.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from wiremap_lab.collectors.collect import Collected, Done, Results, Skipped, Take, ignore, in_order
from wiremap_lab.collectors.inventory.model import Host, Inventory
from wiremap_lab.collectors.memory import DeviceMemory, Memory
from wiremap_lab.collectors.network import all_sources
from wiremap_lab.collectors.secrets import Ask
from wiremap_lab.collectors.shards import How, Shard, read_shard, shard
from wiremap_lab.snmp.udp import UdpEngine

#: A process takes half a second to start and a switch 25 ms to read: with fewer hosts each, one is as fast.
FEWEST_HOSTS = 50
#: What a process tells: what came of the device at a place; what it learned; a line for the log.
_Told = tuple[int, Results] | Mapping[str, DeviceMemory] | logging.LogRecord


def processes_for(hosts: int) -> int:
    """How many processes are worth it for so many hosts."""
    return max(1, min(len(os.sched_getaffinity(0)), hosts // FEWEST_HOSTS))


def collect_in_processes(
    inventory: Inventory,
    hosts: Sequence[Host],
    how: How,
    *,
    processes: int,
    ask: Ask,
    done: Done = ignore,
    memory: Memory | None = None,
) -> tuple[Collected | Skipped, ...]:
    """Read hosts of an inventory by so many processes, and give what came of them in their order.

    Raises InvalidValue where a secret is not to be had; a host that cannot be read is skipped.
    """
    answers = _answers(inventory, hosts, how, ask)
    share = how.divided(processes)
    numbered = tuple(enumerate(hosts))
    parts = [
        shard(f"{at}", inventory, numbered[at::processes], share, memory=memory, answers=answers)
        for at in range(processes)
    ]
    found: dict[int, Results] = {}

    def take(place: int, results: Results) -> None:
        found[place] = results
        done(results[0].name)

    with ExitStack() as stack:
        for learned in _heard(dict(_start(part, stack) for part in parts), take):
            if memory:
                memory.learn_all(learned)
    return in_order(found)


def _answers(inventory: Inventory, hosts: Sequence[Host], how: How, ask: Ask) -> Mapping[str, str]:
    """What a person answers to prompts for secrets; it is also found out here whether the others can be had."""
    answers: dict[str, str] = {}

    def remember(what: str) -> str:
        answers[what] = ask(what)
        return answers[what]

    all_sources(UdpEngine(how.limits), inventory, hosts, ask=remember, limits=how.limits, shells=how.shells)
    return answers


def _start(part: Shard, stack: ExitStack) -> tuple[Connection, tuple[Shard, BaseProcess]]:
    """Start a process; it is new, not a copy of this one, whose threads and sockets it would have."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    level = logging.getLogger().getEffectiveLevel()
    process = context.Process(target=_work, args=(there, part, level), name=f"wiremap-{part.name}", daemon=True)
    process.start()
    there.close()
    stack.callback(process.join)
    stack.callback(process.terminate)
    stack.callback(here.close)
    return here, (part, process)


def _heard(running: dict[Connection, tuple[Shard, BaseProcess]], take: Take) -> Iterator[Mapping[str, DeviceMemory]]:
    """Hear the processes to their end: hand over what came of devices, log what they log, give what they learned."""
    left = {connection: set(part.places) for connection, (part, _) in running.items()}
    while running:
        for connection in wait(list(running)):
            assert isinstance(connection, Connection)
            match _next(connection):
                case None:
                    _lose(*running.pop(connection), left[connection], take)
                case (place, results):
                    left[connection].discard(place)
                    take(place, results)
                case logging.LogRecord() as line:
                    logging.getLogger(line.name).handle(line)
                case learned:
                    yield learned


def _next(connection: Connection) -> _Told | None:
    """What a process tells next; nothing where it ended."""
    try:
        told: _Told = pickle.loads(connection.recv_bytes())  # noqa: S301  # from a process of our own
    except EOFError:
        return None
    return told


def _lose(part: Shard, process: BaseProcess, left: Collection[int], take: Take) -> None:
    """What a process that ended before its time did not read is skipped."""
    if left:
        process.join()
        reason = f"the process that was to read it ended with exit code {process.exitcode}"
        for place, results in part.skipped(reason):
            if place in left:
                take(place, results)


def _work(told: Connection, part: Shard, level: int) -> None:
    """What a process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts, interrupts the process that started this one

    def tell(what: _Told) -> None:
        told.send_bytes(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))

    root = logging.getLogger()
    root.setLevel(level)
    root.addHandler(_Forward(tell))
    with suppress(BrokenPipeError):
        tell(asyncio.run(read_shard(part, lambda place, results: tell((place, results)))))


class _Forward(logging.Handler):
    """Hands lines for the log to the process that has one."""

    def __init__(self, tell: Callable[[logging.LogRecord], None]) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Hand one over, as text: its arguments may be anything."""
        record.msg, record.args = record.getMessage(), None
        self._tell(record)
