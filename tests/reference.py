"""What the docs show of what commands say. ``make docs`` writes it again, and a test asks whether it is true."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import typer
from typer.core import TyperGroup

from wiremap_lab.cli import COMMANDS, build
from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.cli.settings import DEFAULTS
from wiremap_lab.readers.commands import PLATFORMS
from wiremap_lab.wiremap import FACTS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
REFERENCE = ROOT / "docs" / "reference" / "cli.md"
TUTORIAL = ROOT / "docs" / "tutorial.md"
FILES = ROOT / "docs" / "reference" / "files.md"
SHELLS = ROOT / "docs" / "how-to" / "read-command-lines.md"
WIDTH = 80

HEAD = """# The command line

Written by `make docs` from what the command says of itself. Data goes to stdout, everything else to stderr.
"""
EXITS: Mapping[ExitCode, str] = {
    ExitCode.OK: "all went well",
    ExitCode.FINDINGS: "it worked, and found something: a difference, an element without a place",
    ExitCode.USAGE: "the command line, a file or the configuration is wrong; every fault is named with its line",
    ExitCode.PARTIAL: "some devices could not be read; each is named with its reason",
    ExitCode.ALL_FAILED: "no device could be read",
    ExitCode.INTEGRITY: "the database contradicts itself",
    ExitCode.INTERRUPTED: "interrupted; nothing is half written",
}


#: A context as on a terminal of a width that does not depend on where it runs.
context = partial(typer.Context, terminal_width=WIDTH)


def commands() -> Iterator[typer.Context]:
    """A context of every command and subcommand that is there, each after the one above it."""
    yield context(typer.main.get_command(build([])), info_name="wiremap")
    for name in (name for name in COMMANDS if find_spec(f"wiremap_lab.cli.{name}")):
        top = context(typer.main.get_command(build([name])), info_name="wiremap")
        assert isinstance(top.command, TyperGroup)
        yield from below(context(top.command.commands[name], info_name=name, parent=top))


def below(top: typer.Context) -> Iterator[typer.Context]:
    yield top
    if isinstance(top.command, TyperGroup):
        for name, command in top.command.commands.items():
            yield from below(context(command, info_name=name, parent=top))


def help_of(shown: typer.Context) -> str:
    lines = shown.command.get_help(shown).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def reference(_: str = "") -> str:
    """The page about the command line: written anew, whatever it said."""
    sections = [f"## {shown.command_path}\n\n```\n{help_of(shown)}\n```\n" for shown in commands()]
    exits = "\n".join(f"| {code.value} | {meaning} |" for code, meaning in EXITS.items())
    return "\n".join([HEAD, *sections, f"## Exit codes\n\n| code | when |\n|---|---|\n{exits}\n"])


def with_table(page: str, head: str, rows: Mapping[str, str]) -> str:
    """The page with these rows in the table of that head."""
    table = "\n".join([head, "|---|---|", *(f"| `{name}` | {said} |" for name, said in rows.items()), ""])
    return re.sub(re.escape(head) + r"\n(\|.*\n)*", lambda _: table, page)


def files_with_tables(page: str) -> str:
    """The page about files with the facts and settings of today in its tables."""
    page = with_table(page, "| fact | what it is |", FACTS)
    return with_table(page, "| setting | default |", {name: f"`{default}`" for name, default in DEFAULTS.items()})


def shells_with_table(page: str) -> str:
    """The page about command lines with what each platform is asked today."""
    asked = {
        platform: "; ".join(" or ".join(f"`{command}`" for command in each.commands) for each in questions)
        for platform, questions in sorted(PLATFORMS.items())
    }
    rows = {platform: commands.replace("|", r"\|") for platform, commands in asked.items()}
    return with_table(page, "| platform | what it is asked |", rows)


def station(folder: Path) -> Mapping[str, str]:
    """Make a folder one to follow a page in: with `wiremap` on the path, and the campuses. Gives the environment."""
    (folder / "topologies").symlink_to(ROOT / "topologies")
    (folder / "bin").mkdir()
    command = folder / "bin" / "wiremap"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m wiremap_lab "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("WIREMAP_")}
    path = f"{command.parent}:{ours['PATH']}"
    return {**ours, "PATH": path, "XDG_CONFIG_HOME": str(folder), "LC_ALL": "C.UTF-8", "COLUMNS": str(WIDTH)}


def said_by(line: str, folder: Path, environment: Mapping[str, str]) -> str:
    """What a line in a shell says on stdout, without blanks at the ends of lines, and wherever it was said."""
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=100
    )
    said = done.stdout.replace(f"{folder}/", "")
    return "".join(f"{line.rstrip()}\n" for line in said.splitlines())


def followed(page: str, folder: Path) -> str:
    """A page with what its commands say today: those after ``$``, from top to bottom, as a reader would try them."""
    environment = station(folder)

    def again(block: re.Match[str]) -> str:
        lines = re.findall(r"^\$ (.+)$", block[1], re.MULTILINE)
        return "```\n" + "".join(f"$ {line}\n{said_by(line, folder, environment)}" for line in lines) + "```"

    try:
        return re.sub(r"^```\n(\$ .*?)^```", again, page, flags=re.MULTILINE | re.DOTALL)
    finally:
        said_by("wiremap lab down --state-dir .lab", folder, environment)


def timeless(page: str) -> str:
    """A page without what differs from one time to the next.

    >>> timeless("seen 2 min ago, at 2026-11-22 21:34:03+0000")
    'seen a while ago, at some time'
    """
    page = re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[\d.]*([+-][\d:]+|Z)?", "some time", page)
    return re.sub(r"\d+ \w+ ago", "a while ago", page)


#: The pages that are written wholly or in part: what becomes of the text they have.
WRITTEN: Mapping[Path, Callable[[str], str]] = {
    REFERENCE: reference,
    FILES: files_with_tables,
    SHELLS: shells_with_table,
}
#: The pages a reader follows, trying each command.
FOLLOWED = (README, TUTORIAL)

if __name__ == "__main__":
    for path, write in WRITTEN.items():
        path.write_text(write(path.read_text(encoding="utf-8") if path.exists() else ""), encoding="utf-8")
    for path in FOLLOWED:
        shown = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as place:
            today = followed(shown, Path(place))
        if timeless(today) != timeless(shown):
            path.write_text(today, encoding="utf-8")
