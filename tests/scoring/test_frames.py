"""The frames say what the values say, one observation a row."""

from __future__ import annotations

import math

from tests.scoring.campus import NOW, PLACES
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.measurements import LldpMeasurement, Measurements
from wiremap_lab.resolver import load_profiles
from wiremap_lab.scoring import Coverage, judge_all
from wiremap_lab.scoring.frames import coverage_frame, device_frame, outcome_frame
from wiremap_lab.wiremap import Entry, SwitchPort, Wap, Wiremap

CHASSIS = ChassisId.parse("02:00:00:00:01:01")
BSSID = Mac.parse("02:00:00:00:aa:41")
JUDGED = judge_all(
    Wiremap.of(
        [
            Entry(SwitchPort(CHASSIS, PortId.parse("Gi1/0/1")), "b1-1-east", "typed", NOW),
            Entry(Wap(BSSID), "b3", "typed", NOW),
        ]
    ),
    {
        "right": Measurements("right", NOW, LldpMeasurement(CHASSIS, PortId.parse("Gi1/0/1")), bssid=BSSID),
        "far": Measurements("far", NOW, bssid=BSSID),
    },
    truth={"right": "b1-1-east", "far": "b1-2-west", "silent": "b2-1-east"},
    places=PLACES,
    profile=load_profiles()["zoom"],
    now=NOW,
)


def test_every_device_is_a_row_with_its_answer_and_its_truth() -> None:
    frame = device_frame(JUDGED, PLACES).set_index("device")
    assert frame["outcome"].to_dict() == {"right": "exact", "far": "misroute", "silent": "relay"}
    assert frame["via"].to_dict() == {"right": "lldp port", "far": "bssid", "silent": "relay"}
    assert frame["candidates"].to_dict() == {"right": 2, "far": 1, "silent": 0}
    assert frame["conflicts"].to_dict() == {"right": 1, "far": 0, "silent": 0}
    assert frame["agreed"].to_dict() == {"right": 3, "far": 0, "silent": 0}
    assert math.isnan(frame["age_s"]["silent"])


def test_every_outcome_is_a_row_even_if_it_never_came() -> None:
    frame = outcome_frame(JUDGED)
    assert len(frame) == 8
    assert frame["count"].sum() == 3
    assert (frame["low"] <= frame["share"]).all()


def test_no_devices_make_an_empty_frame_with_the_same_columns() -> None:
    assert list(device_frame((), PLACES).columns) == list(device_frame(JUDGED, PLACES).columns)


def test_every_group_is_a_row_at_every_depth() -> None:
    frame = coverage_frame([Coverage("port", 4, 3, 2, 1)])
    assert frame["share"].tolist() == [0.75, 0.5, 0.25]
    assert frame["depth"].tolist() == ["building", "floor", "room"]
