"""Two switches that are one to whom hangs on both (MLAG, vPC)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.inference.plan import LAG, device, interface, learned, station
from wiremap_lab.ids import Mac
from wiremap_lab.inference.edge_ports import Attachment, Unattached, attach
from wiremap_lab.tables import DeviceTables, LagMember

SERVER = station(1)


def pair(*, others: int) -> Iterator[DeviceTables]:
    """A server on Po5 of both, and switches below both, each with a device; the two know nothing of each other."""
    for name, number in (("a", 1), ("b", 2)):
        wholes = [interface(100 + port, f"Po{port}", type=LAG) for port in range(1, 9)]
        box = device(name, number)
        fdb = [*learned(105, SERVER)]
        for other in range(others):
            fdb += learned(101 + other, station(10 + other))
        yield replace(
            box,
            interfaces=(*box.interfaces, *wholes),
            lag_members=tuple(LagMember(port, 100 + port) for port in range(1, 9)),
            fdb=tuple(fdb),
        )


def of(mac: Mac, devices: list[DeviceTables]) -> Attachment | Unattached:
    return next(answer for answer in attach(devices) if answer.mac == mac)


def test_a_server_on_both_of_a_pair_is_at_both_though_the_two_never_heard_of_each_other() -> None:
    """By two devices more that each sees on a port of its own."""
    answer = of(SERVER, [*pair(others=2)])

    assert isinstance(answer, Attachment)
    assert (str(answer.port), [str(port) for port in answer.also_at]) == ("a Po5", ["b Po5"])


@pytest.mark.parametrize("others", [0, 1])
def test_where_one_port_may_lead_to_the_other_nobody_is_at_either(others: int) -> None:
    """One device more is no proof: its port may be the way between the two."""
    assert isinstance(of(SERVER, [*pair(others=others)]), Unattached)
