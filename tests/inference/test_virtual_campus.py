"""The small office, read by the ordinary readers and judged by the truth it was made from."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy
import pytest

from wiremap_lab.inference.access_points import Uplink, find_uplinks
from wiremap_lab.inference.edge_ports import Attachment, attach
from wiremap_lab.inference.elements import discover_elements
from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.lab.agent import Mib
from wiremap_lab.lab.mib import contexts
from wiremap_lab.lab.virtual import VirtualCampus
from wiremap_lab.readers.mibs.device import read_device
from wiremap_lab.simulator.campus import load_campus
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import DeviceTables
from wiremap_lab.wiremap import NetworkElement, SwitchPort

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOPOLOGY = Path(__file__).parents[2] / "topologies" / "small-office.yaml"


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def recording(mib: Mib | None) -> Recording:
    return Recording("", () if mib is None else tuple(mib.rows()))


def read(campus: VirtualCampus, box: str) -> DeviceTables:
    others: Mapping[str, Recording] = {
        name: recording(campus.mib(box, name)) for name in contexts(campus.campus, box) if name
    }
    tables = read_device(
        box, recording(campus.mib(box)).walk, contexts={name: each.walk for name, each in others.items()}
    )
    return resolve_local_ports(tables)


def tables(campus: VirtualCampus) -> list[DeviceTables]:
    return [read(campus, box) for box in campus.boxes]


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def campus(clock: Clock) -> VirtualCampus:
    return VirtualCampus(load_campus(TOPOLOGY.read_text(encoding="utf-8"), path=str(TOPOLOGY)), clock=clock)


def wrong(campus: VirtualCampus, devices: list[DeviceTables]) -> tuple[list[str], int]:
    """Who was placed at another port than the true one, and how many were placed."""
    truth = {campus.campus.devices[name].mac: at.port for name, at in campus.state.current.items()}
    ports = {key: (port.switch, port.if_index) for key, port in campus.campus.ports.items()}
    placed = [answer for answer in attach(devices) if isinstance(answer, Attachment) and answer.mac in truth]
    return [
        f"{answer.mac} is at {truth[answer.mac]}, not at {answer.port}"
        for answer in placed
        if (answer.port.device, answer.port.if_index) != ports.get(truth[answer.mac] or "")
    ], len(placed)


def test_everybody_on_the_network_is_at_the_true_port_then_and_after_a_move(
    campus: VirtualCampus, clock: Clock
) -> None:
    on_network = sum(at.port is not None for at in campus.state.current.values())

    assert wrong(campus, tables(campus)) == ([], on_network)
    campus.move_some(25, rng=numpy.random.default_rng(911))
    clock.now += timedelta(seconds=30)
    mistakes, placed = wrong(campus, tables(campus))
    assert mistakes == []
    assert placed > on_network * 0.9


def test_what_each_device_reports_is_one_element_of_the_switch_it_is_on(campus: VirtualCampus) -> None:
    owners: dict[NetworkElement, list[str]] = {}
    for element in discover_elements(tables(campus), now=campus.clock()):
        for name in (element.element, *element.aliases):
            owners.setdefault(name, []).append(element.device)
    heard = {name: report.lldp for name, report in campus.measurements().items() if report.lldp}

    assert len(heard) > 100
    for device, lldp in heard.items():
        port = campus.campus.ports[campus.state.current[device].port or ""]
        assert lldp.port_id is not None
        assert owners[SwitchPort(lldp.chassis_id, lldp.port_id)] == [port.switch]


def test_every_access_point_is_where_it_is_plugged_in(campus: VirtualCampus) -> None:
    plugged = {ap.name: ap.port for ap in campus.campus.access_points.values()}
    for uplink in find_uplinks(tables(campus)):
        assert isinstance(uplink, Uplink)
        port = campus.campus.ports[plugged[uplink.access_point.name]]
        assert (uplink.port.device, uplink.port.if_index) == (port.switch, port.if_index)
