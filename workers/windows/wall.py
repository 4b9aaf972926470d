"""Wall time and instants: which second of the world a local time is, on the days clocks change too.

Instants are seconds since the epoch. A wall time that occurs twice means its first occurrence; one
that clocks skip means the first instant after the gap.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def instant_of(zone: ZoneInfo, wall: datetime) -> int:
    """The instant of a naive wall time."""
    instant = int(wall.replace(tzinfo=zone).timestamp())
    if wall_of(zone, instant) == wall:
        return instant
    before_the_gap = int(wall.replace(tzinfo=zone, fold=1).timestamp())
    return _change(zone, before_the_gap, instant)


def wall_of(zone: ZoneInfo, instant: int) -> datetime:
    """The naive wall time at an instant."""
    return datetime.fromtimestamp(instant, zone).replace(tzinfo=None, fold=0)


def instant_at(offset: timedelta, wall: datetime) -> int:
    """The instant of a naive wall time while this offset from UTC holds."""
    return int((wall - offset).replace(tzinfo=UTC).timestamp())


def wall_at(offset: timedelta, instant: int) -> datetime:
    """The naive wall time at an instant while this offset from UTC holds."""
    return (datetime.fromtimestamp(instant, UTC) + offset).replace(tzinfo=None)


@lru_cache(maxsize=4096)
def day_bounds(zone: ZoneInfo, day: date) -> tuple[int, int]:
    """The first instant of a local day, and of the next one."""
    midnight = datetime.combine(day, time())
    return instant_of(zone, midnight), instant_of(zone, midnight + timedelta(days=1))


def steady_pieces(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, timedelta]]:
    """[start, end) cut where the zone's offset from UTC changes: (start, end, offset).

    Looks once a day, so it would miss two changes within one day; no zone has that.
    """
    a_day = 24 * 3600
    begun = start
    for probe in range(start, end, a_day):
        ahead = min(probe + a_day, end)
        if _offset(zone, probe) != _offset(zone, ahead):
            change = _change(zone, probe, ahead)
            if begun < change:
                yield begun, change, _offset(zone, begun)
            begun = change
    if begun < end:
        yield begun, end, _offset(zone, begun)


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first instant in (before, after] with the offset of `after`."""
    later = _offset(zone, after)
    seconds = range(before + 1, after + 1)
    return seconds[bisect_left(seconds, True, key=lambda instant: _offset(zone, instant) == later)]


def _offset(zone: ZoneInfo, instant: int) -> timedelta:
    return datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset() or timedelta()
