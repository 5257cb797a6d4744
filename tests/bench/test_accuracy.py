"""The bench of accuracy measures what it says: the others' rules on a network small enough to check by hand."""

from dataclasses import replace

import pytest

from tests.bench.accuracy import Growth, Row, growth
from tests.bench.baselines import librenms, netdisco
from tests.bench.large import network, truth
from tests.inference.campuses import Judged, Method, ours
from tests.inference.plan import Plan, station
from wiremap_lab.tables import FdbStatus

PC, PRINTER, OTHER = station(1), station(2), station(3)


def chain() -> Plan:
    """sw1 port 8 - port 1 sw2; a PC on sw1 port 3; a printer and another on sw2, behind one port."""
    plan = Plan()
    plan.switch("sw1")
    plan.switch("sw2")
    plan.cable(("sw1", 8), ("sw2", 1))
    plan.plug(PC, ("sw1", 3))
    plan.plug(PRINTER, ("sw2", 5))
    plan.plug(OTHER, ("sw2", 5))
    return plan


def test_netdisco_leaves_out_ports_with_a_discovered_neighbor_or_the_mac_of_a_device() -> None:
    at = {PC: ("sw1", 3), PRINTER: ("sw2", 5), OTHER: ("sw2", 5)}
    for tables in (chain().tables(), chain().tables(talks=lambda _: False), chain().tables(hears=lambda _: False)):
        assert netdisco(tables) == {mac: frozenset({place}) for mac, place in at.items()}


def test_netdisco_keeps_what_was_polled_last_where_neither_tells() -> None:
    found = netdisco(chain().tables(hears=lambda _: False, talks=lambda _: False))

    assert found[PC] == frozenset({("sw2", 1)})


def test_librenms_knows_the_endpoint_of_a_port_with_one_entry() -> None:
    tables = [
        replace(each, fdb=tuple(e for e in each.fdb if e.status is not FdbStatus.SELF)) for each in chain().tables()
    ]

    assert librenms(tables) == {PC: frozenset({("sw1", 3)})}


@pytest.mark.parametrize("method", [ours, netdisco])
def test_the_large_network_is_one_whose_devices_can_be_told(method: Method) -> None:
    found = method(network(1))

    assert {mac: found[mac] for mac in truth(1)} == {mac: frozenset({place}) for mac, place in truth(1).items()}


def test_a_row_holds_by_its_share_and_by_nobody_on_an_uplink() -> None:
    judged = Judged(210, 200, 199, 1, 0, 0, ("pc-7",))
    row = Row("a", "listed", "wiremap", judged, 0.1)

    assert row.holds
    assert not replace(row, judged=replace(judged, right=198)).holds
    assert not replace(row, judged=replace(judged, on_uplink=1)).holds
    assert replace(row, method="netdisco", judged=replace(judged, right=1)).holds
    assert judged + judged == Judged(420, 400, 398, 2, 0, 0, ("pc-7", "pc-7"))
    assert growth(1, 2).switches == 43
    assert not Growth(1000, 16.0, 100, 1.0).holds
