"""Real daemons, real SNMP: the phones of the lab are found where they are plugged in, and found again when moved.

The judge is the patch panel: we plugged them in. What a phone reports is what its own lldpd hears.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from tests.lab.netns import STATION, heard_by, laid, plug, talk, unplug, why_not

ROOT = Path(__file__).parents[2]
PHONES = {"ph1": "02:00:00:00:01:01", "ph2": "02:00:00:00:01:02", "ph3": "02:00:00:00:01:03"}
INVENTORY = """
profiles: {lab: {version: 2c, community: "env:LAB_COMMUNITY"}}
defaults: {profiles: lab}
hosts: {sw1: {host: 10.9.0.1}, sw2: {host: 10.9.0.2}}
"""
PLACES = """
psaps: {lab: Lab PSAP}
buildings:
  sw1: {name: One, psap: lab, civic: {a1: MN, rd: Lab, hno: 1}, floors: {2: {index: 0, rooms: [p1, p2, p3]}}}
  sw2: {name: Two, psap: lab, civic: {a1: MN, rd: Lab, hno: 2}, floors: {2: {index: 0, rooms: [p1, p2, p3]}}}
"""
RULES = """
rules:
  - {name: jacks, kind: port, match: {sysName: '(?P<switch>sw.)', ifName: '(?P<jack>p.)'}, erl: "{switch}-2-{jack}"}
"""
CIVIC = r"""
rules:
  - {name: civic, kind: port, match: {medCivic.ROOM: '(?P<switch>sw.)-(?P<jack>p.)'}, erl: "{switch}-2-{jack}"}
"""

Answer = TypeVar("Answer")
Wiremap = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def lab(shared: Path) -> Iterator[Path]:
    """The network, and the folder of its daemons' sockets."""
    if reason := why_not(shared):
        pytest.skip(reason)
    with laid(shared) as folder:
        yield folder


@pytest.fixture(scope="module")
def wiremap(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> Wiremap:
    """Run ``wiremap WORDS`` on the management station."""
    del lab  # it only has to be up
    folder = tmp_path_factory.mktemp("station")
    for name, text in (("inventory", INVENTORY), ("places", PLACES), ("rules", RULES), ("civic", CIVIC)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    environment = {"PYTHONPATH": str(ROOT), "LAB_COMMUNITY": "public", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = ["ip", "netns", "exec", STATION, sys.executable, "-m", "wiremap_lab", *words]
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    return run


def found(wiremap: Wiremap) -> dict[str, tuple[str, str]]:
    """Collect, and say at which switch and port each phone is, in the order of the phones."""
    collected = wiremap("collect")
    assert collected.returncode == 0, collected.stderr
    rows = json.loads(wiremap("infer", "--json").stdout)["attachments"]
    where = {row["mac"]: (row["device"], row["port"]) for row in rows}
    return {phone: where[mac] for phone, mac in PHONES.items() if mac in where}


def resolved(wiremap: Wiremap, lab: Path, phone: str) -> str:
    """The place the phone gets for what it hears on its own wire."""
    heard = heard_by(phone, lab)
    if heard is None:
        return "it hears no switch yet"
    chassis, port = heard
    said = wiremap("resolve", "--lldp-chassis", chassis, "--lldp-port", port, "--json")
    return str(json.loads(said.stdout)["resolutions"][0]["erl"])


def in_time(read: Callable[[], Answer], expected: Answer) -> Answer:
    """Read until it is as expected, or as it is after a while: daemons take some seconds to tell each other."""
    deadline = time.monotonic() + 20
    while (answer := read()) != expected and time.monotonic() < deadline:
        time.sleep(0.5)
    return answer


@pytest.mark.root
def test_phones_are_found_where_they_are_plugged_in_and_again_when_one_has_moved(wiremap: Wiremap, lab: Path) -> None:
    before = {"ph1": ("sw1", "p1"), "ph2": ("sw1", "p2"), "ph3": ("sw2", "p1")}
    assert in_time(partial(found, wiremap), before) == before
    for phone, place in (("ph1", "sw1-2-p1"), ("ph2", "sw1-2-p2"), ("ph3", "sw2-2-p1")):
        assert in_time(partial(resolved, wiremap, lab, phone), place) == place
    plugged = str(json.loads(wiremap("collect", "--json").stdout)["run"])

    unplug("ph2e")
    time.sleep(2)  # a hand needs a moment, and a daemon one to see the carrier go
    plug("ph2e", "sw2p2")
    talk("ph2")
    after = {**before, "ph2": ("sw2", "p2")}
    assert in_time(partial(found, wiremap), after) == after
    assert in_time(partial(resolved, wiremap, lab, "ph2"), "sw2-2-p2") == "sw2-2-p2"

    changed = wiremap("diff", plugged, "--json")
    moved = {row["mac"]: (row["from"], row["to"]) for row in json.loads(changed.stdout)["moved"]}
    assert {mac: moved[mac] for mac in PHONES.values() if mac in moved} == {PHONES["ph2"]: ("sw1 p2", "sw2 p2")}
    assert changed.returncode == 1


@pytest.mark.root
def test_a_port_with_a_phone_is_an_edge_and_the_trunk_is_none(wiremap: Wiremap) -> None:
    found(wiremap)
    ports = json.loads(wiremap("infer", "--ports", "--json").stdout)["ports"]
    roles = {(row["device"], row["port"]): row["role"] for row in ports}
    assert roles["sw1", "p1"] == "edge"
    assert roles["sw1", "t1"] == roles["sw2", "t1"] == "uplink"


@pytest.mark.root
def test_ports_are_placed_by_the_civic_address_their_switch_tells_the_phones(wiremap: Wiremap) -> None:
    assert wiremap("collect").returncode == 0
    placed = json.loads(wiremap("assign", "--rules", "civic.yaml", "--dry-run", "--json").stdout)["entries"]
    where = {row["label"]: row["erl"] for row in placed}
    told = {"sw1 p1": "sw1-2-p1", "sw1 p2": "sw1-2-p2", "sw2 p1": "sw2-2-p1", "sw2 p2": "sw2-2-p2"}
    assert {label: where.get(label) for label in told} == told


@pytest.mark.root
def test_the_other_switch_is_found_by_what_a_real_daemon_advertises(wiremap: Wiremap) -> None:
    said = wiremap("crawl", "sw1", "--allow", "10.9.0.0/24", "--json")
    found = {each["device"]: (each["outcome"], each["heard by"]) for each in json.loads(said.stdout)["found"]}
    assert found["sw1"] == ("read", "")
    assert found["sw2"][0] == "read", said.stdout + said.stderr


@pytest.mark.root
def test_a_laptop_in_a_jack_hears_which_switch_and_port_it_is_on_and_where_that_is(lab: Path, tmp_path: Path) -> None:
    kept = tmp_path / "jack.pcapng"

    def capture(*words: str) -> dict[str, list[dict[str, object]]]:
        command = [*("ip", "netns", "exec", "wm-ph1", sys.executable, "-m", "wiremap_lab"), *words, "--json"]
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
        tables: dict[str, list[dict[str, object]]] = json.loads(said.stdout)["tables"]
        return tables

    heard = capture("capture", "eth0", "--seconds", "12", "-o", str(kept))["lldp_neighbors"]
    judge = heard_by("ph1", lab)
    assert [(_text(each["chassis_id"]), _text(each["port_id"])) for each in heard] == [judge]
    assert b"sw1-p1".hex() in str(heard[0]["med_locations"]), "the room, by LLDP-MED"
    assert capture("read", str(kept))["lldp_neighbors"] == heard


def _text(identifier: object) -> object:
    return identifier["text"] if isinstance(identifier, dict) else None
