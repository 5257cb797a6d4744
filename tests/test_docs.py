"""The docs say what is: every command and option they show exists, every help text is today's, every link leads on."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import typer

from tests.reference import EXITS, FOLLOWED, README, ROOT, WRITTEN, commands, followed, timeless
from wiremap_lab.assignment.rules import load_rules
from wiremap_lab.cli.exits import ExitCode
from wiremap_lab.collectors.inventory.native import load_inventory
from wiremap_lab.places import Building, CivicAddress, Erl, Places, Psap
from wiremap_lab.simulator.campus import load_places

PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
CONTEXTS = {context.command_path: context for context in commands()}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
name = lambda path: str(path.relative_to(ROOT))  # noqa: E731


def blocks(page: Path) -> Iterator[str]:
    """What stands between fences, and in backticks."""
    text = page.read_text(encoding="utf-8")
    yield from re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


def shown(page: Path, program: str) -> Iterator[list[str]]:
    """Every command line of a program that a page shows, in words."""
    for line in (line.removeprefix("$ ") for block in blocks(page) for line in block.splitlines()):
        if re.match(rf"(sudo |ip netns exec \S+ )?{program} ", line):
            words = shlex.split(line.partition(" #")[0].partition(" | ")[0], posix=True)
            yield words[words.index(program) + 1 :]


def context_of(words: list[str]) -> typer.Context:
    paths = [" ".join(["wiremap", *words[:length]]) for length in (2, 1, 0)]
    return next(CONTEXTS[path] for path in paths if path in CONTEXTS)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_option_shown_exists(page: Path) -> None:
    for words in shown(page, "wiremap"):
        context = context_of(words)
        known = {"--help", "--version"} | {option for param in context.command.params for option in param.opts}
        used = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert used <= known, f"wiremap {shlex.join(words)}"
        assert context.parent or not words or words[0].startswith("-"), f"no such command: {words}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_door_shown_exists(page: Path) -> None:
    doors = {word for words in shown(page, "make") for word in words[:1] if "=" not in word}
    assert all(re.search(rf"^{door}:", MAKEFILE, re.MULTILINE) for door in doors)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", WRITTEN, ids=name)
def test_what_is_written_from_the_code_is_what_the_code_says_today(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == WRITTEN[page](text), "run: make docs"


@pytest.mark.parametrize("page", FOLLOWED, ids=name)
def test_who_follows_a_page_sees_what_it_shows(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert timeless(text) == timeless(followed(text, tmp_path)), "run: make docs"


def test_the_readme_shows_the_help() -> None:
    assert "$ wiremap --help\nUsage: wiremap" in README.read_text(encoding="utf-8")


HQ = Places.of(
    [Psap("psap", "PSAP")],
    [Building("hq", "HQ", CivicAddress(), "psap")],
    [Erl("hq-2", "hq", "2"), Erl("hq-2-214", "hq", "2", room="214")],
)
READERS: Mapping[str, Callable[[str], object]] = {
    "# places.yaml\n": lambda text: load_places(text, path="places.yaml"),
    "# inventory.yaml\n": lambda text: load_inventory(text, path="inventory.yaml"),
    "# rules.yaml\n": lambda text: load_rules(text, path="rules.yaml", places=HQ),
}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_shown_can_be_read(page: Path) -> None:
    for block in blocks(page):
        for head, read in READERS.items():
            if block.startswith(head):
                read(block)


def test_every_exit_code_is_explained() -> None:
    assert set(EXITS) == set(ExitCode)
