"""A wrong local port sends help to another room: a port is certain, with its evidence, or unresolved."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.collectors.recordings import read_file
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.inference.port_names import abbreviated
from wiremap_lab.tables import DeviceTables, FdbEntry, Interface, LldpLocal, LldpLocalPort, LldpNeighbor

ETHERNET, VLAN = 6, 136


def interface(if_index: int, name: str, *, up: bool = True, kind: int = ETHERNET, alias: str = "") -> Interface:
    return Interface(if_index, name, f"Long {name}", alias, None, kind, True, up)


def local(number: int, text: str, description: str = "", subtype: int = 5) -> LldpLocalPort:
    return LldpLocalPort(number, PortId.read(subtype, text.encode()), description)


def neighbor(number: int | None) -> LldpNeighbor:
    chassis = bytes([2, 0, 0, 0, 0, number or 0])
    return LldpNeighbor(number, ChassisId.read(4, chassis), PortId.read(3, chassis))


def switch(
    interfaces: list[Interface],
    heard: list[int | None],
    ports: list[LldpLocalPort] | None = None,
    base_ports: dict[int, int] | None = None,
    fdb: list[FdbEntry] | None = None,
) -> DeviceTables:
    return DeviceTables(
        "sw",
        interfaces=tuple(interfaces),
        lldp_local=LldpLocal(ChassisId.read(4, b"\2\0\0\0\0\xff"), "sw", tuple(ports)) if ports else None,
        lldp_neighbors=tuple(map(neighbor, heard)),
        base_ports=tuple((base_ports or {}).items()),
        fdb=tuple(fdb or ()),
    )


def placed(tables: DeviceTables) -> list[int | None]:
    return [each.local_if_index for each in resolve_local_ports(tables).lldp_neighbors]


def test_the_name_of_the_port_wins_over_a_number_that_is_by_chance_an_if_index() -> None:
    interfaces = [interface(1, "lo0", kind=24), interface(6, "Gi0/1"), interface(7, "Gi0/2")]
    assert placed(switch(interfaces, [1], [local(1, "Gi0/1"), local(2, "Gi0/2")])) == [6]


def test_a_port_without_a_name_follows_the_reading_that_all_named_ports_agree_on() -> None:
    interfaces = [interface(10 + n, f"Gi0/{n}") for n in range(1, 5)]
    ports = [local(1, "Gi0/1"), local(2, "Gi0/2"), local(3, "?")]
    base_ports = {1: 11, 2: 12, 3: 13}
    assert placed(switch(interfaces, [3], ports, base_ports)) == [13]


def test_one_port_that_disagrees_discredits_a_reading_for_all() -> None:
    interfaces = [interface(10 + n, f"Gi0/{n}") for n in range(1, 5)]
    ports = [local(1, "Gi0/1"), local(2, "Gi0/4"), local(3, "?")]
    assert placed(switch(interfaces, [3], ports, {1: 11, 2: 12, 3: 13})) == [None]


def test_one_named_port_may_agree_by_chance() -> None:
    interfaces = [interface(1, "mgmt"), interface(3, "Gi0/3", up=False), interface(4, "Gi0/4")]
    assert placed(switch(interfaces, [3], [local(1, "mgmt")])) == [None]
    assert placed(switch(interfaces, [4], [local(1, "mgmt")])) == [4]


def test_without_names_two_readings_that_differ_leave_the_port_unresolved() -> None:
    interfaces = [interface(n, f"Gi0/{n}") for n in range(1, 5)]
    assert placed(switch(interfaces, [1], None, {1: 2})) == [None]


def test_without_names_a_neighbor_is_on_a_port_with_a_link() -> None:
    interfaces = [interface(1, "Gi0/1", up=False), interface(2, "Gi0/2")]
    assert placed(switch(interfaces, [1], None, {1: 2})) == [2]
    assert placed(switch([interface(1, "Vlan1", kind=VLAN), interface(2, "Gi0/2")], [1], None, {1: 2})) == [2]


def test_an_alias_that_two_ports_have_names_neither() -> None:
    interfaces = [interface(1001, "Gi0/1", alias="desk"), interface(1002, "Gi0/2", alias="desk")]
    assert placed(switch(interfaces, [7], [local(7, "x", "desk")])) == [None]


def test_an_alias_that_contradicts_a_proven_reading_is_not_believed() -> None:
    interfaces = [interface(11, "Gi0/1"), interface(12, "Gi0/2"), interface(13, "Gi0/3", alias="to Gi0/2")]
    ports = [local(1, "Gi0/1"), local(2, "?", "to Gi0/2")]
    assert placed(switch(interfaces, [2], ports, {1: 11, 2: 12})) == [None]


def test_a_row_without_a_port_number_stays_unresolved() -> None:
    assert placed(switch([interface(1, "Gi0/1")], [None], [local(1, "Gi0/1")])) == [None]


@given(st.permutations(range(1, 7)), st.integers(1, 6), st.booleans())
def test_however_ports_are_numbered_the_named_port_is_found_or_none(
    order: list[int], heard: int, with_names: bool
) -> None:
    """`order` is the truth: LLDP number n is the port order[n - 1]; ifIndexes and bridge ports number otherwise."""
    interfaces = [interface(n, f"Gi0/{n}") for n in range(1, 7)]
    ports = [local(number, f"Gi0/{port}") for number, port in enumerate(order, 1)]
    found = placed(switch(interfaces, [heard], ports if with_names else None, {n: 7 - n for n in range(1, 7)}))
    assert found == [order[heard - 1] if with_names else None]


def fdb_on(*ports: int) -> list[FdbEntry]:
    return [FdbEntry(Mac(bytes([2, 0, 0, 0, 1, port])), port) for port in ports]


def fdb_placed(tables: DeviceTables) -> list[int | None]:
    return [entry.if_index for entry in resolve_local_ports(tables).fdb]


def test_bridge_ports_are_if_indexes_where_lldp_neighbors_are_seen_on_the_same_numbers() -> None:
    interfaces = [interface(n, f"Gi0/{n}") for n in range(1, 5)]
    names = [local(n, f"Gi0/{n}") for n in range(1, 5)]
    seen = [FdbEntry(Mac(bytes([2, 0, 0, 0, 0, n])), n) for n in (1, 2)]
    assert fdb_placed(switch(interfaces, [1, 2], names, None, [*seen, *fdb_on(3)])) == [1, 2, 3]


def test_a_neighbor_seen_on_another_number_refutes_it() -> None:
    interfaces = [interface(n, f"Gi0/{n}") for n in range(1, 5)]
    names = [local(n, f"Gi0/{n}") for n in range(1, 5)]
    seen = [FdbEntry(Mac(bytes([2, 0, 0, 0, 0, 1])), 3)]
    assert fdb_placed(switch(interfaces, [1], names, None, [*seen, *fdb_on(2)])) == [None, None]


def test_a_single_unmapped_bridge_port_proves_nothing() -> None:
    interfaces = [interface(1, "Gi0/1"), interface(2, "Gi0/2", up=False)]
    assert fdb_placed(switch(interfaces, [], None, None, fdb_on(1))) == [None]


@pytest.mark.parametrize(("down", "expected"), [(1, [None, None, None]), (20, [1, 2, 3])])
def test_bridge_ports_that_all_have_a_link_are_if_indexes_only_where_that_is_no_chance(
    down: int, expected: list[int | None]
) -> None:
    interfaces = [interface(n, f"Gi0/{n}", up=n <= 4) for n in range(1, 5 + down)]
    assert fdb_placed(switch(interfaces, [], None, None, fdb_on(1, 2, 3))) == expected


def test_an_entry_on_an_aggregate_is_placed_where_the_database_holds_if_indexes() -> None:
    interfaces = [interface(1001, "1/1"), interface(1002, "1/2"), interface(40000010, "LAG 10", kind=161)]
    fdb = [FdbEntry(Mac(b"\2\0\0\0\1\1"), 1001), FdbEntry(Mac(b"\2\0\0\0\1\2"), 40000010)]
    assert fdb_placed(switch(interfaces, [], None, {1: 1001, 2: 1002}, fdb)) == [1001, 40000010]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("GigabitEthernet1/0/1", "Gi1/0/1", True),
        ("gi 1/0/1", "gigabitEthernet 1/0/1 : copper", True),
        ("ge-0/0/1.0", "ge-0/0/1", True),
        ("Gi1/0/1", "Gi1/0/11", False),
        ("Gi1/0/1", "Te1/0/1", False),
        ("bridge", "bridge", False),
    ],
)
def test_names_are_compared_by_kind_and_place(one: str, other: str, same: bool) -> None:
    assert (abbreviated(one) == abbreviated(other) is not None) is same


def test_no_port_that_two_oracles_agree_on_is_contradicted(shared: Path) -> None:
    """LibreNMS' and SNMP::Info's word on the local port, of every device they agree on."""
    agreed = contradicted = 0
    for path in sorted((shared / "recordings" / "snmp").glob("*/*/expected.json")):
        sure = {
            (row["local_port_num"], row["remote_sysname"]): row["local_ifindex"]
            for row in json.loads(path.read_text(encoding="utf-8"))["neighbors"]
            if row["protocol"] == "lldp" and row["local_by"] == "both" and row["local_ifindex"] is not None
        }
        if not sure:
            continue
        for each in read_file(path.with_name("recording.snmprec")).lldp_neighbors:
            expected = sure.get((each.local_port_num, each.system_name or None))
            if expected is not None and each.local_if_index is not None:
                agreed += each.local_if_index == expected
                contradicted += each.local_if_index != expected
    assert contradicted == 0
    assert agreed > 150
