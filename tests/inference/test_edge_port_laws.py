"""Laws of edge ports, on any tree of switches."""

from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inference.plan import BUNDLE, Plan, station
from wiremap_lab.inference.edge_ports import Attachment, Role, Unattached, attach, infer_ports

PORTS = 12


@dataclass
class Drawn:
    plan: Plan
    silent_ends: set[tuple[str, int]]
    silent_switches: set[str]


@st.composite
def networks(draw: st.DrawFn) -> Drawn:
    """A tree of 1 to 6 switches with up to 10 stations anywhere.

    LLDP is missing at some ends, some switches never talk, some ends of cables are aggregates.
    """
    plan = Plan(ports=PORTS)
    free: dict[str, list[int]] = {}
    for number in range(draw(st.integers(1, 6))):
        name = f"sw{number}"
        plan.switch(name)
        free[name] = list(range(1, PORTS + 1))
        if number:
            parent = f"sw{draw(st.integers(0, number - 1))}"
            plan.cable((name, free[name].pop()), (parent, free[parent].pop(0)))
    for number in range(draw(st.integers(1, 10))):
        name = draw(st.sampled_from(sorted(free)))
        port = draw(st.sampled_from(free[name]))  # two on one port are a hub
        plan.plug(station(number), (name, port))
    ends = [end for cable in plan.cables for end in cable]
    silent = draw(st.sets(st.sampled_from(ends))) if ends else set()
    plan.bundled = draw(st.sets(st.sampled_from(ends))) if ends else set()
    return Drawn(plan, silent, draw(st.sets(st.sampled_from(sorted(free)))))


def answers(network: Drawn) -> tuple[Attachment | Unattached, ...]:
    tables = network.plan.tables(
        hears=lambda end: end not in network.silent_ends, talks=lambda name: name not in network.silent_switches
    )
    return attach(tables)


@given(networks())
@settings(deadline=None, max_examples=150)
def test_where_every_switch_answers_a_station_is_at_its_true_port_or_at_none(network: Drawn) -> None:
    """Loop-free, tables of one moment, all switches polled, whatever LLDP and switch MACs are missing."""
    for answer in answers(network):
        truth = network.plan.stations[answer.mac]
        if isinstance(answer, Attachment):
            assert (answer.port.device, answer.port.if_index) == truth
            assert answer.also_at == ()
        else:
            assert truth in {(candidate.port.device, candidate.port.if_index) for candidate in answer.candidates}


@given(networks())
@settings(deadline=None, max_examples=100)
def test_where_each_cable_shows_at_both_ends_every_station_is_found(network: Drawn) -> None:
    """By LLDP at that end, or by the far switch's own MAC in the forwarding database."""
    network.silent_switches.clear()
    found = {answer.mac: answer.port for answer in answers(network) if isinstance(answer, Attachment)}

    assert {mac: (port.device, port.if_index) for mac, port in found.items()} == network.plan.stations


@given(networks(), st.integers(0, 5))
@settings(deadline=None, max_examples=100)
def test_behind_a_switch_that_does_not_answer_a_station_is_never_on_a_wrong_port_of_a_switch_that_knows_it(
    network: Drawn, number: int
) -> None:
    """The neighbors of an unpolled switch that is heard as a bridge place nobody behind it."""
    gone = f"sw{number}"
    tables = [device for device in network.plan.tables() if device.name != gone]
    for answer in attach(tables):
        if isinstance(answer, Attachment) and answer.mac in network.plan.stations:
            assert (answer.port.device, answer.port.if_index) == network.plan.stations[answer.mac]


@given(st.integers(2, 6), st.integers(2, 4))
@settings(deadline=None, max_examples=10)
def test_where_no_switch_is_heard_or_seen_those_who_have_two_stations_each_tell_all_uplinks(
    switches: int, stations: int
) -> None:
    """A building: all switches hang on one that has nobody of its own. A way through another is proof as well."""
    plan = Plan(ports=PORTS)
    plan.switch("top")
    for number in range(switches):
        plan.switch(f"sw{number}")
        plan.cable((f"sw{number}", PORTS), ("top", number + 1))
        for port in range(1, stations + 1):
            plan.plug(station(100 * number + port), (f"sw{number}", port))
    found = attach(plan.tables(hears=lambda _: False, talks=lambda _: False))

    placed = {each.mac: (each.port.device, each.port.if_index) for each in found if isinstance(each, Attachment)}
    assert placed == plan.stations


@given(networks())
@settings(deadline=None, max_examples=50)
def test_a_device_polled_under_two_names_is_one(network: Drawn) -> None:
    tables = network.plan.tables()
    again = replace(tables[0], name="again")

    assert attach([*tables, again]) == attach([*tables[1:], replace(tables[0], name=min("again", tables[0].name))])


@given(networks())
@settings(deadline=None, max_examples=100)
def test_no_true_edge_is_ever_taken_for_an_uplink(network: Drawn) -> None:
    tables = network.plan.tables(
        hears=lambda end: end not in network.silent_ends, talks=lambda name: name not in network.silent_switches
    )
    ends = {end for cable in network.plan.cables for end in cable}
    for verdict in infer_ports(tables):
        if verdict.role is Role.UPLINK:
            assert (verdict.port.device, (verdict.port.if_index or 0) % BUNDLE) in ends
