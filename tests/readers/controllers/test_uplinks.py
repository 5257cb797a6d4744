"""No uplink is taken for an edge, nor a desk with a phone for an uplink, though few tell what a neighbor is."""

import pytest

from tests.readers.controllers.told import documents
from wiremap_lab.collectors.answer import Answer, understood
from wiremap_lab.ids import Mac, PortId
from wiremap_lab.inference.edge_ports import infer_ports
from wiremap_lab.readers.controllers.fleet import Switch, chassis
from wiremap_lab.tables import Capability, CdpNeighbor, LldpNeighbor

PHONE, PC, OTHERS = "02:00:00:00:00:01", "02:00:00:00:00:02", [f"02:00:00:00:01:{low:02x}" for low in range(9)]


def roles(vendor: str) -> dict[tuple[str, str], str]:
    read = understood(Answer("cloud", documents=documents(vendor)))
    return {(each.port.device.partition("/")[2], each.port.name): each.role.value for each in infer_ports(read)}


@pytest.mark.parametrize(
    ("vendor", "uplinks", "desks"),
    [
        ("meraki", {("idf-2", "25"), ("idf-3", "1_MA-MOD-8X10G_2")}, {("idf-2", "5"), ("idf-2", "7")}),
        ("mist", {("north-idf1", "xe-0/2/0")}, {("north-idf1", "ge-0/0/5"), ("north-idf1", "ge-0/0/6")}),
        ("unifi", {("shed-sw", "1")}, {("shed-sw", "2")}),
        ("aruba_central", set(), {("ward-cx1", "1/1/5")}),
        (
            "catalyst_center",
            {("lib-acc1.acme.example", "TenGigabitEthernet1/1/1"), ("lib-core.acme.example", "TwentyFiveGigE1/0/3")},
            {("lib-acc1.acme.example", "GigabitEthernet1/0/5")},
        ),
    ],
)
def test_uplinks_and_desks_are_told_apart(
    vendor: str, uplinks: set[tuple[str, str]], desks: set[tuple[str, str]]
) -> None:
    found = roles(vendor)
    assert {port for port, role in found.items() if role == "uplink"} == uplinks
    assert {port for port, role in found.items() if role in ("edge", "shared")} == desks


def doubted(*learned: str, by: str = PHONE, uplink: bool = False, cdp: bool = False) -> bool:
    """Whether a neighbor of which nothing is told is taken for a switch."""
    switch = Switch("sw", None)
    switch.port("1", uplink=uplink)
    switch.hears("1", LldpNeighbor(None, chassis(by), PortId.read(5, b"x")))
    for mac in learned:
        switch.learned("1", Mac.parse(mac), 20)
    if cdp:
        switch.cdp[CdpNeighbor(1, "phone", "Port 1", capabilities=frozenset({Capability.TELEPHONE}))] = None
    (neighbor,) = switch.tables("sw", {}).lldp_neighbors
    return Capability.BRIDGE in neighbor.capabilities


def test_a_neighbor_that_may_be_a_switch_is_taken_for_one() -> None:
    assert doubted()
    assert doubted(PC), "somebody else is seen there, and not the neighbor"
    assert doubted(PHONE, *OTHERS), "more than a desk has"
    assert doubted(PHONE, uplink=True), "its controller says so"


def test_a_neighbor_on_a_desk_is_not() -> None:
    assert not doubted(PHONE)
    assert not doubted(PHONE, PC)
    assert not doubted(by="198.51.100.7"), "phones go by their IP address"
    assert not doubted(PC, cdp=True), "CDP says what it is"
