"""What is found wrong while one document is read: collected with its place, never raised."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import TypeVar

from experiments.format.document import Document
from experiments.format.expansion import Place
from experiments.format.problem import Position, Problem, Severity, shown, suggestion
from experiments.model import Json

Choice = TypeVar("Choice", bound=StrEnum)


class Findings:
    """The problems of one document so far, and the questions every reader asks of a value."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._problems: list[Problem] = [*document.warnings]

    def problems(self) -> list[Problem]:
        """All of them, each once, in the order of the file."""
        return in_order(self._problems)

    def failed(self) -> bool:
        """Whether the document cannot be used."""
        return any(each.severity is Severity.ERROR for each in self._problems)

    def error(self, message: str, place: Place) -> None:
        """Something is wrong with a value."""
        self._add(message, self._document.at(*place), Severity.ERROR)

    def error_at_key(self, message: str, place: Place) -> None:
        """Something is wrong with the key of a value."""
        self._add(message, self._document.key_at(*place), Severity.ERROR)

    def warning(self, message: str, place: Place) -> None:
        """A value is a surprise."""
        self._add(message, self._document.at(*place), Severity.WARNING)

    def warning_at_key(self, message: str, place: Place) -> None:
        """A key is there that a person should know of."""
        self._add(message, self._document.key_at(*place), Severity.WARNING)

    def keys(
        self, value: Mapping[str, Json], place: Place, known: Collection[str], inert: Collection[str] = ()
    ) -> None:
        """Keys that nobody knows are warnings, as Chaos Toolkit passes over them, and so are inert ones."""
        for key in value:
            if key in known:
                continue
            if key in inert or key.startswith("x-"):
                self.warning_at_key(f"{key!r} has no effect in this version", (*place, key))
                continue
            near = suggestion(key, [*known, *inert]) or f"; expected one of {', '.join(known)}"
            self.warning_at_key(f"unknown key {key!r} has no effect{near}", (*place, key))

    def only_keys(self, value: Mapping[str, Json], place: Place, known: Collection[str]) -> None:
        """Keys that nobody knows are errors: in files that are ours alone."""
        for key in value:
            if key not in known:
                near = suggestion(key, known) or f"; expected one of {', '.join(known)}"
                self.error_at_key(f"unknown key {key!r}{near}", (*place, key))

    def mapping(self, value: Json, place: Place, what: str) -> dict[str, Json] | None:
        """The value if it is a mapping."""
        if isinstance(value, dict):
            return value
        self.expected(f"{what} as a mapping", value, place)
        return None

    def optional_mapping(
        self, owner: Mapping[str, Json], key: str, place: Place, what: str = ""
    ) -> dict[str, Json]:
        """The mapping under a key, an empty one where there is none."""
        value = owner.get(key)
        if value is None:
            return {}
        if value in ([], ""):  # nothing in another shape is nothing
            self.surprising(f"{what or key} as a mapping", value, (*place, key))
            return {}
        return self.mapping(value, (*place, key), what or key) or {}

    def optional_items(self, owner: Mapping[str, Json], key: str, place: Place, what: str = "") -> list[Json]:
        """The list under a key, an empty one where there is none."""
        value = owner.get(key)
        if value is None or isinstance(value, list):
            return value or []
        if value in ({}, ""):
            self.surprising(f"{what or key} as a list", value, (*place, key))
        else:
            self.expected(f"{what or key} as a list", value, (*place, key))
        return []

    def text(self, owner: Mapping[str, Json], key: str, place: Place, what: str) -> str:
        """The text under a required key of `what`, or an empty one."""
        value = owner.get(key)
        if value is None:
            self.error(f"{what} needs {key!r}; add it", place)
            return ""
        if not isinstance(value, str) or not value.strip():
            self.expected(f"{key} as text", value, (*place, key))
            return ""
        return value

    def label(self, owner: Mapping[str, Json], key: str, place: Place, what: str) -> str:
        """As `text`, for words that only people read: a number or a blank is one, and a surprise."""
        value = owner.get(key)
        blank = isinstance(value, str) and value != "" and not value.strip()
        if blank or (value and isinstance(value, bool | int | float)):
            self.surprising(f"{key} as text", value, (*place, key))
            return value if isinstance(value, str) else found(value)
        return self.text(owner, key, place, what)

    def choice(
        self, owner: Mapping[str, Json], key: str, place: Place, kind: type[Choice], default: Choice
    ) -> Choice:
        """The word under a key, one of a closed set; the default where there is none."""
        value, words = owner.get(key), [each.value for each in kind]
        if value is None:
            return default
        if isinstance(value, str) and value in words:
            return kind(value)
        near = suggestion(value, words) if isinstance(value, str) else ""
        self.error(f"expected one of {', '.join(words)}, found {found(value)}{near}", (*place, key))
        return default

    def expected(self, expectation: str, value: Json, place: Place) -> None:
        """An error in the house's words."""
        self.error(f"expected {expectation}, found {found(value)}", place)

    def surprising(self, expectation: str, value: Json, place: Place) -> None:
        """A warning in the house's words: it can be used, and is not what one expects."""
        self.warning(f"expected {expectation}, found {found(value)}", place)

    def _add(self, message: str, at: Position, severity: Severity) -> None:
        self._problems.append(Problem(file=self._document.file, message=message, at=at, severity=severity))


def in_order(problems: Collection[Problem]) -> list[Problem]:
    """Each problem once, in the order of the file."""
    return sorted(dict.fromkeys(problems), key=lambda each: (each.at.line, each.at.column))


def is_number(value: Json) -> bool:
    """A number, and not a truth that Python counts as one."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def found(value: Json) -> str:
    """A value as a sentence has it behind `found`."""
    match value:
        case None:
            return "nothing"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case bool():
            return str(value).lower()
        case _:
            return shown(value)
