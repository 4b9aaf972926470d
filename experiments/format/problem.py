"""One thing that is wrong in a file, where a person can jump to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice

#: Of the known words, how many are looked at, and with how many of those a wrong one is compared.
LOOKED_AT, COMPARED, LONGEST_WORD = 1000, 40, 60


class Severity(StrEnum):
    """Whether the file can be used all the same."""

    ERROR = "error"  #: nothing of the file, or of its repo, is loaded
    WARNING = "warning"  #: it loads; something in it has no effect or may surprise


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """1-based line and column."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Where, what was expected, what was found, what to do: as text one line, whatever the file holds."""

    file: str
    message: str
    at: Position = Position()
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        kind = "warning: " if self.severity is Severity.WARNING else ""
        return one_line(f"{self.file}:{self.at.line}:{self.at.column}: {kind}{self.message}")


def one_line(sentence: str) -> str:
    """The sentence with all escaped that would end the line, move the cursor or break an encoding."""
    if sentence.isprintable():
        return sentence
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in sentence)


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, else nothing; it never looks long."""
    near = get_close_matches(word, _candidates(word, known), n=1) if len(word) <= LONGEST_WORD else []
    return f"; did you mean {near[0]!r}?" if near else ""


def _candidates(word: str, known: Iterable[str]) -> list[str]:
    """Those most alike at a glance: a file may have thousands of wrong words and of right ones."""
    looked_at = [each for each in islice(known, LOOKED_AT) if len(each) <= LONGEST_WORD]
    first, length = word[:1], len(word)
    return sorted(looked_at, key=lambda each: (each[:1] != first, abs(len(each) - length)))[:COMPARED]


def shown(value: object) -> str:
    """A value as a message shows it: on one line, and no longer than a glance."""
    try:
        text = repr(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number of too many digits"
    return text if len(text) <= 60 else f"{text[:57]}..."
