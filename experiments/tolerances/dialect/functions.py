"""The functions of the dialect: `[length()]`, `[keys()]` and their like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from experiments.shapes import is_mapping
from experiments.tolerances.dialect.nodes import Select, is_array
from experiments.tolerances.dialect.tokens import Token
from experiments.tolerances.not_a_path import NotAPath


def function(name: Token, arguments: list[Select]) -> Select:
    """The call of one function; raises `NotAPath` for one the dialect does not have."""
    body = _FUNCTIONS.get(name.text)
    if body is None:
        raise NotAPath(f"no function {name.text!r}; there are {', '.join(_FUNCTIONS)}", name.column)

    def select(top: object, here: object) -> Iterator[object]:
        for values in product(*(list(each(top, here)) for each in arguments)):
            yield from body(here, list(values))

    return select


def _length(here: object, arguments: list[object]) -> Iterator[object]:
    if (isinstance(here, str) or is_array(here)) and not arguments:
        yield len(here)


def _keys(here: object, arguments: list[object]) -> Iterator[object]:
    if is_mapping(here) and not arguments:
        yield list(here)
    elif is_array(here) and not arguments:
        yield list(range(len(here)))


def _values(here: object, arguments: list[object]) -> Iterator[object]:
    if is_mapping(here) and not arguments:
        yield list(here.values())
    elif is_array(here) and not arguments:
        yield here


def _entries(here: object, arguments: list[object]) -> Iterator[object]:
    if is_mapping(here) and not arguments:
        yield [list(pair) for pair in here.items()]
    elif is_array(here) and not arguments:
        yield [list(pair) for pair in enumerate(here)]


def _char_at(here: object, arguments: list[object]) -> Iterator[object]:
    match arguments:
        case [int(at)] if isinstance(here, str) and -len(here) <= at < len(here):
            yield here[at]
        case _:
            return


def _substring(here: object, arguments: list[object]) -> Iterator[object]:
    match arguments:
        case [int(start)] if isinstance(here, str):
            yield here[start:]
        case [int(start), int(end)] if isinstance(here, str):
            yield here[start:end]
        case _:
            return


_FUNCTIONS: dict[str, Callable[[object, list[object]], Iterator[object]]] = {
    "length": _length,
    "keys": _keys,
    "values": _values,
    "entries": _entries,
    "charAt": _char_at,
    "substring": _substring,
}
