"""A crawl goes from neighbor to neighbor as far as it is allowed, and asks each device once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

import pytest
import yaml

from wiremap_lab.collectors.answer import Answer
from wiremap_lab.collectors.collect import Collected, Skipped
from wiremap_lab.collectors.crawl import Scope, Terms, as_inventory, crawl
from wiremap_lab.collectors.inventory.model import Host
from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import ChassisId, PortId
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import Capability, DeviceTables, Interface, LldpLocal, LldpNeighbor, Subnet, System

SWITCH = frozenset({Capability.BRIDGE})


def chassis(name: str) -> ChassisId:
    return ChassisId.parse(f"local:{name}")


def neighbor(name: str, *addresses: str, capabilities: frozenset[Capability] = SWITCH) -> LldpNeighbor:
    return LldpNeighbor(
        1,
        chassis(name),
        PortId.parse("local:1"),
        system_name=name,
        capabilities=capabilities,
        management_addresses=tuple(ip_address(address) for address in addresses),
        local_if_index=1,
    )


def switch(name: str, *neighbors: LldpNeighbor, own: Sequence[str] = ()) -> DeviceTables:
    from ipaddress import ip_network

    return DeviceTables(
        name,
        system=System(name, "", "", ()),
        interfaces=tuple(Interface(index, f"Gi{index}", "", "", None, 6, True, True) for index in range(1, 9)),
        lldp_local=LldpLocal(chassis(name), name, ()),
        lldp_neighbors=neighbors,
        subnets=tuple(Subnet(ip_network(f"{address}/32"), ip_address(address)) for address in own),
    )


@dataclass
class Net:
    """Devices by the address they answer at."""

    devices: Mapping[str, DeviceTables]
    asked: list[str] = field(default_factory=list)

    async def read(self, hosts: Sequence[Host]) -> Sequence[Collected | Skipped]:
        return list(self._each(hosts))

    def _each(self, hosts: Sequence[Host]) -> Iterator[Collected | Skipped]:
        for host in hosts:
            self.asked.append(host.host)
            if host.host in self.devices:
                answer = Answer(host.name, Recording(host.name, (), profile=host.profiles[0]))
                yield Collected(host.name, answer, replace(self.devices[host.host], name=host.name), 0.0)
            else:
                yield Skipped(host.name, "no answer")


SEED = Host("seed", "10.0.0.1", 1161, ("ours",))
LINE = {
    "10.0.0.1": switch("core", neighbor("a", "10.0.0.2"), neighbor("phone", "10.0.0.99", capabilities=frozenset())),
    "10.0.0.2": switch("a", neighbor("core", "10.0.0.1"), neighbor("b", "10.0.0.3")),
    "10.0.0.3": switch("b", neighbor("a", "10.0.0.2"), neighbor("c", "192.0.2.1"), neighbor("d", "10.0.0.5")),
}
ALLOWED = Scope(Terms.of(["10.0.0.0/24"]))


def outcomes(found: Sequence[object]) -> list[tuple[str, str]]:
    return [(each.host.name, each.outcome) for each in found]  # type: ignore[attr-defined]


async def test_neighbors_are_asked_step_by_step_and_end_devices_are_not() -> None:
    net = Net(LINE)
    found = await crawl(net.read, [SEED], ALLOWED)
    assert net.asked == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.5"]
    assert outcomes(found) == [
        ("seed", "read"),
        ("a", "read"),
        ("b", "read"),
        ("c", "not asked"),
        ("10.0.0.5", "skipped"),
    ]
    assert [(each.depth, each.heard_by, each.reason) for each in found[2:4]] == [
        (2, "LLDP of a Gi1", ""),
        (3, "LLDP of b Gi1", "its address is not allowed"),
    ]


async def test_without_being_allowed_no_neighbor_is_asked() -> None:
    net = Net(LINE)
    found = await crawl(net.read, [SEED], Scope())
    assert net.asked == ["10.0.0.1"]
    assert [(each.host.name, each.reason) for each in found[1:]] == [("a", "its address is not allowed")]


async def test_a_dry_run_asks_the_seeds_and_shows_the_rest() -> None:
    net = Net(LINE)
    found = await crawl(net.read, [SEED], ALLOWED, ask_neighbors=False)
    assert net.asked == ["10.0.0.1"]
    assert outcomes(found) == [("seed", "read"), ("10.0.0.2", "would be asked")]


@pytest.mark.parametrize(
    ("scope", "asked"),
    [
        (Scope(Terms.of(["10.0.0.0/24", "b", "core"])), ["10.0.0.1"]),
        (Scope(Terms.of(["10.0.0.0/24", "a*"])), ["10.0.0.1", "10.0.0.2"]),
        (Scope(Terms.of(["a", "b"])), ["10.0.0.1"]),
        (Scope(ALLOWED.allow, Terms.of(["B"])), ["10.0.0.1", "10.0.0.2"]),
        (Scope(ALLOWED.allow, Terms.of(["10.0.0.3"])), ["10.0.0.1", "10.0.0.2"]),
        (Scope(ALLOWED.allow, depth=0), ["10.0.0.1"]),
        (Scope(ALLOWED.allow, depth=1), ["10.0.0.1", "10.0.0.2"]),
        (Scope(ALLOWED.allow, most=2), ["10.0.0.1", "10.0.0.2"]),
    ],
)
async def test_a_crawl_goes_no_further_than_it_may(scope: Scope, asked: list[str]) -> None:
    net = Net(LINE)
    await crawl(net.read, [SEED], scope)
    assert net.asked == asked


async def test_what_is_denied_by_one_of_its_addresses_is_not_asked_at_another() -> None:
    net = Net({"10.0.0.1": switch("core", neighbor("a", "10.0.0.2", "172.16.0.2"))})
    found = await crawl(net.read, [SEED], Scope(ALLOWED.allow, Terms.of(["172.16.0.0/12"])))
    assert [(each.host.name, each.reason) for each in found[1:]] == [("a", "denied")]


async def test_a_device_is_asked_once_under_whatever_addresses_it_is_heard() -> None:
    twice = switch("a", neighbor("core", "10.0.0.77"), own=["10.0.0.2", "10.0.0.22"])
    net = Net(
        {
            "10.0.0.1": switch("core", neighbor("a", "10.0.0.2"), neighbor("b", "10.0.0.3")),
            "10.0.0.2": twice,
            "10.0.0.3": switch("b", neighbor("other", "10.0.0.22"), neighbor("again", "10.0.0.23")),
            "10.0.0.23": twice,
        }
    )
    found = await crawl(net.read, [SEED], ALLOWED)
    assert net.asked == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.23"]
    assert found[-1].outcome == "same device"
    assert "'10.0.0.23' is '10.0.0.2' under another name: chassis ID" in found[-1].reason


async def test_switches_that_all_are_called_switch_are_all_found() -> None:
    first = replace(neighbor("Switch", "10.0.0.2"), chassis_id=chassis("x"))
    second = replace(neighbor("Switch", "10.0.0.3"), chassis_id=chassis("y"))
    boxes = {"10.0.0.2": "x", "10.0.0.3": "y"}
    devices = {
        at: replace(switch("Switch"), lldp_local=LldpLocal(chassis(box), "Switch", ())) for at, box in boxes.items()
    }
    found = await crawl(Net({"10.0.0.1": switch("core", first, second), **devices}).read, [SEED], ALLOWED)
    assert [each.host.name for each in found] == ["seed", "Switch", "Switch@10.0.0.3"]


async def test_what_was_read_is_an_inventory_with_the_profile_that_worked() -> None:
    found = await crawl(Net(LINE).read, [SEED], ALLOWED)
    assert yaml.safe_load(as_inventory(found)) == {
        "hosts": {
            "seed": {"host": "10.0.0.1", "port": 1161, "profiles": "ours"},
            "a": {"host": "10.0.0.2", "port": 1161, "profiles": "ours"},
            "b": {"host": "10.0.0.3", "port": 1161, "profiles": "ours"},
        }
    }


@pytest.mark.parametrize("term", ["", " ", "10.0.0.0/99", "hq/1"])
def test_what_is_no_network_and_no_name_is_refused(term: str) -> None:
    with pytest.raises(InvalidValue):
        Terms.of([term])
