"""Sorted, half-open stretches of time that do not touch, and what can be done with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

#: First second inside, first second outside; seconds since the epoch.
Span: TypeAlias = "tuple[int, int]"


def union(spans: Iterable[Span]) -> list[Span]:
    """Everything that lies in any of them."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif start < end:
            merged.append((start, end))
    return merged


def minus(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What is left of the sorted `spans` outside all of the holes."""
    left: list[Span] = []
    merged = union(holes)
    for start, end in spans:
        begun = start
        for hole_start, hole_end in clip(merged, start, end):
            if begun < hole_start:
                left.append((begun, hole_start))
            begun = hole_end
        if begun < end:
            left.append((begun, end))
    return left


def clip(spans: Iterable[Span], start: int, end: int) -> Iterator[Span]:
    """The parts that lie in [start, end)."""
    for first, last in spans:
        if first < end and last > start:
            yield max(first, start), min(last, end)
