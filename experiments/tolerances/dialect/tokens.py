"""A path or filter cut into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from experiments.tolerances.not_a_path import NotAPath


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    TEXT = "text"
    NUMBER = "number"
    SIGN = "sign"  #: an operator, a bracket, or a word that has a meaning in filters
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `text` as written, without the quotes of a text."""

    kind: Kind
    text: str
    column: int


#: Digits of a number; nothing that is counted needs as many.
_LONGEST = 1000
#: Words of filters: as names they need quotes.
RESERVED = ("and", "or", "not", "true", "false", "null")

_TOKENS = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<word>[_A-Za-z][_A-Za-z0-9]*)
    |(?P<text>"(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[^"\\\x00-\x1f])*")
    |(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][+-]?(?:0|[1-9][0-9]*))?)
    |(?P<sign>\.\.|>=|<=|!=|[$@.*=<>{}\[\]:,()?])""",
    re.VERBOSE,
)


class Tokens:
    """The tokens of one path, taken one after the other."""

    def __init__(self, path: str) -> None:
        self._tokens = cut(path)
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
        """Whether the next token is one of these signs."""
        return self.next.kind is Kind.SIGN and self.next.text in signs

    def accept(self, *signs: str) -> str:
        """Consume one of these if it is next; empty otherwise."""
        return self.take().text if self.sees(*signs) else ""

    def expect(self, sign: str) -> None:
        """Consume exactly this one."""
        if not self.accept(sign):
            self.wrong(repr(sign))

    def wrong(self, expected: str) -> NoReturn:
        """Raise `NotAPath` with what was expected here."""
        found = repr(self.next.text) if self.next.text else "the end"
        raise NotAPath(f"expected {expected}, got {found}", self.next.column)


def cut(path: str) -> list[Token]:
    """All tokens, the end last; raises `NotAPath` where a letter has no meaning."""
    tokens: list[Token] = []
    at = 0
    while at < len(path):
        match = _TOKENS.match(path, at)
        if match is None:
            raise NotAPath(f"{path[at]!r} has no meaning here{_advice(path[at])}", at + 1)
        if match.lastgroup and match.lastgroup != "space":
            tokens.append(_token(Kind(match.lastgroup), match.group(), at + 1))
        at = match.end()
    return [*tokens, Token(Kind.END, "", len(path) + 1)]


def _token(kind: Kind, text: str, column: int) -> Token:
    if kind is Kind.TEXT:  # a backslash stays one, as in Chaos Toolkit: nothing in a text is unescaped
        text = text[1:-1]
    if kind is Kind.NUMBER and len(text) > _LONGEST:
        raise NotAPath("a number of too many digits", column)
    if text in RESERVED and kind is Kind.WORD:
        kind = Kind.SIGN
    return Token(kind, text, column)


def _advice(letter: str) -> str:
    return {"'": "; texts take double quotes", "&": "; write and", "|": "; write or", "!": "; write not"}.get(
        letter, ""
    )
