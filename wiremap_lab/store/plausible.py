"""Doubt a reading that lost everything at once: an agent that has just started answers empty tables, completely.

Whoever believes it ends the placement of every port of a switch that rebooted, and every alias the rules match on
is gone (quirk 60). So where a device had several of something and now has none, the reading counts as incomplete:
it may add and never takes away. It is believed when another reading says the same, and never while the
device has been up for minutes only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Table, func, select

from wiremap_lab.store.elements import element_key
from wiremap_lab.store.schema import ATTACHMENTS, DEVICES, ELEMENTS, NEIGHBORS, RUNS
from wiremap_lab.store.values import DeviceRun, NewRun, Status
from wiremap_lab.tables import DeviceTables, Finding, Incomplete, Oid

#: Fewer than these may all go in one day's work.
FEWEST = 4
#: Hundredths of a second: neighbors announce themselves twice a minute, tables forget after five.
YOUNG = 10 * 60 * 100
#: What the reason of such a reading begins with.
DOUBT = "implausible"
#: What the keys of ports begin with.
_PORT = "port\t"
#: The facts of a port that rules rest on.
_TOLD = ("ifAlias", "ifName", "ifDescr", "lldpLocPortDesc", "medCivic")
_LLDP: Oid = (1, 0, 8802, 1, 1, 2)
_BRIDGE: Oid = (1, 3, 6, 1, 2, 1, 17)
_INTERFACES: Oid = (1, 3, 6, 1, 2, 1, 31)
_ROOTS: Mapping[str, Oid] = {"neighbors": _LLDP, "ports": _LLDP, "devices": _BRIDGE}

#: How many a device has of each thing, by device.
_Counts = dict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class _Past:
    """What each device had when it was last read to the end, and whose last reading was doubted."""

    had: Mapping[str, Mapping[str, int]]
    doubted: frozenset[str]


def doubted(connection: Connection, run: NewRun) -> NewRun:
    """The run, with readings that lost everything at once marked as incomplete."""
    past, has = _past(connection, run), _has(run)
    return replace(run, devices=tuple(_judged(device, past, has[device.name]) for device in run.devices))


def _judged(device: DeviceRun, past: _Past, has: Mapping[str, int]) -> DeviceRun:
    tables = device.tables
    if tables is None or device.status is not Status.COMPLETE:
        return device
    gaps = tuple(_doubts(tables, past.had.get(device.name, {}), has, again=device.name in past.doubted))
    if not gaps:
        return device
    findings = tuple(Finding("store", gap.reason, quirk=60) for gap in gaps)
    marked = replace(tables, incomplete=gaps, findings=(*tables.findings, *findings))
    return replace(device, tables=marked, reason=gaps[0].reason)


def _doubts(
    tables: DeviceTables, had: Mapping[str, int], has: Mapping[str, int], *, again: bool
) -> Iterator[Incomplete]:
    """What is too much to have gone at once; `again` says that the reading before was doubted already."""
    uptime = tables.system.uptime_ticks if tables.system else None
    young = uptime is not None and uptime < YOUNG
    for what, before in had.items():
        now = has.get(what, 0)
        lost = 2 * now < before if young else now == 0
        if lost and before >= FEWEST and (young or not again):
            why = ", and it started minutes ago" if young else ""
            yield Incomplete(
                _ROOTS.get(what, _INTERFACES), f"{DOUBT}: it had {before} {what}, now {now or 'none'}{why}"
            )


def _has(run: NewRun) -> _Counts:
    """What each device has by the run that is to be saved."""
    ports = ((each.device, each.facts) for each in run.elements if element_key(each.element).startswith(_PORT))
    found = _counts(ports)
    for device in run.devices:
        found[device.name]["neighbors"] += len(device.tables.lldp_neighbors) if device.tables else 0
    for attached in run.attachments:
        if attached.device:
            found[attached.device]["devices"] += 1
    return found


def _past(connection: Connection, run: NewRun) -> _Past:
    of = ELEMENTS.c
    known = of.gone.is_(None) & of.alias_of.is_(None) & of.key.startswith(_PORT)
    rows = connection.execute(select(of.device, of.facts).where(known)).all()
    had = _counts((row.device, row.facts) for row in rows if row.device)
    complete = select(DEVICES.c.name, func.max(DEVICES.c.run)).where(DEVICES.c.status == Status.COMPLETE.value)
    last = dict(connection.execute(complete.group_by(DEVICES.c.name)).all())
    for what, table in (("neighbors", NEIGHBORS), ("devices", ATTACHMENTS)):
        for number in set(last.values()):
            for name, count in _per_device(connection, table, number):
                had[name][what] += count if last.get(name) == number else 0
    return _Past(had, frozenset(_doubted_before(connection, run)))


def _per_device(connection: Connection, table: Table, run: int) -> Iterator[tuple[str, int]]:
    of = table.c
    rows = connection.execute(select(of.device, func.count()).where(of.run == run).group_by(of.device))
    yield from ((name, count) for name, count in rows if name)


def _doubted_before(connection: Connection, run: NewRun) -> Iterator[str]:
    """The devices whose last reading was doubted. Its rows placed anew by other rules are no second reading."""
    of = DEVICES.c
    earlier = (of.status != Status.SKIPPED.value) & (RUNS.c.finished < run.finished)
    last = select(of.name, func.max(of.run).label("run")).join(RUNS).where(earlier).group_by(of.name).subquery()
    rows = select(of.name, of.reason).join(last, (of.name == last.c.name) & (of.run == last.c.run))
    yield from (name for name, reason in connection.execute(rows) if reason.startswith(DOUBT))


def _counts(ports: Iterable[tuple[str, Mapping[str, str]]]) -> _Counts:
    """How many ports each device has, and how many have each fact that rules rest on."""
    counts: _Counts = defaultdict(Counter)
    for device, facts in ports:
        counts[device]["ports"] += 1
        counts[device].update(f"ports with {name}" for name in _TOLD if facts.get(name))
    return counts
