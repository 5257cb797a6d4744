"""The whole lab in two calls: what a network says becomes a wiremap, and what devices say is judged on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from wiremap_lab.measurements import Measurements
from wiremap_lab.places import Depth, Places
from wiremap_lab.resolver import Profile, Resolved, resolve
from wiremap_lab.scoring import Judged, judge
from wiremap_lab.wiremap import Wiremap


def judge_all(
    wiremap: Wiremap,
    measurements: Mapping[str, Measurements],
    *,
    truth: Mapping[str, str],
    places: Places,
    profile: Profile,
    now: datetime,
    required: Depth = Depth.FLOOR,
) -> tuple[Judged, ...]:
    """Resolve every device of `truth` (device id → ERL id) and tell what a call from it would come to.

    A device without measurements reports nothing and goes to the relay center.
    """
    judged = []
    for device, erl in truth.items():
        reported = measurements.get(device, Measurements(device=device, observed_at=now))
        resolution = resolve(wiremap, reported, profile, places=places, now=now)
        answer = places.erls[resolution.erl] if isinstance(resolution, Resolved) else None
        outcome = judge(places.erls[erl], answer, places=places, required=required)
        judged.append(Judged(device, places.erls[erl], resolution, outcome))
    return tuple(judged)
