"""A virtual campus as recordings: what its boxes answer, in memory or as files, with what a view hides left out."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from tests.simulator.campuses import NOON
from wiremap_lab.collectors.answer import Answer, understood
from wiremap_lab.lab.agent import Mib
from wiremap_lab.lab.mib import boxes, cells, contexts
from wiremap_lab.simulator.parts import Campus
from wiremap_lab.simulator.state import State, initial_state
from wiremap_lab.snmp.recording import Recording, dump
from wiremap_lab.tables import DeviceTables, Oid


def answer(
    of: Campus, box: str, *, state: State | None = None, minutes: int = 0, hidden: Sequence[Oid] = ()
) -> Recording:
    """What a box answers so many minutes after noon, in all its contexts; `hidden` subtrees are left out."""

    def view(context: str) -> Recording:
        now = NOON + timedelta(minutes=minutes)
        rows = Mib(cells(of, state or initial_state(of, NOON), box, context, now=now)).rows()
        return Recording(box, [row for row in rows if not any(row[0][: len(root)] == root for root in hidden)])

    return Recording(box, view("").rows, {name: view(name) for name in contexts(of, box)})


def tables(recording: Recording) -> DeviceTables:
    return understood(Answer(recording.name, recording))[0]


def record(folder: Path, of: Campus, state: State, *, minutes: int = 0) -> Path:
    """The campus as files, each context in one of its own."""
    folder.mkdir()
    for box in boxes(of):
        recorded = answer(of, box, state=state, minutes=minutes)
        for name, view in {"": recorded, **recorded.contexts}.items():
            (folder / f"{box}{'@' if name else ''}{name}.snmprec").write_text(dump(view.rows))
    return folder
