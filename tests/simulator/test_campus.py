"""Topology files: what they hold, and what is said of their faults."""

import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.simulator.campuses import TOPOLOGIES, campus
from wiremap_lab.errors import InvalidFile, InvalidValue
from wiremap_lab.ids import Mac
from wiremap_lab.simulator.campus import load_campus, load_places
from wiremap_lab.simulator.kinds import KINDS
from wiremap_lab.simulator.models import MODELS, Quirk
from wiremap_lab.simulator.parts import BehindPhone, OnBss, OnPort

TWO_ROOMS = (TOPOLOGIES / "two-rooms.yaml").read_text(encoding="utf-8")

SCHEMA = json.loads(
    (TOPOLOGIES.parent / "wiremap_lab" / "simulator" / "campus.schema.json").read_text(encoding="utf-8")
)


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidFile) as caught:
        load_campus(text, path="campus.yaml")
    return [str(fault) for fault in caught.value.faults]


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize("path", sorted(TOPOLOGIES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_campus_we_ship_can_be_read(path: object) -> None:
    name = str(path).rpartition("/")[2]
    if not name.endswith(".rules.yaml"):
        assert campus(name.removesuffix(".yaml")).devices


def test_the_small_office_has_the_size_it_was_asked_for() -> None:
    office = campus("small-office")
    floors = {(erl.building, erl.floor) for erl in office.places.erls.values() if erl.floor}
    staffed = {building for building, _ in floors}
    assert len(floors) == 4
    assert len({office.places.buildings[building].psap for building in staffed}) == 2
    assert 8 <= len(office.switches) <= 12
    assert len(office.access_points) == 20
    assert 230 <= len(office.devices) <= 270
    assert len({switch.model.name for switch in office.switches.values()}) >= 6


def test_the_small_office_stays_short_enough_to_read() -> None:
    assert len((TOPOLOGIES / "small-office.yaml").read_text(encoding="utf-8").splitlines()) < 300


def test_no_two_things_on_a_campus_share_a_mac() -> None:
    office = campus("small-office")
    macs = [
        *(device.mac for device in office.devices.values()),
        *(ap.mac for ap in office.access_points.values()),
        *(mac for switch in office.switches.values() for mac in switch.members),
        *(port.mac for port in office.ports.values()),
        *office.bss,
    ]
    assert [mac for mac, times in Counter(macs).items() if times > 1] == []


def test_no_two_ports_of_a_switch_share_a_number() -> None:
    for switch in campus("small-office").switches.values():
        known = switch.bridge_ports
        assert len({port.if_index for port in known}) == len({port.base_port for port in known}) == len(known)


def test_the_same_file_gives_the_same_campus_twice() -> None:
    text = (TOPOLOGIES / "small-office.yaml").read_text(encoding="utf-8")
    assert load_campus(text, path="a").placements == load_campus(text, path="b").placements


def test_another_seed_puts_the_devices_elsewhere() -> None:
    text = (TOPOLOGIES / "small-office.yaml").read_text(encoding="utf-8")
    other = load_campus(text.replace("seed: 911", "seed: 112"), path="a")
    assert other.placements != campus("small-office").placements


def test_bssids_count_up_at_2_4_ghz_and_down_at_5_ghz() -> None:
    """The example of my80211.com: base a9:10; WLANs 1 and 2 are a9:10, a9:11 and a9:1f, a9:1e."""
    text = TWO_ROOMS.replace("{room: shop-1-front,", "{room: shop-1-front, radio: '00:0b:85:00:a9:10',")
    bss = load_campus(text, path="a").access_points["ap-shop-1-front"].bss
    assert [str(one.bssid)[-5:] for one in bss] == ["a9:10", "a9:11", "a9:1f", "a9:1e"]


def test_the_published_schema_is_one_and_knows_all_kinds_models_and_quirks() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    text = json.dumps(SCHEMA)
    assert all(f'"{name}"' in text for name in (*KINDS, *MODELS, *(quirk.value for quirk in Quirk)))


@pytest.mark.parametrize("name", ["small-office", "two-rooms"])
def test_our_campuses_obey_the_published_schema(name: str) -> None:
    text = (TOPOLOGIES / f"{name}.yaml").read_text(encoding="utf-8")
    as_json = json.loads(json.dumps(yaml.safe_load(text)))  # JSON has no keys that are numbers
    Draft202012Validator(SCHEMA).validate(as_json)


def test_places_can_be_read_alone() -> None:
    places = load_places(TWO_ROOMS.replace("switches:", "swiches:"), path="a")
    assert places == campus("two-rooms").places
    with pytest.raises(InvalidFile, match="key 'psaps' is missing"):
        load_places("buildings: {}", path="a")


def test_the_page_on_virtual_campuses_names_every_quirk_and_kind() -> None:
    page = (TOPOLOGIES.parent / "docs" / "how-to" / "run-a-virtual-campus.md").read_text(encoding="utf-8")
    assert [name for name in (*KINDS, *(quirk.value for quirk in Quirk)) if f"`{name}`" not in page] == []


FAULTS: list[tuple[str, str, str, str]] = [
    ("psap: hennepin", "psap: henepin", "psap: henepin", "there is no PSAP 'henepin'"),
    ("mac: 00:2a:10:aa:00:00", "mac: 00:2a:10:aa:00", "{model: cisco-ios", "not a MAC address"),
    ("closet: shop-1-back,\n", "closet: shop-2-back,\n", "{model: cisco-ios", "there is no place 'shop-2-back'"),
    ("model: cisco-ios", "model: cicso-ios", "{model: cicso", "unknown: 'cicso-ios' ('cisco-ios'?)"),
    ("routers: [sw-1]}\n  voice", "routers: [sw-9]}\n  voice", "infra: {", "there is no switch 'sw-9'"),
    ("{1-4: front, 5-8: back}", "{1-5: front, 5-8: back}", "voice: voice, data", "leads to two rooms"),
    ("{1-4: front, 5-8: back}", "{1-4: front, 5-9: back}", "voice: voice, data", "there are 1 times 8 ports"),
    ("work: data}", "work: dta}", "ssids:", "there is no subnet 'dta'"),
    ('port: "sw-1:4"', 'port: "sw-1:8"', "ap-shop-1-front: {", "port 'sw-1:8' is used by"),
    ('id: phone-back, at: "sw-1:5"', 'id: phone-back, at: "sw-1:1"', "id: phone-back", "where phone-front is already"),
    ("id: phone-back, at", "id: phone-front, at", 'id: phone-front, at: "sw-1:5"', "there are two devices"),
    ("at: behind phone-front", "at: behind phone-frunt", "id: laptop-behind", "is called 'behind phone-frunt'"),
    ("id: handset-1, at: ap-shop-1-front", 'id: handset-1, at: "sw-1:7"', "id: handset-1", "has no socket"),
    ("laptop-wifi, at: ap-shop-1-front", "laptop-wifi, at: off 203.0.113.9", "laptop-wifi", "not told"),
    ("127.90.0.9", "127.90.0.1", "controller: {", "127.90.0.1 is the address of sw-1 and of the controller"),
    ("127.90.0.1,", "192.0.2.1,", "{model: cisco-ios", "not a loopback address"),
    ("10.90.10.0/24", "10.90.10.0/29", "voice: {", "10.90.10.0/29 is too small"),
    ("10.90.10.0/24", "10.90.10.8/29", "voice: {", "10.90.10.8/29 is too small"),
    ("10.90.10.0/24", "10.90.10.0/24x", "voice: {", "'24x' is not a valid netmask"),
    ("seed: 1\n", "seed: 1\nseed: 2\n", "seed: 2", "key 'seed' is there twice"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "what"), FAULTS, ids=[fault[3] for fault in FAULTS])
def test_a_fault_is_told_with_its_line(old: str, new: str, at: str, what: str) -> None:
    assert old in TWO_ROOMS
    text = TWO_ROOMS.replace(old, new, 1)
    told = faults(text)
    assert any(what in fault for fault in told), told
    assert next(fault for fault in told if what in fault).startswith(f"campus.yaml:{line_of(text, at)}:"), told


def test_all_faults_are_told_at_once() -> None:
    text = TWO_ROOMS
    for old, new, _, _ in FAULTS[:5]:
        text = text.replace(old, new, 1)
    assert len(faults(text)) >= 5


def test_a_loop_that_nothing_blocks_is_a_fault() -> None:
    """Between any two switches there is one way frames go; spanning tree blocks the others."""
    text = (TOPOLOGIES / "small-office.yaml").read_text(encoding="utf-8")
    (told,) = faults(text.replace(", blocked: true", ""))
    assert told.startswith(f"campus.yaml:{line_of(text, 'blocked: true')}: links[4]: this link closes a loop")


def test_an_aggregate_to_a_pair_of_switches_needs_the_link_between_them_first() -> None:
    text = (TOPOLOGIES / "small-office.yaml").read_text(encoding="utf-8")
    at_both = text.replace('to: "mh-core-1:1-2"', 'to: ["mh-core-1:1", "mh-core-2:1"]')
    pair = '  - {from: "mh-core-1:47-48", to: "mh-core-2:47-48"}\n'
    stack = next(line for line in at_both.splitlines(keepends=True) if "mh-1a:1/24" in line)
    campus_ = load_campus(at_both, path="a")
    told, *_ = faults(at_both.replace(pair, "").replace(stack, stack + pair))

    assert {lag.members for switch in campus_.switches.values() for lag in switch.lags} >= {
        ("mh-core-1:1",),
        ("mh-core-2:1",),
        ("mh-1a:1/24", "mh-1a:2/24"),
    }
    assert "no pair" in told


def test_a_subnet_has_room_for_every_device() -> None:
    text = (TOPOLOGIES / "small-office.yaml").read_text(encoding="utf-8")
    (told,) = faults(text.replace("10.91.40.0/23", "10.91.40.0/24"))
    assert f"too small for {len(campus('small-office').devices)} devices" in told


def test_a_file_that_is_no_yaml_is_a_fault_with_a_line() -> None:
    assert faults("name: [x\npsaps: {") == ["campus.yaml:2: not YAML: expected ',' or ']', but got ':'"]


@pytest.mark.parametrize("text", ["", "[]", "42", "name: x", "switches: 3", "devices: {a: b}"])
def test_a_file_of_another_shape_is_faults_and_no_crash(text: str) -> None:
    assert faults(text)


odd = st.sampled_from(
    [
        "",
        "x",
        "-1",
        "999999",
        "[]",
        "{}",
        "[[]]",
        "{a: b}",
        "null",
        "true",
        "sw-1:1",
        "behind sw-1:1-8",
        "ap-*",
        "off",
        "*",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_value_put_into_any_place_makes_reading_fail_otherwise_than_by_faults(data: st.DataObject) -> None:
    values = [match.span(1) for match in re.finditer(r"[:\[,{] ?([^\s:,\[\]{}#]+|\"[^\"]*\")", TWO_ROOMS)]
    start, end = data.draw(st.sampled_from(values))
    text = TWO_ROOMS[:start] + data.draw(odd) + TWO_ROOMS[end:]
    with suppress(InvalidFile):
        load_campus(text, path="campus.yaml")


def test_points_are_read_as_people_write_them() -> None:
    rooms = campus("two-rooms")
    read: Callable[[str], object] = rooms.point
    assert read("sw-1:5") == OnPort("sw-1:5")
    assert read("behind phone-front") == read("phone-front") == BehindPhone("phone-front")
    assert read("7CAD.4F20.000F") == OnBss(Mac.parse("7c:ad:4f:20:00:0f"))
    with pytest.raises(InvalidValue, match="sw-9:1"):
        read("sw-9:1")
