from dataclasses import replace
from ipaddress import ip_address

from wiremap_lab.collectors.health import complaints
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.tables import ArpEntry, DeviceTables, FdbEntry, Incomplete, Interface, LldpNeighbor, System

MAC = Mac.parse("02:00:00:00:00:07")
SYSTEM = System("sw1", "", "HQ", (1, 3))
PORT = Interface(1, "Gi1/0/1", "", "", None, 6, admin_up=True, oper_up=True)
BRIDGE = DeviceTables("sw1", SYSTEM, interfaces=(PORT,), bridge_address=MAC)
HEARD = LldpNeighbor(3, ChassisId.parse("02:00:00:00:00:08"), PortId.parse("local:1"))


def told(tables: DeviceTables) -> list[str]:
    return [complaint.what for complaint in complaints(tables)]


def test_a_router_is_not_blamed_for_having_no_forwarding_database() -> None:
    router = DeviceTables("r1", SYSTEM, interfaces=(PORT,), arp=(ArpEntry(ip_address("10.0.0.1"), MAC),))
    assert told(router) == []


def test_a_bridge_is_asked_for_what_it_advertises_and_for_what_it_learned() -> None:
    assert told(BRIDGE) == ["does not say what it advertises by LLDP", "no forwarding database"]


def test_a_neighbor_on_a_port_that_cannot_be_told_is_a_complaint_and_one_that_can_is_none() -> None:
    known = replace(HEARD, local_if_index=1)
    assert "1 of 2 LLDP neighbors are on a port that cannot be told" in told(
        replace(BRIDGE, lldp_neighbors=(HEARD, known))
    )
    assert not any("neighbors" in each for each in told(replace(BRIDGE, lldp_neighbors=(known,))))


def test_an_entry_on_bridge_port_0_is_nobodys_fault() -> None:
    own, loose = FdbEntry(MAC, 0), FdbEntry(MAC, 3)
    assert not any("FDB entries" in each for each in told(replace(BRIDGE, fdb=(own,))))
    assert "1 of 2 FDB entries name a bridge port without an interface" in told(replace(BRIDGE, fdb=(own, loose)))


def test_a_walk_without_an_end_is_told_with_its_reason() -> None:
    gap = Incomplete((1, 3, 6, 1, 2, 1, 17), "timeout")
    assert told(replace(BRIDGE, incomplete=(gap,)))[0] == "1.3.6.1.2.1.17 was not read to its end: timeout"
