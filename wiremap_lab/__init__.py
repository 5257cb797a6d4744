"""Discover, serve, simulate and score the wiremap that tells where a 911 call comes from.

This is the door for notebooks and scripts. A name is loaded when it is first asked for, so that to
import the package costs nothing.

>>> from wiremap_lab import IpRange
>>> IpRange.parse("10.1.2.0/24").size
256
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wiremap_lab.assignment.rules import Assignment, assign, load_rules
    from wiremap_lab.collectors.recordings import read_file
    from wiremap_lab.errors import InvalidFile, InvalidValue, WiremapError
    from wiremap_lab.ids import ChassisId, Mac, PortId
    from wiremap_lab.measurements import LldpMeasurement, Measurements
    from wiremap_lab.places import Building, CivicAddress, Depth, Erl, Places, Psap
    from wiremap_lab.resolver import Resolved, Unresolved, explain, load_profiles, resolve
    from wiremap_lab.scoring.coverage import coverage
    from wiremap_lab.scoring.outcomes import Outcome, judge_all
    from wiremap_lab.simulator.campus import Campus, load_campus
    from wiremap_lab.store.repository import Store
    from wiremap_lab.tables import DeviceTables
    from wiremap_lab.version import __version__ as __version__
    from wiremap_lab.wiremap import Element, Entry, IpRange, Switch, SwitchPort, Wap, Wiremap

_HOMES = {
    "assignment.rules": ("Assignment", "assign", "load_rules"),
    "collectors.recordings": ("read_file",),
    "errors": ("InvalidFile", "InvalidValue", "WiremapError"),
    "ids": ("ChassisId", "Mac", "PortId"),
    "measurements": ("LldpMeasurement", "Measurements"),
    "places": ("Building", "CivicAddress", "Depth", "Erl", "Places", "Psap"),
    "resolver": ("Resolved", "Unresolved", "explain", "load_profiles", "resolve"),
    "scoring.coverage": ("coverage",),
    "scoring.outcomes": ("Outcome", "judge_all"),
    "simulator.campus": ("Campus", "load_campus"),
    "store.repository": ("Store",),
    "tables": ("DeviceTables",),
    "version": ("__version__",),
    "wiremap": ("Element", "Entry", "IpRange", "Switch", "SwitchPort", "Wap", "Wiremap"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Assignment",
    "Building",
    "Campus",
    "ChassisId",
    "CivicAddress",
    "Depth",
    "DeviceTables",
    "Element",
    "Entry",
    "Erl",
    "InvalidFile",
    "InvalidValue",
    "IpRange",
    "LldpMeasurement",
    "Mac",
    "Measurements",
    "Outcome",
    "Places",
    "PortId",
    "Psap",
    "Resolved",
    "Store",
    "Switch",
    "SwitchPort",
    "Unresolved",
    "Wap",
    "Wiremap",
    "WiremapError",
    "assign",
    "coverage",
    "explain",
    "judge_all",
    "load_campus",
    "load_profiles",
    "load_rules",
    "read_file",
    "resolve",
]


def __getattr__(name: str) -> object:
    """Load a name from the module it lives in."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
