"""Recordings of any kind made into tables: what `wiremap read` does."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from wiremap_lab.errors import Fault, InvalidFile, WiremapError
from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.inference.oddities import oddities
from wiremap_lab.readers import cli, frames
from wiremap_lab.readers.as_json import SCHEMA_VERSION, Json, document
from wiremap_lab.readers.mibs.device import read_device
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
class Printed:
    """That texts are what a command printed, platform and command as ntc-templates spells them."""

    platform: str
    command: str


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
    return resolve_local_ports(replace(tables, findings=(*odd, *tables.findings, *oddities(tables))))


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


def documents(paths: Sequence[str], *, printed: Printed | None = None) -> Iterator[Document | Unreadable]:
    """Read files, in their order, with all processors where there are many.

    `printed` says that they are texts of a command line, and of which.
    """
    read = partial(_document, printed=printed)
    if len(paths) < _WORTH_A_POOL:
        yield from map(read, paths)
        return
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(read, paths, chunksize=4)


def _document(path: str, *, printed: Printed | None) -> Document | Unreadable:
    """One file, read; the document is ASCII, for a line separator in a device's name would end its line."""
    try:
        found = document(path, read_file(Path(path))) if printed is None else _printed(path, printed)
    except WiremapError as fault:
        return Unreadable(path, str(fault))
    except Exception:  # a fault of ours on one file would take all the others with it
        return Unreadable(path, f"{path}: a fault of wiremap, please report it:\n{traceback.format_exc()}")
    return Document(path, json.dumps(found))


def _printed(path: str, printed: Printed) -> dict[str, Json]:
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as fault:
        raise InvalidFile([Fault(path, None, "", fault.strerror or str(fault))]) from None
    rows = cli.rows(path, text, platform=printed.platform, command=printed.command)
    tables: dict[str, Json] = {kind: list(found) for kind, found in rows.items()}
    return {"schema_version": SCHEMA_VERSION, "path": path, "complete": True, "findings": [], "tables": tables}
