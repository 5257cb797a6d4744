"""Campuses of 30 to 90 switches with what goes wrong in them, judged by the truth they were made from."""

import pytest

from tests.inference.campuses import HARSH, LISTED, Faults, judge, ours, snapshot

#: Issue 3: this share of the devices in evidence is on the right port, and none on an uplink.
SHARE = 0.995
CASES = [
    *(("three-tier", seed, LISTED) for seed in (1, 2, 3)),
    ("three-tier", 4, HARSH),
    ("tower17", 1, LISTED),
    ("campus30", 1, HARSH),
]


@pytest.mark.parametrize(("name", "seed", "wrong"), CASES, ids=str)
def test_devices_in_evidence_are_on_their_true_port_and_none_on_an_uplink(name: str, seed: int, wrong: Faults) -> None:
    seen = snapshot(name, seed, wrong)
    judged = judge(seen, ours(seen.devices))

    assert judged.in_evidence > 500
    assert judged.share >= SHARE, judged.mistakes[:5]
    assert judged.on_uplink == 0, judged.mistakes[:5]
    assert judged.wrong <= 0.001 * judged.in_evidence
