"""Campuses made by rule and chance: as large as the rules say, and the same for the same seed."""

from functools import cache

import numpy
import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.simulator.test_campus import SCHEMA
from wiremap_lab.errors import InvalidValue
from wiremap_lab.simulator.campus import Campus, load_campus
from wiremap_lab.simulator.generate import SHAPES, generate


def text(name: str, seed: int = 7) -> str:
    return generate(name, rng=numpy.random.default_rng(seed))


@cache
def made(name: str) -> Campus:
    return load_campus(text(name), path=name)


def test_the_same_seed_gives_the_same_text_and_another_seed_another() -> None:
    assert text("three-tier") == text("three-tier") != text("three-tier", seed=8)


def test_a_campus_nobody_knows_how_to_make_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(InvalidValue, match="three-tier, tower17, campus30"):
        text("four-tier")


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_made_obeys_the_published_schema(name: str) -> None:
    document = yaml.safe_load(text(name))
    for building in document["buildings"].values():
        building["floors"] = {str(floor): inner for floor, inner in building["floors"].items()}
    Draft202012Validator(SCHEMA).validate(document)


@pytest.mark.parametrize("name", SHAPES)
def test_45_to_60_per_cent_of_the_ports_are_in_use_and_half_of_the_phones_have_a_pc(name: str) -> None:
    campus = made(name)
    kinds = [campus.devices[place.device].kind.name for place in campus.placements]
    behind = sum(str(place.point).startswith("behind ") for place in campus.placements)
    on_jacks = len(kinds) - behind - kinds.count("virtual-machine") - 3 * len(campus.access_points)
    jacks = sum(port.room is not None for port in campus.ports.values()) * 48 / 44

    assert 0.43 < on_jacks / jacks < 0.62
    assert 0.4 < behind / kinds.count("desk-phone") < 0.6


def test_the_tower_has_17_floors_with_7_to_24_access_points_and_250_in_all() -> None:
    floors = [ap.room.split("-")[1] for ap in made("tower17").access_points.values()]
    counts = [floors.count(floor) for floor in dict.fromkeys(floors)]

    assert (len(counts), sum(counts)) == (17, 250)
    assert 7 <= min(counts) <= max(counts) <= 24


def test_the_campus_has_30_buildings_pairs_stacks_and_several_makes() -> None:
    campus = made("campus30")
    both_ends = [{campus.ports[key].switch for key in end} for link in campus.links for end in (link.near, link.far)]

    assert len(campus.places.buildings) == 30
    assert sum(len(end) == 2 for end in both_ends) > 30
    assert sum(len(switch.members) > 1 for switch in campus.switches.values()) >= 3
    assert len({switch.model.name for switch in campus.switches.values()}) >= 6


def test_a_building_s_vlan_is_on_its_switches_and_their_pair_only() -> None:
    campus = made("three-tier")
    carrying = {name for name, subnets in campus.carried.items() if campus.subnets["voice-b1"] in subnets}

    assert carrying == {name for name in campus.switches if name.startswith(("b1-", "dist-1-"))}
