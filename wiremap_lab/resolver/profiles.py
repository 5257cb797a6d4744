"""Orders of precedence, as data: which identifier is asked first, who says so, and how careful it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

from wiremap_lab.errors import Fault, InvalidFile
from wiremap_lab.places import Depth
from wiremap_lab.resolver.rules import RULES

_DEPTHS = {"building": Depth.BUILDING, "floor": Depth.FLOOR, "room": Depth.ROOM}
_KEYS = {"title", "source", "verified", "steps", "agree_on", "fresh_within_hours", "notes"}


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
    try:
        document: object = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        raise InvalidFile([Fault(path, None, "", f"not YAML: {fault}")]) from None
    if not isinstance(document, dict) or not all(isinstance(body, dict) for body in document.values()):
        raise InvalidFile([Fault(path, None, "", "not a mapping of profile names to profiles")])
    faults = [Fault(path, None, f"{name}.{at}", what) for name, body in document.items() for at, what in _faults(body)]
    if faults:
        raise InvalidFile(faults)
    return MappingProxyType({str(name): _profile(str(name), body) for name, body in document.items()})


def _faults(body: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    yield from ((key, "no such field") for key in body if key not in _KEYS)
    yield from ((key, "a text is missing") for key in ("title", "source") if not isinstance(body.get(key), str))
    if not isinstance(body.get("verified"), bool):
        yield "verified", "neither true nor false"
    if str(body.get("agree_on", "floor")) not in _DEPTHS:
        yield "agree_on", f"not one of {', '.join(_DEPTHS)}: {body['agree_on']!r}"
    hours = body.get("fresh_within_hours", 1)
    if not isinstance(hours, int | float) or hours <= 0:
        yield "fresh_within_hours", f"not a number of hours: {hours!r}"
    steps = body.get("steps")
    if not isinstance(steps, list) or not steps:
        yield "steps", "a list of steps is missing"
    else:
        yield from ((f"steps[{n}]", f"not a step: {step!r}") for n, step in enumerate(steps) if _step(step) is None)


def _step(step: object) -> Step | None:
    """A step is the name of a rule, or ``{rule: NAME, at_least: building | floor | room}``."""
    parts = {"rule": step} if isinstance(step, str) else step
    if not isinstance(parts, dict) or not {"rule"} <= parts.keys() <= {"rule", "at_least"}:
        return None
    rule, at_least = parts["rule"], parts.get("at_least", "building")
    return Step(str(rule), _DEPTHS[str(at_least)]) if str(rule) in RULES and str(at_least) in _DEPTHS else None


def _profile(name: str, body: Mapping[str, object]) -> Profile:
    steps, notes, hours = body["steps"], body.get("notes", ()), body.get("fresh_within_hours")
    agree_on = body.get("agree_on")
    return Profile(
        name=name,
        title=str(body["title"]),
        source=str(body["source"]),
        verified=body["verified"] is True,
        steps=tuple(step for raw in steps if (step := _step(raw))) if isinstance(steps, list) else (),
        agree_on=_DEPTHS[agree_on] if isinstance(agree_on, str) else Depth.NOTHING,
        fresh_within=timedelta(hours=hours) if isinstance(hours, int | float) else None,
        notes=tuple(str(note) for note in notes) if isinstance(notes, list) else (),
    )
