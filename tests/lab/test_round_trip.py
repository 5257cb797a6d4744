"""What the campus is, the agents say and the readers understand: through every make and every quirk.

The readers share no code with the agents. A quirk may cost a row or leave a port unresolved; it may never put
anything on another port.
"""

from collections.abc import Iterator
from functools import cache

import pytest

from tests.simulator.campuses import NOON, TOPOLOGIES, campus
from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.lab.agent import Mib
from wiremap_lab.lab.mib import cells, contexts
from wiremap_lab.lab.mib.heard import heard
from wiremap_lab.readers.mibs.bridge import context_names
from wiremap_lab.readers.mibs.device import EVERY_ROOT, read_device
from wiremap_lab.simulator.campus import Campus, load_campus
from wiremap_lab.simulator.forwarding import address_cache, forwarding_database
from wiremap_lab.simulator.models import MODELS, Quirk
from wiremap_lab.simulator.parts import Switch
from wiremap_lab.simulator.state import State, initial_state
from wiremap_lab.tables import DeviceTables, Oid, Row, Walk

TWO_ROOMS = (TOPOLOGIES / "two-rooms.yaml").read_text(encoding="utf-8")
#: Quirks that hide which local port a neighbor was heard on, unless something else tells.
HIDES_THE_PORT = {Quirk.NO_LOCAL_PORTS, Quirk.REMOTE_INDEX_SHORT, Quirk.PORT_ID_CHASSIS_MAC, Quirk.EMPTY_IF_NAMES}
#: Quirks that take the VLAN out of the forwarding table, or the table itself.
HIDES_THE_VLAN = {Quirk.NO_Q_BRIDGE, Quirk.CONTEXTS_IGNORED}


def walk_of(mib: Mib) -> Walk:
    rows = [*mib.rows()]

    def walk(root: Oid) -> Iterator[Row]:
        assert any(root[: len(known)] == known for known in EVERY_ROOT), f"a collector would not walk {root}"
        return (row for row in rows if row[0][: len(root)] == root)

    return walk


def tables_of(of: Campus, state: State, box: str) -> DeviceTables:
    def walk(context: str) -> Walk:
        return walk_of(Mib(cells(of, state, box, context, now=NOON)))

    default = walk("")
    asked = {vlan: walk(vlan) for vlan in context_names(default) if vlan in contexts(of, box)}
    return resolve_local_ports(read_device(box, default, contexts=asked))


@cache
def office_tables(box: str) -> DeviceTables:
    return tables_of(campus("small-office"), initial_state(campus("small-office"), NOON), box)


SWITCHES = tuple(campus("small-office").switches)


def neighbors(of: Campus, state: State, switch: Switch) -> set[tuple[str, str, int]]:
    found = heard(of, state, switch, now=NOON)
    return {(one.chassis_id.text, one.port_id.text, one.port.if_index) for one in found if one.by_lldp}


def fdb(of: Campus, state: State, switch: Switch) -> set[tuple[int, str, int]]:
    found = forwarding_database(of, state, switch.name, now=NOON)
    return {(entry.vlan, str(entry.mac), entry.port.if_index) for entry in found}


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_of_the_office_is_read_as_it_is(name: str) -> None:
    office = campus("small-office")
    switch, tables = office.switches[name], office_tables(name)
    assert tables.system is not None
    assert (tables.system.name, tables.system.location) == (name, switch.location)
    ports = {one.if_index: (one.name, one.alias, one.mac) for one in tables.interfaces if one.type == 6}
    assert ports == {port.if_index: (port.name, port.alias, port.mac) for port in switch.ports}
    assert {one.mac for one in tables.stack_members if one.mac} <= set(switch.members)
    members = {(one.if_index, one.lag_if_index) for one in tables.lag_members}
    keys = {port.key: port.if_index for port in switch.ports}
    assert members == {(keys[key], lag.if_index) for lag in switch.lags for key in lag.members}
    assert tables.lldp_local is not None
    assert tables.lldp_local.chassis_id == switch.chassis_id
    assert {port.port_id for port in tables.lldp_local.ports} == {port.port_id for port in switch.ports}


@pytest.mark.parametrize("name", SWITCHES)
def test_every_neighbor_in_the_office_is_on_its_port(name: str) -> None:
    office, state = campus("small-office"), initial_state(campus("small-office"), NOON)
    read = office_tables(name).lldp_neighbors
    found = {(one.chassis_id.text, one.port_id.text, one.local_if_index) for one in read}
    assert found == neighbors(office, state, office.switches[name])
    assert len(read) == len(found)


@pytest.mark.parametrize("name", SWITCHES)
def test_every_mac_in_the_office_is_on_its_port(name: str) -> None:
    office, state = campus("small-office"), initial_state(campus("small-office"), NOON)
    switch = office.switches[name]
    read = {(one.vlan, str(one.mac), one.if_index) for one in office_tables(name).fdb if one.bridge_port}
    expected = fdb(office, state, switch)
    if Quirk.VLAN_CONTEXTS not in switch.quirks and Quirk.NO_Q_BRIDGE in switch.quirks:
        assert {found[1:] for found in read} <= {found[1:] for found in expected}
        assert {found[1] for found in read} == {found[1] for found in expected}
    else:
        assert read == expected


@pytest.mark.parametrize("name", ["mh-core-1", "mh-core-2"])
def test_routers_tell_addresses_and_subnets(name: str) -> None:
    office, state = campus("small-office"), initial_state(campus("small-office"), NOON)
    read = {(entry.ip, entry.mac) for entry in office_tables(name).arp}
    assert read >= {(entry.ip, entry.mac) for entry in address_cache(office, state, name, now=NOON)}
    routed = {subnet.network for subnet in office.subnets.values() if name in subnet.routers}
    assert routed <= {subnet.network for subnet in office_tables(name).subnets}


@pytest.mark.parametrize("quirk", [None, "few-access-points", "no-bssids"])
def test_the_controller_tells_every_access_point_and_bssid(quirk: str | None) -> None:
    text = (TOPOLOGIES / "small-office.yaml").read_text(encoding="utf-8")
    if quirk:
        text = text.replace("{name: mh-wlc-1,", f"{{name: mh-wlc-1, quirks: [{quirk}],")
    office = load_campus(text, path="office")
    read = tables_of(office, initial_state(office, NOON), "mh-wlc-1")
    assert {(ap.name, ap.ethernet_mac, ap.radio_mac, ap.ip) for ap in read.access_points} == {
        (ap.name, ap.mac, ap.radio_mac, ap.ip) for ap in office.access_points.values()
    }
    told = {(bss.bssid, bss.ssid, bss.ap_name, bss.slot) for bss in read.bss}
    assert told == {(bss.bssid, bss.ssid, bss.ap_name, bss.slot) for bss in office.bss.values()}
    assert {bss.derived for bss in read.bss} == {quirk == "no-bssids"}


def test_cdp_neighbors_are_heard_where_the_switch_speaks_it() -> None:
    read = {one.device_id: one for one in office_tables("mh-1a").cdp_neighbors}
    phone = campus("small-office").devices["cdp-phone-001"]
    assert f"SEP{phone.mac.octets.hex().upper()}" in read
    assert "ap-mill-1-lobby" in read
    assert office_tables("mh-2a").cdp_neighbors == ()


@pytest.mark.parametrize("model", sorted(MODELS))
@pytest.mark.parametrize("quirk", [None, *Quirk], ids=lambda quirk: quirk.value if quirk else "none")
def test_no_quirk_of_any_make_puts_anything_on_another_port(model: str, quirk: Quirk | None) -> None:
    given = f"quirks: [{quirk.value}], " if quirk else ""
    text = TWO_ROOMS.replace("{model: cisco-ios, ", f"{{model: {model}, {given}")
    rooms = load_campus(text, path="rooms")
    state, switch = initial_state(rooms, NOON), rooms.switches["sw-1"]
    tables = tables_of(rooms, state, "sw-1")
    quirks = switch.quirks

    expected = neighbors(rooms, state, switch)
    ports = {found[:2]: found[2] for found in expected}
    read = [(one.chassis_id.text, one.port_id.text, one.local_if_index) for one in tables.lldp_neighbors]
    if Quirk.LLDP_HIDDEN in quirks:
        assert read == []
    else:
        assert sorted(found[:2] for found in read) == sorted(ports)
        assert all(if_index in (None, ports[chassis, port]) for chassis, port, if_index in read)
        if not quirks & HIDES_THE_PORT:
            assert {*read} == expected

    macs = fdb(rooms, state, switch)
    seen = {(one.vlan, str(one.mac), one.if_index) for one in tables.fdb if one.bridge_port}
    assert {found[1] for found in seen} == (set() if quirk is Quirk.BRIDGE_EMPTY else {found[1] for found in macs})
    unplaced = {found for found in seen if found[2] is None}
    assert {found[1:] for found in seen - unplaced} <= {found[1:] for found in macs}
    if not quirks & {Quirk.NO_BASE_PORTS}:
        assert not unplaced
    if not quirks & HIDES_THE_VLAN or quirk is None:
        assert seen - unplaced <= macs or Quirk.VLAN_CONTEXTS not in quirks


def test_a_phone_that_calls_itself_by_its_mac_is_still_heard_by_cdp() -> None:
    rooms = load_campus(TWO_ROOMS.replace("{model: cisco-ios, ", "{model: cisco-ios, quirks: [cdp-id-mac], "), path="a")
    tables = tables_of(rooms, initial_state(rooms, NOON), "sw-1")
    assert str(rooms.devices["phone-front"].mac) in {one.device_id for one in tables.cdp_neighbors}
