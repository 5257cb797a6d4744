"""What a recording says it would cost is what reading the agent it is of did cost."""

import asyncio
import random
from collections.abc import Iterator

import pytest

from tests.simulator.campuses import campus
from wiremap_lab.collectors.collect import Collected
from wiremap_lab.collectors.inventory.native import load_inventory
from wiremap_lab.collectors.network import collect_hosts
from wiremap_lab.collectors.rehearsal import rehearse
from wiremap_lab.lab.serve import Served, serve_in_thread
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.snmp.walker import Limits


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve_in_thread(campus("two-rooms"), port=0, community="lab") as served:
        yield served


def test_a_rehearsal_costs_what_the_agent_cost(served: Served) -> None:
    inventory = load_inventory(served.inventory(), path="inventory.yaml")
    hosts = inventory.hosts
    read = asyncio.run(
        collect_hosts(
            inventory, hosts, engine="udp", limits=Limits(), at_once=2, ask=lambda _: "", rng=random.Random(3)
        )
    )
    for each in read:
        assert isinstance(each, Collected)
        assert each.answer
        recording = each.answer.recording
        assert recording
        assert recording.profile == "lab"
        assert all(cost.seconds is not None for cost in recording.costs)
        again = rehearse(Recording(recording.name, recording.rows, recording.contexts))
        assert [(cost.root, cost.rows) for cost in again.costs] == [(cost.root, cost.rows) for cost in recording.costs]
        took, thought = (sum(cost.requests for cost in one.costs) for one in (recording, again))
        assert thought == pytest.approx(took, rel=0.3)
        assert again.contexts.keys() == recording.contexts.keys()
