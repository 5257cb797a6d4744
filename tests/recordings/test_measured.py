"""The quirks that were measured in real devices, each found in the recordings' own lines and held against our tables.

The lines are taken apart here by other means than the readers': by splitting text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from wiremap_lab.collectors.recordings import read_file
from wiremap_lab.errors import InvalidFile
from wiremap_lab.inference.network import read_network
from wiremap_lab.tables import DeviceTables

LLDP = "1.0.8802.1.1.2.1.4.1.1."
CHASSIS_SUBTYPE, CHASSIS_ID, SYSTEM_NAME = f"{LLDP}4.", f"{LLDP}5.", f"{LLDP}9."
DOT1Q_PORT, DOT1D_PORT = "1.3.6.1.2.1.17.7.1.2.2.1.2.", "1.3.6.1.2.1.17.4.3.1.2."
BASE_PORT, IF_DESCR = "1.3.6.1.2.1.17.1.4.1.2.", "1.3.6.1.2.1.2.2.1.2."
LOCAL_PORT_SUBTYPE, LOCAL_PORT_ID = "1.0.8802.1.1.2.1.3.7.1.2.", "1.0.8802.1.1.2.1.3.7.1.3."
COLUMNS = (
    LOCAL_PORT_SUBTYPE,
    LOCAL_PORT_ID,
    CHASSIS_SUBTYPE,
    CHASSIS_ID,
    SYSTEM_NAME,
    DOT1Q_PORT,
    DOT1D_PORT,
    BASE_PORT,
    IF_DESCR,
)
SPELLED = re.compile(rb"(?i)[0-9a-f]{2}([:-][0-9a-f]{2}){5}")

Cells = dict[tuple[int, ...], bytes]


@dataclass(frozen=True)
class Device:
    """A recording: its lines by column and index, and what we make of it."""

    name: str
    contexts: bool
    cells: dict[str, Cells]
    tables: DeviceTables

    def numbers(self, column: str) -> dict[tuple[int, ...], int]:
        return {index: int(value) for index, value in self.cells[column].items() if value.lstrip(b"-").isdigit()}


def cells(path: Path) -> dict[str, Cells]:
    found: dict[str, Cells] = {column: {} for column in COLUMNS}
    for line in path.read_bytes().split(b"\n"):
        oid, _, rest = line.partition(b"|")
        tag, _, value = rest.partition(b"|")
        name = oid.decode("latin-1").lstrip(".")
        column = next((each for each in COLUMNS if name.startswith(each)), None)
        if column:
            octets = bytes.fromhex(value.decode("ascii")) if tag == b"4x" else value.rstrip(b"\r")
            found[column].setdefault(tuple(map(int, name[len(column) :].split("."))), octets)
    return found


@pytest.fixture(scope="module")
def devices(shared: Path) -> list[Device]:
    """Every recording of SNMP."""
    found = []
    for path in sorted((shared / "recordings").rglob("*.snmprec")):
        if "@" not in path.name:
            try:
                beside = any(path.parent.glob(f"{path.stem}@*"))
                found.append(Device(str(path.relative_to(shared)), beside, cells(path), read_file(path)))
            except InvalidFile:  # the robustness captures are judged elsewhere
                continue
    return found


def having(devices: Sequence[Device], column: str) -> Iterator[Device]:
    return (device for device in devices if device.cells[column])


def test_port_numbers_of_lldp_are_placed_with_evidence_though_many_are_valid_and_wrong(devices: list[Device]) -> None:
    files = [device for device in devices if device.tables.lldp_neighbors]
    neighbors = [each for device in files for each in device.tables.lldp_neighbors]
    placed = [each for each in neighbors if each.local_if_index is not None]
    assert len(files) > 90
    assert len(placed) > 0.85 * len(neighbors)
    assert all(each.local_evidence for each in neighbors)
    traps = sum(
        (each.local_port_num,) in device.cells[IF_DESCR] and each.local_port_num != each.local_if_index
        for device in files
        for each in device.tables.lldp_neighbors
        if each.local_if_index is not None
    )
    assert traps > 10


def test_an_index_of_too_few_or_too_many_parts_costs_the_port_and_not_the_neighbor(devices: list[Device]) -> None:
    broken = [device for device in having(devices, CHASSIS_ID) if any(len(i) != 3 for i in device.cells[CHASSIS_ID])]
    assert len(broken) >= 4
    for device in broken:
        assert len(device.tables.lldp_neighbors) >= len({index[-1] for index in device.cells[CHASSIS_ID]}) // 2
        assert any(each.local_port_num is None for each in device.tables.lldp_neighbors)


def test_macs_spelled_in_ascii_are_macs(devices: list[Device]) -> None:
    count = 0
    for device in having(devices, LOCAL_PORT_ID):
        local = device.tables.lldp_local
        assert local
        read, subtypes = {str(port.port_id.mac) for port in local.ports}, device.numbers(LOCAL_PORT_SUBTYPE)
        for index, octets in device.cells[LOCAL_PORT_ID].items():
            if SPELLED.fullmatch(octets) and subtypes.get(index, 3) == 3:
                assert octets.decode().lower().replace("-", ":") in read, device.name
                count += 1
    assert count > 50


def test_six_octets_that_can_be_printed_are_a_mac_by_their_subtype(devices: list[Device]) -> None:
    count = 0
    for device in having(devices, CHASSIS_ID):
        subtypes, read = device.numbers(CHASSIS_SUBTYPE), {str(e.chassis_id.mac) for e in device.tables.lldp_neighbors}
        for index, octets in device.cells[CHASSIS_ID].items():
            if subtypes.get(index) == 4 and len(octets) == 6 and octets.isascii() and octets.decode().isprintable():
                assert octets.hex(":") in read, device.name
                count += 1
    assert count > 5


def test_time_marks_and_missing_names_lose_no_neighbor(devices: list[Device]) -> None:
    marked = [device for device in having(devices, CHASSIS_ID) if any(i[0] for i in device.cells[CHASSIS_ID])]
    assert len(marked) > 30
    rows = sum(len({*device.cells[CHASSIS_ID]}) for device in devices)
    named = sum(bool(value) for device in devices for value in device.cells[SYSTEM_NAME].values())
    assert rows - named > 0.1 * rows
    for device in marked:
        ids = {octets for octets in device.cells[CHASSIS_ID].values() if any(octets)}
        assert ids <= {each.chassis_id.octets for each in device.tables.lldp_neighbors}, device.name


def test_rows_on_bridge_port_0_are_kept_and_place_nobody(devices: list[Device]) -> None:
    columns = (DOT1Q_PORT, DOT1D_PORT)
    files = [device for device in devices if any(0 in device.numbers(column).values() for column in columns)]
    assert len(files) > 50
    for device in files:
        zeros = {i[-6:] for c in columns for i, port in device.numbers(c).items() if port == 0}
        others = {i[-6:] for c in columns for i, port in device.numbers(c).items() if port != 0}
        seen = {tuple(mac.octets) for macs in read_network([device.tables]).seen.values() for mac in macs}
        assert not seen & (zeros - others), device.name


def test_a_length_octet_in_the_index_is_no_part_of_the_mac(devices: list[Device]) -> None:
    files = 0
    for device in having(devices, DOT1Q_PORT):
        lengthy = {index[2:] for index in device.cells[DOT1Q_PORT] if len(index) == 8 and index[1] == 6}
        files += bool(lengthy)
        assert lengthy <= {tuple(entry.mac.octets) for entry in device.tables.fdb}, device.name
    assert files >= 3


def test_a_bridge_port_is_the_interface_its_map_says_and_without_one_only_what_is_proven(devices: list[Device]) -> None:
    differ = mapless = 0
    for device in devices:
        fdb, ports = device.tables.fdb, device.numbers(BASE_PORT)
        if not fdb or device.contexts:  # each VLAN has a map of its own
            continue
        differ += any(index[0] != if_index for index, if_index in ports.items())
        mapless += not ports
        proven = any("read as" in finding.what for finding in device.tables.findings if finding.quirk == 37)
        for entry in (entry for entry in fdb if entry.bridge_port):
            told = ports.get((entry.bridge_port or 0,)) or None
            assert entry.if_index == told or (told is None and proven), device.name
    assert differ > 40
    assert mapless >= 5
