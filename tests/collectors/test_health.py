from dataclasses import replace
from ipaddress import ip_address

from tests.lab.recorded import answer, tables
from tests.simulator.campuses import campus
from wiremap_lab.collectors.health import Complaint, complaints, losses, readings, surroundings
from wiremap_lab.collectors.rehearsal import rehearse
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.inference.edge_ports import infer
from wiremap_lab.inference.network import read_network
from wiremap_lab.readers.mibs.bridge import CONTEXT_ROOTS
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import ArpEntry, DeviceTables, FdbEntry, Incomplete, Interface, LldpNeighbor, Oid, System

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


OFFICE = campus("small-office")
LLDP: Oid = (1, 0, 8802)
BRIDGE_MIB: Oid = (1, 3, 6, 1, 2, 1, 17)


def of_office(*hidden: Oid, box: str = "mh-1a", beside: tuple[str, ...] = ("mh-core-1",)) -> list[Complaint]:
    """What is wrong with a switch of the virtual office whose view hides subtrees, beside others that hide nothing."""
    recorded = answer(OFFICE, box, hidden=hidden)
    devices = [tables(recorded), *(tables(answer(OFFICE, other)) for other in beside)]
    return list(complaints(devices[0], recorded, surroundings(read_network(devices))[box]))


def test_nothing_is_wrong_with_a_switch_that_tells_all() -> None:
    assert of_office() == []


def test_a_view_that_hides_lldp_is_told_from_lldp_that_is_off_by_who_hears_it() -> None:
    (heard,) = of_office(LLDP)
    assert heard.what == "speaks LLDP, as mh-core-1 hears, and does not answer it: its view hides 1.0.8802"
    assert heard.remedy.startswith("snmp-server view WIREMAP iso included")
    (alone,) = of_office(LLDP, beside=())
    assert alone.what == "does not say what it advertises by LLDP"
    assert alone.remedy.startswith("lldp run")


def test_vlan_contexts_that_do_not_answer_need_the_group_and_empty_ones_another_way_in() -> None:
    recorded = answer(OFFICE, "mh-1a", hidden=((*BRIDGE_MIB, 4),))
    silent = {
        name: Recording(name, [], incomplete=tuple(Incomplete(root, "timeout") for root in CONTEXT_ROOTS))
        for name in recorded.contexts
    }
    refused = replace(recorded, contexts=silent)
    (complaint,) = [each for each in complaints(tables(refused), refused) if "forwarding" in each.what]
    assert "VLAN contexts do not answer" in complaint.what
    assert "context vlan- match prefix" in complaint.remedy
    (empty,) = [each for each in complaints(tables(recorded), recorded) if "forwarding" in each.what]
    assert "answer, and are empty" in empty.what
    assert "show mac address-table" in empty.remedy


def test_an_agent_that_advertises_ports_and_has_no_bridge_mib_is_told_another_way_in() -> None:
    (complaint,) = of_office(BRIDGE_MIB, beside=())
    assert complaint.what == "advertises many ports and answers no BRIDGE-MIB"
    assert "SSH" in complaint.remedy


def test_a_switch_that_hears_nobody_while_others_hear_it_is_told() -> None:
    assert "hears nobody by LLDP, while mh-core-1 hears it" in {each.what for each in of_office((*LLDP, 1, 1, 2, 1, 4))}


def test_ports_that_all_advertise_one_id_are_told() -> None:
    told_ports = replace(BRIDGE, lldp_local=tables(answer(OFFICE, "mh-1a")).lldp_local)
    assert told_ports.lldp_local
    first = told_ports.lldp_local.ports[0]
    same = replace(told_ports.lldp_local, ports=tuple(replace(first, port_num=number) for number in (1, 2, 3)))
    assert "3 ports advertise one port ID" in told(replace(told_ports, lldp_local=same))


def test_two_devices_of_one_chassis_id_are_told_of_each_other() -> None:
    one = tables(answer(OFFICE, "mh-1a"))
    assert one.system is not None
    twin = replace(one, name="clone", system=replace(one.system, name="clone"))  # else it is one device under two names
    around = surroundings(read_network([one, twin]))
    assert any("chassis ID of clone" in each.what for each in complaints(one, None, around["mh-1a"]))
    assert any("chassis ID of mh-1a" in each.what for each in complaints(twin, None, around["clone"]))


def test_ports_whose_phones_cannot_be_matched_are_named_and_uplinks_are_not_among_them() -> None:
    whole = tables(answer(OFFICE, "mh-1a"))
    assert losses(infer([whole]))["mh-1a"] == ()
    deaf = tables(answer(OFFICE, "mh-1a", hidden=(LLDP, BRIDGE_MIB)))
    deaf = replace(deaf, bridge_address=MAC)
    phones, silent = losses(infer([deaf, tables(answer(OFFICE, "mh-core-1"))]))["mh-1a"]
    assert "cannot be matched by LLDP" in phones.what
    assert "Gi1/0/9" in phones.ports
    assert "no forwarding database" in silent.what


def test_what_was_read_is_told_by_group_with_its_cost_and_its_end() -> None:
    recorded = rehearse(answer(OFFICE, "mh-1a"))
    broken = replace(recorded, incomplete=(Incomplete((*BRIDGE_MIB, 1, 4, 1, 2), "timeout: 4 requests"),))
    by_group = {each.group: each for each in readings(broken)}
    assert by_group["interfaces"].rows > by_group["system"].rows == 5
    assert by_group["lldp"].ended == "complete"
    assert "timeout: 4 requests" in by_group["bridge"].ended
    assert by_group[f"{len(recorded.contexts)} VLANs"].rows > 0
    total = sum(each.requests for each in readings(recorded))
    assert total >= sum(each.rows for each in readings(recorded)) / 256
