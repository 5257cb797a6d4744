"""What independent parsers said of real devices' recordings, we say too; where they err, the octets prove it.

The recordings lie outside the project (see `shared` in tests/conftest.py); tests are skipped without them.
"""

import importlib.util
import json
import os
import re
import sys
import warnings
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TypedDict

import pytest

from wiremap_lab.collectors.recordings import Document, Printed, documents

EXCEPTIONS = Path(__file__).parent / "exceptions.json"
TABLES = ("lldp_neighbors", "cdp_neighbors", "fdb", "arp", "bss", "access_points", "interface_status", "inventory")

DOT1D_TP_FDB_PORT, DOT1Q_TP_FDB_PORT = "1.3.6.1.2.1.17.4.3.1.2.", "1.3.6.1.2.1.17.7.1.2.2.1.2."
IP_NET_TO_MEDIA, IP_NET_TO_PHYSICAL = "1.3.6.1.2.1.4.22.1.2.", "1.3.6.1.2.1.4.35.1.4."

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
Row = Mapping[str, Json]


class Exempt(TypedDict):
    """A row that an oracle has wrong or lacks, and the octets of the recording that prove it."""

    case: str
    table: str
    side: str
    match: dict[str, Json]
    why: str
    octets: list[str]


class Case(TypedDict):
    """One recording, what the oracle said of it, and what we say."""

    path: str
    expected: Mapping[str, list[Row]]
    answered: Mapping[str, list[Row]]


@pytest.fixture(scope="module")
def judge(shared: Path) -> ModuleType:
    """The script that compares: accept/recordings.py."""
    spec = importlib.util.spec_from_file_location("accept_recordings", shared / "accept" / "recordings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def cases(shared: Path, judge: ModuleType) -> Mapping[str, Case]:
    """Every SNMP recording, every capture and every text of a command line, read by us."""
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):  # the script leaves its files open
        kinds = ("snmp", "network", "pcap", "cli")
        found = [each for kind in kinds for each in judge.cases(str(shared / "recordings"), kind)]
    by_command: defaultdict[Printed | None, list[str]] = defaultdict(list)
    for _, path, options, *_ in found:
        by_command[Printed(options[1], options[3]) if options else None].append(path)
    answers = {each.path: each for printed, paths in by_command.items() for each in documents(paths, printed=printed)}
    cases: dict[str, Case] = {}
    for name, path, _, expected, _ in found:
        answer = answers[path]
        assert isinstance(answer, Document), answer
        cases[name] = {"path": path, "expected": expected, "answered": json.loads(answer.text)["tables"]}
    return cases


@pytest.fixture(scope="module")
def exceptions() -> list[Exempt]:
    loaded: list[Exempt] = json.loads(EXCEPTIONS.read_text(encoding="utf-8"))
    return loaded


Differences = Mapping[tuple[str, str, str], list[Row]]


@pytest.fixture(scope="module")
def differences(judge: ModuleType, cases: Mapping[str, Case]) -> Differences:
    """By case, table and side: the rows in which the oracle and we differ."""
    found: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for name, case in cases.items():
        for table, rows in case["expected"].items():
            expected = [row for row in judge.unique(rows) if judge.in_scope(table, row)]
            answered = judge.unique(row for row in case["answered"].get(table, []) if judge.in_scope(table, row))
            _, missing, extra = judge.match(expected, answered, table)
            found[name, table, "missing"].extend(missing)
            found[name, table, "extra"].extend(extra)
    return found


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_matched_and_none_invented(
    table: str, judge: ModuleType, cases: Mapping[str, Case], differences: Differences, exceptions: list[Exempt]
) -> None:
    by_case = defaultdict(list)
    for each in exceptions:
        by_case[each["case"]].append(each)
    wrong = [
        (name, side, row)
        for (name, kind, side), rows in differences.items()
        for row in rows
        if kind == table and not judge.excused(row, name, table, side, by_case[name])
    ]
    assert not wrong
    assert sum(len(case["expected"].get(table, ())) for case in cases.values()) > 30


def test_every_exception_is_proven_by_octets_of_the_recording(
    cases: Mapping[str, Case], exceptions: list[Exempt]
) -> None:
    held = cache(what_is_in)
    for each in exceptions:
        assert each["why"]
        assert each["octets"]
        recording = held(cases[each["case"]]["path"])
        assert all(octets in recording for octets in each["octets"]), each


def what_is_in(path: str) -> set[str] | str:
    """The lines of a recording; the octets of a capture."""
    octets = Path(path).read_bytes()
    return octets.hex() if Path(path).suffix == ".pcap" else set(octets.decode("latin-1").splitlines())


def test_no_exception_is_stale(judge: ModuleType, differences: Differences, exceptions: list[Exempt]) -> None:
    for each in exceptions:
        rows = differences[each["case"], each["table"], each["side"]]
        assert any(judge.excused(row, each["case"], each["table"], each["side"], [each]) for row in rows), each


def placed(path: str) -> set[tuple[str, str]]:
    """MAC and bridge port, MAC and IP address, read from the lines themselves: the last arcs and the value."""
    found = set()
    for line in Path(path).read_text(encoding="latin-1").splitlines():
        oid, _, value = line.partition("|")
        if oid.startswith((DOT1D_TP_FDB_PORT, DOT1Q_TP_FDB_PORT)):
            mac = ":".join(f"{int(arc):02x}" for arc in oid.split(".")[-6:])
            found.add((mac, value.partition("|")[2]))
        elif oid.startswith((IP_NET_TO_MEDIA, IP_NET_TO_PHYSICAL)):
            digits = re.sub("[^0-9a-f]", "", value.partition("|")[2].lower())
            found.add((":".join(re.findall("..", digits)), ".".join(oid.split(".")[-4:])))
    return found


def test_tables_no_oracle_has_are_nevertheless_in_the_recording_row_by_row(
    cases: Mapping[str, Case], exceptions: list[Exempt]
) -> None:
    whole = [each for each in exceptions if not each["match"]]
    assert whole
    for each in whole:
        case = cases[each["case"]]
        assert each["table"] in ("fdb", "arp")
        assert not [row for row in case["expected"][each["table"]] if ":" not in str(row.get("ip", ""))]
        key = "bridge_port" if each["table"] == "fdb" else "ip"
        rows = [row for row in case["answered"][each["table"]] if ":" not in str(row.get("ip", ""))]
        assert {(str(row["mac"]), str(row[key] or 0)) for row in rows} <= placed(case["path"])


def test_the_command_is_judged_the_same(shared: Path, judge: ModuleType) -> None:
    folder = shared / "recordings" / "snmp" / "dlink"
    paths = [str(path) for path in sorted(folder.glob("*/recording.snmprec"))]
    answers, done = judge.read([sys.executable, "-m", "wiremap_lab"], (), paths, 60)
    assert done.returncode == 0, done.stderr
    assert sorted(answers) == sorted(map(os.path.abspath, paths))
