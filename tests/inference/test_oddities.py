"""What was odd and cost nothing is told all the same."""

import json
from pathlib import Path

import pytest

from tests.lab.recorded import answer, tables
from tests.simulator.campuses import TOPOLOGIES
from wiremap_lab.collectors.recordings import read_file
from wiremap_lab.simulator.campus import load_campus
from wiremap_lab.simulator.models import Quirk
from wiremap_lab.tables import DeviceTables

FOLDER = Path(__file__).parents[2] / "data" / "recordings"
#: The quirks that can be counted in the tables.
COUNTED = {6, 14, 15, 16, 17, 22, 36, 42, 57, 59, 62}
DEVICES = sorted(path.parent.name for path in FOLDER.glob("*/expected.json"))
TWO_ROOMS = (TOPOLOGIES / "two-rooms.yaml").read_text(encoding="utf-8")


def told(read: DeviceTables) -> set[int | None]:
    return {finding.quirk for finding in read.findings}


@pytest.mark.parametrize("device", DEVICES)
def test_a_recording_made_for_a_quirk_tells_of_it(device: str) -> None:
    made_for = set(json.loads((FOLDER / device / "expected.json").read_text())["quirks"])
    assert made_for & COUNTED <= told(read_file(FOLDER / device / "recording.snmprec"))


def test_bssids_that_were_computed_are_told_from_those_that_were_read() -> None:
    found = [told(read_file(FOLDER / name / "recording.snmprec")) for name in ("acme-wlc", "acme-wlc-answering")]
    assert [84 in quirks for quirks in found] == [True, False]


@pytest.mark.parametrize(
    ("quirk", "number"),
    [
        (Quirk.CHASSIS_ID_ASCII, 14),
        (Quirk.PORT_ID_CHASSIS_MAC, 6),
        (Quirk.TRAILING_NUL, 20),
        (Quirk.STATIC_FDB, 42),
        (Quirk.EMPTY_IF_NAMES, 59),
        (Quirk.GENERIC_OBJECT_ID, 62),
    ],
)
def test_a_switch_that_is_told_to_be_odd_is_found_to_be_and_one_that_is_not_is_not(quirk: Quirk, number: int) -> None:
    plain = load_campus(TWO_ROOMS.replace("model: cisco-ios", "model: arista-eos"), path="plain")
    odd = load_campus(
        TWO_ROOMS.replace("{model: cisco-ios, ", f"{{model: arista-eos, quirks: [{quirk.value}], "), path="odd"
    )
    assert number in told(tables(answer(odd, "sw-1")))
    assert number not in told(tables(answer(plain, "sw-1")))
