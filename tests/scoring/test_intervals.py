"""Shares and their intervals, judged by the equation that defines them and by published figures."""

from __future__ import annotations

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.scoring import Share, wilson


@given(st.integers(1, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_both_bounds_solve_the_equation_of_the_score_test(case: tuple[int, int]) -> None:
    part, whole = case
    share = part / whole
    low, high = wilson(part, whole)
    assert 0 <= low <= share <= high <= 1
    for bound in (low, high):
        assert (share - bound) ** 2 == pytest.approx(1.96**2 * bound * (1 - bound) / whole, abs=1e-12)


def test_no_misroute_in_three_hundred_calls_still_leaves_room_for_one_in_eighty() -> None:
    low, high = wilson(0, 300)
    assert low == 0
    assert high == pytest.approx(0.0126, abs=5e-5)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_examples_of_newcombe_1998(part: int, whole: int, low: float, high: float) -> None:
    """Table I of R. G. Newcombe, Statistics in Medicine 17 (1998), method 3."""
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_no_share_is_known() -> None:
    nothing = Share("exact", 0, 0)
    assert isnan(nothing.value)
    assert all(isnan(bound) for bound in nothing.interval)
