"""A small network to save again and again: two switches, a controller, and what each of them showed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.store.values import Attached, DeviceRun, NewRun
from wiremap_lab.tables import DeviceTables, Finding, Incomplete, LldpNeighbor
from wiremap_lab.wiremap import Element, Entry, NetworkElement, SwitchPort, Wap, Wiremap

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
CHASSIS = {name: ChassisId.parse(f"02:00:00:00:0{n}:01") for n, name in enumerate(("sw1", "sw2", "wlc"), 1)}
PHONE, LAPTOP = Mac.parse("02:00:00:00:aa:01"), Mac.parse("02:00:00:00:aa:02")


def day(number: int) -> datetime:
    """The n-th day, at eight."""
    return MONDAY + timedelta(days=number)


def port(switch: str, name: str) -> SwitchPort:
    return SwitchPort(CHASSIS[switch], PortId.parse(name))


def bssid(last: str) -> Wap:
    return Wap(Mac.parse(f"02:00:00:00:bb:{last}"))


def seen(element: NetworkElement, when: datetime, *, aliases: tuple[NetworkElement, ...] = ()) -> Element:
    """An element as discovery gives it: reported by the switch whose chassis it has, or by the controller."""
    device = next((name for name, chassis in CHASSIS.items() if getattr(element, "chassis_id", None) == chassis), "wlc")
    return Element(element, f"label of {element}", device, when, {"ifAlias": "A-101"}, aliases, ("seen in a test",))


def whole(*names: str) -> tuple[DeviceRun, ...]:
    """Devices that were read to the end."""
    return tuple(DeviceRun(name, DeviceTables(name)) for name in names)


def cut_short(name: str) -> DeviceRun:
    return DeviceRun(name, DeviceTables(name, incomplete=(Incomplete((1, 3, 6, 1, 2, 1, 17), "timeout"),)))


def skipped(name: str) -> DeviceRun:
    return DeviceRun(name, reason="nothing answered")


def hearing(name: str, *far: str) -> DeviceRun:
    """A device with a neighbor on every port, named after its system."""
    neighbors = tuple(
        LldpNeighbor(n, ChassisId.parse(f"local:{system}"), PortId.parse("up"), system_name=system, local_port=f"Gi{n}")
        for n, system in enumerate(far, 1)
    )
    return DeviceRun(name, DeviceTables(name, lldp_neighbors=neighbors, findings=(Finding("lldp", "odd", 14, 3),)))


def a_run(
    number: int,
    placed: Iterable[tuple[NetworkElement, str]],
    *,
    devices: tuple[DeviceRun, ...] = whole("sw1", "sw2", "wlc"),
    unplaced: Iterable[NetworkElement] = (),
    attached: Iterable[Attached] = (),
) -> NewRun:
    """The run of the n-th day, which saw these elements and placed the first of them so."""
    when, pairs = day(number), tuple(placed)
    return NewRun(
        started=when - timedelta(minutes=5),
        finished=when,
        inventory="campus.yaml",
        devices=devices,
        elements=tuple(seen(element, when) for element in (*(element for element, _ in pairs), *unplaced)),
        wiremap=Wiremap.of(Entry(element, erl, "rule:test", when, f"label of {element}") for element, erl in pairs),
        attachments=tuple(attached),
    )
