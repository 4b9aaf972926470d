"""A list: exactly two numbers are an inclusive range, anything else the allowed values."""

from __future__ import annotations

from experiments.tolerances.ranged import between
from experiments.tolerances.verdict import Verdict, shown


def listed(tolerance: list[object], value: object) -> Verdict:
    """A `status` must be in the list; else a range of two numbers, else membership.

    Two texts are two allowed values here. Chaos Toolkit takes them for an alphabetic range, in which
    "Scheduled" lies between "Running" and "Succeeded".
    """
    if isinstance(value, dict) and "status" in value:
        return _one_of(tolerance, value["status"], "status ")
    if len(tolerance) == 2 and all(map(_is_number, tolerance)) and not isinstance(value, str):
        return between(tolerance, value)
    return _one_of(tolerance, value, "")


def _one_of(tolerance: list[object], value: object, what: str) -> Verdict:
    allowed = ", ".join(shown(each, 40) for each in tolerance)
    return Verdict(met=value in tolerance, expected=f"{what}one of {allowed}", found=what + shown(value))


def _is_number(each: object) -> bool:
    return isinstance(each, int | float) and not isinstance(each, bool)
