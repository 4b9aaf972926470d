"""The parts of a compiled path: each takes the root and a current value, and yields what it selects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

#: (root, current) to the selected values.
Select: TypeAlias = Callable[[object, object], Iterator[object]]


def root(then: Select) -> Select:
    """`$`: from the top."""
    return lambda top, _current: then(top, top)


def current(then: Select) -> Select:
    """`@`: from here."""
    return then


def itself(_top: object, here: object) -> Iterator[object]:
    """The end of a path."""
    yield here


def literal(value: object) -> Select:
    """A value written in a filter."""
    return lambda _top, _here: iter((value,))


def subscript(subscripts: list[Select], then: Select) -> Select:
    """`[a,b]`: each in its order, then the rest of the path."""

    def select(top: object, here: object) -> Iterator[object]:
        for each in subscripts:
            for found in each(top, here):
                yield from then(top, found)

    return select


def descent(then: Select) -> Select:
    """`..`: here and everywhere below, depth first."""

    def select(top: object, here: object) -> Iterator[object]:
        yield from then(top, here)
        for child in wildcard(top, here):
            yield from select(top, child)

    return select


def wildcard(_top: object, here: object) -> Iterator[object]:
    """`*`: every value of an object or array."""
    if isinstance(here, dict):
        yield from here.values()
    elif isinstance(here, list | tuple):
        yield from here


def key(name: str) -> Select:
    """`.name`: the value under a key."""

    def select(_top: object, here: object) -> Iterator[object]:
        if isinstance(here, dict) and name in here:
            yield here[name]

    return select


def index(at: int) -> Select:
    """`[n]`: one item of an array; negative from the end."""

    def select(_top: object, here: object) -> Iterator[object]:
        if isinstance(here, list | tuple) and -len(here) <= at < len(here):
            yield here[at]

    return select


def sliced(start: int | None, end: int | None, step: int | None) -> Select:
    """`[start:end:step]`; a negative step needs both bounds."""

    def select(top: object, here: object) -> Iterator[object]:
        if not isinstance(here, list | tuple):
            return
        size = len(here)
        low = 0 if start is None else start if start >= 0 else max(0, size + start)
        high = size if end is None else end if end >= 0 else size + end
        for at in range(low, max(-size - 1, min(high, size)), step or 1):
            yield from index(at)(top, here)

    return select


def computed(path: Select) -> Select:
    """`[$.path]`: the key or index that a path finds."""

    def select(top: object, here: object) -> Iterator[object]:
        for found in path(top, here):
            if isinstance(found, int):
                yield from index(found)(top, here)
            elif isinstance(found, str):
                yield from key(found)(top, here)

    return select


def filtered(test: Callable[[object, object], bool]) -> Select:
    """`[?(...)]`: the current value itself, if it passes."""

    def select(top: object, here: object) -> Iterator[object]:
        if test(top, here):
            yield here

    return select
