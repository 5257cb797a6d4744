"""``wiremap crawl`` on the virtual campus, whose switches answer where they say by LLDP and CDP that they do."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Wiremap
from wiremap_lab.cli.topologies import topology_path
from wiremap_lab.collectors.inventory.native import load_inventory
from wiremap_lab.lab.serve import Served, serve_in_thread
from wiremap_lab.simulator.campus import load_campus

OFFICE = topology_path("small-office")
SECRET = "only-for-our-ears"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        port = ear.getsockname()[1]
    with serve_in_thread(load_campus(OFFICE.read_text(), path=str(OFFICE)), port=port, community=SECRET) as served:
        yield served


@pytest.fixture
def ways(tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SITE_COMMUNITY", SECRET)
    port = next(iter(served.addresses.values()))[1]
    profiles = "profiles: {lab: {version: 2c, community: 'env:SITE_COMMUNITY'}}\n"
    Path("ways.yaml").write_text(f"{profiles}defaults: {{profiles: lab, port: {port}}}\n")
    return tmp_path / "ways.yaml"


def test_a_campus_is_found_from_one_switch(ways: Path, served: Served, wiremap: Wiremap) -> None:
    seed = served.virtual.address("mh-core-1")
    said = wiremap("crawl", seed, "-i", ways, "--allow", "127.91.0.0/16", "-o", "found.yaml", "--json")
    found = json.loads(said.out)["found"]
    switches = set(served.virtual.campus.switches)
    assert {each["device"] for each in found if each["outcome"] == "read"} >= switches, said.err
    assert [each["outcome"] for each in found].count("same device") == 0
    hosts = load_inventory(ways.read_text() + Path("found.yaml").read_text(), path="both").hosts
    assert {host.host for host in hosts} >= {str(each.address) for each in served.virtual.campus.switches.values()}
    again = wiremap("collect", "-i", ways, "-i", "found.yaml", "--dry-run", "--json")
    assert again.code == 0
    assert SECRET not in said.out + said.err + Path("found.yaml").read_text()


def test_a_dry_run_shows_whom_it_would_ask_and_why_not(ways: Path, served: Served, wiremap: Wiremap) -> None:
    seed = served.virtual.address("mh-core-1")
    words = ("--allow", "127.91.0.0/22", "--deny", "mh-1*", "--dry-run", "--json", "-o", "found.yaml")
    found = json.loads(wiremap("crawl", seed, "-i", ways, *words).out)["found"]
    outcomes = {each["outcome"] for each in found}
    assert outcomes == {"read", "would be asked", "not asked"}
    assert {each["reason"] for each in found if each["device"].startswith("mh-1")} == {"denied"}
    assert not Path("found.yaml").exists()


def test_a_seed_that_does_not_answer_is_told(ways: Path, wiremap: Wiremap) -> None:
    said = wiremap("crawl", "127.91.250.1", "-i", ways, "--timeout", "0.05")
    assert said.code == 4
    assert "skipped" in said.out
