"""The quirk book is whole, and true: what it names is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from wiremap_lab.simulator.models import Quirk

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "docs" / "quirks.md"
ROWS = {
    int(cells[1]): [cell.strip() for cell in cells[2:-1]]
    for cells in (re.split(r"(?<!\\)\|", line) for line in BOOK.read_text(encoding="utf-8").splitlines())
    if len(cells) > 3 and cells[1].strip().isdigit()
}
DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
#: A quirk that is not handled has the reason in place of code and tests.
HANDLED = sorted(number for number, cells in ROWS.items() if not cells[1].startswith("not handled: "))
every_row = pytest.mark.parametrize("number", HANDLED)


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@cache
def defined(path: Path) -> frozenset[str]:
    """The functions and classes of a file, methods behind the name of their class."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tops = [node for node in tree.body if isinstance(node, DEFINITION)]
    methods = [f"{top.name}.{node.name}" for top in tops for node in top.body if isinstance(node, DEFINITION)]
    return frozenset([*(top.name for top in tops), *methods])


def is_defined(name: str) -> bool:
    """Whether a dotted name below the package is a function, a class or a method.

    >>> is_defined("ids.Mac.from_octets"), is_defined("ids.Mac.nothing")
    (True, False)
    """
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module = ROOT.joinpath("wiremap_lab", *parts[:length])
        files = [path for path in (module.with_suffix(".py"), module / "__init__.py") if path.exists()]
        if files:
            return ".".join(parts[length:]) in defined(files[0])
    return False


def test_every_quirk_stands_in_the_book_once() -> None:
    numbers = re.findall(r"^\| (\d+) \|", BOOK.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(map(int, numbers)) == list(range(1, 96))
    assert len(HANDLED) > 90


@every_row
def test_the_code_a_row_names_exists(number: int) -> None:
    names = quoted(ROWS[number][2])
    assert names
    assert [name for name in names if not is_defined(name)] == []


@every_row
def test_the_tests_a_row_names_exist(number: int) -> None:
    nodes = [node.partition("::") for node in quoted(ROWS[number][3])]
    assert nodes
    assert [(file, name) for file, _, name in nodes if name not in defined(ROOT / file)] == []


@every_row
def test_what_a_row_is_shown_by_exists(number: int) -> None:
    cell = ROWS[number][4]
    names = [name for name in quoted(cell) if "/" not in name]
    quirks = {f"quirk:{quirk.value}" for quirk in Quirk}
    made_up = {path.name for path in (ROOT / "data" / "recordings").iterdir()}
    assert quoted(cell) or cell.startswith("its own ")
    assert [name for name in names if name not in quirks | made_up] == []


def test_the_real_recordings_it_names_are_at_hand(shared: Path) -> None:
    names = {name for cells in ROWS.values() for name in quoted(cells[4]) if "/" in name}
    assert len(names) > 20
    assert [name for name in sorted(names) if not (shared / "recordings" / name).exists()] == []


def test_every_quirk_of_the_virtual_campus_that_has_a_number_is_in_its_row() -> None:
    shown = {name for cells in ROWS.values() for name in quoted(cells[4])}
    unnumbered = {Quirk.PORT_ID_MAC, Quirk.NO_Q_BRIDGE}
    assert [quirk.value for quirk in Quirk if quirk not in unnumbered and f"quirk:{quirk.value}" not in shown] == []
