"""A switch by SNMP and a controller by HTTPS in one run: kept, replayed, and disturbed by no other controller."""

import json
import logging
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Wiremap
from tests.collectors.served import TOKEN, Reply, bearer, refused, serving
from tests.collectors.served import Served as Controller
from tests.readers.controllers.told import documents
from wiremap_lab.cli.topologies import topology_path
from wiremap_lab.lab.serve import Served, serve_in_thread
from wiremap_lab.readers.controllers import INDEX
from wiremap_lab.simulator.campus import load_campus
from wiremap_lab.store.repository import Store

CAMPUS = topology_path("two-rooms")
MERAKI = documents("meraki")
ORGANIZATIONS = "/api/v1/organizations"
PROFILES = """
  cloud: {transport: https, token: "env:CLOUD_TOKEN"}
  stale: {transport: https, token: "env:STALE_TOKEN"}
"""


@pytest.fixture(scope="module")
def campus() -> Iterator[Served]:
    with serve_in_thread(load_campus(CAMPUS.read_text(), path=str(CAMPUS)), port=0) as served:
        yield served


@pytest.fixture
def meraki() -> Iterator[Controller]:
    with serving({path: Reply(text) for path, text in MERAKI.items() if path != INDEX}) as served:
        served.allowed = bearer
        yield served


@pytest.fixture
def project(tmp_path: Path, campus: Served, meraki: Controller, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an inventory of the campus and the controller; the tokens are in the environment only."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLOUD_TOKEN", TOKEN)
    monkeypatch.setenv("STALE_TOKEN", "stale-and-secret")
    Path("wiremap.toml").write_text("[snmp]\ntimeout = 0.5\nretries = 1\nseconds = 3\n")
    inventory = campus.inventory().replace("profiles:\n", f"profiles:{PROFILES}", 1)
    cloud = f'  cloud: {{host: "{meraki.url}", platform: meraki, profiles: [stale, cloud]}}\n'
    Path("inventory.yaml").write_text(inventory + cloud)
    return tmp_path


def add_host(name: str, url: str, platform: str = "meraki") -> None:
    inventory = Path("inventory.yaml")
    inventory.write_text(f'{inventory.read_text()}  {name}: {{host: "{url}", platform: {platform}, profiles: cloud}}\n')


def kept(project: Path) -> dict[str, Mapping[str, str]]:
    """What each device said in the last run, octet by octet."""
    with Store.open(str(project / "wiremap.db")) as store:
        run = store.runs()[-1].id
        return {name: store.raw(run, name) for name in store.devices(run)}


def outcomes(said: str) -> dict[str, str]:
    return {each["device"]: each["outcome"] for each in json.loads(said)["devices"]}


def test_a_switch_by_snmp_and_a_controller_are_read_in_one_run(project: Path, wiremap: Wiremap) -> None:
    said = wiremap("collect", "--json")
    assert said.code == 0, said.err
    told = ["sw-1", "wlc-1", "cloud", "cloud/idf-2", "cloud/idf-3"]
    assert outcomes(said.out) == dict.fromkeys(told, "read")
    found = json.loads(wiremap("infer", "--json").out)["attachments"]
    places = {each["mac"]: (each["device"], each["port"]) for each in found}
    assert places["02:00:0c:00:50:05"] == ("cloud/idf-2", "5")
    assert places["02:00:0c:00:60:07"] == ("cloud/idf-2", "7")
    roles = {
        (row["device"], row["port"]): row["role"]
        for row in json.loads(wiremap("infer", "--ports", "--json").out)["ports"]
    }
    assert roles["cloud/idf-2", "25"] == roles["cloud/idf-3", "1_MA-MOD-8X10G_2"] == "uplink"
    assert roles["cloud/idf-2", "3"] == "access-point"


def test_the_token_is_neither_kept_nor_said(project: Path, wiremap: Wiremap, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = wiremap("-vv", "collect", "--json")
    wiremap("record", "cloud", "-o", "out")
    files = [path.read_bytes() for path in project.rglob("*") if path.is_file()]
    for secret in (TOKEN, "stale-and-secret"):
        assert not any(secret.encode() in octets for octets in files)
        assert secret not in said.out + said.err + caplog.text


def test_what_a_controller_said_is_recorded_and_replays_to_the_same_tables(project: Path, wiremap: Wiremap) -> None:
    live = wiremap("collect", "--json", "--limit", "cloud", "--dry-run")
    assert wiremap("record", "cloud", "-o", "out").code == 0
    replayed = wiremap("collect", "--json", "--replay", "out/cloud", "--dry-run")
    assert rowed(live.out) == rowed(replayed.out)
    assert outcomes(wiremap("collect", "--json", "--replay", "out", "--dry-run").out) == outcomes(live.out)


def rowed(said: str) -> list[dict[str, object]]:
    return [{**each, "seconds": 0} for each in json.loads(said)["devices"]]


def test_documents_are_not_recorded_as_if_they_were_redacted(project: Path, wiremap: Wiremap) -> None:
    said = wiremap("record", "cloud", "--redact", "-o", "out")
    assert said.code == 2
    assert not Path("out").exists()


def test_doctor_speaks_of_a_controllers_devices(project: Path, wiremap: Wiremap) -> None:
    said = wiremap("doctor", "--json", "--limit", "cloud")
    assert said.code in (0, 1), said.err
    assert {each["device"] for each in json.loads(said.out)["devices"]} == {"cloud", "cloud/idf-2", "cloud/idf-3"}


MISBEHAVING: Mapping[str, Mapping[str, Reply]] = {
    "500": {ORGANIZATIONS: refused(500)},
    "429": {ORGANIZATIONS: refused(429, Retry_After="7200")},
    "garbage": {ORGANIZATIONS: Reply("\x00\xff<!doctype html>")},
    "no end": {ORGANIZATIONS: Reply(MERAKI[ORGANIZATIONS], trickle=0.05)},
    "nobody": {ORGANIZATIONS: refused(401)},
    "empty": {ORGANIZATIONS: Reply("[]")},
    "garbage later": {
        path: Reply(text if path == ORGANIZATIONS else '{"a": [') for path, text in MERAKI.items() if path != INDEX
    },
}


@pytest.mark.parametrize("fault", MISBEHAVING)
def test_a_controller_that_misbehaves_disturbs_no_other_device(fault: str, project: Path, wiremap: Wiremap) -> None:
    assert wiremap("collect").code == 0
    alone = kept(project)
    with serving(MISBEHAVING[fault]) as controller:
        add_host("bad", controller.url)
        said = wiremap("collect", "--json")
    outcome = outcomes(said.out)["bad"]
    beside = kept(project)
    del beside["bad"]
    assert stable(beside) == stable(alone)
    expected = {"empty": "read", "garbage later": "incomplete"}.get(fault, "skipped")
    assert (outcome, said.code) == (expected, 3 if expected == "skipped" else 0)


def stable(texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Without what the clock of a virtual switch makes of a second run: sysUpTime."""
    clock = re.compile(r"^1\.3\.6\.1\.2\.1\.1\.3\.0\|.*$", re.MULTILINE)
    return {name: {key: clock.sub("", text) for key, text in each.items()} for name, each in texts.items()}


def test_doctor_says_of_what_a_controller_tells_what_would_help_there(project: Path, wiremap: Wiremap) -> None:
    wiremap("record", "cloud", "-o", "out")
    shutil.copytree("out/cloud", "out/twin")
    said = wiremap("doctor", "--json", "--replay", "out")
    assert said.code == 1, said.err
    helps = {(each["device"], each["what helps"]) for each in json.loads(said.out)["complaints"]}
    assert {device for device, _ in helps} == {f"{source}/idf-{n}" for source in ("cloud", "twin") for n in (2, 3)}
    assert all("by SNMP as well" in remedy for _, remedy in helps)
