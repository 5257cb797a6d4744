"""What a watch keeps between two runs: the newest answers, when they were asked for, and what changed.

A change adds to a run or corrects it, and never declares gone what it did not look at: it is of one MAC.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from wiremap_lab.errors import IntegrityFault
from wiremap_lab.ids import Mac
from wiremap_lab.store import compare
from wiremap_lab.store.schema import CHANGES, HELD, POLLS, RUNS
from wiremap_lab.store.values import Attached, Changed


def keep(connection: Connection, device: str, texts: Mapping[str, str], polled: Mapping[str, datetime]) -> None:
    """Keep what is held of a device now in place of what was, and when tiers of it were polled."""
    here = {"device": device}
    connection.execute(delete(HELD).where(HELD.c.device == device))
    rows = [{**here, "context": name, "octets": zlib.compress(text.encode(), 1)} for name, text in texts.items()]
    if rows:
        connection.execute(insert(HELD), rows)
    if polled:
        connection.execute(delete(POLLS).where(POLLS.c.device == device, POLLS.c.tier.in_(polled)))
        times = [{**here, "tier": tier, "polled": at} for tier, at in polled.items()]
        connection.execute(insert(POLLS), times)


def held(connection: Connection, device: str) -> Mapping[str, str]:
    """What is held of a device, context → text; empty where nothing is. Raises IntegrityFault where it is torn."""
    rows = connection.execute(select(HELD).where(HELD.c.device == device).order_by(HELD.c.context)).all()
    try:
        return {row.context: zlib.decompress(row.octets).decode() for row in rows}
    except (zlib.error, UnicodeDecodeError) as fault:
        raise IntegrityFault(f"what is held of {device} is not what was kept: {fault}") from fault


def polls(connection: Connection) -> Mapping[tuple[str, str], datetime]:
    """When the last poll of each device and tier began."""
    return {(row.device, row.tier): row.polled for row in connection.execute(select(POLLS))}


def note(connection: Connection, changes: Iterable[Changed]) -> None:
    """Note changes, in their order, as later than the last run."""
    last = connection.execute(select(func.max(RUNS.c.id))).scalar()
    rows = [
        {
            "run": last,
            "seen": each.seen,
            "cause": each.cause,
            "mac": str(each.attached.mac),
            "device": each.attached.device,
            "port": each.attached.port,
            "via": each.attached.via,
            "ips": [str(ip) for ip in each.attached.ips],
            "evidence": list(each.attached.evidence),
        }
        for each in changes
    ]
    if rows:
        connection.execute(insert(CHANGES), rows)


def changes(connection: Connection, run: int | None) -> tuple[Changed, ...]:
    """The changes seen after a run and before the next one, oldest first."""
    rows = connection.execute(select(CHANGES).where(CHANGES.c.run == run).order_by(CHANGES.c.id))
    return tuple(Changed(compare.attached(row), row.seen, row.cause) for row in rows)


def attachments_now(connection: Connection) -> Mapping[Mac, Attached]:
    """Where each MAC is by the last run and what changed since."""
    last = connection.execute(select(func.max(RUNS.c.id))).scalar()
    found = {} if last is None else dict(compare.attachments(connection, last))
    return found | {each.attached.mac: each.attached for each in changes(connection, last)}
