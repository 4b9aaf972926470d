"""When a schedule fires, exactly: the same answer on every replica and at every call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from typing import Protocol

from scheduler.when import cron, mean, random
from scheduler.when.times import CronTimes, MeanTimes, RandomTimes, When
from workers.windows.allowed import AllowedTime
from workers.windows.calendar import Calendar

#: How far ahead the next fire is looked for; a 29 February lies within.
LOOK_AHEAD = timedelta(days=5 * 366)


class Timed(Protocol):
    """What of a schedule decides its times."""

    @property
    def name(self) -> str: ...
    @property
    def when(self) -> When: ...
    @property
    def timezone(self) -> str: ...
    @property
    def during(self) -> tuple[Calendar, ...]: ...
    @property
    def not_during(self) -> tuple[Calendar, ...]: ...


def fires(schedule: Timed, seed: bytes, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every fire in [start, end): UTC, whole seconds, in order.

    Nothing fires outside `during` or inside `not_during`: a cron time there is not due at all.
    """
    first, last = ceil(start.timestamp()), ceil(end.timestamp())
    allowed = allowed_time(schedule)
    match schedule.when:
        case CronTimes() as times:
            found = cron.instants(times, allowed, first, last)
        case RandomTimes() as times:
            found = random.instants(times, allowed, schedule.name, seed, first, last)
        case MeanTimes() as times:
            found = mean.instants(times, allowed, schedule.name, seed, first, last)
    return (datetime.fromtimestamp(instant, UTC) for instant in found)


def next_fire(schedule: Timed, seed: bytes, after: datetime) -> datetime | None:
    """The first fire later than `after`; None when there is none within the look-ahead."""
    start = datetime.fromtimestamp(floor(after.timestamp()) + 1, UTC)
    return next(fires(schedule, seed, start, start + LOOK_AHEAD), None)


def allowed_time(schedule: Timed) -> AllowedTime:
    """The windows of a schedule."""
    return AllowedTime(timezone=schedule.timezone, during=schedule.during, not_during=schedule.not_during)
