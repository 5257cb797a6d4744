"""Orders of precedence, as data: which identifier is asked first, who says so, and how careful it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from yaml import ScalarNode

from wiremap_lab.document import Item, open_page
from wiremap_lab.places import Depth
from wiremap_lab.resolver.rules import RULES

_DEPTHS = {"building": Depth.BUILDING, "floor": Depth.FLOOR, "room": Depth.ROOM}
_REQUIRED = ("title", "source", "verified", "steps")
_KEYS = (*_REQUIRED, "agree_on", "fresh_within_hours", "notes")


@dataclass(frozen=True, slots=True)
class Step:
    """One place in the order: a rule, and how precise an entry must be to be taken at this point."""

    rule: str
    at_least: Depth = Depth.BUILDING


@dataclass(frozen=True, slots=True)
class Profile:
    """An order of precedence.

    `verified` says that the order stands in the source named; otherwise it is our assumption.
    `agree_on` is the level down to which all identifiers must agree, or there is no answer.
    `fresh_within` is how long after the network last showed an element its entry is believed; None is for ever.
    """

    name: str
    title: str
    source: str
    verified: bool
    steps: tuple[Step, ...]
    agree_on: Depth = Depth.NOTHING
    fresh_within: timedelta | None = None
    notes: tuple[str, ...] = ()


@cache
def load_profiles() -> Mapping[str, Profile]:
    """The profiles that come with wiremap_lab, by name.

    >>> [step.rule for step in load_profiles()["lync"].steps]
    ['bssid', 'port', 'switch', 'ip', 'device-mac']
    """
    text = files("wiremap_lab.resolver").joinpath("profiles.yaml").read_text(encoding="utf-8")
    return parse_profiles(text, path="profiles.yaml")


def parse_profiles(text: str, *, path: str) -> Mapping[str, Profile]:
    """Profiles from YAML: a mapping of names to the fields of `Profile`.

    Raises InvalidFile with everything that is wrong with it.
    """
    top = open_page(text, path=path)
    profiles = {name: _profile(name, item) for name, item in top.entries().items()}
    top.page.close()
    return MappingProxyType(profiles)


def _profile(name: str, item: Item) -> Profile:
    found = item.fields(_KEYS, _REQUIRED)
    texts = {key: found[key].text() or "" for key in ("title", "source") if key in found}
    agree_on = found["agree_on"].choice(_DEPTHS) if "agree_on" in found else None
    hours = found["fresh_within_hours"].integer(1, 24 * 366) if "fresh_within_hours" in found else None
    return Profile(
        name=name,
        title=texts.get("title", ""),
        source=texts.get("source", ""),
        verified="verified" in found and found["verified"].choice(("true", "false")) == "true",
        steps=tuple(_step(step) for step in found["steps"].items()) if "steps" in found else (),
        agree_on=_DEPTHS[agree_on] if agree_on else Depth.NOTHING,
        fresh_within=timedelta(hours=hours) if hours else None,
        notes=tuple(note.text() or "" for note in found["notes"].items()) if "notes" in found else (),
    )


def _step(item: Item) -> Step:
    """A step is the name of a rule, or ``{rule: NAME, at_least: building | floor | room}``."""
    if isinstance(item.node, ScalarNode):
        return Step(item.choice(RULES) or "")
    found = item.fields(("rule", "at_least"), ("rule",))
    at_least = found["at_least"].choice(_DEPTHS) if "at_least" in found else None
    rule = found["rule"].choice(RULES) if "rule" in found else None
    return Step(rule or "", _DEPTHS[at_least] if at_least else Depth.BUILDING)
