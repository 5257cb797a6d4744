"""Exactly one of eight outcomes fits every call; judged by the conditions as they are written, one by one."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from tests.scoring.campus import ERLS, NOW, PLACES
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.places import Depth, Erl
from wiremap_lab.resolver import Resolved, Unresolved
from wiremap_lab.scoring import Outcome, Via, judge, outcome_shares, via
from wiremap_lab.wiremap import (
    DeviceMac,
    Entry,
    GatewayMac,
    IpRange,
    NetworkElement,
    Switch,
    SwitchPort,
    Wap,
    WapBlock,
)

MAC = Mac.parse("02:00:00:00:00:01")
CHASSIS = ChassisId.parse("02:00:00:00:01:01")


def fitting(truth: Erl, answer: Erl | None, required: Depth) -> list[Outcome]:
    """Every outcome whose condition holds: the table of metrics.md, 2, over paths of building, floor and room."""
    claim = [] if answer is None else [part for part in (answer.building, answer.floor, answer.room) if part]
    real = [truth.building, truth.floor, truth.room]
    c = len(claim)
    a = next((depth for depth in range(c) if claim[depth] != real[depth]), c)
    north = {"b1", "b2"}
    same_psap = answer is not None and (answer.building in north) == (truth.building in north)
    conditions = {
        Outcome.EXACT: c > 0 and a == c >= required,
        Outcome.COARSE: 0 < a == c < required,
        Outcome.WRONG_ROOM: c == 3 and a == 2,
        Outcome.WRONG_FLOOR: c >= 2 and a == 1,
        Outcome.WRONG_BUILDING: c >= 1 and a == 0 and same_psap,
        Outcome.MISROUTE: c >= 1 and a == 0 and not same_psap,
        Outcome.RELAY: c == 0,
    }
    return [outcome for outcome, holds in conditions.items() if holds]


def test_every_answer_to_every_truth_has_exactly_one_outcome() -> None:
    met = set()
    for truth, answer, required in product(ERLS, [*ERLS, None], Depth):
        outcome = judge(truth, answer, places=PLACES, required=required)
        assert fitting(truth, answer, required) == [outcome]
        met.add(outcome)
    assert met == set(Outcome) - {Outcome.FAILED}


def test_a_call_that_was_not_put_through_failed_whatever_it_said() -> None:
    assert judge(ERLS[0], ERLS[0], places=PLACES, completed=False) is Outcome.FAILED


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (SwitchPort(CHASSIS, PortId.parse("Gi1/0/1")), Via.LLDP_PORT),
        (Switch(CHASSIS), Via.LLDP_CHASSIS),
        (Wap(MAC), Via.BSSID),
        (WapBlock.around(MAC, 1), Via.BSSID_WILDCARD),
        (IpRange.parse("10.0.0.0/8"), Via.SUBNET),
        (GatewayMac(MAC), Via.GATEWAY_MAC),
        (DeviceMac(MAC), Via.DEVICE_MAC),
    ],
)
def test_how_an_answer_came_about_is_the_kind_of_its_element(element: NetworkElement, expected: Via) -> None:
    entry = Entry(element, "b1", "typed", NOW)
    assert via(Resolved("rule", str(element), entry, NOW, timedelta())) is expected


def test_no_answer_goes_by_the_relay_center() -> None:
    assert via(Unresolved(())) is Via.RELAY


def test_the_shares_of_all_outcomes_are_the_whole() -> None:
    outcomes = [judge(truth, answer, places=PLACES) for truth, answer in product(ERLS, [*ERLS, None])]
    shares = outcome_shares(outcomes)
    assert [share.name for share in shares] == [outcome.value for outcome in Outcome]
    assert sum(share.part for share in shares) == len(outcomes) == shares[0].whole
