import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.collectors.schedule import (
    EARLY,
    FORWARDING,
    JITTER,
    TIERS,
    TOPOLOGY,
    WIRELESS,
    Schedule,
    Tier,
    forwarding_seconds,
    next_poll,
    place_of,
)
from wiremap_lab.readers.mibs.device import ROOTS

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TIMES = st.integers(0, 4 * 10**9).map(lambda second: datetime.fromtimestamp(second, UTC))
FDB, SLOW = Tier("fdb", 100.0, ()), Tier("topology", 400.0, ())


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@given(st.text(max_size=20), TIMES, st.floats(15, 86400), st.integers())
def test_the_next_poll_is_later_and_never_later_than_the_period(
    device: str, last: datetime, period: float, seed: int
) -> None:
    due = next_poll(device, last, seconds=period, rng=random.Random(seed))
    assert last - seconds(0.001) <= due <= last + seconds(period + 0.001)


@given(st.text(max_size=20), TIMES, st.integers())
def test_a_device_polled_on_time_is_polled_once_a_step(device: str, start: datetime, seed: int) -> None:
    rng, step = random.Random(seed), 150 / (1 + JITTER + EARLY)
    times = [next_poll(device, start, seconds=150, rng=rng)]
    for _ in range(8):
        times.append(next_poll(device, times[-1], seconds=150, rng=rng))
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    assert all(step * (1 - JITTER) - 0.01 <= gap <= step * (1 + JITTER) + 0.01 for gap in gaps)


def test_a_thousand_devices_are_spread_over_the_period() -> None:
    rng, count, windows = random.Random(1), 1000, 20
    due = [next_poll(f"sw-{number}", NOON, seconds=150, rng=rng) for number in range(count)]
    step = 150 / (1 + JITTER + EARLY)
    loads = [0] * windows
    for each in due:
        loads[int((each - NOON).total_seconds() / step * windows) % windows] += 1
    fair = count / windows
    assert max(loads) < fair + 5 * fair**0.5  # a hash is as even as chance: five standard deviations


def test_the_place_of_a_device_is_its_own_and_the_same_everywhere() -> None:
    assert place_of("sw-1") == place_of("sw-1") != place_of("sw-2")
    assert 0 <= place_of("") < 1


def schedule(polled: dict[tuple[str, str], datetime] | None = None, now: datetime = NOON) -> Schedule:
    return Schedule(["a", "b", "c"], [FDB, SLOW], polled=polled or {}, now=now, rng=random.Random(1))


def test_what_was_never_polled_is_due_at_once_and_taken_once() -> None:
    plan = schedule()
    taken = plan.take(NOON, most=2)
    assert [due.tiers for due in taken] == [(FDB, SLOW), (FDB, SLOW)]
    rest = plan.take(NOON, most=9)
    assert {due.device for due in (*taken, *rest)} == {"a", "b", "c"}
    assert plan.take(NOON + seconds(9999), most=9) == ()
    assert plan.next() is None


def test_a_busy_device_waits() -> None:
    assert {due.device for due in schedule().take(NOON, most=9, busy=["b"])} == {"a", "c"}


def test_after_a_restart_only_what_is_due_is_polled() -> None:
    known = {(device, tier.name): NOON - seconds(1) for device in "abc" for tier in (FDB, SLOW)}
    known["b", "fdb"] = NOON - seconds(101)
    plan = schedule(known)
    assert {device for due, device, _ in plan.plan() if due <= NOON} == {"b"}
    assert [due.device for due in plan.take(NOON, most=9)] == ["b"]


def test_a_last_poll_in_the_future_does_not_keep_a_device_waiting_forever() -> None:
    future = {(device, tier.name): NOON + timedelta(days=365) for device in "abc" for tier in (FDB, SLOW)}
    last = schedule(future).next()
    assert last is not None
    assert last <= NOON + seconds(100)


def test_over_a_day_no_period_is_exceeded_and_little_is_polled_for_nothing() -> None:
    plan, now, last = schedule(), NOON, dict[tuple[str, str], datetime]()
    counts = dict.fromkeys(("fdb", "topology"), 0)
    while now < NOON + timedelta(hours=24):
        for due in plan.take(now, most=9):
            for tier in due.tiers:
                key = (due.device, tier.name)
                assert now - last.get(key, now) <= seconds(tier.seconds + 1)
                last[key] = now
                counts[tier.name] += 1
                plan.polled(*key, now)
        soonest = plan.next()
        assert soonest is not None
        now = max(now + seconds(0.5), soonest)
    for tier in (FDB, SLOW):
        assert counts[tier.name] <= 3 * (86400 / tier.seconds * (1 + JITTER + EARLY) + 3)


def test_another_pace_holds_from_the_last_poll_on() -> None:
    plan = schedule({("a", "fdb"): NOON})
    plan.pace("a", "fdb", 20)
    due = next(time for time, device, tier in plan.plan() if (device, tier) == ("a", "fdb"))
    assert due <= NOON + seconds(20)


def test_a_device_that_restarted_is_due_with_all_its_tables() -> None:
    plan = schedule({(device, tier.name): NOON for device in "abc" for tier in (FDB, SLOW)})
    plan.hurry("c", NOON)
    assert [(due.device, due.tiers) for due in plan.take(NOON, most=9)] == [("c", (FDB, SLOW))]


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_walks_a_part_of_what_the_readers_need(tier: Tier) -> None:
    assert set(tier.roots) < set(ROOTS)


def test_the_tiers_together_are_all_the_readers_need() -> None:
    assert {root for tier in TIERS for root in tier.roots} == set(ROOTS)
    assert (TOPOLOGY.seconds, FORWARDING.seconds, WIRELESS.seconds) == (900, 150, 300)


@given(st.integers(1, 10**6))
def test_a_forwarding_database_is_read_twice_before_it_forgets(ageing: int) -> None:
    assert forwarding_seconds(ageing) <= max(15, ageing / 2)
