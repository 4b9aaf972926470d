from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import FREEZE, NIGHT, OFFICE, utc

from workers.windows.allowed import AllowedTime
from workers.windows.calendar import Calendar

CALENDARS = st.lists(st.sampled_from([OFFICE, NIGHT, FREEZE]), max_size=3).map(tuple)


@pytest.mark.parametrize(
    ("calendar", "at", "allowed"),
    [
        (OFFICE, "2026-11-23T08:00:00", True),  # Monday, 09:00 in Madrid
        (OFFICE, "2026-11-23T07:59:59", False),
        (OFFICE, "2026-11-23T15:59:59", True),
        (OFFICE, "2026-11-23T16:00:00", False),
        (OFFICE, "2026-11-22T10:00:00", False),  # Sunday
        (NIGHT, "2026-11-23T04:59:59", True),  # the night before reaches into the day
        (NIGHT, "2026-11-23T05:00:00", False),
        (NIGHT, "2026-11-23T21:00:00", True),
        (FREEZE, "2026-12-19T22:59:59", False),
        (FREEZE, "2026-12-19T23:00:00", True),  # the day begins at local midnight
        (FREEZE, "2027-01-06T22:59:59", True),
        (FREEZE, "2027-01-06T23:00:00", False),
    ],
)
def test_a_calendar_means_local_days_and_hours(calendar: Calendar, at: str, allowed: bool) -> None:
    assert AllowedTime(timezone="Europe/Madrid", during=(calendar,)).allows(utc(at)) is allowed
    assert AllowedTime(timezone="Europe/Madrid", not_during=(calendar,)).allows(utc(at)) is not allowed


@settings(max_examples=100, deadline=None)
@given(
    CALENDARS,
    CALENDARS,
    st.integers(0, 400 * 24 * 3600).map(lambda later: utc("2026-01-01T00:00:00") + timedelta(seconds=later)),
    st.sampled_from(["Europe/Madrid", "America/Havana", "Australia/Lord_Howe", "UTC"]),
)
def test_spans_and_the_single_question_agree(
    during: tuple[Calendar, ...], not_during: tuple[Calendar, ...], at: datetime, zone: str
) -> None:
    allowed = AllowedTime(timezone=zone, during=during, not_during=not_during)
    second = int(at.timestamp())
    inside = any(start <= second < end for start, end in allowed.spans(second - 9000, second + 9000))
    assert inside is allowed.allows(at)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28T23:00:00", 1), ("2026-10-24T22:00:00", 3), ("2026-11-22T23:00:00", 2)]
)
def test_wall_time_decides_on_days_on_which_clocks_change(day: str, hours: int) -> None:
    early = Calendar(name="early", begins=timedelta(hours=1), ends=timedelta(hours=3))
    start = int(utc(day).timestamp())
    spans = AllowedTime(timezone="Europe/Madrid", during=(early,)).spans(start, start + 12 * 3600)
    assert sum(last - first for first, last in spans) == hours * 3600


def test_the_next_allowed_time_is_now_or_the_next_opening_or_none() -> None:
    office = AllowedTime(timezone="Europe/Madrid", during=(OFFICE,))
    never = AllowedTime(timezone="UTC", during=(OFFICE,), not_during=(OFFICE,))
    assert office.next_after(utc("2026-11-23T10:00:00")) == utc("2026-11-23T10:00:00")
    assert office.next_after(utc("2026-11-21T10:00:00")) == utc("2026-11-23T08:00:00")
    assert never.next_after(utc("2026-11-23T10:00:00")) is None


@pytest.mark.parametrize("calendar", [OFFICE, NIGHT, FREEZE])
def test_a_calendar_survives_its_way_to_the_worker(calendar: Calendar) -> None:
    assert Calendar.from_data(json.loads(json.dumps(calendar.to_data()))) == calendar
