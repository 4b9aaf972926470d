"""One secret, in a type that never prints it."""

from __future__ import annotations

from experiments.model import Json

MASK = "***"


class NoSecret(Exception):
    """Why a secret is not there, in one sentence that shows none."""


class Secret:
    """One secret value; prints as `***` and cannot be serialised by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: Json) -> None:
        self._value = value

    def reveal(self) -> Json:
        """The value itself; for the activity, never for a message."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")
