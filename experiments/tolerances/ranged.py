"""A range: two numbers, both allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from experiments.tolerances.verdict import Verdict, field, shown


def ranged(tolerance: Mapping[str, object], value: object) -> Verdict:
    """`range: [low, high]` over the value or its `target`; a text that spells a number is one."""
    bounds = tolerance.get("range")
    if not isinstance(bounds, Sequence) or len(bounds) != 2:
        found = field(value, tolerance.get("target"))
        return Verdict(met=False, expected=f"a range of two numbers, not {shown(bounds)}", found=shown(found))
    return between(bounds, field(value, tolerance.get("target")))


def between(bounds: Sequence[object], value: object) -> Verdict:
    """Both bounds included; what is no number is in no range."""
    low, high = bounds
    expected = f"a number from {shown(low)} to {shown(high)}"
    try:
        met = _decimal(low) <= _decimal(value) <= _decimal(high)
    except (InvalidOperation, TypeError, ValueError):
        met = False
    return Verdict(met=met, expected=expected, found=shown(value))


def _decimal(value: object) -> Decimal:
    if not isinstance(value, int | float | str | Decimal):
        raise TypeError(value)
    return Decimal(value)
