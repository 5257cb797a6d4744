"""What switches learn, held against shortest paths by networkx and the clauses of IEEE 802.1D."""

from datetime import datetime, timedelta

import networkx
import numpy
import pytest

from tests.simulator.campuses import NOON, campus
from wiremap_lab.simulator.forwarding import (
    address_cache,
    forwarding_database,
    heard_devices,
    last_talk,
    link_up,
    next_change,
)
from wiremap_lab.simulator.parts import Campus, Lag, OnPort
from wiremap_lab.simulator.state import State, initial_state, move, random_moves

ROOMS = campus("two-rooms")
OFFICE = campus("small-office")
START = initial_state(ROOMS, NOON)


def free_jack(state: State, switch: str) -> OnPort:
    jacks = (OnPort(port.key) for port in OFFICE.switches[switch].ports if port.room)
    taken = {*state.by_point(), *map(OnPort, OFFICE.infrastructure_ports)}
    return next(jack for jack in jacks if jack not in taken)


def docked_laptop(state: State) -> str:
    """One on a wire of its own, in Mill House."""
    return next(
        id_
        for id_, there in state.current.items()
        if there.subnet == "data-mill" and isinstance(there.point, OnPort) and id_.startswith("laptop")
    )


def tree(of: Campus) -> "networkx.Graph[str]":
    graph: networkx.Graph[str] = networkx.Graph()
    graph.add_nodes_from(of.switches)
    for link in of.links:
        if not link.blocked:
            graph.add_edge(of.ports[link.near[0]].switch, of.ports[link.far[0]].switch, keys={*link.near, *link.far})
    return graph


def learned(of: Campus, state: State, switch: str, now: datetime) -> dict[tuple[int, str], str]:
    """(VLAN, MAC) → name of the port."""
    found = forwarding_database(of, state, switch, now=now)
    return {(entry.vlan, str(entry.mac)): entry.port.name for entry in found}


def seen(of: Campus, state: State, switch: str, device: str, now: datetime) -> list[str]:
    mac = str(of.devices[device].mac)
    return [port for (_, found), port in learned(of, state, switch, now).items() if found == mac]


def test_the_forwarding_links_of_the_small_office_are_a_tree() -> None:
    assert networkx.is_tree(tree(OFFICE))


def test_every_switch_sees_every_other_one_along_the_shortest_path() -> None:
    graph = tree(OFFICE)
    for here in OFFICE.switches:
        ways = OFFICE.toward(here)
        for there, path in networkx.single_source_shortest_path(graph, here).items():
            if there != here:
                port = ways[there]
                keys = set(port.members) if isinstance(port, Lag) else {port.key}
                assert keys <= graph.edges[here, path[1]]["keys"]
                assert all(key.startswith(f"{here}:") for key in keys)


@pytest.mark.parametrize("seed", range(3))
def test_every_device_that_talks_is_seen_on_the_way_to_it_by_every_switch(seed: int) -> None:
    start = initial_state(OFFICE, NOON - timedelta(hours=1))
    rng = numpy.random.default_rng(seed)
    state, _ = random_moves(OFFICE, start, 40, at=NOON - timedelta(minutes=10), rng=rng)
    graph = tree(OFFICE)
    ways = {here: networkx.single_source_shortest_path(graph, here) for here in OFFICE.switches}
    for here in OFFICE.switches:
        known = learned(OFFICE, state, here, NOON)
        for id_, there in state.current.items():
            if there.port is None or there.subnet is None or OFFICE.devices[id_].kind.name == "printer":
                continue
            home = OFFICE.ports[there.port].switch
            port = known[OFFICE.subnets[there.subnet].vlan, str(OFFICE.devices[id_].mac)]
            if home == here:
                assert port == OFFICE.bridge_port[there.port].name
            else:
                keys = graph.edges[here, ways[here][home][1]]["keys"]
                assert port in {OFFICE.bridge_port[key].name for key in keys if key.startswith(f"{here}:")}


def test_a_device_off_the_network_is_on_no_switch() -> None:
    assert seen(OFFICE, initial_state(OFFICE, NOON), "mh-core-1", "laptop-alice", NOON) == []


def test_a_phone_that_moves_is_at_once_on_its_new_port_and_nowhere_else() -> None:
    after = move(ROOMS, START, "phone-front", OnPort("sw-1:7"), at=NOON)
    assert seen(ROOMS, after, "sw-1", "phone-front", NOON) == ["Gi1/0/7"]
    assert "sw-1:1" not in link_up(ROOMS, after)
    assert "sw-1:7" in link_up(ROOMS, after)


def test_who_leaves_the_air_ages_out_where_the_link_stays_up() -> None:
    """The access point's own link does not go down, so nothing is flushed: 300 seconds, and gone."""
    gone = move(ROOMS, START, "laptop-wifi", ROOMS.point("off 203.0.113.1"), at=NOON, room="shop")
    for seconds, expected in ((0, ["Gi1/0/4"]), (269, ["Gi1/0/4"]), (300, [])):
        assert seen(ROOMS, gone, "sw-1", "laptop-wifi", NOON + timedelta(seconds=seconds)) == expected


def test_who_changes_vlans_leaves_an_entry_behind_on_the_switches_upstream() -> None:
    """data-mill and data-annex are two VLANs: the core keeps both until the old one ages (quirk 48)."""
    laptop = docked_laptop(initial_state(OFFICE, NOON))
    start = initial_state(OFFICE, NOON)
    after = move(OFFICE, start, laptop, free_jack(start, "ra-1a"), at=NOON)
    assert len(seen(OFFICE, after, "mh-core-1", laptop, NOON)) == 2
    assert len(seen(OFFICE, after, "mh-core-1", laptop, NOON + timedelta(seconds=300))) == 1
    home = OFFICE.ports[start.current[laptop].port or ""].switch
    assert len(seen(OFFICE, after, home, laptop, NOON)) == 1, "its own port went down, and was flushed"


def test_a_silent_device_is_missing_most_of_the_time_and_never_lost() -> None:
    """A printer that talks every 1800 s is remembered for 300 of them."""
    times = [NOON + timedelta(seconds=30 * step) for step in range(60)]
    known = [bool(seen(ROOMS, START, "sw-1", "printer-1", time)) for time in times]
    assert known.count(True) == 10


def test_a_device_talks_on_arrival_and_never_in_the_future() -> None:
    for there in initial_state(OFFICE, NOON).current.values():
        for now in (there.since, NOON):
            assert there.since <= last_talk(OFFICE, there, now) <= now


def test_nothing_changes_between_now_and_the_next_change() -> None:
    def everything(now: datetime) -> object:
        tables = [learned(OFFICE, state, switch, now) for switch in OFFICE.switches]
        heard = [(port.key, there.device) for port, there in heard_devices(OFFICE, state, now=now)]
        return tables, heard, list(address_cache(OFFICE, state, "mh-core-1", now=now))

    start = initial_state(OFFICE, NOON)
    state, _ = random_moves(OFFICE, start, 25, at=NOON, rng=numpy.random.default_rng(3))
    now, changes = NOON, 0
    for _ in range(12):
        due = next_change(OFFICE, state, now=now)
        assert due is not None
        assert everything(now) == everything(due - timedelta(milliseconds=1))
        changes += everything(now) != everything(due)
        now = due
    assert changes


def test_a_phone_behind_a_hub_is_heard_until_its_time_to_live_is_over() -> None:
    start = initial_state(OFFICE, NOON)
    phone = next(id_ for id_, there in start.current.items() if str(there.point) == "hub-103")
    jack = free_jack(start, "mh-2b")
    after = move(OFFICE, start, phone, jack, at=NOON)

    def ports(seconds: int) -> list[str]:
        heard = heard_devices(OFFICE, after, now=NOON + timedelta(seconds=seconds))
        return sorted(port.key for port, there in heard if there.device == phone)

    assert ports(0) == ports(179) == ["mh-1a:1/13", str(jack)]
    assert ports(180) == [str(jack)]


def test_a_router_remembers_an_old_address_for_four_hours() -> None:
    start = initial_state(OFFICE, NOON)
    laptop = docked_laptop(initial_state(OFFICE, NOON))
    old = start.current[laptop].ip
    after = move(OFFICE, start, laptop, free_jack(start, "ra-1a"), at=NOON)

    def known(hours: float) -> bool:
        cache = address_cache(OFFICE, after, "mh-core-1", now=NOON + timedelta(hours=hours))
        return old in {entry.ip for entry in cache}

    assert known(0)
    assert known(3.9)
    assert not known(4)
