"""Allowed time as one stretch: the seconds of a period in which something may fire, gaps left out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from workers.windows.spans import Span


class Room:
    """Where draws fall. Two seconds so far apart in here are at least as far apart in the world."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = list(spans)
        self._before = [0, *accumulate(end - start for start, end in self._spans)]

    @property
    def seconds(self) -> int:
        """How many seconds there are."""
        return self._before[-1]

    def instant(self, second: int) -> int:
        """The instant of the second-th allowed second, counted from zero."""
        index = bisect_right(self._before, second) - 1
        return self._spans[index][0] + second - self._before[index]
