"""Recordings of any kind made into tables: what `wiremap read` does."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from wiremap_lab.errors import WiremapError
from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.readers import frames
from wiremap_lab.readers.as_json import document
from wiremap_lab.readers.mibs import read_device
from wiremap_lab.snmp.recording import Recording, load
from wiremap_lab.tables import DeviceTables

#: Fewer files than this are read faster here than processes are started.
_WORTH_A_POOL = 8


@dataclass(frozen=True, slots=True)
class Document:
    """What a file said, as one JSON document."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is no recording, and why."""

    path: str
    reason: str


def tables_of(recording: Recording) -> DeviceTables:
    """The tables of a recording, with local ports resolved."""
    tables = read_device(
        recording.name,
        recording.walk,
        contexts={name: context.walk for name, context in recording.contexts.items()},
        incomplete=recording.incomplete,
    )
    odd = (*recording.findings, *(each for context in recording.contexts.values() for each in context.findings))
    return resolve_local_ports(replace(tables, findings=(*odd, *tables.findings)))


def read_file(path: Path) -> DeviceTables:
    """Read one file: a capture, or else a recording of SNMP. Raises InvalidFile where it is neither."""
    if _begins_as(path, frames.MAGIC):
        return frames.tables(path.stem, path.read_bytes())
    return tables_of(load(path))


def _begins_as(path: Path, magic: tuple[bytes, ...]) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in magic
    except OSError:
        return False


def documents(paths: Sequence[str]) -> Iterator[Document | Unreadable]:
    """Read files, in their order, with all processors where there are many."""
    if len(paths) < _WORTH_A_POOL:
        yield from map(_document, paths)
        return
    with ProcessPoolExecutor(os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()) as pool:
        yield from pool.map(_document, paths, chunksize=4)


def _document(path: str) -> Document | Unreadable:
    try:
        return Document(path, json.dumps(document(path, read_file(Path(path))), ensure_ascii=False))
    except WiremapError as fault:
        return Unreadable(path, str(fault))
