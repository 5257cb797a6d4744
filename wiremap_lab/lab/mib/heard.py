"""Whose announcements each port hears: switches at the other end of a cable, access points, devices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from wiremap_lab.ids import ChassisId, PortId
from wiremap_lab.simulator.forwarding import heard_devices
from wiremap_lab.simulator.parts import Campus, Device, Port, Switch
from wiremap_lab.simulator.state import Attachment, State
from wiremap_lab.tables import Capability, IpAddress, MedInventory

_CHASSIS_MAC, _CHASSIS_ADDRESS = 4, 5
_PORT_MAC, _PORT_NAME, _PORT_LOCAL = 3, 5, 7
#: lldpRemIndex of what stands in the closets begins here, that of devices below: no two are the same.
_BOXES = 100_000


@dataclass(frozen=True, slots=True)
class Heard:
    """One neighbor on one port. `index` is its lldpRemIndex and cdpCacheDeviceIndex."""

    port: Port
    index: int
    chassis_id: ChassisId
    port_id: PortId
    port_description: str
    name: str
    description: str
    capabilities: frozenset[Capability]
    address: IpAddress | None = None
    med: MedInventory | None = None
    by_lldp: bool = True
    by_cdp: bool = False
    cdp_id: str = ""
    cdp_port: str = ""
    platform: str = ""


def heard(campus: Campus, state: State, switch: Switch, *, now: datetime) -> Iterator[Heard]:
    """All neighbors of a switch."""
    yield from _switches(campus, switch)
    yield from _access_points(campus, switch)
    yield from _controller(campus, switch)
    for port, there in heard_devices(campus, state, now=now):
        if port.switch == switch.name:
            yield _device(campus.devices[there.device], there, port)


def _switches(campus: Campus, switch: Switch) -> Iterator[Heard]:
    """The switch at the other end of each cable; those of a link that is blocked are heard all the same."""
    cables = [pair for link in campus.links for pair in zip(link.near, link.far, strict=True)]
    for number, (near, far) in enumerate((*cables, *((far, near) for near, far in cables))):
        port, other = campus.ports[near], campus.ports[far]
        if port.switch == switch.name and not campus.lldp_off & {near, far}:
            yield _switch(campus.switches[other.switch], other, port, _BOXES + number)


def _switch(other: Switch, far: Port, port: Port, index: int) -> Heard:
    return Heard(
        port=port,
        index=index,
        chassis_id=other.chassis_id,
        port_id=far.port_id,
        port_description=far.lldp_description,
        name=other.name,
        description=other.model.description,
        capabilities=frozenset({Capability.BRIDGE, Capability.ROUTER}),
        address=other.address,
        by_cdp=other.model.speaks_cdp,
        cdp_id=other.name,
        cdp_port=far.description,
        platform=other.model.name,
    )


def _access_points(campus: Campus, switch: Switch) -> Iterator[Heard]:
    for number, ap in enumerate(campus.access_points.values()):
        port = campus.ports[ap.port]
        if port.switch == switch.name and port.key not in campus.lldp_off:
            yield Heard(
                port=port,
                index=2 * _BOXES + number,
                chassis_id=ChassisId.read(_CHASSIS_MAC, ap.mac.octets),
                port_id=PortId.read(_PORT_NAME, b"Gi0"),
                port_description="GigabitEthernet0",
                name=ap.name,
                description=f"Cisco AP Software, {ap.model}",
                capabilities=frozenset({Capability.BRIDGE, Capability.WLAN}),
                address=ap.ip,
                by_cdp=True,
                cdp_id=ap.name,
                cdp_port="GigabitEthernet0",
                platform=f"cisco {ap.model}",
            )


def _controller(campus: Campus, switch: Switch) -> Iterator[Heard]:
    controller = campus.controller
    if controller is None or campus.ports[controller.port].switch != switch.name:
        return
    if controller.port in campus.lldp_off:
        return
    yield Heard(
        port=campus.ports[controller.port],
        index=3 * _BOXES,
        chassis_id=ChassisId.read(_CHASSIS_MAC, controller.mac.octets),
        port_id=PortId.read(_PORT_NAME, b"Gi0/0/1"),
        port_description="GigabitEthernet0/0/1",
        name=controller.name,
        description="Cisco Controller",
        capabilities=frozenset({Capability.BRIDGE}),
        address=controller.address,
        by_cdp=True,
        cdp_id=controller.name,
        cdp_port="GigabitEthernet0/0/1",
        platform="AIR-CT5520-K9",
    )


def _device(device: Device, there: Attachment, port: Port) -> Heard:
    kind, mac = device.kind, device.mac
    bare = mac.octets.hex().upper()
    chassis_id = ChassisId.read(_CHASSIS_MAC, mac.octets)
    port_id = PortId.read(_PORT_MAC, mac.octets)
    if kind.address_is_chassis_id:
        chassis_id = ChassisId.read(_CHASSIS_ADDRESS, b"\x01" + there.ip.packed)
        port_id = PortId.read(_PORT_LOCAL, f"{bare}:P1".encode())
    med = None
    if kind.med_class is not None:
        med = MedInventory(kind.med_class, "1", "12.0.4", "12.0.4", bare, kind.manufacturer, kind.model, "")
    return Heard(
        port=port,
        index=1 + device.number,
        chassis_id=chassis_id,
        port_id=port_id,
        port_description="SW PORT",
        name=f"SEP{bare}" if kind.address_is_chassis_id else device.id,
        description=f"{kind.manufacturer} {kind.model}".strip(),
        capabilities=kind.capabilities,
        address=there.ip,
        med=med,
        by_lldp=kind.speaks_lldp,
        by_cdp=kind.speaks_cdp,
        cdp_id=f"SEP{bare}",
        cdp_port="Port 1",
        platform=f"Cisco IP Phone {kind.model.removeprefix('CP-')[:4]}",
    )
