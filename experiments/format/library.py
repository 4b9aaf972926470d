"""What a check asks of a library of activities."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The arguments a file may and must give to one function, in their order."""

    arguments: tuple[str, ...]
    required: frozenset[str] = frozenset()
    #: False for a function that is known by name only: a run of it is refused.
    available: bool = True


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
