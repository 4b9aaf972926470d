"""A list: two items are an inclusive range, any other number of items the allowed values."""

from __future__ import annotations

from typing import Any

from experiments.shapes import is_dict
from experiments.tolerances.answer import status_of, told
from experiments.tolerances.verdict import Verdict, shown


def listed(tolerance: list[object], value: object) -> Verdict:
    """A `status` must be in the list; else two items are a range, as in Chaos Toolkit: of texts too.

    So "Scheduled" is within ["Running", "Succeeded"]; who checks a file is warned of that.
    """
    if is_dict(value) and "status" in value:
        return Verdict(
            met=value["status"] in tolerance, expected=f"status {_one_of(tolerance)}", found=status_of(value)
        )
    if len(tolerance) == 2:
        return _within(tolerance[0], tolerance[1], value)
    return Verdict(met=value in tolerance, expected=_one_of(tolerance), found=told(value))


def _one_of(tolerance: list[object]) -> str:
    allowed = ", ".join(shown(each, 40) for each in tolerance)
    return f"one of {allowed}" if allowed else "one of nothing, as the list is empty"


def _within(low: Any, high: Any, value: Any) -> Verdict:
    expected = f"{_what(low, high)} from {shown(low, 40)} to {shown(high, 40)}"
    try:
        met = bool(low <= value <= high)
    except TypeError:  # nothing that has an order with them
        met = False
    return Verdict(met=met, expected=expected, found=told(value))


def _what(low: object, high: object) -> str:
    if isinstance(low, str) and isinstance(high, str):
        return "a text in the alphabet"
    return "a number" if _is_number(low) and _is_number(high) else "a value"


def _is_number(bound: object) -> bool:
    return isinstance(bound, int | float) and not isinstance(bound, bool)
