"""The whole lab in one call: what a network's devices report becomes the wiremap, with all it rests on.

`wiremap_lab.scoring` then judges on it what devices say of themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wiremap_lab.assignment.rules import Problem, RuleBook, Unassigned, assign
from wiremap_lab.inference.access_points import uplinks
from wiremap_lab.inference.edge_ports import Attachment, PortVerdict, Unattached, infer
from wiremap_lab.inference.elements import elements_of
from wiremap_lab.inference.wireless import with_clients
from wiremap_lab.tables import DeviceTables
from wiremap_lab.wiremap import Element, Wiremap


@dataclass(frozen=True, slots=True)
class Built:
    """What a network's tables come to: its elements, their places, and what could not be placed or told."""

    elements: tuple[Element, ...]
    wiremap: Wiremap
    unassigned: tuple[Unassigned, ...]
    problems: tuple[Problem, ...]
    attachments: tuple[Attachment | Unattached, ...]
    ports: tuple[PortVerdict, ...]


def build(devices: Sequence[DeviceTables], rulebook: RuleBook, *, now: datetime, derived_bssids: bool = False) -> Built:
    """Infer what is where, and place it by the rules; `now` is when the devices were read.

    BSSIDs that were not read but derived from an address are elements only where `derived_bssids` says so.
    """
    inferred = infer(devices, derived_bssids=derived_bssids)
    points = tuple(uplinks(inferred.network, inferred.answers, inferred.verdicts))
    found = with_clients(inferred.network, inferred.answers, points)
    elements = elements_of(inferred, now=now)
    assignment = assign(elements, rulebook)
    return Built(
        elements=elements,
        wiremap=Wiremap.of(assignment.entries),
        unassigned=assignment.unassigned,
        problems=assignment.problems,
        attachments=tuple(found[mac] for mac in sorted(found)),
        ports=inferred.ports,
    )
