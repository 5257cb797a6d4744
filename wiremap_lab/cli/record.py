"""``wiremap record``: keep what devices answer as recordings, for a bug report or a test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from wiremap_lab.cli.gather import (
    EngineOption,
    HostKeysOption,
    InventoryOption,
    TimeoutOption,
    gather,
    leave,
    open_inventory,
    remembered,
)
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit, say, write_text
from wiremap_lab.cli.settings import load_settings
from wiremap_lab.collectors.collect import Collected, split
from wiremap_lab.collectors.documents import dumped
from wiremap_lab.collectors.files import SUFFIX
from wiremap_lab.collectors.sessions import SUFFIX as SESSION
from wiremap_lab.collectors.sessions import dump_session
from wiremap_lab.errors import InvalidValue
from wiremap_lab.readers.mibs.device import ROOTS
from wiremap_lab.readers.redaction import redact as redacted
from wiremap_lab.reports.model import Cell, Sheet
from wiremap_lab.snmp.recording import Recording, dump

#: All that standards, IEEE and makers define.
EVERYTHING = ((1, 0, 8802), (1, 3, 6, 1, 2, 1), (1, 3, 6, 1, 4, 1), (1, 3, 111))


def command(
    hosts: Annotated[list[str], typer.Argument(help="Devices, by their names in the inventory.", metavar="HOST...")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write to.")] = Path(),
    redact: Annotated[bool, typer.Option("--redact", help="Hide who and where; how the device behaves stays.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Walk all there is, not just the tables we read.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read the devices, and write nothing.")] = False,
    inventory: InventoryOption = None,
    engine: EngineOption = None,
    timeout: TimeoutOption = None,
    host_keys: HostKeysOption = None,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Write what devices answer to .snmprec files: one for each, and one for each VLAN shown in a context of its own.

    What a device printed on its command line goes to a .session.json file beside it, the documents of a controller to
    a folder of its name. Redacted, names and addresses become others, the same ones in all files of one command, and
    the files are numbered, not named; sessions are left out, and documents cannot be redacted. No recording ever has
    a community or a key in it. `wiremap doctor --replay` reads what was written.
    """
    settings = load_settings()
    opened, known = open_inventory(settings, inventory, "")
    chosen_hosts = tuple(host for host in known if host.name in hosts)
    if missing := sorted(set(hosts) - {host.name for host in chosen_hosts}):
        raise InvalidValue(f"not in the inventory: {', '.join(missing)}; it has {', '.join(h.name for h in known)}")
    snmp = settings.snmp.but(engine=engine, timeout=timeout)
    roots = EVERYTHING if everything else ROOTS
    ssh = settings.ssh.but(host_keys=host_keys)
    results = gather(opened, chosen_hosts, snmp, ssh=ssh, roots=roots, memory=remembered(settings))
    read, _ = split(results)
    controllers = [each for each in read if each.answer and each.answer.documents]
    if redact and controllers:
        raise InvalidValue(f"a controller's documents cannot be redacted: {', '.join(c.name for c in controllers)}")
    files = [*_files(read, secrets.token_bytes() if redact else None), *_sessions(read, redacted=redact)]
    texts = {output / name: text for name, text, _, _ in files}
    texts |= {output / path: text for each in controllers for path, text in _documents(each)}
    if not dry_run:
        for path, text in texts.items():
            write_text(path, text)
    rows: list[tuple[Cell, ...]] = [
        *((str(output / name), count, gaps) for name, _, count, gaps in files),
        *((str(output / each.name), None, len(each.tables.incomplete)) for each in controllers),
    ]
    title = "Would be written" if dry_run else "Written"
    emit([Sheet("files", title, ("file", "rows", "incomplete"), tuple(rows))], chosen(how, as_json=as_json))
    leave(results)


def _documents(controller: Collected) -> Iterator[tuple[str, str]]:
    """The files of a controller's folder, with their texts."""
    for name, text in dumped(controller.answer.documents if controller.answer else {}).items():
        yield f"{controller.name}/{name}", text


#: The name of a file, its text, how many rows or answers it has, and how many are missing.
_File = tuple[str, str, int, int]


def _files(read: Sequence[Collected], key: bytes | None) -> Iterator[_File]:
    """The recordings of SNMP; with a key, redacted. A context that is silent has none."""
    for number, each in enumerate(read, 1):
        stem = each.name if key is None else f"device-{number}"
        views = each.answer.views if each.answer else {}
        for context, view in views.items():
            if view.rows:
                shown = view if key is None else Recording(stem, redacted(view.rows, key=key), {}, view.incomplete)
                text = dump(shown.rows, incomplete=shown.incomplete)
                yield f"{stem}{'@' if context else ''}{context}{SUFFIX}", text, len(shown.rows), len(shown.incomplete)


def _sessions(read: Sequence[Collected], *, redacted: bool) -> Iterator[_File]:
    """The recordings of command lines. A printed text has names and addresses anywhere: none is kept redacted."""
    for each in read:
        session = each.answer.session if each.answer else None
        if session is None:
            continue
        if redacted:
            say(f"{each.name}: what it printed is left out, for nobody can tell where in it names and addresses are")
        else:
            yield f"{each.name}{SESSION}", dump_session(session), len(session.outputs), len(session.unread)
