from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import FREEZE, NIGHT, OFFICE, Timing, daily, utc

from scheduler.when.fires import allowed_time, fires, next_fire
from scheduler.when.times import MeanTimes, Period, RandomTimes
from workers.windows.calendar import Calendar

MADRID = ZoneInfo("Europe/Madrid")
START = utc("2026-11-20T00:00:00")
SEEDS = st.binary(min_size=16, max_size=16)
WINDOWS = st.sampled_from([(), (OFFICE,), (NIGHT,), (OFFICE, NIGHT)])
HOLES = st.sampled_from([(), (FREEZE,), (OFFICE,)])
WHEN = st.one_of(
    st.builds(
        RandomTimes,
        times=st.integers(1, 6),
        per=st.sampled_from(Period),
        min_gap=st.sampled_from([0, 60, 600, 3600, 7200]),
    ),
    st.builds(MeanTimes, mean=st.sampled_from([3600, 86400, 2 * 86400])),
)
TIMINGS = st.builds(
    Timing, when=WHEN, during=WINDOWS, not_during=HOLES, name=st.sampled_from(["a", "b", "kill-any-pod"])
)
#: Around both clock changes of Madrid in 2026, and an ordinary week.
STARTS = st.sampled_from([utc("2026-03-27T00:00:00"), utc("2026-10-23T00:00:00"), START])


def _within(timing: Timing, seed: bytes, start: datetime, days: int = 5) -> list[datetime]:
    return list(fires(timing, seed, start, start + timedelta(days=days)))


@settings(max_examples=60, deadline=None)
@given(TIMINGS, SEEDS, STARTS)
def test_every_fire_is_allowed_in_order_and_a_whole_second(
    timing: Timing, seed: bytes, start: datetime
) -> None:
    found = _within(timing, seed, start)
    assert all(first < second for first, second in pairwise(found))
    assert all(each.microsecond == 0 and start <= each for each in found)
    assert all(allowed_time(timing).allows(each) for each in found)


@settings(max_examples=60, deadline=None)
@given(TIMINGS, SEEDS, STARTS, st.timedeltas(timedelta(), timedelta(days=3)))
def test_the_next_fire_is_the_first_of_all_and_the_same_wherever_one_starts(
    timing: Timing, seed: bytes, start: datetime, later: timedelta
) -> None:
    found = [each for each in _within(timing, seed, start) if each > start + later]
    coming = next_fire(timing, seed, start + later)
    assert (coming == found[0]) if found else (coming is None or coming >= start + timedelta(days=5))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.sampled_from(Period), st.sampled_from([60, 600, 3600]), SEEDS, STARTS, WINDOWS)
def test_the_least_gap_holds_within_and_across_periods(
    times: int, per: Period, gap: int, seed: bytes, start: datetime, during: tuple[Calendar, ...]
) -> None:
    timing = Timing(when=RandomTimes(times=times, per=per, min_gap=gap), during=during)
    found = _within(timing, seed, start)
    assert all((second - first).total_seconds() >= gap for first, second in pairwise(found))


@settings(max_examples=30, deadline=None)
@given(
    SEEDS,
    st.sampled_from(
        [("2026-03-26T23:00:00", "2026-03-29T22:00:00"), ("2026-10-23T22:00:00", "2026-10-26T23:00:00")]
    ),
)
def test_every_local_day_has_its_count_also_when_clocks_change(seed: bytes, days: tuple[str, str]) -> None:
    found = fires(daily(3, 3600), seed, utc(days[0]), utc(days[1]))
    per_day = Counter(each.astimezone(MADRID).date() for each in found)
    assert list(per_day.values()) == [3, 3, 3]


def test_a_day_without_allowed_time_has_no_fire_and_one_too_short_as_many_as_fit() -> None:
    noon = daily(10, 3600, during=(OFFICE,))
    found = list(fires(noon, b"s", utc("2026-11-20T00:00:00"), utc("2026-11-23T00:00:00")))
    assert {each.astimezone(MADRID).weekday() for each in found} == {4}
    assert len(found) == 8


def test_a_mean_time_gives_about_as_many_as_it_says_over_a_year() -> None:
    timing = Timing(when=MeanTimes(mean=2 * 86400))
    found = list(fires(timing, b"seed", START, START + timedelta(days=730)))
    assert 300 < len(found) < 430


def test_the_whole_room_is_used() -> None:
    timing = daily(3, 3600, during=(OFFICE,))
    hours = Counter(
        each.astimezone(MADRID).hour for each in fires(timing, b"seed", START, START + timedelta(days=400))
    )
    assert set(hours) == set(range(9, 17))
    assert min(hours.values()) > 40


@pytest.mark.parametrize("other", [daily(3, 3600), Timing(when=MeanTimes(mean=86400))])
def test_another_seed_or_name_draws_other_times(other: Timing) -> None:
    end = START + timedelta(days=20)
    renamed = Timing(when=other.when, name="another")
    assert list(fires(other, b"one", START, end)) == list(fires(other, b"one", START, end))
    assert not set(fires(other, b"one", START, end)) & set(fires(other, b"two", START, end))
    assert not set(fires(other, b"one", START, end)) & set(fires(renamed, b"one", START, end))


def test_a_schedule_whose_windows_exclude_each_other_never_fires() -> None:
    never = daily(1, during=(OFFICE,), not_during=(OFFICE,))
    assert next_fire(never, b"seed", START) is None
