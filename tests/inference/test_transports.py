"""SNMP and the command line of one device are one device: by key, with what they differ in."""

import ipaddress
from dataclasses import replace

from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.inference.transports import merge
from wiremap_lab.readers.port_names import FIRST_MADE
from wiremap_lab.tables import (
    AccessPoint,
    ArpEntry,
    CdpNeighbor,
    DeviceTables,
    FdbEntry,
    Interface,
    LagMember,
    LldpLocal,
    LldpLocalPort,
    LldpNeighbor,
    System,
    WiredNeighbor,
    WirelessClient,
)

PHONE, PC, PRINTER = (Mac.parse(f"02:00:00:aa:00:{n:02x}") for n in (1, 2, 3))
IP = ipaddress.ip_address("192.0.2.7")
ONE, TWO, BUNDLE = FIRST_MADE + 1, FIRST_MADE + 2, FIRST_MADE + 9


def port(number: int, name: str, *, alias: str = "") -> Interface:
    return Interface(number, name, name, alias, None, 6, None, None)


def heard(if_index: int | None, mac: Mac = PHONE, *, name: str = "") -> LldpNeighbor:
    return LldpNeighbor(
        7, ChassisId.read(4, mac.octets), PortId.read(3, mac.octets), system_name=name, local_if_index=if_index
    )


AGENT = DeviceTables("sw", interfaces=(port(101, "Gi1/0/1"), port(102, "Gi1/0/2"), port(500, "Po1")))
PRINTED = DeviceTables(
    "sw", interfaces=(port(ONE, "GigabitEthernet1/0/1", alias="Room 1"), port(TWO, "Gi1/0/2"), port(BUNDLE, "Po1"))
)


def test_rows_of_the_command_line_are_on_the_ports_of_snmp() -> None:
    merged = merge(AGENT, replace(PRINTED, fdb=(FdbEntry(PC, None, TWO, 10),), arp=(), system=System("sw", "", "", ())))
    assert [(row.mac, row.if_index, row.vlan) for row in merged.fdb] == [(PC, 102, 10)]
    assert [each.if_index for each in merged.interfaces] == [101, 102, 500]
    assert merged.interfaces[0].alias == "Room 1"
    assert merged.printed == set(merged.fdb)
    assert merged.system is not None
    assert [(each.table, each.what, each.count) for each in merged.findings] == [
        ("fdb", "rows that the command line alone told", 1)
    ]


def test_a_row_that_both_tell_is_one_and_snmps() -> None:
    agent = replace(AGENT, fdb=(FdbEntry(PC, 2, 102, 10, 10),), arp=(ArpEntry(IP, PC, 102),))
    printed = replace(PRINTED, fdb=(FdbEntry(PC, None, TWO, 10),), arp=(ArpEntry(IP, PC, TWO),))
    merged = merge(agent, printed)
    assert (merged.fdb, merged.arp) == (agent.fdb, agent.arp)
    assert merged.findings == ()
    assert merged.printed == frozenset()


def test_a_mac_on_two_ports_stays_where_snmp_has_it_and_is_reported() -> None:
    agent = replace(AGENT, fdb=(FdbEntry(PC, 2, 102, 10),))
    merged = merge(agent, replace(PRINTED, fdb=(FdbEntry(PC, None, ONE, 10),)))
    assert merged.fdb == agent.fdb
    (told,) = merged.findings
    assert "is on Gi1/0/2 by SNMP, on Gi1/0/1 by the command line: the former is kept" in told.what


def test_a_member_and_its_aggregate_do_not_disagree() -> None:
    agent = replace(AGENT, fdb=(FdbEntry(PC, 2, 500, 10),))
    members = (LagMember(TWO, BUNDLE),)
    merged = merge(agent, replace(PRINTED, fdb=(FdbEntry(PC, None, TWO, 10),), lag_members=members))
    assert merged.findings == ()
    assert merged.lag_members == (LagMember(102, 500),)


def test_the_command_line_places_what_snmp_could_not() -> None:
    merged = merge(
        replace(AGENT, fdb=(FdbEntry(PC, 40, None, 10),), lldp_neighbors=(heard(None),)),
        replace(PRINTED, fdb=(FdbEntry(PC, None, TWO, None),), lldp_neighbors=(heard(ONE, name="cut"),)),
    )
    assert [row.if_index for row in merged.fdb] == [102]
    (neighbor,) = merged.lldp_neighbors
    assert (neighbor.local_if_index, neighbor.local_port, neighbor.system_name) == (101, "Gi1/0/1", "")
    assert merged.findings == ()


def test_of_two_ports_of_a_neighbor_the_one_is_kept_that_was_named() -> None:
    merged = merge(replace(AGENT, lldp_neighbors=(heard(102),)), replace(PRINTED, lldp_neighbors=(heard(ONE),)))
    (neighbor,) = merged.lldp_neighbors
    assert neighbor.local_if_index == 101
    (told,) = merged.findings
    assert "was heard on Gi1/0/2 by SNMP" in told.what
    assert "on Gi1/0/1 by the command line, which names it: the latter is kept" in told.what


def test_who_is_heard_on_several_ports_stays_on_them() -> None:
    agent = replace(AGENT, lldp_neighbors=(heard(101), heard(102)))
    merged = merge(agent, replace(PRINTED, lldp_neighbors=(heard(ONE),)))
    assert merged.lldp_neighbors == agent.lldp_neighbors


def test_an_address_with_two_macs_is_reported() -> None:
    merged = merge(replace(AGENT, arp=(ArpEntry(IP, PC),)), replace(PRINTED, arp=(ArpEntry(IP, PRINTER),)))
    assert [row.mac for row in merged.arp] == [PC]
    (told,) = merged.findings
    assert told.what == f"{IP} is {PC} by SNMP, {PRINTER} by the command line: the former is kept"


def test_nx_os_adds_a_serial_to_the_name_of_a_neighbor_by_cdp() -> None:
    agent = replace(AGENT, cdp_neighbors=(CdpNeighbor(101, "core", "Ethernet1/1"),))
    merged = merge(agent, replace(PRINTED, cdp_neighbors=(CdpNeighbor(ONE, "core(FOX1)", "Eth1/1"),)))
    assert merged.cdp_neighbors == agent.cdp_neighbors


def test_a_port_that_snmp_does_not_have_places_nobody() -> None:
    printed = replace(PRINTED, interfaces=(*PRINTED.interfaces, port(FIRST_MADE + 77, "slot 7")))
    rows = (FdbEntry(PC, None, FIRST_MADE + 77, 10), FdbEntry(PRINTER, None, TWO, 10))
    merged = merge(AGENT, replace(printed, fdb=rows))
    assert [row.mac for row in merged.fdb] == [PRINTER]
    assert any("none, or several, of SNMP's" in each.what for each in merged.findings)


def test_what_is_advertised_by_one_alone_is_on_the_ports_of_snmp() -> None:
    ports = (LldpLocalPort(TWO, PortId.read(5, b"Gi1/0/2"), ""), LldpLocalPort(77, PortId.read(5, b"x"), ""))
    local = LldpLocal(ChassisId.read(4, PC.octets), "sw", ports)
    merged = merge(AGENT, replace(PRINTED, lldp_local=local))
    assert merged.lldp_local is not None
    assert [(port.port_num, port.port_id.text) for port in merged.lldp_local.ports] == [(102, "Gi1/0/2")]


def test_a_silent_agent_leaves_what_was_printed_as_it_is() -> None:
    printed = replace(PRINTED, fdb=(FdbEntry(PC, None, TWO, 10),))
    merged = merge(DeviceTables("sw"), printed)
    assert (merged.interfaces, merged.fdb) == (printed.interfaces, printed.fdb)


def test_a_client_has_its_bssid_from_whichever_transport_tells_it() -> None:
    agent = replace(AGENT, wireless_clients=(WirelessClient(PHONE, None, "ap-1", "voice"),))
    told = (WirelessClient(PHONE, PRINTER, "ap-1"), WirelessClient(PC, None, "ap-2"))
    merged = merge(agent, replace(PRINTED, wireless_clients=told))
    assert merged.wireless_clients == (WirelessClient(PHONE, PRINTER, "ap-1", "voice"), told[1])
    assert merged.printed == {told[1]}


def test_a_client_that_roams_between_two_readings_is_where_snmp_has_it_and_is_reported() -> None:
    agent = replace(AGENT, wireless_clients=(WirelessClient(PHONE, None, "ap-1"),))
    merged = merge(agent, replace(PRINTED, wireless_clients=(WirelessClient(PHONE, PRINTER, "ap-2"),)))
    assert merged.wireless_clients == agent.wireless_clients
    assert [each.what for each in merged.findings] == [
        f"SNMP has {PHONE} on access point 'ap-1', the command line on 'ap-2'"
    ]


def test_what_an_access_point_hears_is_kept_from_the_command_line() -> None:
    point, heard_switch = AccessPoint("ap-1", PHONE, None, serial="S1"), (WiredNeighbor("sw1", "Gi1/0/1"),)
    printed = replace(PRINTED, access_points=(AccessPoint("ap-1", PHONE, None, neighbors=heard_switch),))
    assert merge(replace(AGENT, access_points=(point,)), printed).access_points == (
        replace(point, neighbors=heard_switch),
    )
