import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.conftest import Wiremap
from wiremap_lab.cli import settings as settings_module
from wiremap_lab.cli.settings import DEFAULTS, load_settings
from wiremap_lab.errors import InvalidFile


def test_the_environment_wins_over_the_project_and_that_over_the_user(tmp_path: Path) -> None:
    user, project = tmp_path / "user.toml", tmp_path / "project.toml"
    user.write_text('database = "user.db"\nprofile = "teams"\n[snmp]\nretries = 7\ntimeout = 1\n')
    project.write_text('database = "project.db"\n\n[snmp]\nretries = 8\n')
    told = load_settings(environment={"WIREMAP_SNMP__RETRIES": "9"}, project=project, user=user)
    assert (told.profile, told.database, told.snmp.retries, told.snmp.timeout) == ("teams", "project.db", 9, 1.0)
    assert told.origins == {
        "profile": f"{user}:2",
        "database": f"{project}:1",
        "snmp.retries": "environment WIREMAP_SNMP__RETRIES",
        "snmp.timeout": f"{user}:5",
    }


def test_every_fault_of_every_source_is_told_at_once(tmp_path: Path) -> None:
    user, project = tmp_path / "user.toml", tmp_path / "project.toml"
    user.write_text("database = \n")
    project.write_text('databse = "x"\n[snmp]\nretries = "many"\ntimeout = -1\nengine = "telepathy"\n')
    with pytest.raises(InvalidFile) as fault:
        load_settings(environment={"WIREMAP_SNMP__SECONDS": "soon"}, project=project, user=user)
    told = [(Path(each.path).name, each.line, each.where) for each in fault.value.faults]
    assert told == [
        ("project.toml", 1, "databse"),
        ("project.toml", 3, "snmp.retries"),
        ("project.toml", 4, "snmp.timeout"),
        ("project.toml", 5, "snmp.engine"),
        ("user.toml", 1, ""),
        ("WIREMAP_SNMP__SECONDS", None, ""),
    ]
    assert "'database'?" in str(fault.value)


def test_config_show_prints_every_setting_and_where_it_comes_from(
    wiremap: Wiremap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wiremap.toml").write_text('rules = "ours.yaml"\n')
    said = wiremap("config", "show", "--origin", "--json")
    assert said.code == 0
    told = {each["setting"]: each for each in json.loads(said.out)["settings"]}
    assert list(told) == list(DEFAULTS)
    assert told["rules"] == {"setting": "rules", "value": "ours.yaml", "origin": "wiremap.toml:1"}
    assert told["snmp.retries"]["origin"] == "default"


def test_a_faulty_configuration_is_exit_code_2(
    wiremap: Wiremap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wiremap.toml").write_text("rules = 1\nruels = 2\n")
    said = wiremap("config", "show")
    assert (said.code, said.out) == (2, "")
    assert "wiremap.toml:2: ruels: unknown setting ('rules'?)" in said.err


def test_the_password_of_a_database_is_not_shown(wiremap: Wiremap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREMAP_DATABASE", "postgresql://wiremap:s3cret@127.0.0.1:1/wiremap")
    shown = wiremap("config", "show", "--origin")
    refused = wiremap("diff")
    assert refused.code == 2
    assert "s3cret" not in shown.out + shown.err + refused.out + refused.err
    assert "wiremap:***@127.0.0.1:1/wiremap" in shown.out


def test_the_published_schema_knows_every_setting_and_its_default() -> None:
    schema = json.loads(Path(settings_module.__file__).with_name("settings.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    told: dict[str, object] = {}
    for name, part in schema["properties"].items():
        below = {f"{name}.{leaf}": each["default"] for leaf, each in part.get("properties", {}).items()}
        told |= below or {name: part["default"]}
    assert told == DEFAULTS
    assert schema["properties"]["snmp"]["properties"]["engine"]["enum"] == list(settings_module.ENGINES)


def test_where_a_token_is_kept_is_shown_and_a_token_in_a_file_is_not(
    tmp_path: Path, wiremap: Wiremap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wiremap.toml").write_text("[netbox]\ntoken = 's3cret'\n[nautobot]\ntoken = 'cmd:pass show nautobot'\n")
    shown = wiremap("config", "show", "--json")
    told = {each["setting"]: each["value"] for each in json.loads(shown.out)["settings"]}
    assert (told["netbox.token"], told["nautobot.token"]) == ("literal", "cmd:pass show nautobot")
    assert "s3cret" not in shown.out + shown.err
