"""What is found wrong while one document is read: collected with its place, never raised."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from experiments.format.document import Document
from experiments.format.expansion import Place
from experiments.format.problem import Position, Problem, Severity, shown, suggestion
from experiments.model import Json


class Findings:
    """The problems of one document so far, and the questions every reader asks of a value."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._problems: list[Problem] = []

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
        """Keys that nobody knows are errors, those without effect in this version warnings."""
        for key in value:
            if key in known:
                continue
            if key in inert or key.startswith("x-"):
                self.warning_at_key(f"{key!r} has no effect in this version", (*place, key))
                continue
            near = suggestion(key, [*known, *inert]) or f"; expected one of {', '.join(known)}"
            self.error_at_key(f"unknown key {key!r}{near}", (*place, key))

    def mapping(self, value: Json, place: Place, what: str) -> dict[str, Json] | None:
        """The value if it is a mapping."""
        if isinstance(value, dict):
            return value
        self.expected(f"{what} as a mapping", value, place)
        return None

    def items(self, value: Json, place: Place, what: str) -> list[Json]:
        """The value if it is a list, else an empty one."""
        if isinstance(value, list):
            return value
        self.expected(f"{what} as a list", value, place)
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

    def expected(self, expectation: str, value: Json, place: Place) -> None:
        """An error in the house's words."""
        self.error(f"expected {expectation}, found {_found(value)}", place)

    def _add(self, message: str, at: Position, severity: Severity) -> None:
        self._problems.append(Problem(file=self._document.file, message=message, at=at, severity=severity))


def in_order(problems: Collection[Problem]) -> list[Problem]:
    """Each problem once, in the order of the file."""
    return sorted(dict.fromkeys(problems), key=lambda each: (each.at.line, each.at.column))


def is_number(value: Json) -> bool:
    """A number, and not a truth that Python counts as one."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _found(value: Json) -> str:
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
