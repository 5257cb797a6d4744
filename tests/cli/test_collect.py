"""Collecting from agents that answer: what is kept, what is skipped, and what an interruption leaves."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import wiremap_lab
from tests.cli.conftest import Ran, Wiremap
from wiremap_lab.cli.reported import read_reported
from wiremap_lab.cli.topologies import topology_path
from wiremap_lab.errors import InvalidFile
from wiremap_lab.lab.control import status
from wiremap_lab.lab.serve import Served, serve_in_thread
from wiremap_lab.simulator.campus import load_campus
from wiremap_lab.snmp.keys import AuthProtocol, User
from wiremap_lab.store.repository import Store

CAMPUS = topology_path("two-rooms")
COMMUNITY = "only-for-our-ears"
RULES = "rules: [{name: jacks, match: {ifAlias: '(?P<room>shop-1-\\w+) J\\d+'}, erl: '{room}'}]"
SILENT = "  silent: {host: 127.0.0.1, port: 9, profiles: lab}\n"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve_in_thread(load_campus(CAMPUS.read_text(), path=str(CAMPUS)), port=0, community=COMMUNITY) as served:
        yield served


@pytest.fixture
def project(tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all a project has, as the settings expect it, and a community that is in the environment only."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SITE_COMMUNITY", COMMUNITY)
    Path("inventory.yaml").write_text(
        served.inventory().replace(f"community: {COMMUNITY}", "community: env:SITE_COMMUNITY")
    )
    Path("places.yaml").write_text(CAMPUS.read_text())
    Path("rules.yaml").write_text(RULES)
    Path("wiremap.toml").write_text("[snmp]\ntimeout = 0.3\nretries = 1\n")
    return tmp_path


def add_silent_host(project: Path) -> None:
    inventory = project / "inventory.yaml"
    inventory.write_text(inventory.read_text() + SILENT)


def runs(project: Path) -> int:
    with Store.open(str(project / "wiremap.db")) as store:
        return len(store.runs())


def test_a_campus_is_read_placed_and_kept(project: Path, wiremap: Wiremap) -> None:
    said: Ran = wiremap("collect", "--json")
    assert said.code == 0
    told = json.loads(said.out)
    assert told["run"] == 1
    assert {each["device"]: each["outcome"] for each in told["devices"]} == {"sw-1": "read", "wlc-1": "read"}
    found: Ran = wiremap("resolve", "--lldp-chassis", "00:2a:10:aa:00:00", "--lldp-port", "Gi1/0/5", "--json")
    assert json.loads(found.out)["resolutions"][0]["erl"] == "shop-1-back"


def test_a_row_for_what_no_device_shows_places_it(project: Path, wiremap: Wiremap) -> None:
    Path("rules.yaml").write_text('rows: [{bssid: "02:00:00:00:09:9*", erl: shop}]')
    wiremap("collect")
    found: Ran = wiremap("resolve", "--bssid", "02:00:00:00:09:91", "--json")
    assert json.loads(found.out)["resolutions"][0]["erl"] == "shop"


def test_what_is_kept_is_read_again_to_the_same_tables(project: Path, wiremap: Wiremap) -> None:
    wiremap("collect")
    kept = json.loads(wiremap("infer", "--json").out)["attachments"]
    assert {(each["device"], each["port"]) for each in kept} >= {("sw-1", "Gi1/0/1"), ("sw-1", "Gi1/0/5")}


def test_a_device_under_two_names_is_told_of_and_placed_once(project: Path, served: Served, wiremap: Wiremap) -> None:
    wiremap("collect")
    once = wiremap("infer", "--json").out
    host, port = served.addresses["sw-1"]
    inventory = project / "inventory.yaml"
    inventory.write_text(inventory.read_text() + f"  sw-1.example.com: {{host: {host}, port: {port}, profiles: lab}}\n")
    said: Ran = wiremap("collect", "--json")
    assert "'sw-1.example.com' is 'sw-1' under another name: chassis ID" in said.err
    findings = {each["device"]: each["findings"] for each in json.loads(said.out)["devices"]}
    assert findings["sw-1.example.com"] == findings["sw-1"] + 1
    assert wiremap("infer", "--json").out == once
    assert "another name" in wiremap("doctor").out


def test_the_profile_that_worked_is_remembered_without_its_secret(project: Path, wiremap: Wiremap) -> None:
    wiremap("collect", "--dry-run")
    assert not (project / "wiremap-memory.json").exists()
    wiremap("collect")
    kept = (project / "wiremap-memory.json").read_text()
    assert json.loads(kept)["devices"]["sw-1"]["profiles"] == ["lab"]
    assert COMMUNITY not in kept


def test_pysnmp_reads_the_same(project: Path, wiremap: Wiremap) -> None:
    ours, theirs = (
        json.loads(wiremap("collect", "--dry-run", "--engine", engine, "--json").out)["devices"]
        for engine in ("udp", "pysnmp")
    )
    assert [{**each, "seconds": 0} for each in ours] == [{**each, "seconds": 0} for each in theirs]


def test_a_device_that_does_not_answer_is_skipped_and_the_rest_is_kept(project: Path, wiremap: Wiremap) -> None:
    add_silent_host(project)
    said: Ran = wiremap("collect", "--json")
    assert said.code == 3
    assert "skipped silent: 127.0.0.1 port 9: profile 'lab': " in said.err
    outcomes = {each["device"]: each["outcome"] for each in json.loads(said.out)["devices"]}
    assert outcomes == {"sw-1": "read", "wlc-1": "read", "silent": "skipped"}
    assert runs(project) == 1
    assert "not read to the end, so that not all they have is counted: silent" in wiremap("score").err


def test_where_nothing_answers_nothing_is_kept(project: Path, wiremap: Wiremap) -> None:
    add_silent_host(project)
    said: Ran = wiremap("collect", "--limit", "silent")
    assert said.code == 4
    assert not (project / "wiremap.db").exists()


def test_a_dry_run_keeps_nothing(project: Path, wiremap: Wiremap) -> None:
    assert wiremap("collect", "--dry-run").code == 0
    assert not (project / "wiremap.db").exists()


@pytest.mark.parametrize(
    "step", ["wiremap_lab.collectors.collect.understood", "wiremap_lab.store.saving._save_devices"]
)
def test_an_interruption_leaves_the_database_as_it_was(
    project: Path, wiremap: Wiremap, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    wiremap("collect")
    before = list(sqlite3.connect(project / "wiremap.db").iterdump())

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(step, interrupted)
    assert wiremap("collect").code == 130
    assert list(sqlite3.connect(project / "wiremap.db").iterdump()) == before


def test_an_interrupt_from_the_keyboard_ends_at_once_and_leaves_nothing(project: Path) -> None:
    add_silent_host(project)
    (project / "wiremap.toml").write_text("[snmp]\ntimeout = 30\n")
    words = [sys.executable, "-m", "wiremap_lab", "-v", "collect"]
    environment = {**os.environ, "PYTHONPATH": str(Path(wiremap_lab.__file__).parents[1])}
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stderr is not None
        while "outcome=read" not in running.stderr.readline():
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=10)
    assert (running.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert not (project / "wiremap.db").exists()


def test_without_rules_elements_keep_the_places_they_had(project: Path, wiremap: Wiremap) -> None:
    wiremap("collect")
    (project / "rules.yaml").unlink()
    said: Ran = wiremap("collect")
    assert said.code == 0
    assert "no rules" in said.err
    assert json.loads(wiremap("diff", "--json").out)["placements"] == []
    with Store.open(str(project / "wiremap.db")) as store:
        assert {entry.erl for entry in store.wiremap_at(store.runs()[-1].finished)} == {"shop-1-front", "shop-1-back"}


def test_rules_with_faults_are_told_before_any_device_is_asked(project: Path, wiremap: Wiremap) -> None:
    (project / "rules.yaml").write_text(RULES.replace("'{room}'", "'{rom}'"))
    said: Ran = wiremap("collect")
    assert said.code == 2
    assert said.err.startswith("wiremap: rules.yaml:1: ")
    assert not (project / "wiremap.db").exists()


def test_what_devices_report_is_judged_by_where_they_are(project: Path, served: Served, wiremap: Wiremap) -> None:
    wiremap("collect")
    virtual = served.virtual
    Path("truth.json").write_text(json.dumps(status(served)))
    told = read_reported(Path("truth.json").read_text(), path="truth.json")
    assert {
        id_: replace(each, observed_at=told.at) for id_, each in virtual.measurements().items()
    } == told.measurements
    said: Ran = wiremap("score", "--truth", "truth.json", "--json")
    assert said.code == 1  # nobody placed the access point
    scored = json.loads(said.out)
    calls = sum(count for count in scored["outcomes"][0].values() if isinstance(count, int))
    assert calls == len(virtual.truth()) - 1  # nobody calls from the printer
    assert {each["elements"] for each in scored["coverage"]} >= {"port to room", "bssid to room"}
    assert wiremap("score").code == 0
    phone: Ran = wiremap("resolve", "--device", "phone-back", "--reports", "truth.json", "--json")
    assert json.loads(phone.out)["resolutions"][0]["erl"] == virtual.truth()["phone-back"]
    assert wiremap("resolve", "--device", "printer-1", "--reports", "truth.json").code == 2


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"now": "today", "devices": []}', '{"now": "2026-01-01", "devices": [{}]}']
)
def test_what_is_not_what_devices_report_is_an_invalid_file(text: str) -> None:
    with pytest.raises(InvalidFile, match=r"truth\.json"):
        read_reported(text, path="truth.json")


def test_a_wrong_key_is_told_from_silence_and_is_not_shown(
    tmp_path: Path, wiremap: Wiremap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_AUTH", "this is not the key")
    user = User("wiremap", AuthProtocol.SHA256, "this is the key")
    campus = load_campus(CAMPUS.read_text(), path=str(CAMPUS))
    with serve_in_thread(campus, port=0, user=user) as served:
        host, port = served.addresses["sw-1"]
        inventory = tmp_path / "inventory.yaml"
        inventory.write_text(
            "profiles: {v3: {version: 3, user: wiremap, auth: {protocol: SHA256, password: 'env:SITE_AUTH'}}}\n"
            f"hosts: {{sw-1: {{host: {host}, port: {port}, profiles: v3}}}}"
        )
        wrong: Ran = wiremap("doctor", "-i", inventory, "-vv")
        monkeypatch.setenv("SITE_AUTH", "this is the key")
        right: Ran = wiremap("doctor", "-i", inventory, "--json")
    assert wrong.code == 4
    assert "digest" in wrong.err.lower()
    assert "this is" not in wrong.err + wrong.out
    assert json.loads(right.out)["devices"][0]["reachable"] is True


def test_a_recording_is_read_as_the_device_was(project: Path, wiremap: Wiremap) -> None:
    said: Ran = wiremap("record", "sw-1", "wlc-1", "-o", "kept", "--json")
    assert said.code == 0
    files = {Path(each["file"]).name for each in json.loads(said.out)["files"]}
    assert {"sw-1.snmprec", "wlc-1.snmprec"} <= files == {path.name for path in Path("kept").iterdir()}
    live, kept = (
        json.loads(wiremap("collect", "--dry-run", *words, "--json").out)["devices"]
        for words in ((), ("--replay", "kept"))
    )
    assert [{**each, "seconds": 0} for each in live] == [{**each, "seconds": 0} for each in kept]


def test_a_redacted_recording_has_no_name_of_ours_and_as_many_neighbors(project: Path, wiremap: Wiremap) -> None:
    assert wiremap("record", "sw-1", "-o", "kept").code == 0
    assert wiremap("record", "sw-1", "-o", "shown", "--redact").code == 0
    text = "".join(path.read_text() for path in Path("shown").iterdir())
    assert not any(word in text for word in ("sw-1", "shop-1-front", "Corner Shop", COMMUNITY))
    assert "device-1.snmprec" in {path.name for path in Path("shown").iterdir()}
    kept, shown = (
        json.loads(wiremap("doctor", "--replay", folder, "--json").out)["devices"][0] for folder in ("kept", "shown")
    )
    assert {**kept, "device": "", "seconds": 0} == {**shown, "device": "", "seconds": 0}


def test_record_writes_nothing_when_dry_or_when_the_device_is_not_known(project: Path, wiremap: Wiremap) -> None:
    assert wiremap("record", "sw-1", "-o", "kept", "--dry-run").code == 0
    assert wiremap("record", "sw-9", "-o", "kept").code == 2
    assert not Path("kept").exists()


@pytest.mark.parametrize("words", [["diff"], ["infer"], ["score"], ["assign"], ["resolve", "--ip", "10.90.10.5"]])
def test_what_only_reads_makes_no_database(project: Path, wiremap: Wiremap, words: list[str]) -> None:
    said: Ran = wiremap(*words)
    assert said.code == 2
    assert "no database 'wiremap.db': wiremap collect makes one" in said.err
    assert not (project / "wiremap.db").exists()


def test_a_database_that_is_none_of_ours_is_refused_and_left_alone(project: Path, wiremap: Wiremap) -> None:
    (project / "notes.txt").write_text("not a database, and dear to somebody\n" * 99)
    said: Ran = wiremap("collect", "--db", "notes.txt")
    assert said.code == 2
    assert "not a database" in said.err
    assert (project / "notes.txt").read_text().startswith("not a database, and dear")
