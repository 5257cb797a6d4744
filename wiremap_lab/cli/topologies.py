"""The campuses that come with wiremap_lab: in the package where it was installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from wiremap_lab.errors import InvalidValue

_PACKAGE = Path(__file__).parents[1]
_FOLDERS = (_PACKAGE / "topologies", _PACKAGE.parent / "topologies")


def topology_path(name: str) -> Path:
    """The file of a campus, by its path or its name. Raises InvalidValue, with the names there are, for none.

    >>> topology_path("small-office").name
    'small-office.yaml'
    """
    if Path(name).is_file():
        return Path(name)
    found = next((path for folder in _FOLDERS if (path := folder / f"{name}.yaml").is_file()), None)
    if found is None or "/" in name:
        known = sorted({path.stem for folder in _FOLDERS for path in folder.glob("*.yaml")} - _rule_books())
        raise InvalidValue(f"no campus {name!r}: not a file, and none of {', '.join(known)}")
    return found


def rules_path(topology: Path) -> Path:
    """The rules that belong to a campus: ``NAME.rules.yaml`` beside it."""
    return topology.with_name(f"{topology.stem}.rules.yaml")


def _rule_books() -> set[str]:
    return {path.stem for folder in _FOLDERS for path in folder.glob("*.rules.yaml")}
