"""Times with a mean between them: a Poisson process per local day, drawn from a keyed hash."""

from __future__ import annotations

from collections.abc import Iterator
from math import log1p

from experiments.chance import Draw
from scheduler.when.periods import Stretch, days
from scheduler.when.room import Room
from scheduler.when.times import MeanTimes
from workers.windows.allowed import AllowedTime

#: From this mean on, in seconds, "every two days" means days; below, it means allowed time.
SHORTEST_COUNTED_IN_DAYS = 24 * 3600


def instants(
    times: MeanTimes, allowed: AllowedTime, name: str, seed: bytes, start: int, end: int
) -> Iterator[int]:
    """Every drawn instant in [start, end), in order.

    A mean of a day or more counts days, those with allowed time: each has its length divided by the
    mean, on average, and its fires fall into what of it is allowed. A shorter mean counts allowed time:
    every 30 minutes inside an office of eight hours is sixteen fires, not forty-eight.
    """
    draw = Draw(seed).within("when", name)
    for day in days(allowed.zone, start, end):
        room = Room(allowed.spans(day.start, day.end))
        for second in _seconds(times, room, day, draw.within(day.name)):
            if start <= (instant := room.instant(second)) < end:
                yield instant


def _seconds(times: MeanTimes, room: Room, day: Stretch, draw: Draw) -> Iterator[int]:
    """Exponential waits; those counted in days are shortened as the allowed time is shorter than a day."""
    length = day.end - day.start
    mean = times.mean * room.seconds / length if times.mean >= SHORTEST_COUNTED_IN_DAYS else times.mean
    waited, index, last = 0.0, 0, -1
    while room.seconds:
        waited -= log1p(-draw.uniform(str(index))) * mean
        index += 1
        if waited >= room.seconds:
            return
        if int(waited) > last:
            last = int(waited)
            yield last
