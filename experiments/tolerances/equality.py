"""A bool, a number or a text: the value must equal it; a whole number also stands for a `status`."""

from __future__ import annotations

from experiments.shapes import is_dict
from experiments.tolerances.answer import status_of, told
from experiments.tolerances.verdict import Verdict, shown


def equal(tolerance: bool | float | str, value: object) -> Verdict:
    """Equality as Chaos Toolkit has it: `true` equals 1, a whole number is compared with `status`."""
    if _is_whole(tolerance) and is_dict(value) and "status" in value:
        met = bool(value["status"] == tolerance)
        return Verdict(met=met, expected=f"status {tolerance}", found=status_of(value))
    return Verdict(met=bool(value == tolerance), expected=shown(tolerance), found=told(value))


def _is_whole(tolerance: object) -> bool:
    return isinstance(tolerance, int) and not isinstance(tolerance, bool)
