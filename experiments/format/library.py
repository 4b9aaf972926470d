"""What a check asks of a library of activities."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from experiments.format.accepts import ANYTHING, Accepts, objection
from experiments.model import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument of a function, as a file gives it."""

    name: str
    required: bool = False
    default: Json = None
    accepts: Accepts = ANYTHING

    @property
    def type(self) -> str:
        """What it takes, as people read it: `text`, `whole number or nothing`, `list of text`."""
        return str(self.accepts)

    def objection(self, value: Json) -> str:
        """`qty: expected a whole number, found 'three'`; empty when the value fits.

        Exactly one `${name}` always fits; a whole number fits where a number is expected, a truth does not.
        """
        return objection(self.accepts, value, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a file may and must give to one function, in its order."""

    given: tuple[Argument, ...]
    #: False for a function that is known by name only: a run of it is refused.
    available: bool = True

    @classmethod
    def named(cls, words: str, *, available: bool = True) -> Signature:
        """By names alone, `?` behind those that may be left out: `name replicas ns?`."""
        given = [Argument(name=word.rstrip("?"), required=not word.endswith("?")) for word in words.split()]
        return cls(given=tuple(given), available=available)

    @property
    def arguments(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(each.name for each in self.given)

    @property
    def required(self) -> frozenset[str]:
        """The names of those that must be given."""
        return frozenset(each.name for each in self.given if each.required)

    def objection(self, name: str, value: Json) -> str:
        """What is wrong with the value of one argument; nothing where there is no such argument."""
        return next((each.objection(value) for each in self.given if each.name == name), "")


class Library(Protocol):
    """Knows the activities of its modules without running any of them."""

    def owns(self, module: str) -> bool:
        """Whether the name can only be a module of this library, even if there is none."""
        ...

    def modules(self) -> Collection[str]:
        """The names of its modules, as files write them."""
        ...

    def activities(self, module: str) -> Mapping[str, Signature] | None:
        """The functions of a module with their arguments; None when there is no such module."""
        ...
