"""`wiremap read`: parse recordings into normalized tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit, say
from wiremap_lab.collectors.recordings import Printed, Unreadable, documents
from wiremap_lab.reports.model import Cell, Sheet


def command(
    paths: Annotated[list[Path], typer.Argument(help="Recordings (.snmprec), captures, or texts.", metavar="PATH...")],
    *,
    platform: Annotated[str, typer.Option(help="What printed the texts, as ntc-templates calls it: cisco_ios.")] = "",
    printed_by: Annotated[
        str, typer.Option("--command", help="The command that printed them: 'show lldp neighbors'.")
    ] = "",
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Parse recordings of devices into normalized tables: one JSON document a file, or a count of rows."""
    if bool(platform) is not bool(printed_by):
        raise typer.BadParameter("a text needs both --platform and --command")
    unreadable: list[str] = []
    texts = _readable(paths, unreadable, Printed(platform, printed_by) if platform else None)
    match chosen(how, as_json=as_json):
        case Format.JSONL:
            for text in texts:
                typer.echo(text)
        case Format.JSON:
            found = [json.loads(text) for text in texts]
            typer.echo(json.dumps(found[0] if len(paths) == 1 and found else found, indent=2, ensure_ascii=False))
        case other:
            emit([_counts(texts)], other)
    if unreadable:
        raise typer.Exit(ExitCode.ALL_FAILED if len(unreadable) == len(paths) else ExitCode.PARTIAL)


def _readable(paths: list[Path], unreadable: list[str], printed: Printed | None) -> Iterator[str]:
    for answer in documents([str(path) for path in paths], printed=printed):
        if isinstance(answer, Unreadable):
            unreadable.append(answer.path)
            say(f"wiremap: {answer.reason}")
        else:
            yield answer.text


def _counts(texts: Iterable[str]) -> Sheet:
    """How many rows of each table each file has."""
    found = [json.loads(text) for text in texts]
    kinds = tuple(dict.fromkeys(kind for each in found for kind, rows in each["tables"].items() if rows))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (each["path"], *(len(each["tables"].get(kind, ())) for kind in kinds), len(each["findings"])) for each in found
    )
    return Sheet("files", "Rows read", ("path", *kinds, "findings"), rows, lead="--format json shows the rows.")
