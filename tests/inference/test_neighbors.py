"""What a neighbor is, by what it says of itself: more network, a phone, a host of virtual machines."""

from dataclasses import replace

import pytest

from tests.inference.plan import PHONE, SWITCH, device, heard, learned, station
from wiremap_lab.inference.edge_ports import Attachment, Role, attach, infer_ports
from wiremap_lab.tables import Capability, DeviceTables, LldpNeighbor, MedInventory

PC, TELEPHONE, SERVER = (station(number) for number in range(1, 4))


def hearing(neighbor: LldpNeighbor) -> DeviceTables:
    """A switch that hears a neighbor on port 4, with a PC there as well."""
    return replace(device("sw1", 1), fdb=learned(4, PC), lldp_neighbors=(neighbor,))


def role(switch: DeviceTables) -> Role:
    return next(verdict.role for verdict in infer_ports([switch]) if verdict.port.if_index == 4)


@pytest.mark.parametrize(
    ("description", "port", "placed"),
    [
        ("VMware ESX Releasebuild-15160138", "Port 1", True),
        ("Debian GNU/Linux 12 (bookworm) Linux 6.8.12-9-pve #1 SMP", "eno2", True),
        ("Ubuntu 20.04.3 LTS Linux 5.4.0-91-generic", "enp3s0f0", True),
        ("Debian GNU/Linux 9 (stretch) Linux 4.9.0-11-2-amd64", "Ethernet48", False),
        ("Linux 3.6.5", "eth0", False),
    ],
)
def test_a_host_of_virtual_machines_bridges_and_is_where_the_network_ends(
    description: str, port: str, placed: bool
) -> None:
    """A switch that runs Linux names its ports otherwise."""
    host = replace(heard(4, SERVER, *SWITCH, port=port), system_description=description)
    (answer,) = (answer for answer in attach([hearing(host)]) if answer.mac == PC)

    assert isinstance(answer, Attachment) is placed


def test_what_routes_is_no_phone_though_it_says_so_unless_it_is_one_by_lldp_med() -> None:
    gateway = heard(4, TELEPHONE, *PHONE, Capability.ROUTER)
    med = MedInventory(3, *("",) * 7)

    assert role(hearing(gateway)) is Role.UPLINK
    assert role(hearing(replace(gateway, med=med))) is Role.EDGE
