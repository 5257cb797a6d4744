"""The octets of the notifications are those of their MIBs' texts, written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.ids import Mac
from wiremap_lab.readers.traps import (
    ApChanged,
    ClientChanged,
    LinkChanged,
    MacChanged,
    MacMoved,
    NeighborsChanged,
    Restarted,
    read_notification,
)
from wiremap_lab.tables import Oid, Row, Value

PHONE = Mac.parse("02:00:00:00:00:07")
RADIO = Mac.parse("02:00:00:00:aa:40")
INTEGER, OCTETS, OBJECT, TICKS = 2, 4, 6, 0x43


def oid(text: str) -> Oid:
    return tuple(map(int, text.split(".")))


def notification(what: str, *objects: tuple[str, Value]) -> list[Row]:
    rows: list[Row] = [((1, 3, 6, 1, 2, 1, 1, 3, 0), TICKS, 5), (oid("1.3.6.1.6.3.1.1.4.1.0"), OBJECT, oid(what))]
    tags: dict[type, int] = {int: INTEGER, bytes: OCTETS, tuple: OBJECT}
    return rows + [(oid(name), tags[type(value)], value) for name, value in objects]


@pytest.mark.parametrize(("what", "up"), [("1.3.6.1.6.3.1.1.5.3", False), ("1.3.6.1.6.3.1.1.5.4", True)])
def test_a_link_trap_names_the_interface(what: str, *, up: bool) -> None:
    assert read_notification(notification(what, ("1.3.6.1.2.1.2.2.1.1.10103", 10103))) == (LinkChanged(10103, up),)


def test_a_link_trap_without_the_if_index_names_it_by_its_other_objects() -> None:
    rows = notification("1.3.6.1.6.3.1.1.5.3", ("1.3.6.1.2.1.2.2.1.8.7", 2))
    assert read_notification(rows) == (LinkChanged(7, up=False),)


def test_a_mac_notification_packs_several_changes_and_ends_with_a_zero() -> None:
    learnt = b"\x01\x00\x14" + PHONE.octets + b"\x00\x03"
    removed = b"\x02\x0f\xa0" + RADIO.octets + b"\x01\x00"
    rows = notification("1.3.6.1.4.1.9.9.215.2.0.1", ("1.3.6.1.4.1.9.9.215.1.1.8.1.2.1", learnt + removed + b"\0" * 11))
    assert read_notification(rows) == (
        MacChanged(PHONE, vlan=20, bridge_port=3, present=True),
        MacChanged(RADIO, vlan=4000, bridge_port=256, present=False),
    )


@given(st.binary(max_size=60))
def test_any_octets_in_a_mac_notification_are_whole_tuples_or_nothing(message: bytes) -> None:
    rows = notification("1.3.6.1.4.1.9.9.215.2.0.1", ("1.3.6.1.4.1.9.9.215.1.1.8.1.2.1", message))
    events = read_notification(rows)
    assert len(events) <= len(message) // 11
    packed = b"".join(
        bytes((1 if each.present else 2,)) + each.vlan.to_bytes(2, "big") + each.mac.octets
        + each.bridge_port.to_bytes(2, "big")
        for each in events if isinstance(each, MacChanged)
    )  # fmt: skip
    assert message.startswith(packed)


def test_a_mac_move_names_both_ports() -> None:
    base = "1.3.6.1.4.1.9.9.215.1.3"
    moved: list[tuple[str, Value]] = [
        (f"{base}.3.0", PHONE.octets),
        (f"{base}.4.0", 20),
        (f"{base}.5.0", 3),
        (f"{base}.6.0", 9),
    ]
    rows = notification("1.3.6.1.4.1.9.9.215.2.0.2", *moved)
    assert read_notification(rows) == (MacMoved(PHONE, vlan=20, from_port=3, to_port=9),)
    assert read_notification(rows[:-1]) == ()


def test_a_change_of_neighbors_names_no_port() -> None:
    rows = notification("1.0.8802.1.1.2.0.0.1", ("1.0.8802.1.1.2.1.2.2.0", 1))
    assert read_notification(rows) == (NeighborsChanged(),)


@pytest.mark.parametrize(("number", "associated"), [(53, True), (1, False), (2, False)])
@pytest.mark.parametrize("zero", ["", "0."])  # the notification of SNMPv2, and that of SNMPv1 translated
def test_a_client_of_an_airespace_controller(number: int, zero: str, *, associated: bool) -> None:
    rows = notification(
        f"1.3.6.1.4.1.14179.2.6.3.{zero}{number}",
        ("1.3.6.1.4.1.14179.2.6.2.35.0", RADIO.octets),
        ("1.3.6.1.4.1.14179.2.6.2.34.0", PHONE.octets),
        ("1.3.6.1.4.1.14179.2.2.1.1.3.2.0.0.0.170.64", b"ap-1"),
    )
    assert read_notification(rows) == (ClientChanged(PHONE, RADIO, "ap-1", associated),)


def test_a_client_of_a_newer_controller_may_be_named_by_the_index_only() -> None:
    rows = notification(
        "1.3.6.1.4.1.9.9.599.0.4",
        ("1.3.6.1.4.1.9.9.599.1.3.1.1.8.2.0.0.0.0.7", RADIO.octets),
        ("1.3.6.1.4.1.9.9.513.1.1.1.1.5.2.0.0.0.170.64", b"ap-1"),
    )
    assert read_notification(rows) == (ClientChanged(PHONE, RADIO, "ap-1", associated=True),)


@pytest.mark.parametrize(("number", "joined"), [(7, True), (8, False)])
def test_an_access_point_joins_and_leaves(number: int, *, joined: bool) -> None:
    what = f"1.3.6.1.4.1.14179.2.6.3.{number}"
    rows = notification(what, ("1.3.6.1.4.1.14179.2.6.2.20.0", RADIO.octets))
    assert read_notification(rows) == (ApChanged(RADIO, "", joined),)


def test_some_traps_of_access_points_give_the_name_only() -> None:
    rows = notification("1.3.6.1.4.1.9.9.513.0.4", ("1.3.6.1.4.1.9.9.513.1.1.1.1.5.2.0.0.0.170.64", b"ap-1"))
    assert read_notification(rows) == (ApChanged(None, "ap-1", joined=True),)


def test_a_restart_is_told_of() -> None:
    assert read_notification(notification("1.3.6.1.6.3.1.1.5.1")) == (Restarted(),)


@pytest.mark.parametrize("rows", [[], notification("1.3.6.1.6.3.1.1.5.5"), notification("1.3.6.1.6.3.1.1.5.4")])
def test_what_is_of_no_use_is_no_event(rows: list[Row]) -> None:
    assert read_notification(rows) == ()
