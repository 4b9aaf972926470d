"""JSON values written in a filter."""

from __future__ import annotations

from experiments.tolerances.dialect.tokens import Kind, Tokens


def json_value(tokens: Tokens) -> object:
    """The value that starts here."""
    token = tokens.next
    if token.kind is Kind.TEXT:
        return tokens.take().text
    if token.kind is Kind.NUMBER:
        text = tokens.take().text
        return float(text) if set(text) & set(".eE") else int(text)
    for word, value in (("true", True), ("false", False), ("null", None)):
        if tokens.accept(word):
            return value
    if tokens.accept("["):
        return _array(tokens)
    if not tokens.accept("{"):
        tokens.wrong("a path or a JSON value")
    return _object(tokens)


def _array(tokens: Tokens) -> list[object]:
    items: list[object] = []
    while not tokens.accept("]"):
        if items:
            tokens.expect(",")
        items.append(json_value(tokens))
    return items


def _object(tokens: Tokens) -> dict[str, object]:
    pairs: dict[str, object] = {}
    while not tokens.accept("}"):
        if pairs:
            tokens.expect(",")
        if tokens.next.kind is not Kind.TEXT:
            tokens.wrong("a key in double quotes")
        key = tokens.take().text
        tokens.expect(":")
        pairs[key] = json_value(tokens)
    return pairs
