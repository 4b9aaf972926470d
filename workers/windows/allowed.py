"""The time in which a schedule may act: any of `during`, none of `not_during`, in its time zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from workers.windows.calendar import Calendar
from workers.windows.spans import Span, clip, minus, union
from workers.windows.wall import instant_at, steady_pieces, wall_at, wall_of

#: How far ahead the next allowed time is looked for.
LOOK_AHEAD = timedelta(days=366)
_WEEK = 7 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedTime:
    """Wall time decides: an hour that clocks repeat is inside twice, one they skip not at all."""

    timezone: str
    during: tuple[Calendar, ...] = ()  #: none: always
    not_during: tuple[Calendar, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days and hours are meant."""
        return ZoneInfo(self.timezone)

    def allows(self, at: datetime) -> bool:
        """Whether something may act at this instant."""
        wall = wall_of(self.zone, int(at.timestamp()))
        inside = not self.during or any(calendar.allows(wall) for calendar in self.during)
        return inside and not any(calendar.allows(wall) for calendar in self.not_during)

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """The allowed parts of [start, end), in order; they may touch, they never overlap."""
        if not self.during and not self.not_during:
            yield from clip([(start, end)], start, end)
            return
        for week in range(start // _WEEK, (end - 1) // _WEEK + 1):
            yield from clip(_week(self, week), start, end)

    def next_after(self, at: datetime) -> datetime | None:
        """The next instant from `at` on that is allowed; None when there is none within a year."""
        start = int(at.timestamp())
        span = next(self.spans(start, start + int(LOOK_AHEAD.total_seconds())), None)
        return datetime.fromtimestamp(span[0], UTC) if span else None

    def __str__(self) -> str:
        inside = " or ".join(calendar.name for calendar in self.during) or "any time"
        outside = " or ".join(calendar.name for calendar in self.not_during)
        return inside + (f", not {outside}" if outside else "")


@lru_cache(maxsize=16384)
def _week(allowed: AllowedTime, number: int) -> tuple[Span, ...]:
    """The allowed spans of one week since the epoch; shared by all schedules with the same windows."""
    start, end = number * _WEEK, (number + 1) * _WEEK
    everything = [(start, end)]
    inside = union(_instants(allowed.during, allowed.zone, start, end)) if allowed.during else everything
    return tuple(minus(inside, _instants(allowed.not_during, allowed.zone, start, end)))


def _instants(calendars: tuple[Calendar, ...], zone: ZoneInfo, start: int, end: int) -> Iterator[Span]:
    for piece_start, piece_end, offset in steady_pieces(zone, start, end):
        first, last = wall_at(offset, piece_start), wall_at(offset, piece_end)
        for calendar in calendars:
            walls = calendar.between(first, last)
            spans = ((instant_at(offset, begin), instant_at(offset, finish)) for begin, finish in walls)
            yield from clip(spans, piece_start, piece_end)
