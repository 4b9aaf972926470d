"""The boolean expressions inside `?( )`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TypeAlias

from experiments.tolerances.dialect.nodes import Select

Test: TypeAlias = Callable[[object, object], bool]


def exists(operand: Select) -> Test:
    """A bare path: it finds something."""
    return lambda top, here: any(True for _ in operand(top, here))


def truthy(value: object) -> Test:
    """A bare value."""
    return lambda _top, _here: bool(value)


def negated(test: Test) -> Test:
    """`not`."""
    return lambda top, here: not test(top, here)


def every(tests: list[Test]) -> Test:
    """`and`."""
    return lambda top, here: all(test(top, here) for test in tests)


def either(tests: list[Test]) -> Test:
    """`or`."""
    return lambda top, here: any(test(top, here) for test in tests)


def compared(sign: str, left: Select, right: Select) -> Test:
    """A value on the left compares so with a value on the right; only numbers have an order.

    As in Chaos Toolkit: where the right side is a path, only the first value on the left is compared.
    """
    compare = _COMPARISONS[sign]

    def test(top: object, here: object) -> bool:
        rights = right(top, here)
        return any(compare(one, other) for one in left(top, here) for other in rights)

    return test


def _ordered(compare: Callable[[float, float], bool]) -> Callable[[object, object], bool]:
    def ordered(one: object, other: object) -> bool:
        return isinstance(one, int | float) and isinstance(other, int | float) and compare(one, other)

    return ordered


_COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
}
