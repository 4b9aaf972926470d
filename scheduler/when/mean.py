"""Times with a mean between them: a Poisson process per local day, drawn from a keyed hash."""

from __future__ import annotations

from collections.abc import Iterator
from math import log1p

from experiments.chance import Draw
from scheduler.when.periods import Stretch, days
from scheduler.when.room import Room
from scheduler.when.times import MeanTimes
from workers.windows.allowed import AllowedTime


def instants(
    times: MeanTimes, allowed: AllowedTime, name: str, seed: bytes, start: int, end: int
) -> Iterator[int]:
    """Every drawn instant in [start, end), in order.

    Only days with allowed time count: each has its whole length divided by the mean, on average,
    and its fires fall into what of it is allowed.
    """
    draw = Draw(seed).within("when", name)
    for day in days(allowed.zone, start, end):
        room = Room(allowed.spans(day.start, day.end))
        for second in _seconds(times, room, day, draw.within(day.name)):
            if start <= (instant := room.instant(second)) < end:
                yield instant


def _seconds(times: MeanTimes, room: Room, day: Stretch, draw: Draw) -> Iterator[int]:
    """Exponential waits, shortened by as much as the allowed time is shorter than the day."""
    mean = times.mean * room.seconds / (day.end - day.start)
    waited, index, last = 0.0, 0, -1
    while room.seconds:
        waited -= log1p(-draw.uniform(str(index))) * mean
        index += 1
        if waited >= room.seconds:
            return
        if int(waited) > last:
            last = int(waited)
            yield last
