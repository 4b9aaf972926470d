"""Cron times: croniter reads the expression and knows the days, the rules for clock changes are ours.

An expression with fixed hours and minutes fires once per wall time: an hour that clocks skip moves to
the first instant after the gap, one they repeat counts the first time. With `*` in minutes or hours
it fires at every real instant that matches. These are the rules of Debian's cron.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from scheduler.when.times import CronTimes
from workers.windows.allowed import AllowedTime
from workers.windows.wall import day_bounds, instant_at, instant_of, steady_pieces, wall_of

_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


class BadCron(ValueError):
    """An expression that cannot be used; the text says what was expected and found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A parsed expression: the times of a day, and the day fields as croniter takes them."""

    hours: tuple[int, ...]
    minutes: tuple[int, ...]
    seconds: tuple[int, ...]
    days: str  #: day of month, month, day of week
    every_instant: bool

    def times_of_day(self, first: int, end: int) -> Iterator[int]:
        """The seconds after midnight in [first, end) that match."""
        for hour in self.hours:
            if hour * 3600 >= end or (hour + 1) * 3600 <= first:
                continue
            for minute in self.minutes:
                begun = hour * 3600 + minute * 60
                if begun < end and begun + 60 > first:
                    yield from (begun + each for each in self.seconds if first <= begun + each < end)


def instants(times: CronTimes, allowed: AllowedTime, start: int, end: int) -> Iterator[int]:
    """Every instant in [start, end) that matches and is allowed, in order."""
    expression = parse(times.expression)
    for first, last in allowed.spans(start, end):
        yield from _matching(expression, allowed.zone, first, last)


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """The expression, or `BadCron` with one line."""
    fields = _MACROS.get(text.strip(), text).split()
    _refuse_what_misleads(text, fields)
    from croniter import CroniterError, croniter

    try:
        expanded, _ = croniter.expand(" ".join(fields), strict=True)
    except (CroniterError, KeyError) as wrong:
        raise BadCron(f"expected a cron expression, found {text!r}: {_reason(wrong)}") from wrong
    minutes, hours, *_ = expanded
    seconds = expanded[5] if len(fields) == 6 else [0]
    return Expression(
        hours=_numbers(hours, 24),
        minutes=_numbers(minutes, 60),
        seconds=_numbers(seconds, 60),
        days=" ".join(fields[2:5]),
        every_instant=fields[0].startswith("*") or fields[1].startswith("*"),
    )


def _refuse_what_misleads(text: str, fields: list[str]) -> None:
    if len(fields) not in (5, 6):
        raise BadCron(
            f"expected five cron fields, or six with seconds last, found {len(fields)} in {text!r};"
            " write e.g. '*/20 * * * *'"
        )
    if any(re.search(r"(?<![A-Za-z])[HRhr](?![A-Za-z])", field) for field in fields):
        raise BadCron(
            f"H and R are not supported in {text!r}: their times would differ from the preview;"
            " use `when: { random: ... }`"
        )
    for one in (found for field in fields for found in re.findall(r"\b(\w+)-\1\b", field)):
        raise BadCron(f"the range {one}-{one} in {text!r} would mean every value; write {one}")


def _reason(wrong: Exception) -> str:
    return str(wrong).split("] is not acceptable", 1)[-1].lstrip(",. ") or "a field is not understood"


def _numbers(field: list[int | str], count: int) -> tuple[int, ...]:
    return tuple(range(count)) if "*" in field else tuple(sorted(int(each) for each in field))


def _matching(expression: Expression, zone: ZoneInfo, start: int, end: int) -> Iterator[int]:
    day = _next_day(expression.days, wall_of(zone, start).date())
    while day is not None and day_bounds(zone, day)[0] < end:
        yield from _on_day(expression, zone, day, start, end)
        day = _next_day(expression.days, day + timedelta(days=1))


def _on_day(expression: Expression, zone: ZoneInfo, day: date, start: int, end: int) -> Iterator[int]:
    begun, over = day_bounds(zone, day)
    first, last = max(start, begun), min(end, over)
    if over - begun != 24 * 3600 and not expression.every_instant:
        yield from _once_each(expression, zone, day, first, last)
        return
    for piece_start, piece_end, offset in steady_pieces(zone, first, last):
        midnight = instant_at(offset, datetime.combine(day, time()))
        for second in expression.times_of_day(piece_start - midnight, piece_end - midnight):
            yield midnight + second


def _once_each(expression: Expression, zone: ZoneInfo, day: date, start: int, end: int) -> Iterator[int]:
    """Fixed times on a day on which clocks change: each wall time once."""
    midnight, fired = datetime.combine(day, time()), None
    for second in expression.times_of_day(0, 24 * 3600):
        instant = instant_of(zone, midnight + timedelta(seconds=second))
        if start <= instant < end and instant != fired:
            fired = instant
            yield instant


@lru_cache(maxsize=65536)
def _next_day(days: str, first: date) -> date | None:
    """The first day from `first` on that the day fields match; None within croniter's fifty years."""
    from croniter import CroniterBadDateError, croniter

    if days == "* * *":
        return first
    yesterday = datetime.combine(first, time()) - timedelta(seconds=1)
    try:
        found: datetime = croniter(f"0 0 {days}", yesterday).get_next(datetime)
    except CroniterBadDateError:
        return None
    return found.date()
