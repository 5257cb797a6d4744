"""The recordings of made-up devices in data/recordings, each with what it must be read as beside it."""

import json
from pathlib import Path

import pytest

from wiremap_lab.collectors.recordings import Document, documents
from wiremap_lab.readers.mibs.bridge import context_names
from wiremap_lab.snmp.recording import load

FOLDER = Path(__file__).parents[2] / "data" / "recordings"
DEVICES = sorted(path.parent.name for path in FOLDER.glob("*/expected.json"))

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


def as_expected(value: Json, expected: Json) -> bool:
    """A row has at least the fields expected; an identifier may be given by its text alone."""
    if isinstance(value, dict) and isinstance(expected, str):
        return value.get("text") == expected
    if isinstance(value, dict) and isinstance(expected, dict):
        return all(as_expected(value.get(key), each) for key, each in expected.items())
    return value == expected


def read(device: str) -> dict[str, Json]:
    [answer] = documents([str(FOLDER / device / "recording.snmprec")])
    assert isinstance(answer, Document)
    found: dict[str, Json] = json.loads(answer.text)
    return found


def test_there_are_recordings_of_many_quirks() -> None:
    quirks = {
        quirk for device in DEVICES for quirk in json.loads((FOLDER / device / "expected.json").read_text())["quirks"]
    }
    assert len(DEVICES) >= 14
    assert len(quirks) >= 35


@pytest.mark.parametrize("device", DEVICES)
def test_a_recording_is_read_as_the_answer_beside_it_says(device: str) -> None:
    expected = json.loads((FOLDER / device / "expected.json").read_text())
    found = read(device)
    assert found["complete"] is expected.get("complete", True)
    tables = found["tables"]
    assert isinstance(tables, dict)
    for table, rows in expected["tables"].items():
        answered = tables[table]
        assert isinstance(answered, list)
        unmatched = list(answered)
        for row in rows:
            match = next((each for each in unmatched if as_expected(each, row)), None)
            assert match is not None, (table, row, answered)
            unmatched.remove(match)
        assert not unmatched


@pytest.mark.parametrize("device", DEVICES)
def test_contexts_are_asked_for_only_where_a_device_has_them(device: str) -> None:
    expected = json.loads((FOLDER / device / "expected.json").read_text())
    walk = load(FOLDER / device / "recording.snmprec").walk
    assert list(context_names(walk)) == expected.get("contexts", [])


def test_a_handled_quirk_leaves_a_finding() -> None:
    findings = read("acme-messy-lldp")["findings"]
    assert isinstance(findings, list)
    told = {finding["quirk"] for finding in findings if isinstance(finding, dict)}
    assert {1, 10, 12, 13, 19} <= told


def test_every_resolved_port_says_on_what_evidence() -> None:
    for device in DEVICES:
        tables = read(device)["tables"]
        assert isinstance(tables, dict)
        neighbors = tables["lldp_neighbors"]
        assert isinstance(neighbors, list)
        assert all(isinstance(row, dict) and row["local_evidence"] for row in neighbors)
