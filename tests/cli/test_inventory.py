"""``wiremap inventory`` shows what inventories come to, without asking anybody."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Wiremap

WAYS = "profiles: {old: {version: 2c, community: 'env:NOT_SET'}}\ndefaults: {profiles: old, site: hq}\n"


def test_several_sources_are_shown_as_one_and_no_secret_is_looked_up(
    tmp_path: Path, wiremap: Wiremap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ways.yaml").write_text(WAYS)
    Path("devices.csv").write_text("name,host,platform,role\nsw1,10.1.0.2,ios,access\ncore1,10.1.0.1,eos,core\n")
    Path("wiremap.toml").write_text("inventory = 'devices.csv, ways.yaml'\n")
    said = wiremap("inventory", "--limit", "site:hq,!role:core", "--json")
    assert said.code == 0
    assert json.loads(said.out)["hosts"] == [
        {
            "device": "sw1",
            "host": "10.1.0.2",
            "port": 161,
            "ssh port": None,
            "platform": "cisco_ios",
            "site": "hq",
            "role": "access",
            "tags": "",
            "profiles": "old",
        }
    ]


def test_what_cannot_be_read_as_an_inventory_is_told(tmp_path: Path, wiremap: Wiremap) -> None:
    said = wiremap("inventory", "-i", tmp_path / "nowhere.yaml")
    assert said.code == 2
    assert "nowhere.yaml: cannot be read: No such file or directory (-i names another)" in said.err
