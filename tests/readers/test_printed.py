"""What a device prints becomes the tables that SNMP gives; what it does not print is never an empty table."""

import pytest

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import Mac
from wiremap_lab.readers.cli import kind_of
from wiremap_lab.readers.commands import PLATFORMS, not_there, refused
from wiremap_lab.readers.port_names import FIRST_MADE, port_key
from wiremap_lab.readers.printed import ROOTS, read_session
from wiremap_lab.tables import Capability, DeviceTables, FdbStatus

IOS_LLDP = """------------------------------------------------
Local Intf: Gi1/0/2
Chassis id: 0200.00aa.0010
Port id: 0200.00aa.0010:P1
Port Description: SW PORT
System Name: SEP020000AA0010

System Description:
Phone of a lab, V1

Time remaining: 152 seconds
System Capabilities: B,T
Enabled Capabilities: B,T
Management Addresses:
    IP: 192.0.2.10
Auto Negotiation - supported, enabled
Physical media capabilities:
    1000baseT(FD)
Media Attachment Unit type - not advertised
Vlan ID: - not advertised


Total entries displayed: 1
"""
IOS_MACS = """          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  10    0200.00aa.0010    DYNAMIC     Gi1/0/2
  10    0200.00aa.0011    STATIC      Gi1/0/3
  20    0200.00aa.0012    DYNAMIC     Po1
Total Mac Addresses for this criterion: 4
"""
IOS_ARP = """Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  192.0.2.10              5   0200.00aa.0010  ARPA   Vlan10
"""
IOS_STATUS = """
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/2   Room 12            connected    10         a-full a-1000 10/100/1000BaseTX
Gi1/0/3                      notconnect   10           auto   auto 10/100/1000BaseTX
"""
IOS_BUNDLES = """Flags:  D - down        P - bundled in port-channel
        I - stand-alone s - suspended
        U - in use      f - failed to allocate aggregator

Number of channel-groups in use: 1
Number of aggregators:           1

Group  Port-channel  Protocol    Ports
------+-------------+-----------+-----------------------------------------------
1      Po1(SU)         LACP      Gi1/0/23(P) Gi1/0/24(P)
"""
IOS = {
    "": "hq-sw1#",
    "show interfaces status": IOS_STATUS,
    "show etherchannel summary": IOS_BUNDLES,
    "show lldp neighbors detail": IOS_LLDP,
    "show mac address-table": IOS_MACS,
    "show ip arp": IOS_ARP,
}


def named(tables: DeviceTables, if_index: int | None) -> str | None:
    return next((each.name for each in tables.interfaces if each.if_index == if_index), None)


def test_a_switch_of_cisco_says_where_everything_is() -> None:
    tables = read_session("hq-sw1", "cisco_ios", IOS)
    assert tables.system is not None
    assert tables.system.name == "hq-sw1"
    (phone,) = tables.lldp_neighbors
    assert (phone.local_port, named(tables, phone.local_if_index)) == ("Gi1/0/2", "Gi1/0/2")
    assert phone.chassis_id.mac == Mac.parse("02:00:00:aa:00:10")
    assert phone.capabilities == {Capability.BRIDGE, Capability.TELEPHONE}
    seen = {str(row.mac)[-2:]: (row.vlan, named(tables, row.if_index), row.status) for row in tables.fdb}
    assert seen == {
        "cc": (None, None, FdbStatus.SELF),
        "10": (10, "Gi1/0/2", FdbStatus.LEARNED),
        "11": (10, "Gi1/0/3", FdbStatus.MGMT),
        "12": (20, "Po1", FdbStatus.LEARNED),
    }
    assert [(str(row.ip), named(tables, row.if_index)) for row in tables.arp] == [("192.0.2.10", "Vlan10")]
    bundles = {(named(tables, row.if_index), named(tables, row.lag_if_index)) for row in tables.lag_members}
    assert bundles == {("Gi1/0/23", "Po1"), ("Gi1/0/24", "Po1")}
    alias = {each.name: (each.alias, each.oper_up, each.type) for each in tables.interfaces}
    assert alias["Gi1/0/2"] == ("Room 12", True, 6)
    assert alias["Gi1/0/3"] == ("", False, 6)
    assert alias["Po1"][2] == 161
    assert tables.incomplete == ()


def test_a_port_has_the_same_made_up_number_in_every_run_and_none_that_an_agent_uses() -> None:
    whole = read_session("sw", "cisco_ios", IOS)
    part = read_session("sw", "cisco_ios", {"show mac address-table": IOS_MACS})
    assert {e.if_index for e in part.interfaces} < {e.if_index for e in whole.interfaces}
    assert all(FIRST_MADE <= each.if_index < 2**31 for each in whole.interfaces)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gi1/0/1", "GigabitEthernet1/0/1"),
        ("GE1/0/1", "GigabitEthernet1/0/1"),
        ("XGE1/0/49", "Ten-GigabitEthernet1/0/49"),
        ("BAGG12", "Bridge-Aggregation12"),
        ("Po1", "port-channel1"),
        ("Eth1/1", "Ethernet1/1"),
        ("ge-0/0/1", "ge-0/0/1.0"),
    ],
)
def test_a_port_is_known_by_its_short_name_and_its_long_one(one: str, other: str) -> None:
    assert port_key(one) == port_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Tw1/0/1", "Twe1/0/1"), ("swp1", "swp11"), ("1/1", "1/11"), ("A1", "B1"), ("eth1", "ens1")]
)
def test_different_ports_are_not_taken_for_one(one: str, other: str) -> None:
    assert port_key(one) != port_key(other)


def test_a_command_a_device_does_not_know_is_not_an_empty_table() -> None:
    refusal = "               ^\n% Invalid input detected at '^' marker.\n"
    told = {**IOS, "show mac address-table": refusal, "show mac-address-table": IOS_MACS, "show ip arp": refusal}
    tables = read_session("sw", "cisco_ios", told)
    assert len(tables.fdb) == 4  # the older spelling was asked next
    assert [each.table for each in tables.findings] == ["fdb", "arp"]
    assert not tables.incomplete


def test_a_command_that_may_not_be_run_leaves_its_table_incomplete() -> None:
    tables = read_session("sw", "cisco_ios", {"show mac address-table": "Command authorization failed.\n"})
    (gap,) = tables.incomplete
    assert gap.root == ROOTS["fdb"]
    assert "authorization failed" in gap.reason


def test_a_text_no_template_fits_names_its_command_and_is_not_empty() -> None:
    tables = read_session("sw", "cisco_ios", {**IOS, "show ip arp": "something nobody ever wrote a template for\n"})
    (gap,) = tables.incomplete
    assert "'show ip arp' was not understood" in gap.reason
    assert len(tables.fdb) == 4


def test_a_session_that_broke_off_leaves_the_rest_incomplete() -> None:
    tables = read_session("sw", "cisco_ios", {"show ip arp": IOS_ARP}, unread={"show mac address-table": "it hung up"})
    assert [(gap.root, gap.reason) for gap in tables.incomplete] == [
        (ROOTS["fdb"], "'show mac address-table': it hung up")
    ]
    assert len(tables.arp) == 1


def test_a_platform_without_commands_is_refused() -> None:
    with pytest.raises(InvalidValue, match="acme_os"):
        read_session("sw", "acme_os", {})


@pytest.mark.parametrize(
    "line",
    [
        "% Invalid input detected at '^' marker.",
        "% Unrecognized command",
        "Invalid input: lldp",
        "syntax error, expecting <command>.",
        "unknown command.",
        "% LLDP is not enabled",
        "% CDP is not enabled",
        "bad command name lldp (line 1 column 2)",
        "bash: lldpcli: command not found",
        "Error: Unrecognized command found at '^' position.",
    ],
)
def test_makers_say_in_their_ways_that_there_is_no_such_command(line: str) -> None:
    assert not_there(f"show it\n   ^\n{line}\n") == line
    assert refused(line) is None


@pytest.mark.parametrize("text", list(IOS.values()))
def test_a_table_is_no_refusal(text: str) -> None:
    assert not_there(text) is None
    assert refused(text) is None


def test_every_platform_is_asked_for_neighbors_or_access_points_and_every_command_fills_the_table_it_is_asked_for() -> (
    None
):
    for platform, questions in PLATFORMS.items():
        tables = {question.table for question in questions}
        assert tables & {"lldp_neighbors", "access_points"}, platform
        for question in questions:
            assert {kind_of(command) for command in question.commands} == {question.table}, (platform, question)
            assert question.table in ROOTS
