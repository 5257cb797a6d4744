from dataclasses import replace

from hypothesis import given, settings

from tests.inference.plan import BUNDLE, SWITCH, Plan, chassis, device, heard, learned, station
from tests.inference.test_edge_port_laws import Drawn, networks
from wiremap_lab.inference.topology import Link, build_graph, find_links
from wiremap_lab.tables import CdpNeighbor, DeviceTables


def pair() -> Plan:
    plan = Plan()
    plan.switch("sw1")
    plan.switch("sw2")
    plan.cable(("sw1", 8), ("sw2", 1))
    return plan


def ends(link: Link) -> frozenset[tuple[str, int]]:
    assert link.there is not None
    return frozenset((port.device, (port.if_index or 0) % BUNDLE) for port in (link.here, link.there))


def test_a_cable_both_ends_name_is_one_confirmed_edge() -> None:
    graph = build_graph(pair().tables())

    assert [*graph.nodes] == ["sw1", "sw2"]
    ((_, _, attributes),) = graph.edges(data=True)
    assert attributes["ports"] == {"sw1": "Gi1/0/8", "sw2": "Gi1/0/1"}
    assert (attributes["source"], attributes["confirmed"], len(attributes["evidence"])) == ("LLDP", True, 2)


def test_a_cable_one_end_names_is_not_confirmed() -> None:
    (link,) = find_links(pair().tables(hears=lambda end: end == ("sw2", 1)))

    assert (sorted(ends(link)), link.confirmed) == ([("sw1", 8), ("sw2", 1)], False)


def test_one_cable_whose_ends_cannot_tell_the_far_port_is_one_confirmed_edge() -> None:
    sw1, sw2 = (
        replace(device(name, own), lldp_neighbors=(heard(port, chassis(other), *SWITCH, port="??"),))
        for name, own, port, other in (("sw1", 1, 8, 2), ("sw2", 2, 1, 1))
    )
    (link,) = find_links([sw1, sw2])

    assert (sorted(ends(link)), link.confirmed) == ([("sw1", 8), ("sw2", 1)], True)
    two = replace(sw1, lldp_neighbors=(*sw1.lldp_neighbors, heard(7, chassis(2), *SWITCH, port="??")))
    assert [link.confirmed for link in find_links([two, sw2])] == [False, False, False]


def test_lldp_and_cdp_tell_of_one_cable() -> None:
    sw1, sw2 = pair().tables()
    cdp = CdpNeighbor(8, "sw2.example.net", "GigabitEthernet1/0/1", capabilities=SWITCH)

    assert len(find_links([replace(sw1, cdp_neighbors=(cdp,)), sw2])) == 1


def test_two_cables_between_the_same_switches_are_two_edges() -> None:
    plan = pair()
    plan.cable(("sw1", 7), ("sw2", 2))

    assert build_graph(plan.tables()).number_of_edges("sw1", "sw2") == 2


def test_a_cable_nobody_speaks_of_is_inferred_from_the_forwarding_databases() -> None:
    (link,) = find_links(pair().tables(hears=lambda _: False))

    assert (link.source, link.confirmed, sorted(ends(link))) == ("FDB", False, [("sw1", 8), ("sw2", 1)])


def test_three_switches_that_see_each_other_through_one_port_have_an_unseen_one_between_them() -> None:
    plan = Plan()
    for name in ("sw1", "sw2", "sw3", "hidden"):
        plan.switch(name)
    for number, name in enumerate(("sw1", "sw2", "sw3"), start=1):
        plan.cable((name, 8), ("hidden", number))
    polled = [tables for tables in plan.tables(hears=lambda _: False) if tables.name != "hidden"]

    assert find_links(polled) == ()


def test_who_says_another_name_is_not_ours_for_having_our_address() -> None:
    stranger = replace(heard(8, station(7), *SWITCH, name="stranger"), management_addresses=())
    sw1 = replace(device("sw1", 1), lldp_neighbors=(stranger,))

    assert find_links([sw1, device("sw2", 2)]) == ()


@given(networks())
@settings(deadline=None, max_examples=60)
def test_links_that_are_found_are_cables_that_exist_and_with_every_sign_all_are_found(network: Drawn) -> None:
    cables = {frozenset(cable) for cable in network.plan.cables}
    some = network.plan.tables(hears=lambda end: end not in network.silent_ends)

    assert {ends(link) for link in find_links(network.plan.tables())} == cables
    assert {ends(link) for link in find_links(some)} == cables


def test_a_switch_that_hears_itself_has_no_link() -> None:
    looped: DeviceTables = replace(device("sw1", 1), lldp_neighbors=(heard(3, chassis(1), *SWITCH),), fdb=learned(3))

    assert find_links([looped]) == ()
