"""Two dialects of JSON path side by side: which of them reads a path, and where they read it differently.

They agree on names, indexes, unions, wildcards, descents and slices that go forward. A filter tests the
value it stands at in Chaos Toolkit's dialect and what is in that value in RFC 9535; a slice that goes
backward may begin elsewhere; a backslash in a text is a letter there and an escape here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import pairwise

from experiments.tolerances import standard
from experiments.tolerances.dialect import path as chaos_toolkit
from experiments.tolerances.dialect.tokens import Kind, Token, cut
from experiments.tolerances.not_a_path import NotAPath


class Dialect(StrEnum):
    """As a tolerance's `type` names it."""

    CHAOS_TOOLKIT = "jsonpath"
    STANDARD = "jsonpath-rfc9535"


_READERS: dict[Dialect, Callable[[str], object]] = {
    Dialect.CHAOS_TOOLKIT: chaos_toolkit.compiled,
    Dialect.STANDARD: standard.compiled,
}
_NAMES = {Dialect.CHAOS_TOOLKIT: "Chaos Toolkit's dialect", Dialect.STANDARD: "RFC 9535"}


def find(path: str, value: object, dialect: Dialect) -> list[object]:
    """Every value that the path selects; raises `NotAPath`."""
    if dialect is Dialect.STANDARD:
        return standard.find(path, value)
    return chaos_toolkit.find(path, value)


def refusal(path: str, dialect: Dialect) -> str:
    """Why the dialect cannot read the path, and whether the other one can; empty where it reads it."""
    wrong = _wrong(path, dialect)
    if wrong is None:
        return ""
    [other] = set(Dialect) - {dialect}
    advice = "" if _wrong(path, other) else f"; it is one of {_NAMES[other]}: set type: {other}"
    return f"no path of {_NAMES[dialect]}: {wrong}{advice}"


def surprise(path: str) -> str:
    """Where RFC 9535 reads a path of Chaos Toolkit's dialect too and finds something else; else empty."""
    odd = "" if _wrong(path, Dialect.CHAOS_TOOLKIT) else _oddity(path, cut(path))
    return odd if odd and _wrong(path, Dialect.STANDARD) is None else ""


def _oddity(path: str, tokens: list[Token]) -> str:
    if any(token.text == "?" and token.kind is Kind.SIGN for token in tokens):
        return _of_filters(path, tokens)
    if any(_is_backward(tokens, at) for at in range(len(tokens))):
        return "a slice that goes backward begins elsewhere in RFC 9535 when the list is short"
    if any(token.kind is Kind.TEXT and "\\" in token.text for token in tokens):
        return "a backslash in a text is a letter of it here, and an escape in RFC 9535"
    return ""


def _wrong(path: str, dialect: Dialect) -> NotAPath | None:
    try:
        _READERS[dialect](path)
    except NotAPath as wrong:
        return wrong
    return None


def _of_filters(path: str, tokens: list[Token]) -> str:
    shorter, deeper = _without_wildcards(path, tokens), _with_wildcards(path, tokens)
    here = "a filter tests the value it stands at here, as in Chaos Toolkit"
    if deeper != path:
        return f"{here}, not what is in it, as type: {Dialect.STANDARD} does; for that write {deeper}"
    return f"{here}; for type: {Dialect.STANDARD} write {shorter}"


def _without_wildcards(path: str, tokens: list[Token]) -> str:
    """What finds the same in RFC 9535, when every filter stands behind a wildcard."""
    for first, after in reversed([*_wildcards(tokens)]):
        path = path[: first - 1] + path[after - 1 :]
    return path


def _with_wildcards(path: str, tokens: list[Token]) -> str:
    """A wildcard before every filter that has none."""
    behind = {after for _, after in _wildcards(tokens)}
    for opening in reversed([*_filters(tokens)]):
        if opening.column not in behind:
            path = f"{path[: opening.column - 1]}[*]{path[opening.column - 1 :]}"
    return path


def _filters(tokens: list[Token]) -> Iterator[Token]:
    """The bracket that opens each filter."""
    for opening, sign in pairwise(tokens):
        if opening.text == "[" and sign.text == "?" and sign.kind is opening.kind is Kind.SIGN:
            yield opening


def _wildcards(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """From which column to which a wildcard stands right before a filter."""
    columns = {token.column: at for at, token in enumerate(tokens)}
    for opening in _filters(tokens):
        at = columns[opening.column]
        before = [token.text for token in tokens[max(0, at - 3) : at]]
        if before == ["[", "*", "]"]:
            yield tokens[at - 3].column, opening.column
        elif before[-2:] == [".", "*"]:
            yield tokens[at - 2].column, opening.column


def _is_backward(tokens: list[Token], at: int) -> bool:
    """Whether a step that begins with a minus ends here."""
    if tokens[at].kind is not Kind.NUMBER or not tokens[at].text.startswith("-"):
        return False
    before = [token.text for token in tokens[max(0, at - 3) : at]]
    return before[-2:] == [":", ":"] or (before[:1] == [":"] and before[-1:] == [":"])
