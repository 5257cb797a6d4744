"""Networks of real devices, judged by SNMP::Info and by whether the far end confirms a link."""

import json
from functools import cache
from pathlib import Path

import pytest

from wiremap_lab.inference.edge_ports import attach, infer_ports
from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.inference.topology import find_links
from wiremap_lab.readers.mibs.device import read_device
from wiremap_lab.snmp.recording import load
from wiremap_lab.tables import DeviceTables

#: network → links with both ends recorded that both ends name, counted by hand from expected.json
CONFIRMED = {"nms17216": 13, "nms1055": 9, "nms0002UkRoFakeLink": 0, "nms0002ciscoalcatel2": 0, "nms7918": 0}


@cache
def network(folder: Path) -> tuple[DeviceTables, ...]:
    recordings = [load(path) for path in sorted(folder.glob("recordings/*.snmprec")) if "@" not in path.name]
    return tuple(
        resolve_local_ports(
            read_device(each.name, each.walk, contexts={name: beside.walk for name, beside in each.contexts.items()})
        )
        for each in recordings
    )


@pytest.mark.parametrize("name", CONFIRMED)
def test_every_link_both_ends_name_is_found_and_no_other_is_called_confirmed(name: str, shared: Path) -> None:
    folder = shared / "recordings/network" / name
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["devices"]
    ends = {
        (device, row["local_ifindex"])
        for device, tables in expected.items()
        for row in tables["neighbors"]
        if row.get("other_end") == "confirms"
    }
    names = {
        (device.name, row.if_index): row.name.removesuffix(".0")
        for device in network(folder)
        for row in device.interfaces
    }
    links = [link for link in find_links(network(folder)) if link.confirmed]
    found = {(port.device, port.name) for link in links for port in (link.here, link.there) if port is not None}

    assert len(links) == CONFIRMED[name]
    assert found == {(device, names[device, if_index]) for device, if_index in ends}


def test_an_address_two_networks_share_makes_no_link_between_them(shared: Path) -> None:
    assert find_links(network(shared / "recordings/network/nms0002UkRoFakeLink")) == ()


def test_four_switches_behind_one_that_was_not_recorded_are_not_linked_with_each_other(shared: Path) -> None:
    assert find_links(network(shared / "recordings/network/nms0002ciscoalcatel2")) == ()


@pytest.mark.parametrize("name", ["nms7467", "nms7918", "nms0002ciscojuniper"])
def test_no_port_that_hears_a_switch_or_router_places_anybody(name: str, shared: Path) -> None:
    folder = shared / "recordings/network" / name
    verdicts = {verdict.port: verdict for verdict in infer_ports(network(folder))}
    for answer in attach(network(folder)):
        for port in [answer.port] if hasattr(answer, "port") else []:
            assert verdicts[port].role not in ("uplink", "unknown")
