"""Asking where somebody is: who is found, by what, how old that is, and who is not."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Wiremap
from tests.lab.recorded import record
from tests.simulator.campuses import NOON, TOPOLOGIES, campus
from wiremap_lab.simulator.state import initial_state, move

CAMPUS = campus("two-rooms")
RULES = "rules: [{name: jacks, match: {ifAlias: '(?P<room>shop-1-\\w+) J\\d+'}, erl: '{room}'}]"
PHONE = str(CAMPUS.devices["phone-back"].mac)


@pytest.fixture
def collected(tmp_path: Path, wiremap: Wiremap, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a run in its database: the campus as it is at noon."""
    monkeypatch.chdir(tmp_path)
    Path("places.yaml").write_text((TOPOLOGIES / "two-rooms.yaml").read_text())
    Path("rules.yaml").write_text(RULES)
    wiremap("collect", "--replay", record(tmp_path / "noon", CAMPUS, initial_state(CAMPUS, NOON)))
    return tmp_path


def answers(said: Ran) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = json.loads(said.out)["answers"]
    return found


def spelled(mac: str) -> list[str]:
    digits = mac.replace(":", "")
    dotted = ".".join((digits[:4], digits[4:8], digits[8:]))
    return [mac, mac.upper(), mac.replace(":", "-"), dotted, digits, f"0x{digits}", f"SEP{digits.upper()}"]


@pytest.mark.parametrize("text", spelled(PHONE))
def test_a_phone_is_found_however_its_address_is_spelled(text: str, collected: Path, wiremap: Wiremap) -> None:
    said = wiremap("where", text, "--json")
    (found,) = answers(said)
    assert said.code == 0
    assert (found["device"], found["port"], found["erl"], found["kind"]) == (
        *("sw-1", "Gi1/0/5", "shop-1-back"),
        "wired device",
    )


def test_the_answer_tells_its_evidence_and_how_old_each_is(collected: Path, wiremap: Wiremap) -> None:
    told = json.loads(wiremap("where", PHONE, "--json").out)["evidence"]
    assert {each["of"] for each in told} == {"port", "place"}
    assert f"FDB of sw-1 Gi1/0/5 has {PHONE}" in {each["what"] for each in told}
    assert all(each["age_s"] >= 0 and each["seen_at"] for each in told)
    words = wiremap("where", PHONE).out
    assert "at shop-1-back: Corner Shop, 1401 Nicollet Ave" in words
    assert "because FDB of sw-1 Gi1/0/5" in words
    assert "seen 0 min ago in run 1" in words


def test_an_address_and_a_name_find_the_same_phone(collected: Path, wiremap: Wiremap) -> None:
    (by_mac,) = answers(wiremap("where", PHONE, "--json"))
    (by_ip,) = answers(wiremap("where", by_mac["ips"], "--json"))
    assert by_ip["port"] == by_mac["port"]


def test_a_laptop_on_the_air_is_at_its_access_point(collected: Path, wiremap: Wiremap) -> None:
    (found,) = answers(wiremap("where", CAMPUS.devices["laptop-wifi"].mac, "--json"))
    assert (found["kind"], found["via"], found["port"]) == ("wireless device", "ap-shop-1-front", "Gi1/0/4")
    assert found["erl"] == "shop-1-front"


def test_switches_access_points_and_bssids_are_found_too(collected: Path, wiremap: Wiremap) -> None:
    assert answers(wiremap("where", "SW-1", "--json"))[0]["kind"] == "device of the network"
    assert answers(wiremap("where", "10.90.0.1", "--json"))[0]["subject"] == "sw-1"
    (point,) = answers(wiremap("where", "ap-shop-1-front", "--json"))
    assert (point["kind"], point["device"], point["port"]) == ("access point", "sw-1", "Gi1/0/4")
    bssid = next(iter(CAMPUS.bss))
    (found,) = answers(wiremap("where", bssid, "--json"))
    assert (found["kind"], found["via"], found["port"]) == ("BSSID", "ap-shop-1-front", "Gi1/0/4")


def test_nobody_brings_exit_code_1_and_those_who_are_spelled_like_it(collected: Path, wiremap: Wiremap) -> None:
    slip = f"{PHONE[:-2]}ff"
    said = wiremap("where", slip, "--json")
    assert said.code == 1
    assert any(PHONE in each["like"] for each in json.loads(said.out)["near"])
    name = wiremap("where", "ap-shop-1-fromt")
    assert (name.code, "like it: ap-shop-1-front" in name.out) == (1, True)
    assert any(
        each["like"].startswith("10.90.") for each in json.loads(wiremap("where", "10.90.10.99", "--json").out)["near"]
    )


def test_who_moved_is_at_the_new_place_and_was_at_the_old_one(collected: Path, wiremap: Wiremap) -> None:
    state = move(CAMPUS, initial_state(CAMPUS, NOON), "phone-back", CAMPUS.point("sw-1:3"), at=NOON)
    wiremap("collect", "--replay", record(collected / "later", CAMPUS, state, minutes=10))
    (found,) = answers(wiremap("where", PHONE, "--json"))
    assert (found["port"], found["erl"], found["before"]) == ("Gi1/0/3", "shop-1-front", "sw-1 Gi1/0/5")
    (then,) = answers(wiremap("where", PHONE, "--json", "--run", "1"))
    assert (then["port"], then["before"]) == ("Gi1/0/5", None)


@pytest.mark.parametrize("remembered", [True, False], ids=["in ARP tables", "nowhere"])
def test_a_device_that_left_is_told_with_where_it_was_last_seen(
    collected: Path, wiremap: Wiremap, remembered: bool
) -> None:
    state = move(
        CAMPUS, initial_state(CAMPUS, NOON), "phone-back", CAMPUS.point("off 198.51.100.7"), at=NOON, room="shop"
    )
    wiremap("collect", "--replay", record(collected / "later", CAMPUS, state, minutes=10 if remembered else 600))
    said = wiremap("where", PHONE)
    assert said.code == 0
    assert "sw-1 Gi1/0/5" in said.out
    assert ("at no port that can be told" in said.out) is remembered


def test_a_time_before_the_first_run_is_refused(collected: Path, wiremap: Wiremap) -> None:
    said = wiremap("where", PHONE, "--at", "2020-01-01")
    assert said.code == 2
    assert "no run ended before" in said.err
