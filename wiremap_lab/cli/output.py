"""How every command writes: one table of data to stdout, in the form asked for, and the rest to stderr."""

from __future__ import annotations

import csv
import io
import json
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wiremap_lab.errors import Fault, InvalidFile
from wiremap_lab.reports.model import Cell, Sheet

if TYPE_CHECKING:
    from rich.progress import Progress

SCHEMA_VERSION = 1


class Format(StrEnum):
    """How data is written to stdout."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


#: The two options every command with data has.
FormatOption = Annotated[Format, typer.Option("--format", help="How to write the data.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.")]


def chosen(how: Format, *, as_json: bool) -> Format:
    """The format of ``--format`` and ``--json`` together."""
    return Format.JSON if as_json else how


def emit(sheets: Sequence[Sheet], how: Format, *, facts: Mapping[str, object] | None = None) -> None:
    """Write sheets to stdout. `facts` are further keys of the JSON document; CSV has the first sheet only."""
    match how:
        case Format.TABLE:
            _tables(sheets)
        case Format.JSON:
            emit_json({**(facts or {}), **{sheet.name: _records(sheet) for sheet in sheets}})
        case Format.JSONL:
            for sheet in sheets:
                for record in _records(sheet):
                    typer.echo(json.dumps({"schema_version": SCHEMA_VERSION, "kind": sheet.name, **record}))
        case Format.CSV:
            typer.echo(_csv(sheets[0]), nl=False)


def emit_json(document: Mapping[str, object]) -> None:
    """Write one JSON document, with the version of its form, to stdout."""
    typer.echo(json.dumps({"schema_version": SCHEMA_VERSION, **document}, indent=2))


def say(text: str) -> None:
    """Tell the user something that is no data, on stderr; with ``--quiet`` it is not told."""
    if _talkative():
        typer.echo(text, err=True)


def _talkative() -> bool:
    return logging.getLogger().isEnabledFor(logging.WARNING)


def read_text(path: Path, *, remedy: str = "") -> str:
    """The text of a file of the user. Raises InvalidFile, with the remedy, when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        what = fault.strerror if isinstance(fault, OSError) else "not UTF-8"
        raise InvalidFile([Fault(str(path), None, "", f"cannot be read: {what}", remedy)]) from None


def read_source(source: str) -> str:
    """The text of a file of the user, or of stdin for ``-``. Raises InvalidFile when it cannot be read."""
    return sys.stdin.read() if source == "-" else read_text(Path(source))


def write_text(path: Path, text: str) -> None:
    """Write a file all at once: whoever interrupts finds the old one or none. Raises InvalidFile when it cannot be."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as fault:
        raise InvalidFile([Fault(str(path), None, "", f"cannot be written: {fault.strerror}")]) from None
    finally:
        with suppress(OSError):  # a folder that is a file has nothing to be removed from it either
            unfinished.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder to write to, where it is not there. Raises InvalidFile when it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise InvalidFile([Fault(str(path), None, "", f"cannot be a folder: {fault.strerror}")]) from None


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress bar on stderr where that is a terminal, and nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not (console.is_terminal and _talkative())) as bar:
        yield bar


def _records(sheet: Sheet) -> list[dict[str, Cell]]:
    """One mapping a row. JSON has no nan: a share of nothing is not known."""
    return [{name: None if cell != cell else cell for name, cell in record.items()} for record in sheet.records()]


def _tables(sheets: Sequence[Sheet]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # A pipe has no width: there a row is a line, however long.
    console = Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 10_000)
    for sheet in sheets:
        console.print(Text(sheet.title if sheet.rows else f"{sheet.title}: none", style="bold"))
        if not sheet.rows:
            continue
        if sheet.lead:
            console.print(Text(sheet.lead, style="dim"))
        columns = [[name, *map(_shown, cells)] for name, *cells in zip(sheet.columns, *sheet.rows, strict=True)]
        for band in _bands(columns, console.width):
            table = Table(box=SIMPLE_HEAD, pad_edge=False)
            for name, *cells in band:
                table.add_column(Text(name), min_width=_room([name, *cells]), overflow="fold")
            for row in zip(*(cells for _, *cells in band), strict=True):
                table.add_row(*map(Text, row))
            console.print(table)


def _bands(columns: Sequence[list[str]], width: int) -> Iterator[list[list[str]]]:
    """Columns, each below its name, in as many bands as a terminal needs; each band begins with the first column."""
    key, *rest = columns
    band, left = [key], width - _room(key) - 2
    for column in rest:
        needed = _room(column) + 3
        if needed > left and len(band) > 1:
            yield band
            band, left = [key], width - _room(key) - 2
        band.append(column)
        left -= needed
    yield band


def _room(column: Sequence[str]) -> int:
    """How wide a column should be at least: for its words, those of a usual length; for prose, something to read."""
    if max(map(len, column)) > 60:
        return 30
    return min(17, max(len(word) for text in column for word in text.split() or [""]))


def _shown(cell: Cell) -> str:
    match cell:
        case None:
            return "-"
        case bool():
            return "yes" if cell else "no"
        case float():
            return "-" if cell != cell else f"{cell:.4g}"
        case _:
            return str(cell)


def _csv(sheet: Sheet) -> str:
    """RFC 4180, with a quote before what a spreadsheet would take for a formula (OWASP ASVS 1.2.10)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(sheet.columns)
    writer.writerows([_safe(cell) for cell in row] for row in sheet.rows)
    return buffer.getvalue()


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\0")) else cell
