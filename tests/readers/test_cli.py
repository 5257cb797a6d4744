"""Texts of a command line become rows by the templates of ntc-templates, or are refused."""

from pathlib import Path

import pytest

from wiremap_lab.errors import InvalidFile, InvalidValue
from wiremap_lab.readers.cli import kind_of, rows

MAC_TABLE = """          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
  10    0200.00aa.0071    STATIC      Gi1/0/1
  20    0200.00aa.0072    DYNAMIC     Gi1/0/2
Total Mac Addresses for this criterion: 2
"""


def test_a_table_is_read_by_its_template() -> None:
    found = rows("sw", MAC_TABLE, platform="cisco_ios", command="show mac address-table")
    assert found == {
        "fdb": [
            {
                "vlan": vlan,
                "mac": f"02:00:00:aa:00:{last}",
                "if_index": None,
                "port": port,
                "bridge_port": None,
                "status": status,
            }
            for vlan, last, port, status in ((10, "71", "Gi1/0/1", "STATIC"), (20, "72", "Gi1/0/2", "DYNAMIC"))
        ]
    }


def test_a_prompt_the_echo_of_the_command_and_a_wide_margin_are_no_part_of_an_output() -> None:
    plain = rows("sw", MAC_TABLE, platform="cisco_ios", command="show mac address-table")
    logged = "sw#show mac address-table\n" + "".join(f"        {line}\n" for line in MAC_TABLE.splitlines()) + "\t\n"
    assert rows("sw", logged, platform="cisco_ios", command="show mac address-table") == plain


def test_a_group_address_stands_with_each_of_its_ports() -> None:
    more = " 30    0100.5e00.00fb    STATIC      Gi1/0/1,Gi1/0/2 Gi1/0/3\n                                       Po1\n"
    found = rows("sw", MAC_TABLE + more, platform="cisco_ios", command="show mac address-table")["fdb"]
    ports = [row["port"] for row in found if isinstance(row, dict) and row["vlan"] == 30]
    assert ports == ["Gi1/0/1", "Gi1/0/2", "Gi1/0/3", "Po1"]


def test_a_port_that_routes_is_no_vlan() -> None:
    routed = " Te5/1   0200.00aa.0073   dynamic ip,ipx,assigned,other TenGigabitEthernet5/1\n"
    found = rows("sw", MAC_TABLE + routed, platform="cisco_ios", command="show mac address-table")["fdb"]
    assert [row["vlan"] for row in found if isinstance(row, dict)] == [10, 20, None]


def test_a_port_called_by_numbers_and_dots_is_no_mac() -> None:
    text = "Chassis id: 0200.00aa.0071\nPort id: 1.2.3\nLocal Port id: Eth1/1\nSystem Name: far\n"
    (found,) = rows("sw", text, platform="cisco_nxos", command="show lldp neighbors detail")["lldp_neighbors"]
    assert isinstance(found, dict)
    assert found["port_id"] == {"subtype": None, "text": "1.2.3"}
    assert found["chassis_id"] == {"subtype": "mac", "text": "02:00:00:aa:00:71"}


def test_a_linux_host_says_its_neighbors_and_its_bridge() -> None:
    neighbors = "192.0.2.1 dev eth0 lladdr 02:00:00:aa:00:71 extern_learn REACHABLE\n192.0.2.9 dev eth0  FAILED\n"
    found = rows("host", neighbors, platform="linux", command="ip neigh show")
    assert found == {"arp": [{"ip": "192.0.2.1", "mac": "02:00:00:aa:00:71", "if_index": None, "port": "eth0"}]}
    bridge = "02:00:00:aa:00:72 dev swp1 vlan 10 master bridge\n02:00:00:aa:00:73 dev swp2 self permanent\n"
    entries = rows("host", bridge, platform="linux", command="bridge fdb show")["fdb"]
    assert [(row["vlan"], row["port"], row["status"]) for row in entries if isinstance(row, dict)] == [
        (10, "swp1", None),
        (None, "swp2", "permanent"),
    ]


def test_a_text_that_no_template_fits_is_a_fault_and_no_empty_table() -> None:
    with pytest.raises(InvalidFile, match="does not fit"):
        rows("sw", "% Invalid input detected\n", platform="cisco_ios", command="show ip arp")


@pytest.mark.parametrize("text", ['{"error": "no such command"}', "{not JSON", "[]"])
def test_json_that_is_no_table_is_a_fault_and_no_empty_table(text: str) -> None:
    with pytest.raises(InvalidFile):
        rows("sw", text, platform="arista_eos", command="show arp vrf all | json")


def test_what_iproute2_prints_as_json_is_read_and_an_empty_list_is_an_empty_table() -> None:
    neighbors = (
        '[{"dst":"192.0.2.7","dev":"br0","lladdr":"02:00:00:00:00:07","state":["REACHABLE"]},{"dst":"192.0.2.8"}]'
    )
    found = rows("host", neighbors, platform="linux", command="ip -j neigh")["arp"]
    assert found == [{"ip": "192.0.2.7", "mac": "02:00:00:00:00:07", "if_index": None, "port": "br0"}]
    bridged = '[{"mac":"02:00:00:00:00:07","ifname":"swp1","vlan":20,"flags":[],"master":"br0","state":""}]'
    (entry,) = rows("host", bridged, platform="linux", command="bridge -j fdb show")["fdb"]
    assert isinstance(entry, dict)
    assert (entry["mac"], entry["port"], entry["vlan"]) == ("02:00:00:00:00:07", "swp1", 20)
    assert rows("host", "[]", platform="linux", command="bridge -j fdb show") == {"fdb": []}


def test_a_platform_nobody_wrote_a_template_for_is_a_fault() -> None:
    with pytest.raises(InvalidFile, match="acme_os"):
        rows("sw", MAC_TABLE, platform="acme_os", command="show mac address-table")


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("show lldp neighbors detail", "lldp_neighbors"),
        ("show mac address-table", "fdb"),
        ("show ap bss-table", "bss"),
        ("show ip arp", "arp"),
        ("show interfaces status", "interface_status"),
    ],
)
def test_a_command_fills_one_table(command: str, kind: str) -> None:
    assert kind_of(command) == kind


def test_a_command_that_fills_none_is_refused() -> None:
    with pytest.raises(InvalidValue):
        kind_of("show clock")


def test_interfaces_status_of_real_devices_is_read_in_full(shared: Path) -> None:
    path = shared / "recordings/cli/ntc-templates/hp_procurve/show_interfaces_status/show_interfaces_status/raw.txt"
    if not path.exists():
        pytest.skip(f"no such recording: {path}")
    found = rows("sw", path.read_text(), platform="hp_procurve", command="show interfaces status")
    assert len(found["interface_status"]) == 14
