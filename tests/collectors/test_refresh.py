from dataclasses import replace

from wiremap_lab.collectors.refresh import rereads
from wiremap_lab.ids import Mac
from wiremap_lab.readers.mibs.bridge import (
    DOT1D_BASE_PORT_IF_INDEX,
    DOT1D_TP_FDB_PORT,
    DOT1Q_TP_FDB_PORT,
    DOT1Q_VLAN_FDB_ID,
)
from wiremap_lab.readers.mibs.interfaces import IF_OPER_STATUS
from wiremap_lab.readers.traps import ClientChanged, LinkChanged, MacChanged, MacMoved, NeighborsChanged
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import Oid, Row

INTEGER = 2
PHONE = Mac.parse("02:00:00:00:00:07")
OTHER: Oid = (2, 0, 0, 0, 0, 9)


def held(*cells: tuple[Oid, int]) -> Recording:
    rows: list[Row] = [(oid, INTEGER, value) for oid, value in sorted(cells)]
    return Recording("sw", rows)


def test_a_link_that_goes_down_costs_one_question() -> None:
    (only,) = rereads(LinkChanged(7, up=False), held(((*DOT1Q_TP_FDB_PORT, 20, *OTHER), 3)))
    assert (only.walks, (*IF_OPER_STATUS, 7) in only.gets, len(only.gets)) == ((), True, 2)


def test_a_link_that_comes_up_has_the_database_walked_that_the_device_has() -> None:
    plan = rereads(LinkChanged(7, up=True), held(((*DOT1Q_TP_FDB_PORT, 20, *OTHER), 3)))
    walked = {root for what in plan for root in what.walks}
    assert DOT1Q_TP_FDB_PORT in walked
    assert DOT1D_TP_FDB_PORT not in walked


def test_only_the_vlans_a_port_is_in_are_walked_for_it() -> None:
    views = {"10": held(((*DOT1D_BASE_PORT_IF_INDEX, 3), 7)), "20": held(((*DOT1D_BASE_PORT_IF_INDEX, 4), 8))}
    plan = rereads(LinkChanged(7, up=True), replace(held(), contexts=views))
    assert [what.context for what in plan if what.context] == ["10"]


def test_a_mac_names_its_row_by_the_filtering_database_of_its_vlan() -> None:
    device = held(((*DOT1Q_TP_FDB_PORT, 2, *OTHER), 3), ((*DOT1Q_VLAN_FDB_ID, 0, 20), 2))
    (only,) = rereads(MacChanged(PHONE, vlan=20, bridge_port=3, present=True), device)
    assert (only.walks, only.gets[0]) == ((), (*DOT1Q_TP_FDB_PORT, 2, *PHONE.octets))


def test_a_length_octet_in_the_index_is_asked_with() -> None:
    device = held(((*DOT1Q_TP_FDB_PORT, 20, 6, *OTHER), 3))
    (only,) = rereads(MacMoved(PHONE, vlan=20, from_port=1, to_port=2), device)
    assert only.gets[0] == (*DOT1Q_TP_FDB_PORT, 20, 6, *PHONE.octets)


def test_a_mac_of_a_vlan_with_a_view_of_its_own_is_asked_for_there() -> None:
    device = replace(held(), contexts={"20": held()})
    (only,) = rereads(MacChanged(PHONE, vlan=20, bridge_port=3, present=False), device)
    assert (only.context, only.gets[0]) == ("20", (*DOT1D_TP_FDB_PORT, *PHONE.octets))


def test_a_change_of_neighbors_walks_neighbors_and_of_clients_is_left_to_a_poll() -> None:
    (only,) = rereads(NeighborsChanged(), held())
    assert all(root[:6] == (1, 0, 8802, 1, 1, 2) for root in only.walks)
    assert rereads(ClientChanged(PHONE, None, "ap", associated=True), held()) == ()
