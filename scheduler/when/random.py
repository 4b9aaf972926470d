"""Random times: so many per local day or hour, a least gap apart, drawn from a keyed hash."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.chance import Draw
from scheduler.when.periods import Stretch, periods
from scheduler.when.room import Room
from scheduler.when.times import RandomTimes
from workers.windows.allowed import AllowedTime


def instants(
    times: RandomTimes, allowed: AllowedTime, name: str, seed: bytes, start: int, end: int
) -> Iterator[int]:
    """Every drawn instant in [start, end), in order.

    A period whose allowed time is too short for all of them gets as many as fit. The gap is counted
    in allowed time, so it is at least that long, and it holds across the ends of periods.
    """
    draw = Draw(seed).within("when", name)
    for period in periods(times.per, allowed.zone, start, end):
        room = room_for(times, allowed, period)
        for second in _seconds(times, room, draw.within(period.name)):
            if start <= (instant := room.instant(second)) < end:
                yield instant


def room_for(times: RandomTimes, allowed: AllowedTime, period: Stretch) -> Room:
    """The allowed seconds of a period, half a gap away from its ends."""
    apart = _apart(times)
    at_the_end = (apart - 1) // 2
    at_the_start = apart - 1 - at_the_end
    return Room(allowed.spans(period.start + at_the_start, period.end - at_the_end))


def fitting(times: RandomTimes, room: Room) -> int:
    """How many of the times fit into the room."""
    return min(times.times, (room.seconds - 1) // _apart(times) + 1)


def _seconds(times: RandomTimes, room: Room, draw: Draw) -> list[int]:
    """Draws in what the gaps leave free, then pushed apart by the gaps."""
    count = fitting(times, room)
    free = room.seconds - (count - 1) * _apart(times)
    drawn = sorted(int(draw.uniform(str(index)) * free) for index in range(count))
    return [second + index * _apart(times) for index, second in enumerate(drawn)]


def _apart(times: RandomTimes) -> int:
    """Two fires never share a second: it is part of the run's name."""
    return max(times.min_gap, 1)
