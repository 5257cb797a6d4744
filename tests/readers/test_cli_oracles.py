"""What NAPALM and SuzieQ expect of real outputs, which the script of acceptance does not compare, we say too."""

import importlib.util
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TypedDict

import pytest

from wiremap_lab.errors import InvalidFile
from wiremap_lab.ids import Mac
from wiremap_lab.readers.as_json import Json
from wiremap_lab.readers.cli import rows

#: The outputs among NAPALM's mocks that are text, and the commands that print them.
COMMANDS = {
    "show_mac_address_table.txt": "show mac address-table",
    "show_ip_arp_vrf_all___exc_INCOMPLETE.txt": "show ip arp vrf all",
    "show_arp___exclude_Incomplete.txt": "show ip arp",
    "show_lldp_neighbors_detail.txt": "show lldp neighbors detail",
    "show_lldp_neighbors_detail.json": "show lldp neighbors detail",  # text in spite of its name
}
PLATFORMS = {"ios": "cisco_ios", "nxos": "cisco_nxos", "nxos_ssh": "cisco_nxos"}

#: Rows NAPALM changes, by case and MAC.
CHANGED = {
    (
        "4500_format3",
        "00:78:88:e7:5a:3f",
    ): "the entry stands at the switch; NAPALM has the routed port",
    ("normal", "00:26:98:0a:df:44"): "NAPALM writes the vPC peer link with a dash",
}

Row = dict[str, Json]


class Raw(TypedDict):
    """What one host of a fabric printed."""

    hostname: str
    devtype: str
    cmd: str
    data: str


@cache
def judge(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("accept_recordings", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts_of_napalm(shared: Path) -> Iterator[tuple[Path, str, str]]:
    """Each text, with the platform and the command."""
    for platform, ours in PLATFORMS.items():
        for path in sorted((shared / "recordings/cli/napalm" / platform).glob("*/*/show_*")):
            if path.name in COMMANDS:
                yield path, ours, COMMANDS[path.name]


def known(row: Row) -> Row:
    """An expected row without the VLAN NAPALM makes up for none, and the management port as NX-OS prints it."""
    vlan = None if row.get("vlan") in ("0", "-1") else row.get("vlan")
    return {**row, "vlan": vlan, "_port": "mgmt0" if row["_port"] == "Management0" else row["_port"]}


def test_napalm_expects_of_texts_what_we_read(shared: Path) -> None:
    script = judge(shared / "accept/recordings.py")
    seen, wrong = 0, []
    for path, platform, command in texts_of_napalm(shared):
        found = rows(path.name, path.read_text(), platform=platform, command=command)
        oracle = json.loads((path.parent / "expected.json").read_text())
        for table, listed in script.cli_expected(oracle).items():
            expected = [known(row) for row in script.unique(listed)]
            matched, missing, extra = script.match(expected, script.unique(found[table]), table)
            seen += matched
            different = [row for row in (*missing, *extra) if (path.parent.name, row.get("mac")) not in CHANGED]
            wrong += [(path.parent.name, row) for row in different]
    assert not wrong
    assert seen > 250


@pytest.mark.parametrize("fabric", ["dual-evpn", "junos", "mixed", "nxos", "ospf-single", "vmx"])
def test_suzieq_expects_of_linux_hosts_the_neighbors_we_read(fabric: str, shared: Path) -> None:
    folder = shared / "recordings/fabric" / fabric
    texts: list[Raw] = json.loads((folder / "arpnd.raw.json").read_text())
    outputs = [each for each in texts if each["cmd"] in ("ip neigh show", "show ip arp") and each["data"]]
    hosts = {each["hostname"] for each in outputs}
    found = set()
    for each in outputs:
        platform = "linux" if each["cmd"] == "ip neigh show" else "cisco_ios"
        table = rows(each["hostname"], each["data"], platform=platform, command=each["cmd"])["arp"]
        found |= {(each["hostname"], str(row["ip"]), row["mac"]) for row in table if isinstance(row, dict)}
    oracle = json.loads((folder / "expected.json").read_text())["expected"]["arpnd"]
    expected = {
        (row["hostname"], row["ipAddress"], str(Mac.parse(row["macaddr"])))
        for row in oracle
        if row["hostname"] in hosts and row["macaddr"] and row["state"] != "failed"
    }
    assert expected <= found
    own = {each["hostname"] for each in outputs if each["devtype"] == "ios"}  # SuzieQ drops what a router is itself
    assert {row for row in found - expected if ":" not in row[1] and row[0] not in own} == set()


def test_suzieq_expects_of_a_bridge_the_addresses_we_read(shared: Path) -> None:
    seen = 0
    for folder in sorted((shared / "recordings/fabric").iterdir()):
        texts: list[Raw] = json.loads((folder / "macs.raw.json").read_text())
        outputs = [each for each in texts if each["cmd"] == "/sbin/bridge fdb show" and each["data"]]
        found = set()
        for each in outputs:
            table = rows(each["hostname"], each["data"], platform="linux", command=each["cmd"])["fdb"]
            found |= {(each["hostname"], row["mac"], row["port"]) for row in table if isinstance(row, dict)}
        hosts = {each["hostname"] for each in outputs}
        oracle = json.loads((folder / "expected.json").read_text())["expected"]["macs"]
        expected = {(row["hostname"], row["macaddr"], row["oif"]) for row in oracle if row["hostname"] in hosts}
        assert expected <= found
        seen += len(expected)
    assert seen > 100


def test_suzieq_expects_of_lldpctl_the_neighbors_we_read(shared: Path) -> None:
    folder = shared / "recordings/fabric/dual-evpn"
    texts: list[Raw] = json.loads((folder / "lldp.raw.json").read_text())
    oracle = json.loads((folder / "expected.json").read_text())["expected"]["lldp"]
    for each in texts:
        if "lldpctl" in each["cmd"] and each["data"]:
            table = rows(each["hostname"], each["data"], platform="linux", command="lldpctl")["lldp_neighbors"]
            found = {(row["local_port"], row["system_name"]) for row in table if isinstance(row, dict)}
            own = {(row["ifname"], row["peerHostname"]) for row in oracle if row["hostname"] == each["hostname"]}
            assert found == own
            assert own


JSON_OF_NAPALM = {
    "nxos/get_mac_address_table": ("cisco_nxos", "show mac address-table | json"),
    "nxos/get_arp_table": ("cisco_nxos", "show ip arp | json"),
    "eos/get_arp_table": ("arista_eos", "show arp vrf all | json"),
    "eos/get_lldp_neighbors_detail": ("arista_eos", "show lldp neighbors detail | json"),
}


@pytest.mark.parametrize("folder", JSON_OF_NAPALM)
def test_napalm_expects_of_json_what_we_read(folder: str, shared: Path) -> None:
    script = judge(shared / "accept/recordings.py")
    platform, command = JSON_OF_NAPALM[folder]
    for path in (shared / "recordings/cli/napalm" / folder).glob("*/show_*"):
        found = rows(path.name, path.read_text(), platform=platform, command=command)
        oracle = json.loads((path.parent / "expected.json").read_text())
        for table, listed in script.cli_expected(oracle).items():
            expected = [known(row) for row in script.unique(listed)]
            assert script.match(expected, script.unique(found[table]), table) == (len(expected), [], [])


@pytest.mark.parametrize("fabric", ["junos", "mixed", "nxos", "vmx"])
def test_suzieq_expects_of_json_the_neighbors_we_read(fabric: str, shared: Path) -> None:
    folder = shared / "recordings/fabric" / fabric
    texts: list[Raw] = json.loads((folder / "arpnd.raw.json").read_text())
    outputs = [each for each in texts if "json" in each["cmd"] and "ipv6" not in each["cmd"] and each["data"]]
    found = set()
    for each in outputs:
        table = rows(each["hostname"], each["data"], platform=each["devtype"], command=each["cmd"])["arp"]
        found |= {(each["hostname"], str(row["ip"]), row["mac"]) for row in table if isinstance(row, dict)}
    hosts = {each["hostname"] for each in outputs}
    oracle = json.loads((folder / "expected.json").read_text())["expected"]["arpnd"]
    expected = {
        (row["hostname"], row["ipAddress"], str(Mac.parse(row["macaddr"])))
        for row in oracle
        if row["hostname"] in hosts and ":" not in row["ipAddress"] and row["macaddr"] and row["state"] != "failed"
    }
    assert expected
    assert expected == found


@pytest.mark.parametrize("fabric", ["junos", "nxos"])
def test_suzieq_expects_of_json_the_addresses_we_read(fabric: str, shared: Path) -> None:
    folder = shared / "recordings/fabric" / fabric
    texts: list[Raw] = json.loads((folder / "macs.raw.json").read_text())
    outputs = [each for each in texts if "json" in each["cmd"] and each["data"]]
    found = set()
    for each in outputs:
        table = rows(each["hostname"], each["data"], platform=each["devtype"], command=each["cmd"])["fdb"]
        found |= {(each["hostname"], row["vlan"] or 0, row["mac"]) for row in table if isinstance(row, dict)}
    hosts = {each["hostname"] for each in outputs}
    oracle = json.loads((folder / "expected.json").read_text())["expected"]["macs"]
    expected = {(row["hostname"], row["vlan"], row["macaddr"]) for row in oracle if row["hostname"] in hosts}
    assert expected
    assert expected == found


XML_OF_NAPALM = {
    "junos/get_mac_address_table": "show ethernet-switching table",
    "iosxr/get_mac_address_table": "L2VPNForwarding mac",
    "iosxr/get_arp_table": "ARP arp",
    "iosxr_netconf/get_mac_address_table": "l2vpn-oper mac",
}


@pytest.mark.parametrize("folder", XML_OF_NAPALM)
def test_napalm_expects_of_xml_what_we_read(folder: str, shared: Path) -> None:
    """Junos' rows for flooding have no address; a bridge domain of IOS-XR has a name, which need not be a VLAN."""
    script = judge(shared / "accept/recordings.py")
    for oracle in (shared / "recordings/cli/napalm" / folder).glob("*/expected.json"):
        (text,) = (path.read_text() for path in oracle.parent.iterdir() if path.suffix in (".xml", ".txt"))
        found = rows(oracle.parent.name, text, platform="any", command=XML_OF_NAPALM[folder])
        for table, listed in script.cli_expected(json.loads(oracle.read_text())).items():
            answers = [row for row in found[table] if isinstance(row, dict) and row["mac"]]
            expected = [known(row) for row in script.unique(listed)]
            assert script.match(expected, answers, table) == (len(expected), [], [])


def test_napalm_expects_of_junos_rpcs_the_neighbors_we_read(shared: Path) -> None:
    """Its mocks answer every port with one reply: ports are judged by the brief reply, neighbors by the long one."""
    oracles = sorted((shared / "recordings/cli/napalm/junos/get_lldp_neighbors_detail").glob("*/expected.json"))
    for oracle in oracles:
        found = {
            path.stem: rows(path.name, path.read_text(), platform="any", command="lldp")["lldp_neighbors"]
            for path in oracle.parent.glob("*.xml")
        }
        brief = found.pop("get-lldp-neighbors-information")
        (long,) = found.values()
        expected = json.loads(oracle.read_text())["rows"]
        assert {row["local_port"] for row in brief if isinstance(row, dict)} == {row["local_port"] for row in expected}
        said = {tuple(map(text_of, keys(row))) for row in long if isinstance(row, dict)}
        assert said == {
            (row["remote_chassis_id"], row["remote_port_id"], row["remote_port_desc"], row["remote_sysname"])
            for row in expected
        }
    assert len(oracles) == 4


def keys(row: Row) -> tuple[Json, ...]:
    return row["chassis_id"], row["port_id"], row["port_description"], row["system_name"]


def text_of(value: Json) -> Json:
    return value["text"] if isinstance(value, dict) else value


@pytest.mark.parametrize("fabric", ["dual-evpn", "junos", "nxos", "ospf-single"])
def test_suzieq_expects_of_json_the_links_we_read(fabric: str, shared: Path) -> None:
    script = judge(shared / "accept/recordings.py")
    folder = shared / "recordings/fabric" / fabric
    texts: list[Raw] = json.loads((folder / "lldp.raw.json").read_text())
    outputs = [each for each in texts if "json" in each["cmd"] and each["data"]]
    found = set()
    for each in outputs:
        (table,) = rows(each["hostname"], each["data"], platform=each["devtype"], command=each["cmd"]).values()
        for row in table:
            assert isinstance(row, dict)
            system = row.get("device_id") or row.get("system_name") or text_of(row["chassis_id"])
            found.add((each["hostname"], script.port(row["local_port"]), re.sub(r"\(.*", "", str(system))))
    hosts = {each["hostname"] for each in outputs}
    oracle = json.loads((folder / "expected.json").read_text())["expected"]["lldp"]
    expected = {
        (row["hostname"], script.port(row["ifname"]), row["peerHostname"]) for row in oracle if row["hostname"] in hosts
    }
    assert expected
    assert expected <= found
    assert {port for _, port, _ in found - expected} <= {("mg", "0")}  # SuzieQ keeps one neighbor a port


@pytest.mark.parametrize(
    "text", ["<a><b>1</b></a>", "<!DOCTYPE a [<!ENTITY e 'x'>]><data><a>&e;</a></data>", "<data><a></data>", "<data/"]
)
def test_xml_that_is_no_answer_of_a_device_is_a_fault_and_no_empty_table(text: str) -> None:
    with pytest.raises(InvalidFile):
        rows("odd", text, platform="juniper_junos", command="show ethernet-switching table")
