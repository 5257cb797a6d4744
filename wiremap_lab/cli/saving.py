"""Keep what was collected, and what was made of it, as one run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from wiremap_lab.cli.output import say
from wiremap_lab.collectors.collect import Collected, Skipped
from wiremap_lab.experiment import Built
from wiremap_lab.store.repository import Store
from wiremap_lab.store.values import DeviceRun, NewRun
from wiremap_lab.wiremap import Wiremap

#: The quirk of a reading that lost everything at once.
DOUBTED = 60


def save(
    store: Store,
    results: Sequence[Collected | Skipped],
    built: Built,
    *,
    started: datetime,
    finished: datetime,
    inventory: str,
    wiremap: Wiremap | None = None,
) -> int:
    """Save a run, all of it or nothing, and give its number. `wiremap` is kept in place of the one that was built."""
    devices = (_device(result) for result in results)
    run = NewRun.of(built, started=started, finished=finished, inventory=inventory, devices=devices)
    if wiremap is not None:
        run = replace(run, wiremap=wiremap)
    number = store.save_run(run, recorded=max(finished, datetime.now(UTC)))
    for device, finding in store.findings(number):
        if finding.quirk == DOUBTED:
            say(f"{device}: {finding.what}; nothing of it is taken for gone")
    return number


def _device(result: Collected | Skipped) -> DeviceRun:
    if isinstance(result, Skipped):
        return DeviceRun(result.name, reason=result.reason, seconds=result.seconds)
    raw = result.answer.texts() if result.answer else result.kept.texts if result.kept else {}
    return DeviceRun(result.name, result.tables, seconds=result.seconds, raw=raw)
