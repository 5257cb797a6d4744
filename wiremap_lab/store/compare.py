"""What changed between two runs, told only where a run could know: absence counts from complete devices alone."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from sqlalchemy import Connection, Row, select

from wiremap_lab.ids import Mac
from wiremap_lab.store.elements import element_key, is_of_one_device
from wiremap_lab.store.history import elements, run_of, runs, seen_in, wiremap_at
from wiremap_lab.store.schema import ATTACHMENTS, DEVICES, NEIGHBORS
from wiremap_lab.store.values import Attached, KnownElement, Link, Moved, Run, RunDiff, Status
from wiremap_lab.wiremap import NetworkElement

_Seen = TypeVar("_Seen", Link, Attached)


def diff(connection: Connection, before: int, after: int) -> RunDiff:
    """Compare two runs by their ids. Raises StoreError where there is no such run."""
    old, new = run_of(connection, before), run_of(connection, after)
    was, is_ = _statuses(connection, before), _statuses(connection, after)
    old_macs, new_macs = attachments(connection, before), attachments(connection, after)
    old_links, new_links = neighbors(connection, before), neighbors(connection, after)
    known = {each.element: each for each in elements(connection) if each.alias_of is None}
    old_seen, new_seen = seen_in(connection, before), seen_in(connection, after)
    whole = all(is_.get(name) is Status.COMPLETE for name in {*was, *is_})
    return RunDiff(
        before=old,
        after=new,
        moved=tuple(_moves(old_macs, new_macs)),
        appeared=_missing(_found(old_macs, new_macs), was, new=True),
        vanished=_missing({mac: each for mac, each in old_macs.items() if mac not in new_macs}.values(), is_),
        new_elements=_not_in(new_seen - old_seen, known, lambda each: _could_tell(each.device, was, new=True)),
        gone_elements=_not_in(
            old_seen - new_seen, known, lambda each: _could_tell(each.device, is_) and (whole or _is_own(each))
        ),
        placements=wiremap_at(connection, old.finished, old.recorded).diff(
            wiremap_at(connection, new.finished, new.recorded)
        ),
        new_neighbors=_missing(sorted(new_links - old_links), was, new=True),
        gone_neighbors=_missing(sorted(old_links - new_links), is_),
        uncertain=tuple(sorted({*_unsure(was), *_unsure(is_), *(was.keys() - is_.keys())})),
    )


def attachments(connection: Connection, run: int) -> Mapping[Mac, Attached]:
    """Where a run found each MAC."""
    rows = connection.execute(select(ATTACHMENTS).where(ATTACHMENTS.c.run == run).order_by(ATTACHMENTS.c.mac))
    return {each.mac: each for each in map(attached, rows)}


def history_of(connection: Connection, mac: Mac) -> tuple[tuple[Run, Attached], ...]:
    """Where each run that knew a MAC found it, oldest first."""
    known = {run.id: run for run in runs(connection)}
    rows = connection.execute(select(ATTACHMENTS).where(ATTACHMENTS.c.mac == str(mac)).order_by(ATTACHMENTS.c.run))
    return tuple((known[row.run], attached(row)) for row in rows)


def attached(row: Row[tuple[object, ...]]) -> Attached:
    """A row of `attachments` or `changes` as a value."""
    return Attached(
        mac=Mac.parse(row.mac),
        device=row.device,
        port=row.port,
        via=row.via,
        ips=tuple(ipaddress.ip_address(ip) for ip in row.ips),
        evidence=tuple(row.evidence),
    )


def neighbors(connection: Connection, run: int) -> frozenset[Link]:
    """The neighbors the devices of a run heard."""
    of = NEIGHBORS.c
    rows = connection.execute(select(of.device, of.port, of.chassis, of.far_port, of.system).where(of.run == run))
    return frozenset(Link(*row) for row in rows)


def _statuses(connection: Connection, run: int) -> Mapping[str, Status]:
    rows = connection.execute(select(DEVICES.c.name, DEVICES.c.status).where(DEVICES.c.run == run))
    return {name: Status(status) for name, status in rows}


def _unsure(statuses: Mapping[str, Status]) -> Iterable[str]:
    return (name for name, status in statuses.items() if status is not Status.COMPLETE)


def _could_tell(device: str | None, statuses: Mapping[str, Status], *, new: bool = False) -> bool:
    """Whether a run would have seen what this device shows. Of a device it did not know, all is new, nothing gone."""
    if device is None or device not in statuses:
        return new
    return statuses[device] is Status.COMPLETE


def _is_own(each: KnownElement) -> bool:
    return is_of_one_device(element_key(each.element))


def _missing(things: Iterable[_Seen], statuses: Mapping[str, Status], *, new: bool = False) -> tuple[_Seen, ...]:
    return tuple(each for each in things if _could_tell(each.device, statuses, new=new))


def _not_in(
    different: Iterable[NetworkElement],
    known: Mapping[NetworkElement, KnownElement],
    told: Callable[[KnownElement], bool],
) -> tuple[KnownElement, ...]:
    wanted = set(different)
    return tuple(each for element, each in known.items() if element in wanted and told(each))


def _found(before: Mapping[Mac, Attached], after: Mapping[Mac, Attached]) -> Iterable[Attached]:
    """Who was not known before, and who was known to be nowhere and has a place now: that is no move."""
    for mac, each in after.items():
        was = before.get(mac)
        if was is None or (was.device is None and each.device is not None):
            yield each


def _moves(before: Mapping[Mac, Attached], after: Mapping[Mac, Attached]) -> Iterable[Moved]:
    both = ((before[mac], after[mac]) for mac in after if mac in before)
    return (Moved(old, new) for old, new in both if old.device and new.device and old.where != new.where)
