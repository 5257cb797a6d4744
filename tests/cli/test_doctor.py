import json
from pathlib import Path

from tests.cli.conftest import Wiremap
from tests.lab.recorded import answer
from tests.simulator.campuses import campus
from wiremap_lab.readers.mibs.interfaces import IF_NAME
from wiremap_lab.snmp.recording import dump
from wiremap_lab.tables import Incomplete

#: A bridge that answers nothing but its name and its bridge address.
BRIDGE = "1.3.6.1.2.1.1.5.0|4|sw1\n1.3.6.1.2.1.17.1.1.0|4x|020000000001\n"


def test_doctor_tells_what_a_device_lacks_what_is_lost_and_what_helps(wiremap: Wiremap, tmp_path: Path) -> None:
    (tmp_path / "sw1.snmprec").write_text(BRIDGE)
    said = wiremap("doctor", "--replay", tmp_path, "--json")
    assert said.code == 1
    told = json.loads(said.out)
    assert told["schema_version"] == 1
    assert [(each["device"], each["reachable"]) for each in told["devices"]] == [("sw1", True)]
    assert all(each["what is lost"] and each["what helps"] for each in told["complaints"])
    assert "no forwarding database" in {each["what is wrong"] for each in told["complaints"]}


def test_doctor_tells_what_each_table_cost_how_its_walk_ended_and_who_would_be_lost(
    wiremap: Wiremap, tmp_path: Path
) -> None:
    hidden = answer(campus("two-rooms"), "sw-1", hidden=((1, 0, 8802),))
    (tmp_path / "sw-1.snmprec").write_text(dump(hidden.rows, incomplete=[Incomplete(IF_NAME, "timeout")]))
    told = json.loads(wiremap("doctor", "--replay", tmp_path, "--json").out)
    (device,) = told["devices"]
    assert (device["platform"], device["by"]) == ("Cisco IOS and IOS XE", "SNMP")
    assert device["requests"] > 10
    by_table = {each["tables"]: each for each in told["answers"]}
    assert by_table["interfaces"]["ended"].endswith("timeout")
    assert by_table["system"]["ended"] == "complete"
    assert by_table["lldp"]["rows"] == 0
    assert any(each["what helps"].startswith("lldp run") for each in told["complaints"])
    assert any("cannot be matched by LLDP" in each["what is lost"] and each["which"] for each in told["losses"])


def test_doctor_looks_at_this_machine_alone_when_asked(wiremap: Wiremap) -> None:
    said = wiremap("doctor", "--here", "--format", "csv")
    assert said.out.splitlines()[0] == "check,found,fine,remedy"
    assert {line.split(",")[0] for line in said.out.splitlines()[1:]} >= {"Python", "SQLite", "open files"}


def test_without_an_inventory_doctor_says_which_file_is_missing(wiremap: Wiremap, tmp_path: Path) -> None:
    said = wiremap("doctor", "-i", tmp_path / "inventory.yaml")
    assert said.code == 2
    assert "inventory.yaml: cannot be read" in said.err


def test_nothing_reachable_is_exit_code_4_and_says_why(wiremap: Wiremap, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.yaml"
    inventory.write_text(
        "profiles: {p: {version: 2c, community: s3cret}}\nhosts: {sw1: {host: 127.0.0.1, port: 9, profiles: p}}"
    )
    said = wiremap("-v", "doctor", "-i", inventory, "--timeout", "0.05")
    assert said.code == 4
    assert "skipped sw1: 127.0.0.1 port 9: profile 'p'" in said.err
    assert "a secret stands in the file" in said.err
    assert "s3cret" not in said.err + said.out
