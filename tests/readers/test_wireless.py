"""Access points, BSSIDs and clients of each make: by real recordings where there are some, else by rows of its MIB.

No recording has tables of Ruckus, UniFi, Aerohive, WiNG, IEEE802dot11 or clients of Aruba Instant: for those the rows
are made here by the definitions of the MIB, which proves that we read what the MIB says and not that devices do.
"""

import ipaddress
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from wiremap_lab.ids import Mac
from wiremap_lab.readers.mibs import lwapp, wireless
from wiremap_lab.readers.mibs.airespace import BSN_AP_NAME
from wiremap_lab.readers.mibs.device import ROOTS, read_device
from wiremap_lab.readers.mibs.system import SYS_NAME, SYS_OBJECT_ID
from wiremap_lab.readers.mibs.wireless import further_roots
from wiremap_lab.snmp.recording import Recording, load
from wiremap_lab.tables import DeviceTables, Oid, Row, Value

INTEGER, OCTETS, OBJECT_ID, ADDRESS = 2, 4, 6, 0x40
AP, CLIENT, BSSID = "02:00:00:00:0a:01", "02:00:00:00:0c:01", "02:00:00:00:0b:01"
Said = str | int | bytes
Cell = tuple[Oid, Oid, Said]


def octets(mac: str) -> bytes:
    return Mac.parse(mac).octets


def arcs(mac: str) -> Oid:
    return tuple(octets(mac))


def enterprise(dotted: str) -> Oid:
    return (1, 3, 6, 1, 4, 1, *map(int, dotted.split(".")))


def rows(cells: Sequence[Cell]) -> Iterator[Row]:
    for column, index, said in cells:
        value: Value = said.encode() if isinstance(said, str) else said
        yield (*column, *index), INTEGER if isinstance(value, int) else OCTETS, value


def said(*cells: Cell, maker: int = 0, name: str = "box-1") -> DeviceTables:
    """What a device with these cells is read as; a collector must find all of them."""
    who: list[Row] = [
        ((*SYS_OBJECT_ID, 0), OBJECT_ID, enterprise(f"{maker}.1")),
        ((*SYS_NAME, 0), OCTETS, name.encode()),
    ]
    recording = Recording("box", sorted((*who, *rows(cells)), key=lambda row: row[0]))
    asked = (*ROOTS, *further_roots(recording.walk))
    missed = [oid for oid, _, _ in recording.rows if not any(oid[: len(root)] == root for root in asked)]
    assert not missed, f"a collector would not ask for {missed}"
    return read_device("box", recording.walk)


IP = ipaddress.ip_address("192.0.2.7")


def test_a_zone_director_of_ruckus_tells_all_three() -> None:
    points, vaps, stations = (enterprise(f"25053.1.2.2.1.1.{end}.1") for end in ("2.1", "2.3", "3.1"))
    found = said(
        ((*points, 2), arcs(AP), "lobby"),
        ((*points, 4), arcs(AP), "r710"),
        ((*points, 10), arcs(AP), IP.packed),
        ((*vaps, 2), arcs(BSSID), octets(AP)),
        ((*vaps, 3), arcs(BSSID), "staff"),
        ((*stations, 2), arcs(CLIENT), octets(AP)),
        ((*stations, 3), arcs(CLIENT), octets(BSSID)),
        ((*stations, 4), arcs(CLIENT), "staff"),
        ((*stations, 7), arcs(CLIENT), 36),
        ((*stations, 8), arcs(CLIENT), IP.packed),
        maker=25053,
    )
    (point,), (bss,), (client,) = found.access_points, found.bss, found.wireless_clients
    assert (point.name, str(point.ethernet_mac), point.model, point.ip) == ("lobby", AP, "r710", IP)
    assert (str(bss.bssid), bss.ssid, bss.ap_name, bss.derived) == (BSSID, "staff", "lobby", False)
    assert (str(client.mac), str(client.bssid), client.ap_name, client.ssid) == (CLIENT, BSSID, "lobby", "staff")
    assert (client.ip, client.channel) == (IP, 36)


def test_a_smart_zone_of_ruckus_tells_its_access_points_and_no_bssid() -> None:
    entry = enterprise("25053.1.4.2.1.1.2.2.1")
    cells: dict[int, Said] = {1: octets(AP), 5: "lobby", 19: "floor 2", 10: IP.packed}
    found = said(*(((*entry, column), arcs(AP), value) for column, value in cells.items()), maker=25053)
    assert [(each.name, str(each.ethernet_mac), each.location) for each in found.access_points] == [
        ("lobby", AP, "floor 2")
    ]
    assert found.bss == ()


def test_an_access_point_of_ruckus_that_is_asked_itself_goes_by_its_own_name() -> None:
    entry, name = enterprise("25053.1.1.6.1.1.1.1.1"), (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1)
    found = said(
        ((*entry, 1), (7,), "staff"),
        ((*entry, 2), (7,), octets(BSSID)),
        ((*entry, 10), (7,), 11),
        (name, (1,), "eth0"),
        ((1, 3, 6, 1, 2, 1, 2, 2, 1, 6), (1,), octets(AP)),
        maker=25053,
    )
    assert [(str(each.bssid), each.ssid, each.ap_name, each.channel) for each in found.bss] == [
        (BSSID, "staff", "box-1", 11)
    ]
    assert [(each.name, str(each.ethernet_mac)) for each in found.access_points] == [("box-1", AP)]


@pytest.mark.parametrize("maker", [8072, 10002, 41112])
def test_an_access_point_of_unifi_tells_its_vaps(maker: int) -> None:
    entry = enterprise("41112.1.6.1.2.1")
    vap: dict[int, Said] = {2: octets(BSSID), 4: 36, 6: "staff"}
    found = said(*(((*entry, column), (1,), value) for column, value in vap.items()), maker=maker)
    assert [(str(each.bssid), each.ssid, each.channel, each.ap_name) for each in found.bss] == [
        (BSSID, "staff", 36, "box-1")
    ]
    assert [each.name for each in found.access_points] == ["box-1"]


def test_an_autonomous_aironet_has_a_bssid_for_each_ssid_of_an_interface() -> None:
    found = said(
        ((1, 3, 6, 1, 2, 1, 2, 2, 1, 3), (3,), 71),
        (enterprise("9.9.413.1.1.5.1.1"), (3, *b"Staff Voice"), octets(BSSID)),
        maker=9,
    )
    assert [(str(each.bssid), each.ssid, each.ap_name, each.slot) for each in found.bss] == [
        (BSSID, "Staff Voice", "box-1", 3)
    ]


def test_an_interface_of_aerohive_that_carries_an_ssid_has_the_bssid() -> None:
    interface, client = enterprise("26928.1.1.1.2.1.1.1"), enterprise("26928.1.1.1.2.1.2.1")
    index = (22, 6, *arcs(CLIENT))
    found = said(
        ((*interface, 2), (21,), "N/A"),
        ((*interface, 2), (22,), "staff"),
        ((1, 3, 6, 1, 2, 1, 2, 2, 1, 6), (22,), octets(BSSID)),
        ((*client, 2), index, IP.packed),
        ((*client, 10), index, "staff"),
        ((*client, 37), index, octets(BSSID)),
        maker=26928,
    )
    assert [(str(each.bssid), each.ssid) for each in found.bss] == [(BSSID, "staff")]
    (station,) = found.wireless_clients
    assert (str(station.mac), str(station.bssid), station.ap_name, station.ip) == (CLIENT, BSSID, "box-1", IP)


def test_a_controller_of_wing_tells_its_access_points() -> None:
    entry = enterprise("388.50.1.4.2.25.1.1.1")
    cells: dict[int, Said] = {1: octets(AP), 9: "lobby", 11: "floor 2", 13: IP.packed}
    (point,) = said(*(((*entry, column), arcs(AP), value) for column, value in cells.items()), maker=388).access_points
    assert (point.name, str(point.ethernet_mac), point.location, point.ip) == ("lobby", AP, "floor 2", IP)


@pytest.mark.parametrize(("kind", "count"), [(1, 1), (2, 0)])
def test_the_radio_of_an_infrastructure_network_is_read_from_the_standard_table(kind: int, count: int) -> None:
    found = said(
        ((1, 3, 6, 1, 2, 1, 2, 2, 1, 3), (3,), 71),
        ((1, 2, 840, 10036, 1, 1, 1, 9), (3,), "staff"),
        ((1, 2, 840, 10036, 1, 1, 1, 10), (3,), kind),
        ((1, 2, 840, 10036, 2, 1, 1, 1), (3,), octets(BSSID)),
        maker=9999,
    )
    assert [(str(each.bssid), each.ssid) for each in found.bss] == [(BSSID, "staff")] * count
    assert found.access_points == ()


def test_a_client_of_aruba_instant_is_on_the_bssid_its_cluster_says() -> None:
    point, wlan, client = (enterprise(f"14823.2.3.3.1.2.{table}.1") for table in (1, 3, 4))
    found = said(
        ((*point, 2), arcs(AP), "lobby"),
        ((*wlan, 3), (*arcs(AP), 0), "staff"),
        ((*wlan, 4), (*arcs(AP), 0), octets(BSSID)),
        ((*client, 2), arcs(CLIENT), octets(BSSID)),
        ((*client, 3), arcs(CLIENT), IP.packed),
        maker=14823,
    )
    (station,) = found.wireless_clients
    assert (str(station.mac), str(station.bssid), station.ap_name, station.ssid, station.ip) == (
        CLIENT,
        BSSID,
        "lobby",
        "staff",
        IP,
    )


def test_a_c9800_that_has_everything_in_the_new_tables_is_read_from_those() -> None:
    """Quirk 83: two rows in the old tables, all in CISCO-LWAPP."""
    points, wlans, stations = (enterprise(f"9.9.{end}.1") for end in ("513.1.1.1", "513.1.10.2", "599.1.3.1"))
    radio = arcs("02:00:00:00:0d:00")
    found = said(
        ((*points, 2), radio, octets(AP)),
        ((*points, 5), radio, "lobby"),
        ((*points, 49), radio, "floor 2"),
        ((*wlans, 1), (*radio, 0, 17), "staff"),
        ((*wlans, 2), (*radio, 0, 17), octets(BSSID)),
        ((*stations, 2), arcs(CLIENT), 4),
        ((*stations, 8), arcs(CLIENT), bytes(radio)),
        ((*stations, 10), arcs(CLIENT), IP.packed),
        ((*stations, 28), arcs(CLIENT), "staff"),
        ((*stations, 2), arcs("02:00:00:00:0c:02"), 8),
        ((*stations, 8), arcs("02:00:00:00:0c:02"), bytes(radio)),
        maker=9,
    )
    (point,), (bss,), (client,) = found.access_points, found.bss, found.wireless_clients
    assert (point.name, str(point.ethernet_mac), point.location) == ("lobby", AP, "floor 2")
    assert (str(bss.bssid), bss.derived) == (BSSID, False)
    assert (client.bssid, client.ap_name, client.ssid, client.ip) == (None, "lobby", "staff", IP)


def test_a_switch_is_asked_for_no_wireless_table_but_the_two_that_tell_a_controller() -> None:
    switch = Recording("sw", [((*SYS_OBJECT_ID, 0), OBJECT_ID, enterprise("9.1.2494"))])
    assert further_roots(switch.walk) == ()
    assert set(wireless.ROOTS) == {BSN_AP_NAME, lwapp.C_L_AP_NAME}


def recorded(shared: Path, device: str) -> DeviceTables:
    return read_device(device, load(shared / "recordings" / "snmp" / device / "recording.snmprec").walk)


def test_an_airos_controller_tells_clients_of_both_its_tables_as_the_recording_has_them(shared: Path) -> None:
    found = recorded(shared, "cisco/ssd.appliance_cisco-controller")
    expected = json.loads((shared / "recordings/snmp/cisco/ssd.appliance_cisco-controller/expected.json").read_text())
    columns, names = expected["aps"]["columns"], {point.name for point in found.access_points}
    judged = {row[columns.index("ap_name")] for row in expected["aps"]["rows"]}
    assert judged <= names
    assert len(found.wireless_clients) > 90
    assert {client.ap_name for client in found.wireless_clients} <= names
    assert {client.bssid for client in found.wireless_clients} == {None}
    assert {client.ssid for client in found.wireless_clients} <= {bss.ssid for bss in found.bss}
    assert sum(bool(point.neighbors) for point in found.access_points) == 198


@pytest.mark.parametrize("device", ["aruba/ssd.wifi_aruba-7010", "aruba/ssd.wifi_aruba-7020"])
def test_each_client_of_an_aruba_controller_is_on_a_bssid_the_controller_lists(shared: Path, device: str) -> None:
    found = recorded(shared, device)
    assert len(found.wireless_clients) in (37, 18)
    assert {client.bssid for client in found.wireless_clients} <= {bss.bssid for bss in found.bss}
    assert all(client.ip and client.ap_name and client.ssid for client in found.wireless_clients)


def test_a_radio_of_mikrotik_that_is_a_station_lends_nobody_the_bssid_it_is_on(shared: Path) -> None:
    assert recorded(shared, "mikrotik/lnms.routeros_rb433gl").bss == ()


def test_a_router_of_mikrotik_tells_its_clients_by_interface(shared: Path) -> None:
    path = shared / "recordings" / "network" / "nms102" / "recordings" / "mikrotik-192.168.0.1.snmprec"
    found = read_device("ap", load(path).walk)
    assert len(found.wireless_clients) == 4
    assert {(client.ap_name, client.ssid, client.slot) for client in found.wireless_clients} == {("ARS-AP", "ARS", 2)}
