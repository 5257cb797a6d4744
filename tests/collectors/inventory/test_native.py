import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from wiremap_lab.collectors import inventory as inventory_module
from wiremap_lab.collectors.inventory.model import Host, HttpsProfile, SnmpProfile, SshProfile
from wiremap_lab.collectors.inventory.native import load_inventory
from wiremap_lab.collectors.inventory.selection import select
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.errors import InvalidFile, InvalidValue

GOOD = """\
profiles:
  monitoring:
    version: 3
    user: wiremap
    auth: {protocol: SHA256, password: "env:WIREMAP_AUTH"}
    priv: {protocol: AES128, password: "file:/run/secrets/priv"}
  old: {version: 2c, community: "env:WIREMAP_COMMUNITY"}
  shell: {transport: ssh, user: wiremap, password: "env:WIREMAP_SSH", enable: ask}
  key: {transport: ssh, user: wiremap, key_file: ~/.ssh/id_ed25519, passphrase: ask, port: 2222}
  cloud: {transport: https, token: "env:WIREMAP_MERAKI"}
  campus: {transport: https, user: wiremap, password: "env:WIREMAP_CENTER", ca_file: /etc/ssl/acme.pem}
defaults: {profiles: [monitoring, old], site: hq}
hosts:
  hq-sw1: {host: 10.1.0.2, role: access, tags: [stack]}
  hq-sw2: {host: 10.1.0.3, port: 1161, profiles: [old, shell, key], site: annex, platform: cisco-ios, ssh_port: 22022}
  hq-sw3:
"""
CLOUDS = f"""\
{GOOD}
  dashboard: {{host: api.meraki.com, profiles: cloud, platform: meraki, site: all}}
  center: {{host: "https://192.0.2.5:8443", profiles: campus, platform: catalyst-center}}
"""
SCHEMA = json.loads(Path(inventory_module.__file__).with_name("inventory.schema.json").read_text())

#: What is wrong, the line it stands in, and what is said of it.
FAULTS = [
    ("{}", 1, "key 'hosts' is missing"),
    ("profiles: {p: {version: 4, community: x}}\nhosts: {a: {profiles: p}}", 1, "unknown: '4'"),
    ("profiles: {p: {version: 2c}}\nhosts: {a: {profiles: p}}", 1, "version 2c needs key 'community'"),
    ("profiles: {p: {version: 2c, community: x, user: y}}\nhosts: {a: {profiles: p}}", 1, "version 2c has no user"),
    ("profiles: {p: {version: 3}}\nhosts: {a: {profiles: p}}", 1, "version 3 needs key 'user'"),
    (
        "profiles: {p: {version: 3, user: u,\n priv: {protocol: AES128, password: ask}}}\nhosts: {a: {profiles: p}}",
        2,
        "privacy needs authentication",
    ),
    (
        "profiles: {p: {version: 3, user: u, auth: {protocol: SHA2, password: 'ask'}}}\nhosts: {a: {profiles: p}}",
        1,
        "unknown: 'SHA2'",
    ),
    ("profiles: {p: {version: 1, community: x}}\nhosts:\n  a: {profiles: p}\n  a: {profiles: p}", 4, "is there twice"),
    (
        "profiles: {p: {version: 1, community: x}}\nhosts:\n  a: {profiles: p, prot: 1}",
        3,
        "unknown key 'prot' ('port'?)",
    ),
    ("profiles: {p: {version: 1, community: x}}\nhosts:\n  a: {profiles: p, port: 0}", 3, "from 1 to 65535, not '0'"),
    ("profiles: {p: {transport: telnet, user: u}}\nhosts: {a: {profiles: p}}", 1, "unknown: 'telnet'"),
    ("profiles: {p: {transport: ssh}}\nhosts: {a: {profiles: p}}", 1, "key 'user' is missing"),
    ("profiles: {p: {transport: ssh, user: u, version: 3}}\nhosts: {a: {profiles: p}}", 1, "unknown key 'version'"),
    (
        "profiles: {p: {transport: ssh, user: u,\n passphrase: ask}}\nhosts: {a: {profiles: p}}",
        2,
        "a passphrase opens a key file",
    ),
    (
        "profiles: {p: {transport: https,\n user: u}}\nhosts: {a: {profiles: p, platform: unifi}}",
        1,
        "a token, or with a user and a password",
    ),
    (
        "profiles: {p: {transport: https, token: x, user: u, password: x}}\nhosts: {a: {profiles: p, platform: mist}}",
        1,
        "a token, or with a user and a password",
    ),
    ("profiles: {}\nhosts:\n  a: {}\n", 3, "no profile says how to be let in"),
    ("profiles: {p: {version: 1, community: x}}\nhosts: []", 2, "must be a mapping"),
]


def test_hosts_take_what_they_do_not_say_from_the_defaults() -> None:
    told = load_inventory(GOOD, path="inventory.yaml")
    assert told.hosts == (
        Host("hq-sw1", "10.1.0.2", 161, ("monitoring", "old"), site="hq", role="access", tags=("stack",)),
        Host("hq-sw2", "10.1.0.3", 1161, ("old", "shell", "key"), platform="cisco_ios", site="annex", ssh_port=22022),
        Host("hq-sw3", "hq-sw3", 161, ("monitoring", "old"), site="hq"),
    )
    monitoring = told.profiles["monitoring"]
    assert isinstance(monitoring, SnmpProfile)
    assert monitoring.auth == ("SHA256", Secret.parse("env:WIREMAP_AUTH"))
    assert told.warnings == ()


def test_a_host_may_have_ways_in_by_both_transports() -> None:
    told = load_inventory(GOOD, path="inventory.yaml")
    assert [each.name for each in told.snmp_profiles(told.hosts[1])] == ["old"]
    assert told.ssh_profiles(told.hosts[1]) == (
        SshProfile("shell", "wiremap", Secret.parse("env:WIREMAP_SSH"), enable=Secret.parse("ask")),
        SshProfile("key", "wiremap", key_file="~/.ssh/id_ed25519", passphrase=Secret.parse("ask"), port=2222),
    )


def test_a_controller_is_entered_by_a_token_or_by_a_user() -> None:
    told = load_inventory(CLOUDS, path="inventory.yaml")
    *switches, dashboard, center = told.hosts
    assert (dashboard.host, dashboard.platform) == ("api.meraki.com", "meraki")
    assert (center.host, center.platform) == ("https://192.0.2.5:8443", "catalyst_center")
    assert told.https_profiles(dashboard) == (HttpsProfile("cloud", Secret.parse("env:WIREMAP_MERAKI")),)
    assert [(each.user, each.ca_file) for each in told.https_profiles(center)] == [("wiremap", "/etc/ssl/acme.pem")]
    assert not any(told.https_profiles(switch) for switch in switches)
    assert told.snmp_profiles(center) == ()


@pytest.mark.parametrize(
    ("host", "what"),
    [
        ("{profiles: cloud}", "a controller whose vendor is not told"),
        ("{profiles: cloud, platform: cisco_ios}", "a controller whose vendor is not told"),
        ("{profiles: [cloud, old], platform: meraki}", "make two hosts of it"),
    ],
)
def test_a_controller_says_whose_it_is_and_is_nothing_else(host: str, what: str) -> None:
    with pytest.raises(InvalidFile, match=what):
        load_inventory(f"{GOOD}  more: {host}\n", path="i.yaml")


def test_a_platform_nobody_knows_is_a_fault_and_a_near_one_is_named() -> None:
    text = "profiles: {p: {version: 1, community: x}}\nhosts: {a: {profiles: p, platform: cisco_iso}}"
    with pytest.raises(InvalidFile, match=r"unknown platform 'cisco_iso' \('cisco_ios'\?\)"):
        load_inventory(text, path="i.yaml")


def test_the_published_schema_takes_what_we_take() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(yaml.safe_load(CLOUDS), SCHEMA)


@pytest.mark.parametrize(("text", "line", "what"), FAULTS)
def test_a_fault_is_told_with_its_file_and_line(text: str, line: int, what: str) -> None:
    with pytest.raises(InvalidFile) as fault:
        load_inventory(text, path="inventory.yaml")
    assert any(told.line == line and what in str(told) for told in fault.value.faults), str(fault.value)


@pytest.mark.parametrize("text", [text for text, _, what in FAULTS if "twice" not in what and "no profile" not in what])
def test_the_published_schema_refuses_what_we_refuse(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), SCHEMA)


def test_all_faults_are_told_at_once_and_a_shared_one_only_once() -> None:
    text = (
        "profiles: {p: {version: 9, community: x}}\ndefaults: {profiles: q, port: x}\nhosts: {a: , b: , c: {site: []}}"
    )
    with pytest.raises(InvalidFile) as fault:
        load_inventory(text, path="i.yaml")
    assert [(told.line, told.where) for told in fault.value.faults] == [
        (1, "profiles.p.version"),
        (2, "defaults.port"),
        (2, "defaults.profiles"),
        (3, "hosts.c.site"),
    ]


def test_a_secret_in_the_file_works_is_warned_of_and_is_never_shown() -> None:
    text = "profiles: {p: {version: 2c, community: s3cret}}\nhosts: {a: {profiles: p}}"
    told = load_inventory(text, path="i.yaml")
    profile = told.profiles["p"]
    assert isinstance(profile, SnmpProfile)
    community = profile.community
    assert community is not None
    assert community.reveal(str, "p") == "s3cret"
    assert [(fault.line, fault.where) for fault in told.warnings] == [(1, "profiles.p.community")]
    assert "s3cret" not in repr(told) + str(told.warnings[0])


def test_a_secret_comes_from_where_the_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREMAP_X", "from the environment")
    kept = tmp_path / "secret"
    kept.write_text("from a file\n")
    kept.chmod(0o600)
    sources = ("env:WIREMAP_X", f"file:{kept}", "ask")
    assert [Secret.parse(source).reveal(lambda what: f"asked for {what}", "x") for source in sources] == [
        "from the environment",
        "from a file",
        "asked for x",
    ]


@pytest.mark.parametrize("source", ["env:WIREMAP_NOT_SET", "file:/nowhere/at/all"])
def test_a_secret_that_is_not_there_is_named_by_its_source(source: str) -> None:
    with pytest.raises(InvalidValue, match=re.escape(source.partition(":")[2])):
        Secret.parse(source).reveal(str, "profile 'p'")


@pytest.mark.parametrize(
    ("limit", "left"),
    [
        ("hq-sw*", ["hq-sw1", "hq-sw2", "hq-sw3"]),
        ("site:hq", ["hq-sw1", "hq-sw3"]),
        ("site:hq,site:annex,role:access", ["hq-sw1"]),
        ("!site:hq", ["hq-sw2"]),
        ("tag:stack", ["hq-sw1"]),
        ("!tag:stack, !hq-sw3", ["hq-sw2"]),
        ("", ["hq-sw1", "hq-sw2", "hq-sw3"]),
    ],
)
def test_a_limit_chooses_by_site_role_tag_and_name(limit: str, left: list[str]) -> None:
    hosts = load_inventory(GOOD, path="i.yaml").hosts
    assert [host.name for host in select(hosts, limit)] == left


@pytest.mark.parametrize("limit", ["color:red", "site:nowhere", "!hq*"])
def test_a_limit_that_makes_no_sense_or_leaves_nothing_is_refused(limit: str) -> None:
    with pytest.raises(InvalidValue, match="limit"):
        select(load_inventory(GOOD, path="i.yaml").hosts, limit)
