from __future__ import annotations

from datetime import timedelta

import pytest
from croniter import croniter
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import cron, utc

from scheduler.when.cron import BadCron, parse
from scheduler.when.fires import fires

DAY = timedelta(days=1)


def _fired(expression: str, start: str, zone: str = "Europe/Madrid", days: int = 1) -> list[str]:
    begin = utc(start)
    found = fires(cron(expression, zone), b"", begin, begin + days * DAY)
    return [f"{each:%dT%H:%M:%S}" for each in found]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("30 2 * * *", ["29T01:00:00"], id="a skipped time moves to the end of the gap"),
        pytest.param("15,45 2 * * *", ["29T01:00:00"], id="two skipped times are one fire"),
        pytest.param("30 2,3 * * *", ["29T01:00:00", "29T01:30:00"], id="a time after the gap stays"),
        pytest.param("0 */4 * * *", [f"{each}:00:00" for each in ("28T23", "29T02", "29T06")], id="wildcard"),
    ],
)
def test_a_time_that_clocks_skip_fires_right_after_the_gap(expression: str, expected: list[str]) -> None:
    assert _fired(expression, "2026-03-28T23:00:00")[: len(expected)] == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("30 2 * * *", ["25T00:30:00"], id="fixed: once, the first time"),
        pytest.param("15 1,2,3 * * *", ["24T23:15:00", "25T00:15:00", "25T02:15:00"], id="fixed hours"),
        pytest.param("*/30 2 * * *", ["25T00:00:00", "25T00:30:00", "25T01:00:00", "25T01:30:00"], id="*"),
    ],
)
def test_a_time_that_clocks_repeat_fires_once_unless_it_is_a_wildcard(
    expression: str, expected: list[str]
) -> None:
    assert _fired(expression, "2026-10-24T22:00:00") == expected


@pytest.mark.parametrize(
    ("expression", "count"), [("30 1 * * *", 365), ("30 2 * * *", 365), ("0 * * * *", 8760)]
)
def test_a_year_has_every_day_once_and_every_real_hour(expression: str, count: int) -> None:
    zone_year = "2025-12-31T23:00:00"
    assert len(_fired(expression, zone_year, days=365)) == count


def test_six_fields_have_seconds_last() -> None:
    assert _fired("0 12 * * * */20", "2026-11-23T00:00:00", "UTC") == [
        "23T12:00:00",
        "23T12:00:20",
        "23T12:00:40",
    ]


_FIELD = st.one_of(
    st.just("*"),
    st.integers(1, 12).map(str),
    st.integers(2, 9).map(lambda step: f"*/{step}"),
    st.sampled_from(["1-5", "2,4", "1-9/3"]),
)


@settings(max_examples=60, deadline=None)
@given(st.tuples(_FIELD, _FIELD, _FIELD, _FIELD, st.sampled_from(["*", "1", "mon-fri", "0,3"])))
def test_in_utc_it_agrees_with_croniter(fields: tuple[str, ...]) -> None:
    expression = " ".join(fields)
    start = utc("2026-11-23T07:31:05")
    ours = fires(cron(expression, "UTC"), b"", start, start + 500 * DAY)
    theirs = croniter(expression, start)
    for _ in range(20):
        try:
            expected = theirs.get_next(type(start))
        except ValueError:
            break
        if expected >= start + 500 * DAY:
            break
        assert next(ours) == expected


@pytest.mark.parametrize("expression", ["@daily", "0 0 L * *", "0 0 * * 1#5", "0 9 15 * mon", "0 0 29 2 *"])
def test_what_croniter_reads_is_read(expression: str) -> None:
    assert parse(expression).days


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("* * *", "expected five cron fields, or six"),
        ("* * * * * * 2027", "expected five cron fields, or six"),
        ("61 * * * *", "out of range"),
        ("a b c d e", "expected a cron expression, found 'a b c d e'"),
        ("0 0 31 2 *", "can never occur"),
        ("H * * * *", "H and R are not supported"),
        ("R(0-30) * * * *", "H and R are not supported"),
        ("1-1 * * * *", "would mean every value; write 1"),
        ("", "expected five cron fields"),
    ],
)
def test_a_wrong_expression_is_one_line_that_says_why(expression: str, said: str) -> None:
    with pytest.raises(BadCron) as wrong:
        parse(expression)
    assert said in str(wrong.value)
    assert "\n" not in str(wrong.value)
