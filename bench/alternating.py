"""Two sides measured in turn, so that whatever else the machine does meets both alike."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, process_time

from bench.figure import Sample


def alternating(
    *sides: Callable[[], object], rounds: int, repetitions: int = 1, warm_up: int = 1
) -> tuple[Sample, ...]:
    """What every call of each side took, after as many calls to warm up."""
    for side in sides:
        for _ in range(warm_up):
            side()
    calls: tuple[list[tuple[float, float]], ...] = tuple([] for _ in sides)
    for _ in range(rounds):
        for took, side in zip(calls, sides, strict=True):
            took.extend(_timed(side) for _ in range(repetitions))
    return tuple(Sample([wall for wall, _ in took], [cpu for _, cpu in took]) for took in calls)


def _timed(side: Callable[[], object]) -> tuple[float, float]:
    """On the wall's clock, and of the processor: what others do on the machine is in the first only."""
    began, worked = perf_counter(), process_time()
    side()
    return perf_counter() - began, process_time() - worked
