"""A path or filter cut into tokens."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    TEXT = "text"
    NUMBER = "number"
    SIGN = "sign"  #: an operator or a bracket
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `text` as written, without the quotes of a text."""

    kind: Kind
    text: str
    column: int


_TOKENS = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<word>[_A-Za-z][_A-Za-z0-9]*)
    |(?P<text>"(?:\\.|[^"\\])*")
    |(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]+)?)
    |(?P<sign>\.\.|>=|<=|!=|[$@.*=<>{}\[\]:,()?])""",
    re.VERBOSE,
)


class Tokens:
    """The tokens of one path, taken one after the other."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._tokens = _cut(path)
        self._at = 0

    @property
    def next(self) -> Token:
        """The token to come."""
        return self._tokens[self._at]

    def take(self) -> Token:
        """The next token, consumed; the end is never passed."""
        token = self.next
        self._at += token.kind is not Kind.END
        return token

    def sees(self, *signs: str) -> bool:
        """Whether the next token is one of these signs or words."""
        return self.next.text in signs and self.next.kind in (Kind.SIGN, Kind.WORD)

    def accept(self, *signs: str) -> str:
        """Consume one of these if it is next; empty otherwise."""
        return self.take().text if self.sees(*signs) else ""

    def expect(self, sign: str) -> None:
        """Consume exactly this one."""
        if not self.accept(sign):
            self.wrong(repr(sign))

    def wrong(self, expected: str) -> NoReturn:
        """Raise `ValueError` with what was expected here."""
        found = repr(self.next.text) if self.next.text else "the end"
        raise ValueError(f"column {self.next.column}: expected {expected}, got {found}")


def _cut(path: str) -> list[Token]:
    tokens, at = [], 0
    while at < len(path):
        match = _TOKENS.match(path, at)
        if match is None:
            raise ValueError(f"column {at + 1}: {path[at]!r} has no meaning here")
        if match.lastgroup and match.lastgroup != "space":
            tokens.append(_token(Kind(match.lastgroup), match.group(), at + 1))
        at = match.end()
    return [*tokens, Token(Kind.END, "", len(path) + 1)]


def _token(kind: Kind, text: str, column: int) -> Token:
    if kind is Kind.TEXT:
        try:
            text = str(json.loads(text))
        except ValueError as wrong:
            raise ValueError(f"column {column}: {text} is no JSON text: {wrong}") from wrong
    return Token(kind, text, column)
