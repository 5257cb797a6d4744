"""The agents on real sockets, asked by net-snmp's tools."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import yaml

from tests.simulator.campuses import NOON, campus
from wiremap_lab.lab.mib import objects as o
from wiremap_lab.lab.serve import CannotServe, Served, serve, serve_in_thread
from wiremap_lab.lab.virtual import scaled_clock
from wiremap_lab.snmp.codec import format_oid
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.tables import Oid

pytestmark = pytest.mark.skipif(shutil.which("snmpbulkwalk") is None, reason="needs net-snmp's tools (snmp)")


class Hands:
    """A clock whose hands we move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def rooms(hands: Hands) -> Iterator[Served]:
    with serve_in_thread(campus("two-rooms"), port=0, clock=hands) as served:
        yield served


@pytest.fixture(scope="module")
def office() -> Iterator[Served]:
    with serve_in_thread(campus("small-office"), port=0) as served:
        yield served


def tool(served: Served, box: str, name: str, *words: str, community: str = "public") -> list[str]:
    host, port = served.addresses[box]
    options = ["-v2c", f"-c{community}", "-Onqa", "-m", "", "-t1", "-r0"]
    asked = subprocess.run(
        [name, *options, f"{host}:{port}", *words], capture_output=True, text=True, check=False, timeout=30
    )
    return asked.stdout.splitlines()


def walk(served: Served, box: str, root: Oid, *, community: str = "public") -> dict[str, str]:
    lines = tool(served, box, "snmpbulkwalk", format_oid(root), community=community)
    pairs = (line.partition(" ") for line in lines if line.startswith("."))
    return {oid.removeprefix(f".{format_oid(root)}."): value for oid, _, value in pairs if "No Such" not in value}


def test_net_snmp_walks_all_of_every_box_and_finds_what_we_hold(office: Served) -> None:
    for box in office.virtual.boxes:
        mib = office.virtual.mib(box)
        assert mib is not None
        lines = [line for line in tool(office, box, "snmpbulkwalk", "-Ox", "-Cr40", ".1") if line.startswith(".1.")]
        if lines[-1].endswith("No more variables left in this MIB View (It is past the end of the MIB tree)"):
            lines.pop()
        assert [line.split(" ")[0] for line in lines] == ["." + format_oid(oid) for oid in mib.oids]


def test_net_snmp_gets_the_name_and_the_place_of_a_switch(office: Served) -> None:
    asked = [format_oid((*object_, 0)) for object_ in (o.SYS_NAME, o.SYS_LOCATION)]
    lines = tool(office, "mh-2a", "snmpget", *asked)
    assert [line.partition(" ")[2] for line in lines] == ['"mh-2a"', '"Mill House, floor 2, idf"']


def test_a_cisco_switch_tells_its_forwarding_table_vlan_by_vlan(rooms: Served) -> None:
    column = (*o.DOT1D_TP_FDB_ENTRY, 2)
    macs = {id_: ".".join(map(str, device.mac.octets)) for id_, device in campus("two-rooms").devices.items()}
    default = walk(rooms, "sw-1", column)
    voice = walk(rooms, "sw-1", column, community="public@10")
    data = walk(rooms, "sw-1", column, community="public@20")
    assert macs["phone-front"] not in default
    assert voice[macs["phone-front"]] == "1"
    assert voice[macs["handset-1"]] == "4"
    assert data[macs["laptop-behind"]] == "1"
    assert tool(rooms, "sw-1", "snmpwalk", format_oid(column), community="public@99") == []


def test_an_unplugged_phone_is_gone_from_lldp_and_its_link_is_down_at_once(rooms: Served) -> None:
    names = (*o.LLDP, 4, 1, 1, 9)
    assert "0.10101.1" in walk(rooms, "sw-1", names)
    rooms.virtual.move("phone-front", "sw-1:7")
    assert "0.10101.1" not in walk(rooms, "sw-1", names)
    assert "0.10107.1" in walk(rooms, "sw-1", names)
    status = walk(rooms, "sw-1", (*o.IF_ENTRY, 8))
    assert (status["10101"], status["10107"]) == ("2", "1")


def test_who_left_the_air_is_forgotten_after_five_minutes(rooms: Served, hands: Hands) -> None:
    mac = ".".join(map(str, campus("two-rooms").devices["laptop-wifi"].mac.octets))
    column = (*o.DOT1D_TP_FDB_ENTRY, 2)
    rooms.virtual.move("laptop-wifi", "off 203.0.113.9", room="shop")
    assert mac in walk(rooms, "sw-1", column, community="public@20")
    hands.wait(300)
    assert mac not in walk(rooms, "sw-1", column, community="public@20")


def test_uptime_runs_with_the_clock(rooms: Served, hands: Hands) -> None:
    def ticks() -> int:
        lines = tool(rooms, "sw-1", "snmpget", "-Ot", format_oid((*o.SYS_UP_TIME, 0)))
        return int(lines[0].rpartition(" ")[2])

    before = ticks()
    hands.wait(60)
    assert ticks() - before == 6000


def test_a_clock_runs_as_fast_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([100.0, 100.0, 105.0])
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    clock = scaled_clock(60, start=NOON)
    assert clock() == NOON
    assert clock() == NOON + timedelta(minutes=5)


def test_the_inventory_names_every_agent(office: Served) -> None:
    read = yaml.safe_load(office.inventory())
    assert {name: (host["host"], host["port"]) for name, host in read["hosts"].items()} == dict(office.addresses)
    assert read["profiles"]["lab"] == {"version": "2c", "community": "public"}


async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_behind() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.90.0.9", 0))
        port = holder.getsockname()[1]
        with pytest.raises(CannotServe, match=rf"127\.90\.0\.9:{port}"):
            async with serve(campus("two-rooms"), port=port):
                pass
    async with serve(campus("two-rooms"), port=port) as served:
        assert served.addresses["sw-1"] == ("127.90.0.1", port)


def test_an_agent_that_is_sent_rubbish_goes_on(rooms: Served) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for rubbish in (b"", b"\x30\x82", bytes(2000)):
            sender.sendto(rubbish, rooms.addresses["sw-1"])
    assert walk(rooms, "sw-1", o.SYS_NAME)


def test_a_user_is_let_in_by_snmpv3_and_asks_for_vlans_by_context() -> None:
    """RFC 3414 by net-snmp: discovery, authentication, privacy; quirk 32 by context vlan-N."""
    user = User("lab", AuthProtocol.SHA256, "a long password", PrivProtocol.AES128, "another password")
    column = format_oid((*o.DOT1D_TP_FDB_ENTRY, 2))
    with serve_in_thread(campus("two-rooms"), port=0, user=user) as served:
        host, port = served.addresses["sw-1"]

        def rows(*words: str) -> list[str]:
            words = ("-v3", "-ulab", "-aSHA-256", "-xAES", "-Onq", "-m", "", "-t1", "-r0", *words)
            asked = ["snmpbulkwalk", *words, f"{host}:{port}", column]
            done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=30)
            return [line for line in done.stdout.splitlines() if "No Such" not in line]

        secrets = ("-lauthPriv", "-Aa long password", "-Xanother password")
        assert len(rows(*secrets)) == 2
        assert len(rows(*secrets, "-nvlan-10")) == 3
        assert rows(*secrets, "-nvlan-99") == []
        assert rows("-lauthPriv", "-Aa wrong password", "-Xanother password") == []
        assert rows("-lauthNoPriv", "-Aa long password") == []
