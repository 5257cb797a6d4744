"""The shape of the house: short files, short functions, shallow nesting, in the package and in its tests."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [path for folder in ("wiremap_lab", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]

FILE_LINES = 500
FUNCTION_LINES = 50
NESTING = 3

Function = ast.FunctionDef | ast.AsyncFunctionDef
NESTS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith, ast.Match)


def functions(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    docstring = ast.get_docstring(function, clean=False) or ""
    return (function.end_lineno or function.lineno) - function.lineno + 1 - len(docstring.splitlines())


def depth(node: ast.AST, level: int = 0) -> int:
    """How deep blocks stand in each other; an `elif` counts as an `if` in an `else`, as the grammar has it."""
    deepest = level
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef | ast.Lambda):
            continue
        deepest = max(deepest, depth(child, level + isinstance(child, NESTS)))
    return deepest


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short_and_shallow(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= FILE_LINES
    for function in functions(path):
        assert length(function) <= FUNCTION_LINES, f"{function.name}, line {function.lineno}, is too long"
        assert depth(function) <= NESTING, f"{function.name}, line {function.lineno}, nests too deep"
