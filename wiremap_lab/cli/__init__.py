"""The `wiremap` command: one module a command, loaded only when it is the one asked for.

`COMMANDS` is all the top level knows of a command: its name, the line `wiremap --help` prints, and
whether it is a group. The module ``wiremap_lab.cli.<name>`` holds the rest: a function `command`,
or, for a group, a Typer `app`. So ``wiremap --help`` imports no library that a command needs.

A command writes data to stdout and everything else to stderr, and returns nothing. It ends with
``raise typer.Exit(ExitCode.…)`` where it has something to say by exit code, or by raising a
`WiremapError`, which becomes a message and an exit code here and nowhere else.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, NoReturn

import typer

from wiremap_lab import __version__
from wiremap_lab.cli.exits import ExitCode, exit_code_of
from wiremap_lab.errors import WiremapError


@dataclass(frozen=True, slots=True)
class Command:
    """What the top level knows of a command: the line its help prints, and whether commands are below it."""

    help: str
    group: bool = False


COMMANDS = {
    "demo": Command("Run the whole path on a virtual campus: collect, place, resolve, move, score."),
    "collect": Command("Read switches and controllers, and keep what they said as a run."),
    "watch": Command("Poll devices at the pace their tables change, and hear their traps."),
    "inventory": Command("Show which devices the inventories name, and what is known of each."),
    "crawl": Command("Find devices from a few by their LLDP and CDP neighbors, as far as you allow."),
    "capture": Command("Listen on an interface for who announces what: LLDP, CDP, ARP, DHCP, beacons."),
    "read": Command("Parse recordings into normalized tables."),
    "record": Command("Record what devices answer by SNMP, redacted if need be, for a bug report."),
    "infer": Command("Say which port each device is attached to, and what each port is, with evidence."),
    "where": Command("Say where a MAC, an IP or a name is, why there, how sure, and what speaks against it."),
    "assign": Command("Give the discovered elements their places, by rules."),
    "resolve": Command("Answer where a device is, from the identifiers it reports."),
    "score": Command("Measure coverage, and outcomes against the truth."),
    "diff": Command("Show what changed between two runs."),
    "lab": Command("Run the virtual campus, and move devices on it.", group=True),
    "doctor": Command("Check the environment and each device: what answers, what is odd, what would be lost."),
    "config": Command("Show the settings, and where each comes from.", group=True),
}


def build(words: Sequence[str]) -> typer.Typer:
    """The application, with the one command that `words` name loaded and the others known by name only."""
    app = typer.Typer(
        callback=_options, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None, help=_HELP
    )
    wanted = next((word for word in words if not word.startswith("-")), None)
    for name, command in COMMANDS.items():
        if command.group:
            app.add_typer(
                _group(name) if name == wanted else typer.Typer(callback=_later), name=name, help=command.help
            )
        else:
            app.command(name, short_help=command.help)(_function(name) if name == wanted else _later)
    return app


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Run `wiremap` with the words of the command line, and leave with its exit code."""
    words = _talk_first(sys.argv[1:] if words is None else words)
    try:
        build(words or _words_to_complete())(words, prog_name="wiremap")
    except WiremapError as fault:
        typer.echo(f"wiremap: {fault}", err=True)
        sys.exit(exit_code_of(fault))
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    finally:
        _flush()
    sys.exit(ExitCode.OK)


_TALK = frozenset({"-v", "-vv", "--verbose", "-q", "--quiet"})
_HELP = "Discover the wiremap, resolve devices on it, and score where their 911 calls would go."


def _later() -> None:
    """Stand for a command that was not asked for."""


def _function(name: str) -> Callable[..., None]:
    function: Callable[..., None] = importlib.import_module(f"wiremap_lab.cli.{name}").command
    return function


def _group(name: str) -> typer.Typer:
    group: typer.Typer = importlib.import_module(f"wiremap_lab.cli.{name}").app
    return group


def _talk_first(words: Sequence[str]) -> list[str]:
    """The words with those on how much to say before the command, wherever they stood: ``wiremap collect -v``."""
    end = words.index("--") if "--" in words else len(words)
    talk = [word for word in words[:end] if word in _TALK]
    return [*talk, *(word for word in words[:end] if word not in _TALK), *words[end:]]


def _words_to_complete() -> Sequence[str]:
    """The words a shell wants completed, which come by the environment."""
    return (os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or "").split()[1:]


def _flush() -> None:
    """Hand over what is buffered now: a reader that went away is no news, and at exit Python would report it."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"wiremap {__version__}")
        raise typer.Exit


def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
    verbose: Annotated[
        int,
        typer.Option(
            "-v", "--verbose", count=True, show_default=False, help="Say more on stderr; -vv, all. May stand anywhere."
        ),
    ] = 0,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors on stderr.")] = False,
) -> None:
    del version
    level = logging.ERROR if quiet else max(logging.WARNING - 10 * verbose, logging.DEBUG)
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s", force=True)
    logging.getLogger("httpcore").setLevel(max(level, logging.INFO))  # it would say cookies, and they let one in
