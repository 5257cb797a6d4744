"""Outputs of the platforms whose templates are ours, and of those whose recordings are at hand."""

from pathlib import Path

import pytest

from wiremap_lab.readers.commands import PLATFORMS, not_there
from wiremap_lab.readers.printed import read_session
from wiremap_lab.tables import DeviceTables, FdbStatus

MACS = ("02:00:00:aa:00:01", "02:00:00:aa:00:02")

OS10 = {
    "show lldp neighbors detail": """
Remote Chassis ID Subtype: Mac address (4)
Remote Chassis ID: 02:00:00:aa:00:01
Remote Port Subtype: Interface name (5)
Remote Port ID: ethernet1/1/3
Remote Port Description: uplink
Local Port ID: ethernet1/1/1
Locally assigned remote Neighbor Index: 3
Remote TTL: 120
Information valid for next 105 seconds
Remote System Name: core
Remote System Desc: a switch of a lab
Existing System Capabilities: Repeater, Bridge, Router
Enabled System Capabilities: Repeater, Bridge, Router
---------------------------------------------------------------------------
Remote Chassis ID Subtype: Mac address (4)
Remote Chassis ID: 02:00:00:aa:00:02
Remote Port ID: 02:00:00:aa:00:02
Local Port ID: ethernet1/1/2
Remote System Name: phone
""",
    "show mac address-table": """VlanId   Mac Address         Type        Interface
10       02:00:00:aa:00:01   dynamic     ethernet1/1/1
10       02:00:00:aa:00:02   static      port-channel5
""",
    "show ip arp": """Address          Hardware address    Interface       Egress Interface
------------------------------------------------------------------------
192.0.2.1        02:00:00:aa:00:01   vlan10          ethernet1/1/1
""",
}
FASTPATH_LLDP = """
LLDP Remote Device Summary

Local
Interface  RemID   Chassis ID            Port ID             System Name
--------- -------  --------------------  ------------------  ------------------
1/0/1      17      02:00:00:AA:00:01     ethernet1/1/3       core
1/0/2      18      02:00:00:AA:00:02     02:00:00:AA:00:02   a-name-cut-to ...
1/0/3
"""
OS6 = {
    "show lldp remote-device all": FASTPATH_LLDP,
    "show mac address-table": """
Aging time is 300 Sec

Vlan     Mac Address           Type        Port
-------- --------------------- ----------- ---------------------
10       0200.00AA.0001        Dynamic     1/0/1
10       0200.00AA.0002        Static      Po5
1        0200.00AA.00FF        Management  Vl1

Total MAC Addresses in use: 3
""",
    "show arp": """
Age Time (seconds)............................. 1200
Response Time (seconds)........................ 1

  IP Address       MAC Address       Interface      Type        Age
--------------- -----------------  --------------  --------  -----------
192.0.2.1       0200.00AA.0001     Vl10            Dynamic   0h 3m 4s
""",
}
EDGE = {
    "show lldp remote-device all": FASTPATH_LLDP,
    "show mac-addr-table": """
Address Entries Currently in Use............... 3

VLAN ID  MAC Address         Interface              IfIndex  Status
-------  ------------------  ---------------------  -------  ------------
10       02:00:00:AA:00:01   1/0/1                  1        Learned
10       02:00:00:AA:00:02   1/0/2                  2        Static
1        02:00:00:AA:00:FF   CPU                    65       Management
""",
    "show arp": """
Age Time (seconds)............................. 1200

IP Address      MAC Address       Interface        Type      Age
--------------- ----------------- ---------------- --------- -----------
192.0.2.1       02:00:00:AA:00:01 vlan 10          Dynamic   0h 3m 4s
""",
}
EXOS = {
    "show lldp neighbors detailed": """
-----------------------------------------------------------------------------
LLDP Port 1:1 detected 1 neighbor
  Neighbor: 02:00:00:AA:00:01/1:3, age 12 seconds
    - Chassis ID type: MAC address (4)
      Chassis ID     : 02:00:00:AA:00:01
    - Port ID type: ifName (5)
      Port ID     : "1:3"
    - Time To Live: 120 seconds
    - System Name: "core"
    - System Description: "a switch
      of a lab"
    - System Capabilities : "Bridge, Router"
      Enabled Capabilities: "Bridge, Router"
    - Management Address Subtype: IPv4 (1)
      Management Address        : 192.0.2.1
      Interface Number Subtype  : System Port Number (3)
-----------------------------------------------------------------------------
LLDP Port 1:2 detected 2 neighbors
  Neighbor: 02:00:00:AA:00:02/02:00:00:AA:00:02, age 4 seconds
    - Chassis ID type: MAC address (4)
      Chassis ID     : 02:00:00:AA:00:02
    - Port ID type: MAC address (3)
      Port ID     : 02:00:00:AA:00:02

  Neighbor: 02:00:00:AA:00:03/02:00:00:AA:00:03, age 4 seconds
    - Chassis ID type: MAC address (4)
      Chassis ID     : 02:00:00:AA:00:03
    - Port ID type: MAC address (3)
      Port ID     : 02:00:00:AA:00:03
""",
}
LINUX = {
    "": "wm@edge-1:~$ ",
    "ip -j -d link show": """[
 {"ifindex":1,"ifname":"lo","operstate":"UNKNOWN","link_type":"loopback","address":"00:00:00:00:00:00"},
 {"ifindex":7,"ifname":"swp1","operstate":"UP","link_type":"ether","address":"02:00:00:cc:00:07","ifalias":"Room 7",
  "linkinfo":{"info_slave_kind":"bridge"}},
 {"ifindex":8,"ifname":"swp2","operstate":"DOWN","link_type":"ether","address":"02:00:00:cc:00:08","master":"bond0",
  "linkinfo":{"info_slave_kind":"bond"}},
 {"ifindex":9,"ifname":"bond0","operstate":"UP","link_type":"ether","address":"02:00:00:cc:00:08",
  "linkinfo":{"info_kind":"bond"}}]""",
    "lldpcli -f json show interfaces details": """{"lldp":{"interface":[
 {"swp1":{"status":"RX and TX","chassis":{"edge-1":{"id":{"type":"mac","value":"02:00:00:cc:00:01"},"descr":"Linux"}},
  "port":{"id":{"type":"mac","value":"02:00:00:cc:00:07"},"descr":"swp1"}}},
 {"swp2":{"chassis":{"edge-1":{"id":{"type":"mac","value":"02:00:00:cc:00:01"}}},
  "port":{"id":{"type":"mac","value":"02:00:00:cc:00:08"},"descr":"swp2"}}}]}}""",
    "lldpcli -f json show neighbors details": """{"lldp":{"interface":{"swp1":{"via":"LLDP","rid":"1",
  "chassis":{"id":{"type":"mac","value":"02:00:00:aa:00:01"},"capability":[{"type":"Bridge","enabled":true},
   {"type":"Tel","enabled":true},{"type":"Router","enabled":false}]},
  "port":{"id":{"type":"ifname","value":"P1"},"descr":"SW","ttl":"120"}}}}}""",
    "bridge -j fdb show": """[{"mac":"02:00:00:aa:00:01","ifname":"swp1","vlan":10,"flags":[],
  "master":"br0","state":""},
 {"mac":"02:00:00:cc:00:07","ifname":"swp1","flags":["self"],"state":"permanent"}]""",
    "ip -j neigh show": """[{"dst":"192.0.2.1","dev":"swp1","lladdr":"02:00:00:aa:00:01","state":["REACHABLE"]},
 {"dst":"192.0.2.9","dev":"swp1","state":["FAILED"]}]""",
}


def port_of(tables: DeviceTables, if_index: int | None) -> str | None:
    return next((each.name for each in tables.interfaces if each.if_index == if_index), None)


@pytest.mark.parametrize(
    ("platform", "outputs", "ports"),
    [
        ("dell_os10", OS10, ("ethernet1/1/1", "port-channel5")),
        ("dell_os6", OS6, ("1/0/1", "Po5")),
        ("ubiquiti_edge", EDGE, ("1/0/1", "1/0/2")),
    ],
)
def test_neighbors_macs_and_addresses_are_read(platform: str, outputs: dict[str, str], ports: tuple[str, ...]) -> None:
    tables = read_session("sw", platform, outputs)
    assert not tables.incomplete
    assert [str(n.chassis_id.mac) for n in tables.lldp_neighbors] == list(MACS)
    assert tables.lldp_neighbors[0].system_name == "core"
    assert tables.lldp_neighbors[0].local_port == ports[0]
    placed = [(str(row.mac), port_of(tables, row.if_index), row.vlan) for row in tables.fdb if row.if_index is not None]
    assert placed == [(MACS[0], ports[0], 10), (MACS[1], ports[1], 10)]
    assert all(row.status is FdbStatus.SELF for row in tables.fdb if row.if_index is None)
    assert [(str(row.ip), str(row.mac)) for row in tables.arp] == [("192.0.2.1", MACS[0])]


def test_a_name_cut_to_its_column_is_no_name() -> None:
    tables = read_session("sw", "dell_os6", OS6)
    assert [each.system_name for each in tables.lldp_neighbors] == ["core", ""]


def test_several_neighbors_of_one_port_of_extreme_are_several() -> None:
    tables = read_session("sw", "extreme_exos", EXOS)
    heard = [(each.local_port, str(each.chassis_id.mac)[-2:], each.port_id.text[-2:]) for each in tables.lldp_neighbors]
    assert heard == [("1:1", "01", ":3"), ("1:2", "02", "02"), ("1:2", "03", "03")]
    assert tables.lldp_neighbors[0].management_addresses


def test_the_controller_of_aruba_and_the_arp_of_alcatel_are_read() -> None:
    text = """
Capability codes: (R)Router, (B)Bridge, (A)Access Point, (P)Phone, (O)Other

LLDP Neighbor Information
-------------------------
Local Intf  Chassis ID         Capability  Remote Intf  Expiry-Time (Secs)  System Name
----------  ----------         ----------  -----------  ------------------  -----------
GE0/0/1     02:00:00:aa:00:01  B:R         GE0/0/17     105                 core

Number of neighbors: 1
"""
    (heard,) = read_session("wlc", "aruba_os", {"show lldp neighbor": text}).lldp_neighbors
    assert (heard.local_port, heard.system_name, heard.port_id.text) == ("GE0/0/1", "core", "GE0/0/17")
    text = """Total 2 arp entries
 Flags (P=Proxy, A=Authentication, V=VRRP)

 IP Addr           Hardware Addr       Type       Flags   Port              Interface   Name
-----------------+-------------------+----------+-------+--------------+-----------+----------
 192.0.2.1         02:00:00:aa:00:01   DYNAMIC              3/20          vlan 10
 192.0.2.2         02:00:00:aa:00:02   STATIC       P       1/1/7         vlan 10
"""
    tables = read_session("sw", "alcatel_aos", {"show arp": text})
    assert [(str(row.ip), port_of(tables, row.if_index)) for row in tables.arp] == [
        ("192.0.2.1", "3/20"),
        ("192.0.2.2", "1/1/7"),
    ]


def test_a_linux_switch_tells_its_numbers_its_own_lldp_and_its_bonds() -> None:
    tables = read_session("edge-1", "linux", LINUX)
    assert not tables.incomplete
    assert not tables.findings
    assert {each.if_index: (each.name, each.alias, each.type) for each in tables.interfaces} == {
        1: ("lo", "", 24),
        7: ("swp1", "Room 7", 6),
        8: ("swp2", "", 6),
        9: ("bond0", "", 161),
    }
    assert tables.lldp_local is not None
    assert [str(port.port_id) for port in tables.lldp_local.ports] == ["mac:02:00:00:cc:00:07", "mac:02:00:00:cc:00:08"]
    assert str(tables.lldp_local.chassis_id) == "mac:02:00:00:cc:00:01"
    (heard,) = tables.lldp_neighbors
    assert (heard.local_if_index, sorted(each.value for each in heard.capabilities)) == (7, ["bridge", "telephone"])
    assert [(row.if_index, row.vlan, row.status) for row in tables.fdb] == [
        (7, 10, FdbStatus.LEARNED),
        (7, None, FdbStatus.SELF),
    ]
    assert [(str(row.ip), row.if_index) for row in tables.arp] == [("192.0.2.1", 7)]
    assert [(row.if_index, row.lag_if_index) for row in tables.lag_members] == [(8, 9)]


def test_recordings_of_real_devices_are_read_as_their_platforms_print_them(shared: Path) -> None:
    """Whatever one of our commands printed on a real device is understood, and every row has its port."""
    root = shared / "recordings/cli/ntc-templates"
    if not root.exists():
        pytest.skip(f"no recordings here: {root}")
    read = 0
    for platform, questions in PLATFORMS.items():
        for command in (command for question in questions for command in question.commands):
            for path in sorted(root.glob(f"{platform}/{command.replace(' ', '_')}/*/raw.txt")):
                text = path.read_text(errors="replace")
                tables = read_session("sw", platform, {command: text})
                assert not tables.incomplete, path
                assert not not_there(text), path
                told = [each.local_if_index is not None for each in tables.lldp_neighbors]
                assert all(told) or "Local Intf" not in text, path  # old releases of IOS do not say (quirk 89)
                assert all(each.if_index or each.status is FdbStatus.SELF for each in tables.fdb), path
                read += 1
    assert read >= 40
