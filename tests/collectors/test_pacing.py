"""Laws of the token bucket, and what servers write into Retry-After."""

from datetime import UTC, datetime
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.collectors.pacing import Bucket, retry_after

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
pauses = st.lists(st.floats(0, 5), min_size=1, max_size=60)


def granted(rate: float, size: float, asked: list[float]) -> list[float]:
    """When each request may go, asked for at these times."""
    bucket, when = Bucket(rate, size, size, 0), []
    for at in asked:
        bucket, wait = bucket.take(at)
        when.append(at + wait)
    return when


@given(st.floats(0.5, 20), st.integers(1, 20), pauses)
def test_no_stretch_of_time_sees_more_requests_than_the_bucket_and_what_flowed_in(
    rate: float, size: int, gaps: list[float]
) -> None:
    when = granted(rate, size, list(accumulate(gaps)))
    assert when == sorted(when)
    for first, begin in enumerate(when):
        for last in range(first, len(when)):
            assert last - first + 1 <= size + rate * (when[last] - begin) + 1e-6


@given(st.floats(0.5, 20), st.integers(1, 20), st.integers(1, 100))
def test_who_asks_for_all_at_once_gets_the_rest_at_the_rate(rate: float, size: int, count: int) -> None:
    expected = [max(0, number - size) / rate for number in range(1, count + 1)]
    assert granted(rate, size, [0.0] * count) == pytest.approx(expected)


@given(st.floats(0.5, 20), st.integers(1, 20), pauses)
def test_nobody_waits_who_asks_no_faster_than_the_rate(rate: float, size: int, gaps: list[float]) -> None:
    asked = list(accumulate(gap + 1 / rate for gap in gaps))
    assert granted(rate, size, asked) == pytest.approx(asked, abs=1e-6)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("1.5", 1.5),
        ("Mon, 23 Nov 2026 01:02:00 GMT", 120),
        ("Monday, 23-Nov-26 01:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 00:00:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("9" * 30, None),
    ],
)
def test_a_server_says_when_to_come_back_in_seconds_or_by_date(told: str, seconds: float | None) -> None:
    assert retry_after(told, now=NOW) == seconds
