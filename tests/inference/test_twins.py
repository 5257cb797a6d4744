"""A device that the inventory has under two names is one device; two that merely look alike stay two."""

from collections.abc import Sequence
from dataclasses import replace

from tests.lab.test_small_office import tables
from tests.readers.controllers.told import documents
from wiremap_lab.ids import ChassisId, Mac
from wiremap_lab.inference.edge_ports import Attachment, attach
from wiremap_lab.inference.twins import find_twins, without_twins
from wiremap_lab.readers import controllers
from wiremap_lab.tables import DeviceTables, Incomplete, Interface, LldpLocal, StackMember, System

SHARED = ChassisId.parse("mac:00:11:22:33:44:00")


def interface(index: int, mac: str) -> Interface:
    return Interface(index, f"Gi{index}", "", "", Mac.parse(mac), 6, True, True)


def switch(name: str, *macs: str, sys_name: str = "Switch", serial: str = "") -> DeviceTables:
    return DeviceTables(
        name,
        system=System(sys_name, "", "", ()),
        interfaces=tuple(interface(index, mac) for index, mac in enumerate(macs, 1)),
        stack_members=(StackMember(1, "", "", serial, None),) if serial else (),
    )


def chassis(device: DeviceTables) -> DeviceTables:
    return replace(device, lldp_local=LldpLocal(SHARED, "Switch", ()))


def twins(*devices: DeviceTables) -> list[tuple[str, str]]:
    return [(twin.name, twin.of) for twin in find_twins(devices)]


def placed(devices: Sequence[DeviceTables]) -> dict[Mac, str]:
    return {each.mac: str(each.port) for each in attach(devices) if isinstance(each, Attachment)}


OURS = ("00:11:22:33:44:01", "00:11:22:33:44:02")
THEIRS = ("00:11:22:99:44:01", "00:11:22:99:44:02")


def test_one_device_is_recognized_by_chassis_id_serial_number_or_macs() -> None:
    assert twins(chassis(switch("a")), chassis(switch("b"))) == [("b", "a")]
    assert twins(switch("a", serial="FOC1"), switch("b", serial="FOC1")) == [("b", "a")]
    assert twins(switch("a", *OURS), switch("b", *OURS)) == [("b", "a")]


def test_the_one_that_was_read_best_is_kept() -> None:
    worse = replace(chassis(switch("a")), incomplete=(Incomplete((1, 3), "timeout"),))
    assert twins(worse, chassis(switch("b")), chassis(switch("c"))) == [("c", "b"), ("a", "b")]


def test_what_a_switch_says_itself_is_kept_before_what_a_controller_says_of_it() -> None:
    asked = switch("z", OURS[0], serial="FOC1")
    assert asked.system is not None
    system = replace(asked.system, object_id=(1, 3, 6, 1, 4, 1, 9))
    asked = replace(asked, system=system, incomplete=(Incomplete((1, 3), "timeout"),))
    assert twins(switch("dashboard", *OURS, serial="FOC1"), asked) == [("dashboard", "z")]


def test_two_devices_that_share_a_name_and_a_chassis_id_are_told_apart_by_their_ports() -> None:
    assert twins(chassis(switch("a", *OURS)), chassis(switch("b", *THEIRS))) == []
    assert twins(switch("a", serial="FOC1"), switch("b", serial="FOC2")) == []
    assert twins(switch("a"), switch("b")) == []
    assert twins(switch("a", *OURS), switch("b", *OURS, sys_name="Other")) == []
    assert twins(switch("a", *OURS, sys_name=""), switch("b", *OURS, sys_name="")) == []


def test_a_campus_read_under_more_names_than_it_has_is_inferred_as_it_is() -> None:
    truly = tables()
    doubled = [*truly, *(replace(device, name=f"{device.name}.example.com") for device in truly)]
    assert [device.name for device in without_twins(doubled)] == [device.name for device in truly]
    placed = [
        {each.mac: str(each.port) for each in attach(read) if isinstance(each, Attachment)} for read in (truly, doubled)
    ]
    assert placed[0] == placed[1]
    assert len(placed[0]) >= 240


def test_a_switch_that_was_polled_and_told_of_by_its_cloud_is_one_and_the_agents_word_counts() -> None:
    told = {each.name: each for each in controllers.tables("cloud", documents("meraki"))}
    ports = tuple(interface(index, f"02:00:0c:00:10:{index:02x}") for index in (1, 2))
    polled = replace(
        switch("idf-2.acme", sys_name="IDF-2.acme.example"),
        interfaces=ports,
        lldp_local=LldpLocal(ChassisId.parse("mac:02:00:0c:00:10:00"), "idf-2", ()),
        incomplete=(Incomplete((1, 3), "timeout"),),
    )
    assert twins(*told.values(), polled) == [("cloud/idf-2", "idf-2.acme")]
    assert [each.name for each in without_twins([polled, *told.values()])] == ["idf-2.acme", "cloud", "cloud/idf-3"]
