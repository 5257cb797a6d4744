"""Read an inventory by Dask workers, each near the devices it reads: ``wiremap collect --scheduler tls://host:8786``.

A worker belongs to a site whose name its own begins with: ``dask worker tls://host:8786 --name hq-1``. What a
site has no worker for, and what the workers of a site lost, any other reads. Secrets do not travel: a shard says
where they are kept, and the worker looks there. A shard whose workers die is skipped, and the others are not.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import closing, suppress
from dataclasses import fields
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from wiremap_lab.collectors.collect import Collected, Done, Results, Skipped, Take, ignore, in_order
from wiremap_lab.collectors.inventory.model import Host, Inventory, Profile
from wiremap_lab.collectors.memory import DeviceMemory, Memory
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.collectors.shards import How, Shard, read_shard, shard
from wiremap_lab.errors import InvalidValue, Unreachable

if TYPE_CHECKING:
    from distributed import Client, Future

#: So many hosts make a task: as many again are lost to a worker that dies.
MOST_HOSTS = 64
#: How long (seconds) a scheduler may be without any worker before what is left is skipped, and how often we look.
PATIENCE = 30.0
TICK = 1.0
#: How long (seconds) a scheduler may take to answer at first.
ANSWERS_WITHIN = 10.0

Read = tuple[tuple[tuple[int, Results], ...], Mapping[str, DeviceMemory]]


def collect_on_cluster(
    inventory: Inventory,
    hosts: Sequence[Host],
    how: How,
    *,
    scheduler: str,
    done: Done = ignore,
    memory: Memory | None = None,
    patience: float = PATIENCE,
) -> tuple[Collected | Skipped, ...]:
    """Read hosts of an inventory by the workers of a scheduler, and give what came of them in their order.

    Raises InvalidValue where a secret could not be looked up elsewhere, or Dask is not installed; Unreachable
    where the scheduler does not answer.
    """
    refuse_secrets_that_would_travel(inventory, hosts)
    parts = shards_by_site(inventory, hosts, how, memory=memory)
    found: dict[int, Results] = {}

    def take(place: int, results: Results) -> None:
        found[place] = results
        done(results[0].name)

    with closing(_connect(scheduler)) as client:
        for learned in _heard(client, parts, take, patience):
            if memory:
                memory.learn_all(learned)
    return in_order(found)


def refuse_secrets_that_would_travel(inventory: Inventory, hosts: Sequence[Host]) -> None:
    """Raise InvalidValue for a profile whose secret is the text itself, or a person's to answer."""
    for name in dict.fromkeys(name for host in hosts for name in host.profiles):
        for secret in _secrets(inventory.profiles[name]):
            if secret.is_literal or secret.source == "ask":
                raise InvalidValue(
                    f"profile {name!r}: with --scheduler its secret would go to the workers (keep it where they are: "
                    f"env:NAME or file:/path)"
                )


def _secrets(profile: Profile) -> Iterator[Secret]:
    for each in fields(profile):
        value = getattr(profile, each.name)
        yield from (part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, Secret))


def shards_by_site(
    inventory: Inventory, hosts: Sequence[Host], how: How, *, memory: Memory | None = None
) -> tuple[tuple[str, Shard], ...]:
    """The hosts as shards of one site each, no larger than `MOST_HOSTS`; each with its site."""
    sites: dict[str, list[tuple[int, Host]]] = {}
    for place, host in enumerate(hosts):
        sites.setdefault(host.site, []).append((place, host))
    parts = (
        (site, told[at : at + MOST_HOSTS]) for site, told in sites.items() for at in range(0, len(told), MOST_HOSTS)
    )
    return tuple(
        (site, shard(f"{number}-{site or 'anywhere'}", inventory, numbered, how, memory=memory))
        for number, (site, numbered) in enumerate(parts)
    )


def near(site: str, workers: Mapping[str, str]) -> list[str]:
    """The addresses of the workers of a site, of all workers by address and name.

    >>> near("hq", {"tcp://10.0.0.1:1": "hq", "tcp://10.0.0.2:1": "hq-2", "tcp://10.0.0.3:1": "hq2"})
    ['tcp://10.0.0.1:1', 'tcp://10.0.0.2:1']
    """
    return [address for address, name in workers.items() if site and (name == site or name.startswith(f"{site}-"))]


def read_on_worker(part: Shard) -> Read:
    """What a worker does with a shard."""
    read: dict[int, Results] = {}
    learned = asyncio.run(read_shard(part, read.__setitem__))
    return tuple(read.items()), learned


def _connect(scheduler: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise InvalidValue("--scheduler needs Dask: pip install 'wiremap_lab[dask]'") from None
    try:
        return Client(scheduler, set_as_default=False, timeout=ANSWERS_WITHIN)
    except (OSError, ValueError) as fault:
        raise Unreachable(f"scheduler {scheduler}: {fault} (is it there?)") from None


def _workers(client: Client) -> dict[str, str]:
    """Names by address."""
    told = client.scheduler_info(n_workers=-1)["workers"]
    return {address: str(worker["name"]) for address, worker in told.items()}


def _submit(
    client: Client, parts: Sequence[tuple[str, Shard]], ended: SimpleQueue[Future]
) -> dict[str, tuple[Shard, Future]]:
    """Hand out the shards, and give them by key. A worker that dies is no shard's end: Dask asks up to three more."""
    run, workers = uuid.uuid4().hex, _workers(client)
    waiting = {}
    for site, part in parts:
        key, close = f"wiremap-{run}-{part.name}", near(site, workers)
        preferred = {"workers": close, "allow_other_workers": True} if close else {}
        future = client.submit(read_on_worker, part, key=key, pure=False, **preferred)
        future.add_done_callback(ended.put)
        waiting[key] = part, future
    return waiting


def _heard(
    client: Client, parts: Sequence[tuple[str, Shard]], take: Take, patience: float
) -> Iterator[Mapping[str, DeviceMemory]]:
    """Take what comes of shards as they end, and give what was learned; at last skip what nobody is left to read."""
    ended: SimpleQueue[Future] = SimpleQueue()
    waiting, seen = _submit(client, parts, ended), time.monotonic()
    while waiting and time.monotonic() - seen <= patience:
        with suppress(Empty):
            future = ended.get(timeout=TICK)
            part, _ = waiting.pop(future.key)
            results, learned = _result(future, part)
            _take_all(results, take)
            yield learned
        seen = time.monotonic() if _is_anybody_there(client) else seen
    for part, _ in waiting.values():
        _take_all(part.skipped(f"no worker is left that could read it, for {patience:g} s"), take)


def _is_anybody_there(client: Client) -> bool:
    try:
        return bool(_workers(client))
    except (OSError, CancelledError):  # the scheduler is gone, too
        return False


def _take_all(results: Iterable[tuple[int, Results]], take: Take) -> None:
    for place, result in results:
        take(place, result)


def _result(future: Future, part: Shard) -> Read:
    """What a worker read; whatever it died of, or raised, is the reason why its hosts are skipped."""
    if future.cancelled():
        return tuple(part.skipped("the scheduler was lost")), {}
    fault = future.exception()
    if fault is None:
        read: Read = future.result()
        return read
    why = str(fault) if isinstance(fault, InvalidValue) else f"its worker failed: {type(fault).__name__}"
    return tuple(part.skipped(why)), {}
