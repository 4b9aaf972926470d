"""Local days and hours, as what random times are counted per."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.when.times import Period
from workers.windows.wall import day_bounds, steady_pieces, wall_of

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Stretch:
    """One period: its name in the draws, its first instant, and the first one after it."""

    name: str
    start: int
    end: int


def days(zone: ZoneInfo, start: int, end: int) -> Iterator[Stretch]:
    """Every local day that has a part in [start, end); 23 or 25 hours long when clocks change."""
    day, last = wall_of(zone, start).date(), wall_of(zone, end).date()
    while day <= last:
        yield Stretch(day.isoformat(), *day_bounds(zone, day))
        day += timedelta(days=1)


def hours(zone: ZoneInfo, start: int, end: int) -> Iterator[Stretch]:
    """Every hour by the local clock that has a part in [start, end); a repeated hour counts twice."""
    for day in days(zone, start, end):
        for piece_start, piece_end, offset in steady_pieces(zone, day.start, day.end):
            begun = piece_start
            while begun < piece_end:
                into = (begun + int(offset.total_seconds())) % _HOUR
                ended = min(begun + _HOUR - into, piece_end)
                yield Stretch(datetime.fromtimestamp(begun, UTC).isoformat(), begun, ended)
                begun = ended


def periods(per: Period, zone: ZoneInfo, start: int, end: int) -> Iterator[Stretch]:
    """Days or hours."""
    return days(zone, start, end) if per is Period.DAY else hours(zone, start, end)
