"""The whole path, once: the demo's campus answers, is collected, moved, and collected again."""

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Wiremap
from wiremap_lab.cli import main
from wiremap_lab.cli.topologies import rules_path, topology_path

CAMPUS = topology_path("small-office")
KEPT = ("--places", CAMPUS, "--rules", rules_path(CAMPUS))


@dataclass(frozen=True)
class Demo:
    folder: Path
    said: dict[str, list[dict[str, str | int | float | None]]]

    @property
    def database(self) -> Path:
        return self.folder / "demo.db"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    with contextlib.redirect_stdout(io.StringIO()) as told, pytest.raises(SystemExit) as left:
        main(["demo", "-o", str(folder), "--json"])
    assert left.value.code == 0
    return Demo(folder, json.loads(told.getvalue()))


def test_the_demo_leaves_its_database_and_its_report_and_nothing_else(demo: Demo) -> None:
    assert sorted(path.name for path in demo.folder.iterdir()) == ["demo-report.html", "demo.db"]


def test_the_report_fetches_nothing(demo: Demo) -> None:
    page = (demo.folder / "demo-report.html").read_text()
    assert "Outcomes" in page
    assert not any(word in page for word in ('src="http', 'href="http', "@import", "url(http"))


def test_a_caller_who_is_known_to_be_in_a_building_is_not_said_to_be_found(demo: Demo) -> None:
    now = {row["case"]: row for row in demo.said["outcomes"]}["after, collected again"]
    page = (demo.folder / "demo-report.html").read_text()
    assert f"{now['exact']} would be found where they are, {now['coarse']} only in their building;" in page


def test_no_device_is_said_to_be_at_a_wrong_port(demo: Demo) -> None:
    found = {row["found"]: row["part"] for row in demo.said["attached"]}
    assert found["wrong port"] == 0
    right = found["right port"]
    assert isinstance(right, int)
    assert right > 240


def test_every_wired_device_that_moved_was_seen_at_another_place(demo: Demo) -> None:
    moves = demo.said["moves"]
    assert len(moves) == 25
    assert all(move["seen at"] and move["seen at"] != move["then at"] for move in moves)


def test_every_caller_has_one_outcome_in_every_case(demo: Demo) -> None:
    totals = {sum(count for count in row.values() if isinstance(count, int)) for row in demo.said["outcomes"]}
    assert len(totals) == 1
    assert totals.pop() > 240


def test_answers_that_are_not_asked_for_again_go_to_where_devices_were(demo: Demo) -> None:
    cases = {row["case"]: row for row in demo.said["outcomes"]}
    asked, kept = cases["after, collected again"], cases["after, by the answers from before"]
    assert isinstance(asked["misroute"], int)
    assert isinstance(kept["misroute"], int)
    assert kept["misroute"] > asked["misroute"]


def test_the_commands_go_on_from_what_the_demo_kept(demo: Demo, wiremap: Wiremap) -> None:
    changed: Ran = wiremap("diff", "--db", demo.database, "--json")
    assert changed.code == 1
    moved = json.loads(changed.out)["moved"]
    assert len(moved) >= 25
    where: Ran = wiremap("infer", "--db", demo.database, "--mac", moved[0]["mac"], "--json")
    assert where.code == 0
    (attached,) = json.loads(where.out)["attachments"]
    assert moved[0]["to"].endswith(f"{attached['device']} {attached['port']}")
    assert attached["evidence"]
    told = wiremap("infer", "--db", demo.database, "--mac", moved[0]["mac"]).out.splitlines()
    assert told[0].endswith(f"role {attached['role']}")
    assert "; ".join(line.removeprefix("  because ") for line in told if "  because " in line) == attached["evidence"]
    unseen = wiremap("infer", "--db", demo.database, "--mac", "02:00:00:00:00:99")
    assert (unseen.code, unseen.out) == (1, "02:00:00:00:00:99 was never seen\n")
    misspelt = wiremap("infer", "--db", demo.database, "--device", "mh-1z")
    assert (misspelt.code, misspelt.out) == (2, "")
    assert "mh-1a" in misspelt.err


def test_the_same_rules_place_everything_where_it_is_already(demo: Demo, wiremap: Wiremap) -> None:
    said: Ran = wiremap("assign", "--db", demo.database, *KEPT, "--dry-run", "--json")
    told = json.loads(said.out)
    assert said.code == 1  # subnets and gateways nobody placed
    assert told["placements"] == []
    assert len(told["entries"]) > 500


def test_resolve_explains_itself_and_says_by_exit_code_that_it_does_not_know(demo: Demo, wiremap: Wiremap) -> None:
    kept = ("--db", demo.database, "--places", CAMPUS)
    found: Ran = wiremap(
        "resolve", *kept, "--lldp-chassis", "00:2a:10:91:1a:00", "--lldp-port", "Gi1/0/5", "--explain", "--json"
    )
    assert found.code == 0
    told = json.loads(found.out)
    assert told["resolutions"][0]["erl"] == "mill-1-101"
    assert any("mill-1-101 J05" in line for line in told["explained"]["cautious"])
    assert wiremap("resolve", *kept, "--bssid", "02:00:00:00:00:00").code == 1
    assert wiremap("resolve", *kept, "--lldp-port", "Gi1/0/5").code == 2
    assert wiremap("resolve", *kept, "--profile", "hope", "--ip", "10.91.20.40").code == 2


def test_every_fault_of_a_topology_is_told_with_its_line_and_nothing_is_started(
    wiremap: Wiremap, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(CAMPUS.read_text().replace("psap: ramsey", "psap: ramsay").replace("vlan: 110", "vlan: 11000"))
    said: Ran = wiremap("demo", broken, "-o", tmp_path / "out")
    assert said.code == 2
    lines = broken.read_text().splitlines()
    told = [line.removeprefix("wiremap: ") for line in said.err.splitlines()]
    assert len(told) == 2
    for fault, word in zip(told, ("psap: ramsay", "vlan: 11000"), strict=True):
        path, number, _ = fault.split(":", 2)
        assert path == str(broken)
        assert word in lines[int(number) - 1]
    assert not (tmp_path / "out").exists()


def test_a_campus_that_does_not_exist_is_refused_with_those_that_do(wiremap: Wiremap) -> None:
    said: Ran = wiremap("demo", "smal-office")
    assert said.code == 2
    assert "small-office, two-rooms" in said.err
