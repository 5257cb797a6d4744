"""Save a run: one transaction, from what every device answered to where every element is.

A device that was read completely may prove its ports gone; what several may show, as subnets and BSSIDs,
only all of them together; nothing else may. What is gone keeps its row and its history, and its placement
ends. What half a reading no longer tells of an element is no reason to place it elsewhere, or nowhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Insert, Table, bindparam, insert, select, update

from wiremap_lab.errors import StoreError
from wiremap_lab.packed import Packed
from wiremap_lab.store.elements import element_key, element_parts, is_of_one_device
from wiremap_lab.store.plausible import doubted
from wiremap_lab.store.schema import (
    ATTACHMENTS,
    DEVICES,
    ELEMENTS,
    FINDINGS,
    NEIGHBORS,
    PLACEMENTS,
    RAW,
    RUNS,
    SIGHTINGS,
    UNASSIGNED,
)
from wiremap_lab.store.values import DeviceRun, NewRun, Status
from wiremap_lab.tables import LldpNeighbor
from wiremap_lab.version import __version__
from wiremap_lab.wiremap import Element, Entry, NetworkElement

_Values = dict[str, object]
#: An element, the key of the one it is another name of, and its columns.
_Wanted = tuple[NetworkElement, str | None, _Values]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store holds of elements: ids by key, those typed only, the gone, and those not fully described."""

    ids: Mapping[str, int]
    typed: frozenset[int]
    provable: frozenset[int]
    unsure: frozenset[int]

    def id_of(self, element: NetworkElement) -> int:
        return self.ids[element_key(element)]


@dataclass(frozen=True, slots=True)
class _Reach:
    """What a run can prove by not seeing it. It is `whole` if it read all devices the last one knew, to the end."""

    complete: frozenset[str]
    whole: bool

    @classmethod
    def of(cls, connection: Connection, run: NewRun, previous: int | None) -> _Reach:
        before = connection.execute(select(DEVICES.c.name).where(DEVICES.c.run == previous)).scalars()
        complete = frozenset(device.name for device in run.devices if device.status is Status.COMPLETE)
        return cls(complete, complete >= {*before, *(device.name for device in run.devices)})

    def proves(self, key: str, device: object) -> bool:
        """Whether this element of that device would have been seen, with all that is known of it."""
        return device in self.complete and (self.whole or is_of_one_device(key))


def save(connection: Connection, run: NewRun, *, recorded: datetime) -> int:
    """Save a run and give its id.

    Raises StoreError for one that ended before the last run saved, and for one with two devices of one name.
    """
    previous = _check_order(connection, run, recorded)
    names = Counter(device.name for device in run.devices)
    if twice := [name for name, times in names.items() if times > 1]:
        raise StoreError(f"in one run twice: {', '.join(twice)} (give each device a name of its own)")
    run = doubted(connection, run)
    number = _begin_run(connection, run, recorded)
    _save_devices(connection, number, run.devices)
    known = _save_elements(connection, run, _Reach.of(connection, run, previous))
    seen = {known.id_of(name) for element in run.elements for name in (element.element, *element.aliases)}
    _save_sightings(connection, number, previous, seen)
    gone = known.provable - seen
    _mark_gone(connection, gone, run.finished)
    _save_placements(connection, run, known, seen=seen, settled=seen | gone | known.typed, recorded=recorded)
    _insert(connection, ATTACHMENTS, _attachments(number, run))
    unassigned = {known.id_of(each.element.element): list(each.tried) for each in run.unassigned}
    _insert(connection, UNASSIGNED, [{"run": number, "element": id_, "tried": t} for id_, t in unassigned.items()])
    return number


def _begin_run(connection: Connection, run: NewRun, recorded: datetime) -> int:
    times = {"started": run.started, "finished": run.finished, "recorded": recorded}
    values = {**times, "inventory": run.inventory, "tool": __version__, "status": run.status.value}
    number: int = connection.execute(insert(RUNS).values(**values).returning(RUNS.c.id)).scalar_one()
    return number


def _insert(connection: Connection, table: Table, rows: Sequence[_Values]) -> None:
    if rows:
        statement: Insert = insert(table)
        connection.execute(statement, rows)


def _check_order(connection: Connection, run: NewRun, recorded: datetime) -> int | None:
    """The id of the last run, which this one must follow."""
    last = connection.execute(select(RUNS).order_by(RUNS.c.id.desc()).limit(1)).one_or_none()
    if last is None:
        return None
    if run.finished < last.finished or recorded < last.recorded:
        raise StoreError(
            f"run {last.id} ended {last.finished:%Y-%m-%d %H:%M:%S}, after this one "
            f"({run.finished:%Y-%m-%d %H:%M:%S}): history is written forward (save it to another database)"
        )
    return int(last.id)


def _save_devices(connection: Connection, number: int, devices: Iterable[DeviceRun]) -> None:
    rows: dict[Table, list[_Values]] = {DEVICES: [], RAW: [], FINDINGS: [], NEIGHBORS: []}
    for device in devices:
        tables = device.tables
        incomplete = [[".".join(map(str, each.root)), each.reason] for each in tables.incomplete] if tables else []
        rows[DEVICES].append(
            {
                "run": number,
                "name": device.name,
                "status": device.status.value,
                "reason": device.reason,
                "seconds": device.seconds,
                "incomplete": incomplete,
            }
        )
        here = {"run": number, "device": device.name}
        rows[RAW] += ({**here, **_packed(context, text)} for context, text in device.raw.items())
        if tables:
            rows[FINDINGS] += (
                {**here, "place": each.table, "what": each.what, "quirk": each.quirk, "times": each.count}
                for each in tables.findings
            )
            rows[NEIGHBORS] += ({**here, **link} for link in _links(tables.lldp_neighbors))
    for table, values in rows.items():
        _insert(connection, table, values)


def _packed(context: str, text: str | Packed) -> _Values:
    packed = text if isinstance(text, Packed) else Packed.of(text)
    return {"context": context, "sha256": packed.sha256, "octets": packed.octets}


def _links(neighbors: Iterable[LldpNeighbor]) -> Iterator[_Values]:
    for each in neighbors:
        port = each.local_port or ("" if each.local_port_num is None else f"#{each.local_port_num}")
        chassis, far_port = str(each.chassis_id), str(each.port_id)
        yield {"port": port, "chassis": chassis, "far_port": far_port, "system": each.system_name}


def _attachments(number: int, run: NewRun) -> list[_Values]:
    return [
        {
            "run": number,
            "mac": str(each.mac),
            "device": each.device,
            "port": each.port,
            "via": each.via,
            "ips": [str(ip) for ip in each.ips],
            "evidence": list(each.evidence),
        }
        for each in run.attachments
    ]


def _described(element: Element) -> _Values:
    return {
        "device": element.device,
        "label": element.label,
        "facts": dict(element.facts),
        "evidence": list(element.evidence),
        "gone": None,
    }


def _save_elements(connection: Connection, run: NewRun, reach: _Reach) -> _Known:
    """Add the elements nobody knew, bring the others up to date, and give the ids of all."""
    stored = {row.key: row._asdict() for row in connection.execute(select(ELEMENTS))}
    wanted: dict[str, _Wanted] = {}
    for each in run.elements:
        wanted[element_key(each.element)] = (each.element, None, _described(each))
    for each in run.elements:
        for alias in each.aliases:
            wanted.setdefault(element_key(alias), (alias, element_key(each.element), _described(each)))
    for entry in run.wiremap:
        if (key := element_key(entry.element)) not in stored:
            wanted.setdefault(key, (entry.element, None, _typed(entry)))
    unsure = {stored[key]["id"] for key in wanted if key in stored and _keep_facts(key, wanted, stored, reach)}
    ids = {key: row["id"] for key, row in stored.items()}
    for aliases in (False, True):  # an alias names the row of its element, so that comes first
        fresh = [
            {"key": key, "parts": element_parts(element), "alias_of": of and ids[of], **values}
            for key, (element, of, values) in wanted.items()
            if key not in ids and (of is not None) is aliases
        ]
        _insert(connection, ELEMENTS, fresh)
        if fresh:
            ids = dict(connection.execute(select(ELEMENTS.c.key, ELEMENTS.c.id)).all())
    _update_elements(connection, stored, ids, wanted)
    devices = connection.execute(select(ELEMENTS.c.id, ELEMENTS.c.key, ELEMENTS.c.device)).all()
    return _Known(
        ids,
        typed=frozenset(id_ for id_, _, device in devices if device is None),
        provable=frozenset(id_ for id_, key, device in devices if reach.proves(key, device)),
        unsure=frozenset(unsure),
    )


def _keep_facts(
    key: str, wanted: Mapping[str, _Wanted], stored: Mapping[str, Mapping[str, object]], reach: _Reach
) -> bool:
    """Keep what was known of an element and half a reading does not tell; whether there is such."""
    values = wanted[key][2]
    known, told = _known_facts(stored[key]["facts"]), _known_facts(values["facts"])
    if known.keys() <= told.keys() or reach.proves(key, values["device"]):
        return False
    values["facts"] = known | told
    return True


def _known_facts(facts: object) -> dict[str, str]:
    """All but the role of a port on which nobody was seen."""
    return {name: text for name, text in facts.items() if text != "unknown"} if isinstance(facts, dict) else {}


def _typed(entry: Entry) -> _Values:
    """An element that no device ever reported, known only because somebody typed it."""
    return {"device": None, "label": entry.label, "facts": {}, "evidence": [], "gone": None}


def _update_elements(
    connection: Connection,
    stored: Mapping[str, Mapping[str, object]],
    ids: Mapping[str, int],
    wanted: Mapping[str, _Wanted],
) -> None:
    changed = []
    for key, (_, of, values) in wanted.items():
        now = {"alias_of": of and ids[of], **values}
        if key in stored and any(stored[key][name] != value for name, value in now.items()):
            changed.append({"changed": ids[key], **now})
    if changed:
        connection.execute(update(ELEMENTS).where(ELEMENTS.c.id == bindparam("changed")), changed)


def _save_sightings(connection: Connection, number: int, previous: int | None, seen: set[int]) -> None:
    """Lengthen the sightings that reach to the previous run, and begin new ones for the rest."""
    going_on = select(SIGHTINGS.c.element, SIGHTINGS.c.first_run).where(SIGHTINGS.c.last_run == previous)
    rows = connection.execute(going_on).all()
    longer = [{"of": element, "since": first} for element, first in rows if element in seen]
    if longer:
        row = (SIGHTINGS.c.element == bindparam("of")) & (SIGHTINGS.c.first_run == bindparam("since"))
        connection.execute(update(SIGHTINGS).where(row).values(last_run=number), longer)
    fresh = sorted(seen - {element for element, _ in rows})
    _insert(connection, SIGHTINGS, [{"element": id_, "first_run": number, "last_run": number} for id_ in fresh])


def _mark_gone(connection: Connection, gone: Iterable[int], when: datetime) -> None:
    rows = [{"lost": id_} for id_ in sorted(gone)]
    if rows:
        lost = (ELEMENTS.c.id == bindparam("lost")) & ELEMENTS.c.gone.is_(None)
        connection.execute(update(ELEMENTS).where(lost).values(gone=when), rows)


def _save_placements(
    connection: Connection, run: NewRun, known: _Known, *, seen: set[int], settled: set[int], recorded: datetime
) -> None:
    """End the placements that no longer hold and begin the new ones; `settled` are the elements we can speak of."""
    wanted: dict[int, dict[tuple[object, ...], _Values]] = defaultdict(dict)
    for entry in run.wiremap:
        values = _placement(entry, known)
        wanted[known.id_of(entry.element)][_sameness(values, seen)] = values
    is_open = PLACEMENTS.c.recorded_to.is_(None) & PLACEMENTS.c.valid_to.is_(None)
    ended = []
    for row in (found._asdict() for found in connection.execute(select(PLACEMENTS).where(is_open))):
        if row["element"] in known.unsure and not _is_typed(row, *wanted[row["element"]].values()):
            wanted[row["element"]] = {_sameness(row, seen): row}
        stays = row["element"] not in settled and row["element"] not in wanted
        if wanted[row["element"]].pop(_sameness(row, seen), None) is None and not stays:
            ended.append(row)
    if ended:
        by_id = PLACEMENTS.c.id == bindparam("ended")
        rows = [{"ended": row["id"]} for row in ended]
        connection.execute(update(PLACEMENTS).where(by_id).values(recorded_to=recorded), rows)
    since = {"valid_from": run.finished, "valid_to": None, "recorded_from": recorded, "recorded_to": None}
    until = {"valid_to": run.finished, "recorded_from": recorded, "recorded_to": None}
    past = [{**{name: row[name] for name in row if name != "id"}, **until} for row in ended]
    begun = [{**values, **since} for of_element in wanted.values() for values in of_element.values()]
    _insert(connection, PLACEMENTS, past + begun)


def _is_typed(*placements: _Values) -> bool:
    return any(str(values["source"]).startswith("row:") for values in placements)


def _placement(entry: Entry, known: _Known) -> _Values:
    return {
        "element": known.id_of(entry.element),
        "erl": entry.erl,
        "source": entry.source,
        "label": entry.label,
        "evidence": list(entry.evidence),
        "alias_of": known.ids.get(element_key(entry.alias_of)) if entry.alias_of else None,
        "observed_at": entry.observed_at,
    }


def _sameness(values: Mapping[str, object], seen: set[int]) -> tuple[object, ...]:
    """What makes two placements of an element the same. When it was observed counts only for those nobody saw."""
    evidence = values["evidence"]
    return (
        *(values[name] for name in ("erl", "source", "label", "alias_of")),
        tuple(evidence) if isinstance(evidence, list) else (),
        None if values["element"] in seen else values["observed_at"],
    )
