"""Who may import whom, read from the source: docs/design/architecture.md says why.

Each row may import the rows above it in `ROWS`, itself only within one part, and never a sibling.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "wiremap_lab"

#: Lowest first. A part is a module or a package below `wiremap_lab`; the longest name that fits counts.
ROWS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("ids", "document", "packed", "version"),
    ("tables", "measurements", "places"),
    ("wiremap",),
    ("snmp", "readers", "protocols"),
    ("inference", "assignment", "resolver", "calls", "simulator", "exporters"),
    ("experiment", "scoring"),
    ("snmp.udp", "snmp.pysnmp_engine", "snmp.recording"),
    ("collectors", "store", "lab", "lis", "reports"),
    ("cli",),
)
#: The doors of the package: they may open on everything.
DOORS = {"__init__", "__main__"}
#: From this row on, modules touch the outside: sockets, files, SQL, the clock.
OUTER = 7
ROW_OF: Mapping[str, int] = {part: row for row, parts in enumerate(ROWS) for part in parts}

OUTSIDE = {
    *("asyncio", "concurrent", "http", "multiprocessing", "selectors", "socket", "socketserver", "ssl", "subprocess"),
    *("glob", "os", "pathlib", "shutil", "signal", "sqlite3", "tempfile", "threading", "time", "urllib.request"),
    *("alembic", "httpx", "netmiko", "paramiko", "psycopg", "pysnmp", "requests", "sqlalchemy", "starlette", "uvicorn"),
}
#: Each heavy library has its home; nothing else imports it.
HOMES: Mapping[str, tuple[str, ...]] = {
    "dask": ("experiment",),
    "distributed": ("collectors.cluster",),
    "matplotlib": ("reports.plots",),
    "netmiko": ("collectors.ssh.terminal",),
    "networkx": ("inference.topology", "simulator.campus"),
    "pandas": ("scoring.frames",),
    "pysnmp": ("collectors.traps", "snmp.pysnmp_engine"),
    "scapy": ("readers.frames.capture",),
    "shapely": ("calls.psap",),
}


def module_name(path: Path) -> str:
    """The dotted name below the package: ``snmp.codec``; a package's own file is the package."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


MODULES: Mapping[str, Path] = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def part_of(module: str) -> str:
    """The part a module belongs to.

    >>> part_of("snmp.udp"), part_of("snmp.codec"), part_of("readers.mibs.lldp")
    ('snmp.udp', 'snmp', 'readers')
    """
    names = module.split(".")
    prefixes = (".".join(names[:length]) for length in range(len(names), 0, -1))
    return next((prefix for prefix in prefixes if prefix in ROW_OF), names[0])


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imported(module: str) -> Iterator[tuple[str, int]]:
    """Every module another one imports, with the line: ``from a import b`` gives ``a`` and ``a.b``."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: imports are absolute here"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def own_imports(module: str) -> Iterator[tuple[str, int]]:
    """The modules of the package that one of them imports."""
    for name, line in imported(module):
        below = name.removeprefix("wiremap_lab.")
        if name == below:
            continue
        found = below if below in MODULES else below.rpartition(".")[0]
        if found in MODULES:  # else a name out of the public door
            yield found, line


def may_import(importer: str, imported_: str) -> bool:
    """A lower row, or the same part."""
    mine, other = part_of(importer), part_of(imported_)
    return mine == other or ROW_OF[other] < ROW_OF[mine]


def is_inner(module: str) -> bool:
    return module not in DOORS and ROW_OF[part_of(module)] < OUTER


def test_the_architecture_shows_these_rows() -> None:
    page = (PACKAGE.parent / "docs" / "design" / "architecture.md").read_text(encoding="utf-8")
    shown = next(block for block in page.split("```") if block.startswith("\nerrors < "))
    words = re.sub(r"   .*", "", shown)  # what stands far to the right is a remark
    rows = tuple(tuple(re.split(r"[,|]", row)) for row in re.sub(r"\s", "", words).split("<"))
    assert rows == ROWS


def test_every_part_of_the_package_has_its_row() -> None:
    assert [module for module in MODULES if module not in DOORS and part_of(module) not in ROW_OF] == []


@pytest.mark.parametrize("module", [module for module in MODULES if module not in DOORS])
def test_imports_point_to_a_lower_row_and_never_sideways(module: str) -> None:
    upward = [f"line {line}: {name}" for name, line in own_imports(module) if not may_import(module, name)]
    assert upward == []


@pytest.mark.parametrize("module", [module for module in MODULES if is_inner(module)])
def test_only_the_outer_rows_touch_the_outside(module: str) -> None:
    touches = [
        f"line {line}: {name}"
        for name, line in imported(module)
        if name.partition(".")[0] in OUTSIDE or any(name.startswith(f"{outside}.") for outside in OUTSIDE)
    ]
    assert touches == []


def reads_the_clock_or_a_file(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    match node.func:
        case ast.Attribute(value=ast.Name(id="datetime" | "date"), attr="now" | "utcnow" | "today"):
            return True
        case ast.Attribute(value=ast.Name(id="random"), attr=drawn):
            return drawn != "Random"
        case ast.Name(id="open"):
            return True
    return False


@pytest.mark.parametrize("module", [module for module in MODULES if is_inner(module)])
def test_below_the_outer_row_time_and_chance_are_arguments(module: str) -> None:
    found = [ast.unparse(node) for node in ast.walk(tree_of(module)) if reads_the_clock_or_a_file(node)]
    assert found == []


def for_types_only(module: str) -> set[int]:
    """The lines below ``if TYPE_CHECKING:``, which nothing runs."""
    guarded = [
        statement
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
    ]
    return {line for statement in guarded for line in range(statement.lineno, (statement.end_lineno or 0) + 1)}


@pytest.mark.parametrize("library", HOMES)
def test_a_heavy_library_has_one_home(library: str) -> None:
    users = {
        module
        for module in MODULES
        for name, line in imported(module)
        if name.partition(".")[0] == library and line not in for_types_only(module)
    }
    assert users <= set(HOMES[library])


def opened(module: str) -> set[str]:
    """What a module imports, with the packages it goes through by name: ``from a import b`` runs ``a`` first."""
    through = {node.module for node in ast.walk(tree_of(module)) if isinstance(node, ast.ImportFrom)}
    packages = {name.removeprefix("wiremap_lab.") for name in through if name} & MODULES.keys()
    return {*(name for name, _ in own_imports(module)), *packages} - {module}


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module: opened(module) for module in MODULES}
    while leaves := {module for module, needs in graph.items() if not needs & graph.keys()}:
        graph = {module: needs for module, needs in graph.items() if module not in leaves}
    assert graph == {}


@pytest.mark.parametrize("door", ["wiremap_lab", *(["wiremap_lab.cli"] if "cli" in MODULES else [])])
def test_the_doors_load_nothing_heavy(door: str) -> None:
    heavy = {*HOMES, "numpy", "sqlalchemy", "alembic", "cryptography", "jinja2"}
    say = f"import sys, {door}; print(*sorted({heavy!r} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", say], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert loaded.stdout.split() == []
