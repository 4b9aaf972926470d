"""What a loaded repo will not do although it looks as if it would: warnings that depend on the date."""

from __future__ import annotations

from datetime import datetime

from experiments.format.problem import Position, Problem, Severity
from scheduler.repo.model import Repo, Schedule
from scheduler.when.fires import allowed_time, next_fire
from scheduler.when.periods import periods
from scheduler.when.random import fitting, room_for
from scheduler.when.times import CronTimes, RandomTimes

#: Long enough to see every kind of day of a week.
_WEEK = 8 * 24 * 3600


def outlook(repo: Repo, now: datetime) -> list[Problem]:
    """A warning for each schedule that can never fire, or not as often as it says."""
    return [
        Problem(
            file=schedule.file,
            at=Position(line=schedule.line, column=3),
            message=f"schedule {schedule.name!r} {message}",
            severity=Severity.WARNING,
        )
        for schedule in repo.schedules.values()
        if (message := _never(schedule, now) or _too_tight(schedule, now))
    ]


def _never(schedule: Schedule, now: datetime) -> str:
    """A draw needs no more than some allowed time; a cron time must fall into it."""
    allowed = allowed_time(schedule)
    if isinstance(schedule.when, CronTimes):
        never = next_fire(schedule, b"", now) is None
    else:
        never = allowed.next_after(now) is None
    return f"never fires: {schedule.when}, inside {allowed}; change one of them" if never else ""


def _too_tight(schedule: Schedule, now: datetime) -> str:
    """Whether not even the longest period of the coming week holds all the times."""
    times, allowed = schedule.when, allowed_time(schedule)
    if not isinstance(times, RandomTimes):
        return ""
    start = int(now.timestamp())
    rooms = (
        room_for(times, allowed, each) for each in periods(times.per, allowed.zone, start, start + _WEEK)
    )
    most = max((fitting(times, room) for room in rooms), default=0)
    if not 0 < most < times.times:
        return ""
    return (
        f"fires {most} instead of {times.times} times per {times.per}: more do not fit"
        f" {times.min_gap} s apart inside {allowed}; ask for fewer, or a shorter min_gap"
    )
