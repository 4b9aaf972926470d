"""The functions of the dialect: `[length()]`, `[keys()]` and their like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from experiments.tolerances.dialect.nodes import Select


def function(name: str, arguments: list[Select]) -> Select:
    """The call of one function; raises `ValueError` for one the dialect does not have."""
    body = _FUNCTIONS.get(name)
    if body is None:
        raise ValueError(f"no function {name!r}; there are {', '.join(_FUNCTIONS)}")

    def select(top: object, here: object) -> Iterator[object]:
        for values in product(*(list(each(top, here)) for each in arguments)):
            yield from body(here, list(values))

    return select


def _length(here: object, arguments: list[object]) -> Iterator[object]:
    if isinstance(here, list | tuple | str) and not arguments:
        yield len(here)


def _keys(here: object, arguments: list[object]) -> Iterator[object]:
    if isinstance(here, dict) and not arguments:
        yield list(here)
    elif isinstance(here, list | tuple) and not arguments:
        yield list(range(len(here)))


def _values(here: object, arguments: list[object]) -> Iterator[object]:
    if isinstance(here, dict) and not arguments:
        yield list(here.values())
    elif isinstance(here, list | tuple) and not arguments:
        yield here


def _entries(here: object, arguments: list[object]) -> Iterator[object]:
    if isinstance(here, dict) and not arguments:
        yield [list(pair) for pair in here.items()]
    elif isinstance(here, list | tuple) and not arguments:
        yield [list(pair) for pair in enumerate(here)]


def _char_at(here: object, arguments: list[object]) -> Iterator[object]:
    match arguments:
        case [int(at)] if isinstance(here, str) and -len(here) <= at < len(here):
            yield here[at]


def _substring(here: object, arguments: list[object]) -> Iterator[object]:
    match arguments:
        case [int(start)] if isinstance(here, str):
            yield here[start:]
        case [int(start), int(end)] if isinstance(here, str):
            yield here[start:end]


_FUNCTIONS: dict[str, Callable[[object, list[object]], Iterator[object]]] = {
    "length": _length,
    "keys": _keys,
    "values": _values,
    "entries": _entries,
    "charAt": _char_at,
    "substring": _substring,
}
