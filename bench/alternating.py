"""Two sides measured in turn, so that whatever else the machine does meets both alike."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter


def alternating(
    *sides: Callable[[], object], rounds: int, repetitions: int = 1, warm_up: int = 1
) -> tuple[list[float], ...]:
    """The seconds of every call of each side, after as many calls to warm up."""
    for side in sides:
        for _ in range(warm_up):
            side()
    samples: tuple[list[float], ...] = tuple([] for _ in sides)
    for _ in range(rounds):
        for sample, side in zip(samples, sides, strict=True):
            sample.extend(_timed(side) for _ in range(repetitions))
    return samples


def _timed(side: Callable[[], object]) -> float:
    began = perf_counter()
    side()
    return perf_counter() - began
