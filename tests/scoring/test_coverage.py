"""How much of a network is placed, counted by hand."""

from __future__ import annotations

from math import isnan

from tests.scoring.campus import NOW, PLACES
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.places import Depth
from wiremap_lab.scoring import Coverage, building_of, coverage
from wiremap_lab.wiremap import Element, Entry, NetworkElement, Switch, SwitchPort, Wap, WapBlock, Wiremap

CHASSIS = ChassisId.parse("02:00:00:00:01:01")
PORTS = [SwitchPort(CHASSIS, PortId.parse(f"Gi1/0/{n}")) for n in range(1, 6)]


def element(of: NetworkElement, device: str = "sw1") -> Element:
    return Element(of, str(of), device, NOW)


def entry(of: NetworkElement, erl: str) -> Entry:
    return Entry(of, erl, "typed", NOW)


def test_ports_are_counted_at_each_depth_and_an_ambiguous_one_at_none() -> None:
    entries = [
        entry(PORTS[0], "b1"),
        entry(PORTS[1], "b1-1"),
        entry(PORTS[2], "b1-1-east"),
        entry(PORTS[3], "b1-1-east"),
        entry(PORTS[3], "b1-2-east"),
    ]
    assert coverage([element(port) for port in PORTS], Wiremap.of(entries), places=PLACES) == (
        Coverage("port", discovered=5, building=3, floor=2, room=1, ambiguous=1),
    )


def test_the_entry_of_a_switch_does_not_cover_its_ports() -> None:
    rows = coverage(
        [element(Switch(CHASSIS)), element(PORTS[0])], Wiremap.of([entry(Switch(CHASSIS), "b1-1")]), places=PLACES
    )
    assert rows == (Coverage("switch", 1, 1, 1, 0), Coverage("port", 1, 0, 0, 0))


def test_a_block_of_bssids_covers_each_of_them() -> None:
    bssid = Mac.parse("02:00:00:00:aa:41")
    rows = coverage([element(Wap(bssid))], Wiremap.of([entry(WapBlock.around(bssid, 1), "b1-2")]), places=PLACES)
    assert rows[0].share(Depth.FLOOR).value == 1


def test_a_port_without_a_place_counts_against_the_building_its_switch_serves() -> None:
    elements = [element(port) for port in PORTS] + [element(Wap(Mac.parse("02:00:00:00:aa:41")), "wlc")]
    wiremap = Wiremap.of([entry(PORTS[0], "b1-1"), entry(PORTS[1], "b1-2"), entry(PORTS[2], "b3-1")])
    rows = coverage(elements, wiremap, places=PLACES, by=building_of(elements, wiremap, places=PLACES))
    assert {c.group: (c.building, c.discovered) for c in rows} == {
        "b1": (2, 4),
        "b3": (1, 1),
        "unknown": (0, 1),
    }


def test_of_no_elements_no_coverage_is_known() -> None:
    assert isnan(Coverage("port", 0, 0, 0, 0).share(Depth.ROOM).value)
