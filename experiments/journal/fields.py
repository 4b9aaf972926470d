"""The fields of one JSON object that somebody else wrote, read with their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NoReturn, TypeVar

from experiments.model import Json

Word = TypeVar("Word", bound=StrEnum)


class Unreadable(ValueError):
    """A text that is no journal, or a line that is none of one; one sentence."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Typed access; each raises `Unreadable` with the field, what was expected and what was found.

    A field that is not there reads as its type's nothing: what writes it may be older than what reads it.
    """

    known: Mapping[str, Json]

    def text(self, name: str) -> str:
        value = self.known.get(name, "")
        return value if isinstance(value, str) else self._refuse(name, "text", value)

    def number(self, name: str) -> float:
        value = self.known.get(name, 0)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        return self._refuse(name, "a number", value)

    def maybe_number(self, name: str) -> float | None:
        return None if self.known.get(name) is None else self.number(name)

    def maybe_flag(self, name: str) -> bool | None:
        value = self.known.get(name)
        return (
            value if value is None or isinstance(value, bool) else self._refuse(name, "true or false", value)
        )

    def flag(self, name: str) -> bool:
        return bool(self.maybe_flag(name))

    def moment(self, name: str) -> datetime:
        """Aware; a time without a zone is UTC."""
        try:
            at = datetime.fromisoformat(self.text(name))
        except ValueError:
            return self._refuse(name, "a time", self.known.get(name))
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    def word(self, name: str, words: type[Word]) -> Word:
        """One of a closed set."""
        try:
            return words(self.text(name))
        except ValueError:
            return self._refuse(name, f"one of {', '.join(words)}", self.known.get(name))

    def inner(self, name: str) -> Fields:
        """An object inside."""
        value = self.known.get(name, {})
        return Fields(value) if isinstance(value, dict) else self._refuse(name, "an object", value)

    def _refuse(self, name: str, expected: str, found: Json) -> NoReturn:
        raise Unreadable(f"{name}: expected {expected}, found {str(found)[:80]!r}")
