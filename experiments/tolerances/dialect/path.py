"""A JSON path of the dialect, compiled once and matched often."""

from __future__ import annotations

from functools import lru_cache

from experiments.tolerances.dialect import filters, nodes
from experiments.tolerances.dialect.filters import Test
from experiments.tolerances.dialect.functions import function
from experiments.tolerances.dialect.literals import json_value
from experiments.tolerances.dialect.nodes import Select
from experiments.tolerances.dialect.tokens import RESERVED, Kind, Tokens
from experiments.tolerances.not_a_path import NotAPath

_COMPARISONS = ("=", "!=", "<=", ">=", "<", ">")


@lru_cache(maxsize=256)
def compiled(path: str) -> Select:
    """The path ready to match; raises `NotAPath` with the column for one that cannot be read."""
    tokens = Tokens(path)
    tokens.expect("$")
    try:
        select = nodes.root(_rest(tokens))
    except RecursionError as wrong:
        raise NotAPath("too deeply nested") from wrong
    if tokens.next.kind is not Kind.END:
        tokens.wrong("the end")
    return select


def find(path: str, value: object) -> list[object]:
    """Every value that the path selects, in document order."""
    return list(compiled(path)(value, value))


def _rest(tokens: Tokens) -> Select:
    if tokens.accept(".."):
        subscripts = _subscripts(tokens) if tokens.sees("[") else [_bareword(tokens)]
        return nodes.descent(nodes.subscript(subscripts, _rest(tokens)))
    if tokens.accept("."):
        bareword = _bareword(tokens)
        return nodes.subscript([bareword], _rest(tokens))
    if tokens.sees("["):
        subscripts = _subscripts(tokens)
        return nodes.subscript(subscripts, _rest(tokens))
    return nodes.itself


def _bareword(tokens: Tokens) -> Select:
    if tokens.accept("*"):
        return nodes.wildcard
    if tokens.next.kind is not Kind.WORD:
        tokens.wrong('a name or *; write ["name"]' if tokens.sees(*RESERVED) else "a name or *")
    name = tokens.take()
    return function(name, _arguments(tokens)) if tokens.sees("(") else nodes.key(name.text)


def _subscripts(tokens: Tokens) -> list[Select]:
    tokens.expect("[")
    subscripts = [_subscript(tokens)]
    while tokens.accept(","):
        subscripts.append(_subscript(tokens))
    tokens.expect("]")
    return subscripts


def _subscript(tokens: Tokens) -> Select:
    if tokens.accept("*"):
        return nodes.wildcard
    if tokens.accept("?"):
        return nodes.filtered(_parenthesised(tokens))
    if tokens.sees("$", "@"):
        return nodes.computed(_path(tokens))
    if tokens.sees(":"):
        return _slice(None, tokens)
    match tokens.next.kind:
        case Kind.TEXT:
            return nodes.key(tokens.take().text)
        case Kind.NUMBER:
            start = _whole(tokens)
            return _slice(start, tokens) if tokens.sees(":") else nodes.index(start)
        case Kind.WORD:
            return function(tokens.take(), _arguments(tokens))
        case _:
            return tokens.wrong("a name in double quotes, a number, *, a slice or a filter")


def _slice(start: int | None, tokens: Tokens) -> Select:
    tokens.expect(":")
    end = _whole(tokens) if tokens.next.kind is Kind.NUMBER else None
    step, column = None, 0
    if tokens.accept(":") and tokens.next.kind is Kind.NUMBER:
        column, step = tokens.next.column, _whole(tokens)
    if step == 0:
        raise NotAPath("a slice cannot have step 0", column)
    return nodes.sliced(start, end, step)


def _whole(tokens: Tokens) -> int:
    text = tokens.next.text
    if not text.lstrip("-").isdigit():
        tokens.wrong("a whole number")
    return int(tokens.take().text)


def _path(tokens: Tokens) -> Select:
    from_here = bool(tokens.accept("@"))
    if not from_here:
        tokens.expect("$")
    rest = _rest(tokens)
    return nodes.current(rest) if from_here else nodes.root(rest)


def _arguments(tokens: Tokens) -> list[Select]:
    tokens.expect("(")
    arguments: list[Select] = []
    while not tokens.accept(")"):
        if arguments:
            tokens.expect(",")
        arguments.append(_operand(tokens))
    return arguments


def _parenthesised(tokens: Tokens) -> Test:
    tokens.expect("(")
    test = _expression(tokens)
    tokens.expect(")")
    return test


def _expression(tokens: Tokens) -> Test:
    # `or` binds closer than `and`: so Chaos Toolkit reads it, whatever other languages do.
    tests = [_either(tokens)]
    while tokens.accept("and"):
        tests.append(_either(tokens))
    return filters.every(tests) if len(tests) > 1 else tests[0]


def _either(tokens: Tokens) -> Test:
    tests = [_comparison(tokens)]
    while tokens.accept("or"):
        tests.append(_comparison(tokens))
    return filters.either(tests) if len(tests) > 1 else tests[0]


def _comparison(tokens: Tokens) -> Test:
    if tokens.accept("not"):
        return filters.negated(_comparison(tokens))
    if tokens.sees("("):
        return _parenthesised(tokens)
    is_path = tokens.sees("$", "@")
    value = None if is_path else json_value(tokens)
    left = _path(tokens) if is_path else nodes.literal(value)
    if sign := tokens.accept(*_COMPARISONS):
        return filters.compared(sign, left, _operand(tokens))
    return filters.exists(left) if is_path else filters.truthy(value)


def _operand(tokens: Tokens) -> Select:
    return _path(tokens) if tokens.sees("$", "@") else nodes.literal(json_value(tokens))
