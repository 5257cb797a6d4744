"""What is wrong with a network: so much of it as asked, drawn from a seed, and seen in the tables."""

from functools import cache

import numpy
import pytest

from tests.simulator.campuses import NOON, campus
from wiremap_lab.simulator import faults
from wiremap_lab.simulator.forwarding import forwarding_database, heard_devices
from wiremap_lab.simulator.parts import Campus, OnPort, OnSegment
from wiremap_lab.simulator.state import initial_state

OFFICE = campus("small-office")


def rng(seed: int = 1) -> numpy.random.Generator:
    return numpy.random.default_rng(seed)


@cache
def fdb(broken: str) -> set[str]:
    found = {"all": OFFICE, "silent": faults.silent_devices(OFFICE, 1.0, rng=rng())}[broken]
    return {one.device for one in forwarding_database(found, initial_state(found, NOON), "mh-core-1", now=NOON)}


def test_lldp_is_off_at_the_share_of_ports_asked_for_and_nobody_is_heard_there() -> None:
    broken = faults.lldp_off(OFFICE, 0.3, rng=rng())
    heard = {port.key for port, _ in heard_devices(broken, initial_state(broken, NOON), now=NOON)}

    assert len(broken.lldp_off) == round(0.3 * len(OFFICE.ports))
    assert heard
    assert not heard & broken.lldp_off


def test_a_switch_managed_out_of_band_is_in_no_forwarding_database() -> None:
    broken = faults.out_of_band(OFFICE, 1.0, rng=rng())
    state = initial_state(broken, NOON)
    macs = {one.mac for name in broken.switches for one in forwarding_database(broken, state, name, now=NOON)}

    assert macs
    assert not macs & {switch.mac for switch in broken.switches.values()}


def test_a_device_that_speaks_once_a_day_is_forgotten() -> None:
    assert len(fdb("silent") & set(OFFICE.devices)) < len(fdb("all") & set(OFFICE.devices)) / 10


@pytest.mark.parametrize("share", [0.02, 0.2])
def test_an_unmanaged_switch_takes_the_port_of_one_device_and_some_of_its_neighbors(share: float) -> None:
    broken = faults.unmanaged_switches(OFFICE, share, rng=rng())
    added = {id_: segment for id_, segment in broken.segments.items() if id_ not in OFFICE.segments}
    in_use = sum(isinstance(place.point, OnPort) for place in OFFICE.placements)

    assert 0.7 * share * in_use <= len(added) <= share * in_use + 1
    for id_, segment in added.items():
        behind = [place.device for place in broken.placements if place.point == OnSegment(id_)]
        assert 1 <= len(behind) <= 5
        assert any(place.point == OnPort(segment.port) for place in OFFICE.placements if place.device in behind)


def test_faults_follow_from_their_seed() -> None:
    def twice(seed: int) -> Campus:
        return faults.unmanaged_switches(faults.lldp_off(OFFICE, 0.3, rng=rng(seed)), 0.1, rng=rng(seed))

    assert twice(1) == twice(1) != twice(2)
