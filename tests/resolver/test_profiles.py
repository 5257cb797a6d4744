"""Orders of precedence are data, and bad data is refused with everything that is wrong with it."""

from __future__ import annotations

import pytest

from wiremap_lab.errors import InvalidFile
from wiremap_lab.resolver import RULES, load_profiles, parse_profiles


def test_every_profile_says_where_its_order_comes_from() -> None:
    profiles = load_profiles()
    assert list(profiles) == ["redsky-assumed", "teams", "lync", "zoom", "cautious"]
    assert all(profile.source and profile.title for profile in profiles.values())
    assert {name for name, profile in profiles.items() if profile.verified} == {"teams", "lync", "zoom"}


def test_every_rule_is_used_by_some_profile() -> None:
    assert {step.rule for profile in load_profiles().values() for step in profile.steps} == RULES.keys()


def test_all_faults_of_a_file_of_profiles_are_told_at_once() -> None:
    text = """
mine:
  title: Mine
  source: me
  verified: maybe
  steps: [port, telepathy, {rule: ip, at_least: seat}, [port]]
  agree_on: seat
  fresh_within_hours: -1
  colour: red
"""
    with pytest.raises(InvalidFile) as caught:
        parse_profiles(text, path="mine.yaml")
    assert {(fault.line, fault.where) for fault in caught.value.faults} == {
        (5, "mine.verified"),
        (6, "mine.steps[1]"),
        (6, "mine.steps[2].at_least"),
        (6, "mine.steps[3]"),
        (7, "mine.agree_on"),
        (8, "mine.fresh_within_hours"),
        (9, "mine.colour"),
    }


@pytest.mark.parametrize("text", ["- a list", "mine: 3", "{", "mine: {title: x, source: y, verified: true}"])
def test_what_is_no_mapping_of_profiles_is_refused(text: str) -> None:
    with pytest.raises(InvalidFile):
        parse_profiles(text, path="mine.yaml")
