"""The parts of a compiled path: each takes the root and a current value, and yields what it selects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeGuard

#: (root, current) to the selected values.
Select: TypeAlias = Callable[[object, object], Iterable[object]]


def is_array(value: object) -> TypeGuard[Sequence[object]]:
    """Every sequence is an array, bytes too; a text is none."""
    return isinstance(value, Sequence) and not isinstance(value, str)


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
    return lambda _top, _here: (value,)


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
    if isinstance(here, Mapping):
        yield from here.values()
    elif is_array(here):
        yield from here


def key(name: str) -> Select:
    """`.name`: the value under a key."""

    def select(_top: object, here: object) -> Iterator[object]:
        if isinstance(here, Mapping) and name in here:
            yield here[name]

    return select


def index(at: int) -> Select:
    """`[n]`: one item of an array; negative from the end."""

    def select(_top: object, here: object) -> Iterator[object]:
        if is_array(here) and -len(here) <= at < len(here):
            yield here[at]

    return select


def sliced(start: int | None, end: int | None, step: int | None) -> Select:
    """`[start:end:step]`; a negative step needs both bounds."""

    def select(top: object, here: object) -> Iterator[object]:
        if not is_array(here):
            return
        size = len(here)
        low = 0 if start is None else start if start >= 0 else max(0, size + start)
        high = size if end is None else end if end >= 0 else size + end
        stride = step or 1
        beyond = max(0, -((size - 1 - low) // -stride)) if stride < 0 else 0  # steps until the last item
        for at in range(low + beyond * stride, max(-size - 1, min(high, size)), stride):
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
