"""Places: what an answer claims, and how far it is true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.errors import InvalidValue
from wiremap_lab.places import Building, CivicAddress, Depth, Erl, Places, Psap, agreement

NAMES = st.sampled_from(["a", "b"])


@st.composite
def erls(draw: st.DrawFn) -> Erl:
    floor = draw(st.none() | NAMES)
    room = None if floor is None else draw(st.none() | NAMES)
    return Erl("x", draw(NAMES), floor, room=room)


@given(erls(), erls())
def test_no_answer_is_truer_than_it_claims_or_than_the_truth_is_known(answer: Erl, truth: Erl) -> None:
    assert agreement(answer, truth) <= min(answer.depth, truth.depth)


@given(erls(), erls())
def test_agreement_has_no_direction_and_is_full_only_with_itself(one: Erl, other: Erl) -> None:
    assert agreement(one, other) == agreement(other, one)
    assert agreement(one, one) == one.depth


def test_the_same_room_number_on_another_floor_is_another_room() -> None:
    assert agreement(Erl("a", "b1", "1", room="100"), Erl("b", "b1", "2", room="100")) is Depth.BUILDING


def test_a_room_without_a_floor_is_no_place() -> None:
    with pytest.raises(InvalidValue, match="'x' names a room"):
        Erl("x", "b1", room="100")


def test_places_refuse_references_to_nowhere() -> None:
    psap, building = Psap("p", "County"), Building("b1", "Main", CivicAddress(), "p")
    with pytest.raises(InvalidValue, match="unknown PSAP: 'p'"):
        Places.of([], [building], [])
    with pytest.raises(InvalidValue, match="unknown building: 'b2'"):
        Places.of([psap], [building], [Erl("e", "b2")])


def test_a_responder_is_told_address_floor_and_room() -> None:
    civic = CivicAddress(a1="MN", a3="Minneapolis", rd="Lab", sts="St", hno="100", pc="55401")
    erl = Erl("e", "b1", "2", 1, "201")
    places = Places.of([Psap("p", "County")], [Building("b1", "Main", civic, "p")], [erl])
    assert places.describe(erl) == "Main, 100 Lab St, Minneapolis, MN 55401, US, floor 2, 201"
    assert places.psap_of(erl).name == "County"
