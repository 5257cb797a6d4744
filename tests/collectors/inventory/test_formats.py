"""Inventories of other tools, in the shapes their documents show, say which devices there are."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from wiremap_lab.collectors.inventory.formats import open_sources
from wiremap_lab.collectors.inventory.model import Host, Inventory, SshProfile
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.errors import InvalidFile

WAYS = """\
profiles: {old: {version: 2c, community: "env:C"}}
defaults: {profiles: old}
"""
NORNIR = {
    "hosts.yaml": """\
---
sw1:
  hostname: 10.1.0.2
  groups: [access, hq]
  data: {role: edge}
core1:
  hostname: 10.1.0.1
  port: 2222
  platform: nxos
  username: boss
  password: env:BOSS
  connection_options:
    netmiko: {extras: {secret: "env:ENABLE"}}
""",
    "groups.yaml": """\
access: {platform: ios, groups: [everywhere]}
hq: {platform: eos, data: {site: hq}}
everywhere: {data: {site: nowhere, role: access}}
""",
    "defaults.yaml": "username: wiremap\npassword: env:SSH\n",
}
ANSIBLE_LIST = {
    "_meta": {
        "hostvars": {
            "sw1": {"ansible_host": "10.1.0.2", "ansible_network_os": "cisco.ios.ios", "ansible_user": "wiremap"},
            "core1": {"ansible_host": "10.1.0.1", "ansible_network_os": "nxos", "ansible_port": 2222},
            "localhost": {"ansible_connection": "local"},
        }
    },
    "all": {"children": ["ungrouped", "access", "core"]},
    "access": {"hosts": ["sw1"]},
    "core": {"hosts": ["core1"], "vars": {"role": "core"}},
    "ungrouped": {"hosts": ["localhost"]},
}
ANSIBLE_YAML = """\
all:
  vars: {ansible_network_os: ios, site: hq}
  children:
    access:
      hosts:
        sw[01:03].hq:
        odd: {ansible_host: 10.1.0.9, ansible_network_os: arista.eos.eos}
      vars: {role: access, ansible_user: wiremap, ansible_password: !vault "$ANSIBLE_VAULT;1.1;AES256 6162"}
    hq:
      children:
        access:
      vars: {site: headquarters, role: overridden}
    core:
      hosts: {core1: {ansible_host: "{{ core_address }}"}}
"""
CSV = """\
Name;IP Address;Platform;Site;Role;Profiles;Tags;Shoe Size
sw1;10.1.0.2/24;Cisco IOS;hq;access;;stack closet-2;44
"core 1";10.1.0.1;cisco-nxos;hq;core;older|old;;
;10.1.0.9;;;;;;
"""
OXIDIZED_CONFIG = """\
---
username: wiremap
password: env:SSH
model: junos
model_map: {cisco: ios}
source:
  default: csv
  csv:
    file: devices.db
    delimiter: !ruby/regexp /:/
    map: {name: 0, ip: 1, model: 2, group: 3}
    vars_map: {enable: 4}
"""
SUZIEQ = """\
sources:
- name: here
  hosts:
  - url: ssh://vagrant@10.1.0.2:2023 keyfile=/keys/one
  - url: https://vagrant@10.1.0.3 devtype=eos
  - url: ssh://10.1.0.4 username=admin password=plain:env-like
- name: there
  type: ansible
  path: ansible.json
- {name: truth, type: netbox, token: env:T, url: "https://netbox"}
devices: [{name: usual, devtype: junos-qfx, ignore-known-hosts: true}]
auths: [{name: login, username: suzieq, password: env:SSH}]
namespaces:
- {name: hq, source: here, auth: login}
- {name: dc, source: there, device: usual, auth: login}
- {name: rest, source: truth, auth: login}
"""
CONTAINERLAB = """\
name: fabric
topology:
  defaults: {kind: arista_ceos, labels: {owner: me}}
  kinds: {nokia_srlinux: {image: srl, labels: {owner: nokia}}}
  groups: {spine: {kind: nokia_srlinux}}
  nodes:
    leaf1: {mgmt-ipv4: 172.20.20.11}
    spine1: {group: spine}
    br0: {kind: bridge}
  links: [{endpoints: [leaf1:eth1, "spine1:e1-1"]}]
"""

Read = Callable[..., Inventory]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read files of these names and texts, beside one of ours with the ways in; `sources` names other ones."""

    def run(files: Mapping[str, str], *sources: str) -> Inventory:
        for name, text in {**files, "ways.yaml": WAYS}.items():
            (tmp_path / name).write_text(text)
        first = sources or (next(iter(files)),)
        named = [source.replace(":", f":{tmp_path}/") if ":" in source else str(tmp_path / source) for source in first]
        return open_sources([*named, str(tmp_path / "ways.yaml")], tokens={}, ask=str)

    return run


def logins(inventory: Inventory, name: str) -> tuple[SshProfile, ...]:
    return inventory.ssh_profiles(next(host for host in inventory.hosts if host.name == name))


#: nornir asks a host's groups in their order, and each one's own groups before the next.
def test_nornir_is_read_unchanged_with_its_groups_and_defaults(read: Read) -> None:
    found = read(NORNIR, ".")
    wiremap, boss = (host.profiles[-1] for host in found.hosts)
    assert found.hosts == (
        Host("sw1", "10.1.0.2", 161, ("old", wiremap), "cisco_ios", "nowhere", "edge", ("access", "everywhere", "hq")),
        Host("core1", "10.1.0.1", 161, ("old", boss), "cisco_nxos", ssh_port=2222),
    )
    assert logins(found, "sw1") == (SshProfile(wiremap, "wiremap", Secret.parse("env:SSH")),)
    assert logins(found, "core1") == (
        SshProfile(boss, "boss", Secret.parse("env:BOSS"), enable=Secret.parse("env:ENABLE")),
    )
    assert found.warnings == ()


def test_what_ansible_lists_as_json_is_read(read: Read) -> None:
    found = read({"listed": json.dumps(ANSIBLE_LIST)})
    login = found.hosts[0].profiles[-1]
    assert found.hosts == (
        Host("sw1", "10.1.0.2", 161, ("old", login), "cisco_ios", tags=("access",)),
        Host("core1", "10.1.0.1", 161, ("old",), "cisco_nxos", role="core", tags=("core",), ssh_port=2222),
    )
    assert ["is the machine Ansible runs on" in fault.what for fault in found.warnings] == [True]


def test_ansible_in_yaml_has_ranges_and_variables_by_precedence(read: Read) -> None:
    found = read({"site.yml": ANSIBLE_YAML})
    assert [(host.name, host.host, host.platform, host.site, host.role) for host in found.hosts] == [
        ("sw01.hq", "sw01.hq", "cisco_ios", "headquarters", "access"),
        ("sw02.hq", "sw02.hq", "cisco_ios", "headquarters", "access"),
        ("sw03.hq", "sw03.hq", "cisco_ios", "headquarters", "access"),
        ("odd", "10.1.0.9", "arista_eos", "headquarters", "access"),
        ("core1", "core1", "cisco_ios", "hq", ""),
    ]
    assert found.hosts[0].tags == ("hq", "access")
    assert logins(found, "odd")[0].password is None
    assert [(fault.line, fault.what) for fault in found.warnings] == [
        (8, "encrypted, and left out"),
        (14, "a template, and left out"),
    ]


def test_a_table_is_read_by_the_names_of_its_columns(read: Read) -> None:
    found = read(
        {"devices.txt": CSV, "more.yaml": "profiles: {older: {version: 1, community: 'env:C'}}"},
        "devices.txt",
        "more.yaml",
    )
    assert found.hosts == (
        Host("sw1", "10.1.0.2", 161, ("old",), "cisco_ios", "hq", "access", ("stack", "closet-2")),
        Host("core 1", "10.1.0.1", 161, ("older", "old"), "cisco_nxos", "hq", "core"),
        Host("10.1.0.9", "10.1.0.9", 161, ("old",)),
    )
    assert [fault.where for fault in found.warnings] == ["shoe_size"]


def test_a_router_db_is_read_with_the_usual_columns(read: Read) -> None:
    found = read({"router.db": "# ours\nsw1:ios:wiremap:env-like\nsw2:procurve\n"})
    assert [(host.name, host.host, host.platform) for host in found.hosts] == [
        ("sw1", "sw1", "cisco_ios"),
        ("sw2", "sw2", "hp_procurve"),
    ]
    assert [each.user for each in logins(found, "sw1")] == ["wiremap"]
    assert [(fault.line, fault.what) for fault in found.warnings] == [(2, "a secret stands in the file")]
    addressed = read({"router.db": "sw1:10.1.0.2:ios:wiremap:env:T0p\n"})
    assert (addressed.hosts[0].host, addressed.hosts[0].platform) == ("10.1.0.2", "cisco_ios")


def test_the_config_of_oxidized_says_what_stands_in_which_column(read: Read) -> None:
    devices = "sw1:10.1.0.2:cisco:hq:\nsw2:10.1.0.3::annex:T0p\n"
    found = read({"config": OXIDIZED_CONFIG, "devices.db": devices})
    assert [(host.host, host.platform, host.site) for host in found.hosts] == [
        ("10.1.0.2", "cisco_ios", "hq"),
        ("10.1.0.3", "juniper_junos", "annex"),
    ]
    assert [each.enable is None for name in ("sw1", "sw2") for each in logins(found, name)] == [True, False]


def test_suzieq_is_read_by_its_namespaces(read: Read) -> None:
    found = read({"inventory.yml": SUZIEQ, "ansible.json": json.dumps(ANSIBLE_LIST)})
    assert [(host.name, host.host, host.platform, host.site, host.ssh_port) for host in found.hosts] == [
        ("10.1.0.2", "10.1.0.2", "", "hq", 2023),
        ("10.1.0.3", "10.1.0.3", "arista_eos", "hq", None),
        ("10.1.0.4", "10.1.0.4", "", "hq", None),
        ("sw1", "10.1.0.2", "cisco_ios", "dc", None),
        ("core1", "10.1.0.1", "cisco_nxos", "dc", 2222),
    ]
    said = {
        name: [(each.user, each.key_file) for each in logins(found, name)] for name in ("10.1.0.2", "10.1.0.3", "core1")
    }
    assert said == {"10.1.0.2": [("vagrant", "/keys/one")], "10.1.0.3": [], "core1": [("suzieq", "")]}
    admin = logins(found, "10.1.0.4")[0].password
    assert admin is not None
    assert admin.reveal(str, "") == "env-like"
    assert any("-i netbox+https://HOST reads it" in str(fault) for fault in found.warnings)


def test_the_nodes_of_containerlab_have_their_addresses_or_names(read: Read) -> None:
    found = read({"fabric.clab.yml": CONTAINERLAB})
    assert found.hosts == (
        Host("leaf1", "172.20.20.11", 161, ("old",), "arista_eos", "fabric", "", ("owner=me",)),
        Host("spine1", "clab-fabric-spine1", 161, ("old",), "nokia_srl", "fabric", "spine", ("owner=nokia",)),
    )


@pytest.mark.parametrize(("prefix", "name"), [("''", "leaf1"), ("__lab-name", "fabric-leaf1"), ("x", "x-fabric-leaf1")])
def test_containers_are_called_as_the_prefix_says(read: Read, prefix: str, name: str) -> None:
    text = CONTAINERLAB.replace("mgmt-ipv4: 172.20.20.11", "") + f"prefix: {prefix}\n"
    assert read({"fabric.clab.yml": text}).hosts[0].host == name


def test_what_a_later_source_says_of_a_host_wins_and_the_rest_stays(read: Read) -> None:
    files = {"devices.csv": "name,host,site\nsw1,10.1.0.2,hq\n", "mine.yaml": "hosts: {sw1: {port: 1161, site: annex}}"}
    found = read(files, "devices.csv", "mine.yaml")
    assert found.hosts == (Host("sw1", "10.1.0.2", 1161, ("old",), site="annex"),)


FAULTS: list[tuple[str, str, str]] = [
    ("hosts.yaml", "sw1: {groups: [nowhere]}\n", "hosts.yaml:1: sw1.groups: unknown group 'nowhere'"),
    ("hosts.yaml", "sw1:\n  port: ssh\n", "hosts.yaml:2: sw1.port: must be a whole number"),
    ("site.yml", "all: {hosts: {'sw[3:1]': }}", "site.yml:1: all.hosts.sw[3:1]: 'sw[3:1]' stands for 0 hosts"),
    ("site.yml", "all: {hosts: {'sw[1:999999]': }}", "'sw[1:999999]' stands for 999999 hosts"),
    (
        "list.json",
        '{"_meta": {"hostvars": {"sw1": {"ansible_port": "x"}}}}',
        "hostvars.sw1.ansible_port: must be",
    ),
    ("list.json", '{"_meta": \n', "list.json:2: not JSON"),
    ("a.csv", "name,host\nsw1\n", "a.csv:2: 1 cells below 2 columns"),
    ("a.csv", "name,host\nsw1,a\nsw1,b\n", "a.csv:3: host 'sw1' is there twice"),
    ("a.csv", "name,port\nsw1,x\n", "a.csv:2: port: must be a whole number"),
    ("a.csv", "color,size\nred,1\n", "a.csv:1: no column 'name' or 'host'"),
    ("config", "source: {csv: {map: {name: x}}}", "config:1: source.csv.map.name: must be a whole number"),
    ("suzieq.yml", "sources: []\nnamespaces: [{source: x}]", "suzieq.yml:2: namespaces[0].source: unknown source 'x'"),
    ("a.clab.yml", "topology: {nodes: {n: }}", "a.clab.yml:1: topology.nodes.n: no kind"),
    ("what.yaml", "colors: [red]\n", "what.yaml: no inventory that is recognized (name its format: -i FORMAT:"),
    ("hosts.ini", "sw0\n[access]\nsw1\n", "hosts.ini:2: an INI file (ansible-inventory -i "),
]


@pytest.mark.parametrize(("name", "text", "what"), FAULTS, ids=[f"{name} {what[-30:]}" for name, _, what in FAULTS])
def test_a_fault_of_a_foreign_file_is_told_with_its_place(read: Read, name: str, text: str, what: str) -> None:
    with pytest.raises(InvalidFile) as fault:
        read({name: text})
    assert what in str(fault.value)
    spelled = ("must be", "not JSON")  # these say themselves what would be right
    assert all(each.remedy or each.what.startswith(spelled) for each in fault.value.faults)


def test_all_files_are_read_before_their_faults_are_told(read: Read) -> None:
    files = {"a.csv": "name,host\nsw1\n", "site.yml": "all: {hosts: {'sw[3:1]': }}"}
    with pytest.raises(InvalidFile) as fault:
        read(files, "a.csv", "site.yml", "nowhere.yaml")
    assert len(fault.value.faults) >= 2


def test_hosts_without_a_way_in_are_named_with_what_helps(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("name,host\nsw1,10.1.0.2\n")
    with pytest.raises(InvalidFile, match=r"a\.csv:2: no profile says how to be let in \(add profiles"):
        open_sources([str(table)], tokens={}, ask=str)


def test_a_format_may_be_named(read: Read) -> None:
    assert read({"listed": json.dumps(ANSIBLE_LIST)}, "ansible:listed").hosts[0].name == "sw1"


def test_two_files_that_define_a_profile_otherwise_contradict_each_other(read: Read) -> None:
    with pytest.raises(InvalidFile, match=r"profiles\.old: another source defines it otherwise"):
        read({"mine.yaml": "profiles: {old: {version: 1, community: ask}}\nhosts: {a: }"})


def test_a_platform_another_tool_has_made_up_is_no_fault_but_is_told(read: Read) -> None:
    found = read({"a.csv": "name,platform\nsw1,toaster-os\n"})
    assert found.hosts[0].platform == ""
    assert ["unknown platform 'toaster-os'" in fault.what for fault in found.warnings] == [True]


def test_two_names_of_one_address_are_warned_of_before_anybody_is_asked(read: Read) -> None:
    found = read({"a.csv": "name,host,port\nsw1,10.1.0.2,161\nsw2,10.1.0.2,1161\nsw3,10.1.0.2,161\n"})
    assert len(found.hosts) == 3
    assert [(fault.line, fault.what) for fault in found.warnings] == [
        (4, "'sw3' has the address of 'sw1', and is asked twice")
    ]
