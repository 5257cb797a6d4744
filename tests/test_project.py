"""The project's own files agree with each other."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BASE = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"]
EXTRAS = [line for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, list[str]]:
    """The versions a lock file pins of each package: more than one where they depend on the Python."""
    pins: dict[str, list[str]] = {}
    for line in re.findall(r"^([^\s#=]+==[^\s;]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE):
        package, _, version = line.partition("==")
        pins.setdefault(canonical(package.partition("[")[0]), []).append(version)
    return pins


@pytest.mark.parametrize(("lock", "wanted"), [("requirements.lock", BASE), ("requirements-dev.lock", BASE + EXTRAS)])
def test_what_the_project_asks_for_is_in_its_lock_file(lock: str, wanted: list[str]) -> None:
    pins = locked(lock)
    requirements = [Requirement(line) for line in wanted]
    missing = [
        str(requirement)
        for requirement in requirements
        if canonical(requirement.name) != "wiremap-lab"
        and not any(requirement.specifier.contains(version) for version in pins.get(canonical(requirement.name), []))
    ]
    assert missing == [], "run: make lock"


def test_the_two_lock_files_pin_the_same_versions() -> None:
    base, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert base.items() <= dev.items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_names_no_index(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


def test_a_wheel_has_all_the_package_and_the_campuses(tmp_path: Path) -> None:
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    built = subprocess.run(
        [sys.executable, "-c", build, tmp_path], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = set(zipfile.ZipFile(tmp_path / built.stdout.split()[-1]).namelist())
    sources = [path for path in (ROOT / "wiremap_lab").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {path.relative_to(ROOT).as_posix() for path in sources} <= files
    assert {f"wiremap_lab/topologies/{path.name}" for path in (ROOT / "topologies").glob("*.yaml")} <= files
