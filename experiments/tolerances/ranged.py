"""A range: two numbers, both allowed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from experiments.shapes import is_items
from experiments.tolerances.answer import told
from experiments.tolerances.target import targeted
from experiments.tolerances.verdict import Verdict, shown


def ranged(tolerance: Mapping[str, object], value: object) -> Verdict:
    """`range: [low, high]` over the value or its `target`; a text that spells a number is one."""
    judged = targeted(value, tolerance.get("target"))
    found = told(judged.value) + judged.note
    bounds = tolerance.get("range")
    if not is_items(bounds) or len(bounds) != 2:
        return Verdict(met=False, expected=f"a range of two numbers, not {shown(bounds)}", found=found)
    low, high = bounds
    expected = f"a number from {shown(low, 40)} to {shown(high, 40)}"
    least, number, most = map(_number, (low, judged.value, high))
    if least is None or most is None:
        return Verdict(met=False, expected=f"{expected}, which are no numbers", found=found)
    if number is None or judged.missed:
        return Verdict(met=False, expected=expected, found=found + ("" if judged.missed else _UNFIT))
    return Verdict(met=least <= number <= most, expected=expected, found=found)


_UNFIT = ", which is no number"


def _number(value: object) -> Decimal | None:
    """Exactly, so that 0.3 is a little less than "0.3"; None for what has no place among numbers."""
    if not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError):
        return None
    return None if number.is_nan() else number
