"""What an argument takes: a small closed description that judges plain data and says what it expected.

Text that is exactly one `${name}` fits everywhere: only the run knows what comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from experiments.format.findings import found, is_number
from experiments.format.substitution import is_reference
from experiments.model import Json


class Plain(StrEnum):
    """Values without parts; a truth is no number, a whole number is one."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    TRUTH = "true or false"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Anything:
    """Takes all: its annotation says nothing of plain data. `told` is how people read it."""

    told: str = "anything"

    def __str__(self) -> str:
        return self.told


@dataclass(frozen=True, slots=True)
class OneOf:
    """Takes some values only."""

    values: tuple[str | int | bool, ...]

    def __str__(self) -> str:
        return f"one of {', '.join(map(str, self.values))}"


@dataclass(frozen=True, slots=True)
class ListOf:
    """Takes a list, each item of one kind."""

    items: Accepts

    def __str__(self) -> str:
        return "list" if isinstance(self.items, Anything) else f"list of {self.items}"


@dataclass(frozen=True, slots=True)
class MappingOf:
    """Takes a mapping, each value of one kind."""

    values: Accepts

    def __str__(self) -> str:
        return "mapping" if isinstance(self.values, Anything) else f"mapping to {self.values}"


@dataclass(frozen=True, slots=True)
class Either:
    """Takes what one of them takes."""

    options: tuple[Accepts, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.options))


Accepts: TypeAlias = Plain | Anything | OneOf | ListOf | MappingOf | Either

ANYTHING = Anything()


def objection(accepts: Accepts, value: Json, where: str) -> str:
    """One sentence that begins with the place of what does not fit; empty when all does.

    `qty: expected a whole number, found 'three'`, `conditions[0].type: expected text, found 3`.
    """
    if is_reference(value):
        return ""
    match accepts, value:
        case Anything(), _:
            return ""
        case ListOf(), list():
            return _first(objection(accepts.items, each, f"{where}[{at}]") for at, each in enumerate(value))
        case MappingOf(), dict():
            return _first(objection(accepts.values, each, f"{where}.{key}") for key, each in value.items())
        case Either(), _:
            return _either(accepts, value, where)
        case Plain(), _ if _FITS[accepts](value):
            return ""
        case OneOf(), _ if any(value == each and type(value) is type(each) for each in accepts.values):
            return ""
        case _:
            return f"{where}: expected {_shallow(accepts)}, found {found(value)}"


def _first(objections: Iterable[str]) -> str:
    return next(filter(None, objections), "")


def _either(accepts: Either, value: Json, where: str) -> str:
    """Where only one option has the value's shape, what that one says of its parts is the better word."""
    objections = [objection(each, value, where) for each in accepts.options]
    if not all(objections):
        return ""
    deeper = [each for each in objections if not each.startswith(f"{where}: ")]
    if len(deeper) == 1:
        return deeper[0]
    return f"{where}: expected {_shallow(accepts)}, found {found(value)}"


def _shallow(accepts: Accepts) -> str:
    """What it is, without its parts, as it stands behind `expected`."""
    match accepts:
        case Plain.WHOLE | Plain.NUMBER:
            return f"a {accepts}"
        case ListOf():
            return "a list"
        case MappingOf():
            return "a mapping"
        case Either():
            return " or ".join(dict.fromkeys(map(_shallow, accepts.options)))
        case _:
            return str(accepts)


_FITS: Mapping[Plain, Callable[[Json], bool]] = {
    Plain.TEXT: lambda value: isinstance(value, str),
    Plain.WHOLE: lambda value: isinstance(value, int) and not isinstance(value, bool),
    Plain.NUMBER: is_number,
    Plain.TRUTH: lambda value: isinstance(value, bool),
    Plain.NOTHING: lambda value: value is None,
}
