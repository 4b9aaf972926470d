"""Schedules as far as their times go, for tests of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from scheduler.when.times import CronTimes, Period, RandomTimes, When
from workers.windows.calendar import Calendar

OFFICE = Calendar(
    name="office", days=frozenset(range(5)), begins=timedelta(hours=9), ends=timedelta(hours=17)
)
NIGHT = Calendar(name="night", begins=timedelta(hours=22), ends=timedelta(hours=30))
FREEZE = Calendar(name="freeze", dates=((date(2026, 12, 20), date(2027, 1, 6)),))


@dataclass(frozen=True, kw_only=True)
class Timing:
    """What of a schedule decides its times."""

    when: When
    name: str = "some-schedule"
    timezone: str = "Europe/Madrid"
    during: tuple[Calendar, ...] = ()
    not_during: tuple[Calendar, ...] = ()


def cron(expression: str, timezone: str = "Europe/Madrid") -> Timing:
    return Timing(when=CronTimes(expression=expression), timezone=timezone)


def daily(
    times: int,
    min_gap: int = 0,
    *,
    during: tuple[Calendar, ...] = (),
    not_during: tuple[Calendar, ...] = (),
) -> Timing:
    when = RandomTimes(times=times, per=Period.DAY, min_gap=min_gap)
    return Timing(when=when, during=during, not_during=not_during)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
