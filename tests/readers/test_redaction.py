"""A redacted recording tells how a device behaves and not who or where; it is read as the original is."""

import ipaddress
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.readers.mibs.device import EVERY_ROOT, read_device
from wiremap_lab.readers.mibs.interfaces import IF_ALIAS, IF_NAME
from wiremap_lab.readers.mibs.med import LLDP_X_MED_LOC_LOCATION_INFO, LLDP_X_MED_REM_LOCATION_INFO
from wiremap_lab.readers.redaction import TREATMENTS, Veil, redact
from wiremap_lab.snmp.recording import Recording, dump, load
from wiremap_lab.tables import DeviceTables

FOLDER = Path(__file__).parents[2] / "data" / "recordings"
DEVICES = sorted(path.parent.name for path in FOLDER.glob("*/expected.json"))
KEY = b"a key of this test"


def tables(recording: Recording) -> DeviceTables:
    return resolve_local_ports(read_device("sw", recording.walk))


def shape(found: DeviceTables) -> tuple[object, ...]:
    """What must not change: which port everything is on, and what belongs together."""
    return (
        sorted(
            str((n.local_if_index, n.chassis_id.kind, n.port_id.kind, n.capabilities)) for n in found.lldp_neighbors
        ),
        sorted(str((n.local_if_index, len(n.addresses))) for n in found.cdp_neighbors),
        sorted(str((e.if_index, e.vlan, e.bridge_port, e.status)) for e in found.fdb),
        sorted(str((e.if_index, e.ip.version)) for e in found.arp),
        sorted(str((s.if_index, s.network.prefixlen, s.address in s.network)) for s in found.subnets),
        sorted(str((b.slot, b.channel, b.derived)) for b in found.bss),
    )


def test_every_column_that_is_collected_has_a_treatment_but_where_people_are() -> None:
    assert set(EVERY_ROOT) - set(TREATMENTS) == {LLDP_X_MED_LOC_LOCATION_INFO, LLDP_X_MED_REM_LOCATION_INFO}


@pytest.mark.parametrize("device", DEVICES)
def test_a_redacted_recording_is_read_as_the_original(device: str) -> None:
    original = load(FOLDER / device / "recording.snmprec")
    assert shape(tables(Recording("sw", redact(original.rows, key=KEY)))) == shape(tables(original))


@pytest.mark.parametrize("device", DEVICES)
def test_no_address_name_or_serial_is_left(device: str) -> None:
    original = load(FOLDER / device / "recording.snmprec")
    found = tables(original)
    text = dump(redact(original.rows, key=KEY)).lower()
    macs = [entry.mac for entry in found.fdb] + [entry.mac for entry in found.arp]
    hidden = {mac.octets.hex() for mac in macs}
    hidden |= {str(entry.ip) for entry in found.arp if not entry.ip.is_link_local}
    hidden |= {neighbor.system_name.lower() for neighbor in found.lldp_neighbors}
    hidden |= {member.serial.lower() for member in found.stack_members} | {"floor 2", "acme0051", "ap-2-17", "corp"}
    assert not [each for each in hidden if each and re.search(rf"(?<![\w.]){re.escape(each)}(?![\w.])", text)]
    arcs = {".".join(map(str, mac.octets)) for mac in macs}
    assert not [each for each in arcs if each in text]


def test_what_nobody_named_is_left_out() -> None:
    community = (1, 3, 6, 1, 6, 3, 18, 1, 1, 1, 2, 1)
    assert redact([(community, 4, b"s3cret")], key=KEY) == []


@pytest.mark.parametrize("typed", ["shop-1-front J01", "Room 12", "Miller 4711", "floor-2/201", "B12 west"])
def test_a_label_somebody_typed_is_hidden_though_it_is_shaped_like_a_ports_name(typed: str) -> None:
    (shown,) = redact([((*IF_ALIAS, 1), 4, typed.encode())], key=KEY)
    assert isinstance(shown[2], bytes)
    assert not set(re.findall(r"[A-Za-z]{2,}", typed)) & set(re.findall(r"[A-Za-z]+", shown[2].decode()))


@pytest.mark.parametrize(
    "name", ["GigabitEthernet1/0/1", "ge-0/0/1.0", "Port: 3 Gigabit - Level", "Trk2", "36", "swp1"]
)
def test_the_names_makers_give_ports_stay(name: str) -> None:
    assert redact([((*IF_NAME, 1), 4, name.encode())], key=KEY) == [((*IF_NAME, 1), 4, name.encode())]


@given(st.binary(min_size=6, max_size=6), st.binary(min_size=6, max_size=6))
def test_macs_stay_apart_and_keep_their_maker_and_last_digit(one: bytes, other: bytes) -> None:
    veil = Veil(KEY)
    assert (veil.mac(one) == veil.mac(other)) is (one == other)
    assert veil.mac(one)[:3] == one[:3]
    assert veil.mac(one)[5] & 0xF == one[5] & 0xF


@given(st.integers(0x0B000000, 0x7E000000), st.integers(0, 0xFFFF))
def test_addresses_of_one_subnet_stay_in_one_subnet(number: int, change: int) -> None:
    veil = Veil(KEY)
    one, other = number.to_bytes(4, "big"), (number ^ change).to_bytes(4, "big")
    prefix = 32 - change.bit_length()
    network = ipaddress.ip_network((veil.address(one), prefix), strict=False)
    assert ipaddress.ip_address(veil.address(other)) in network
    assert (veil.address(one) == veil.address(other)) is (one == other)


def test_another_key_gives_other_pseudonyms() -> None:
    one, other = Veil(b"one"), Veil(b"other")
    assert one.name(b"core-1") == one.name(b"core-1") != other.name(b"core-1")
    assert one.address(b"\x0a\x09\x00\x01") != other.address(b"\x0a\x09\x00\x01")
