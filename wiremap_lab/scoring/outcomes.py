"""What would happen to a call: eight outcomes, of which exactly one fits (metrics.md, 2).

Let c be the depth an answer claims, and a the deepest level at which it agrees with the truth on that
level and all above. Since a ≤ c, the pairs split into a = c and a < c; the PSAP only splits a = 0.
How the answer came about (`Via`) is told apart from what it is worth: a guess can be right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wiremap_lab.measurements import Measurements
from wiremap_lab.places import Depth, Erl, Places, agreement
from wiremap_lab.resolver import Profile, Resolution, Resolved, resolve
from wiremap_lab.scoring.intervals import Share
from wiremap_lab.wiremap import DeviceMac, GatewayMac, IpRange, Switch, SwitchPort, Wap, WapBlock, Wiremap


class Outcome(StrEnum):
    """What a call comes to, best first."""

    EXACT = "exact"
    COARSE = "coarse"
    WRONG_ROOM = "wrong room"
    WRONG_FLOOR = "wrong floor"
    WRONG_BUILDING = "wrong building"
    MISROUTE = "misroute"
    RELAY = "relay"
    FAILED = "failed"


class Via(StrEnum):
    """What kind of element an answer rests on; relay where there is no answer."""

    LLDP_PORT = "lldp port"
    LLDP_CHASSIS = "lldp chassis"
    BSSID = "bssid"
    BSSID_WILDCARD = "bssid wildcard"
    SUBNET = "subnet"
    GATEWAY_MAC = "gateway mac"
    DEVICE_MAC = "device mac"
    RELAY = "relay"


@dataclass(frozen=True, slots=True)
class Judged:
    """One device, where it really is, what was resolved of it, and what a call would have come to."""

    device: str
    truth: Erl
    resolution: Resolution
    outcome: Outcome


def judge(
    truth: Erl, answer: Erl | None, *, places: Places, required: Depth = Depth.FLOOR, completed: bool = True
) -> Outcome:
    """The outcome of a call from `truth` that was sent with `answer`.

    `required` is the depth the policy asks for at that place, `completed` whether the call was put through at all.
    """
    if not completed:
        return Outcome.FAILED
    if answer is None:
        return Outcome.RELAY
    claimed, agreed = answer.depth, agreement(answer, truth)
    if agreed == claimed:
        return Outcome.EXACT if claimed >= required else Outcome.COARSE
    if agreed is Depth.NOTHING:
        same = places.psap_of(answer) == places.psap_of(truth)
        return Outcome.WRONG_BUILDING if same else Outcome.MISROUTE
    return Outcome.WRONG_FLOOR if agreed is Depth.BUILDING else Outcome.WRONG_ROOM


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


def via(resolution: Resolution) -> Via:
    """The kind of element an answer rests on."""
    if not isinstance(resolution, Resolved):
        return Via.RELAY
    match resolution.element:
        case SwitchPort():
            return Via.LLDP_PORT
        case Switch():
            return Via.LLDP_CHASSIS
        case Wap():
            return Via.BSSID
        case WapBlock():
            return Via.BSSID_WILDCARD
        case IpRange():
            return Via.SUBNET
        case GatewayMac():
            return Via.GATEWAY_MAC
        case DeviceMac():
            return Via.DEVICE_MAC


def outcome_shares(outcomes: Iterable[Outcome]) -> tuple[Share, ...]:
    """Each of the eight outcomes as a share of all, best first, those that never came included."""
    counts = Counter(outcomes)
    whole = counts.total()
    return tuple(Share(outcome.value, counts[outcome], whole) for outcome in Outcome)
