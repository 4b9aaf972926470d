"""A bool, a number or a text: the value must equal it; a number also stands for a `status`."""

from __future__ import annotations

from experiments.tolerances.verdict import Verdict, shown


def equal(tolerance: bool | float | str, value: object) -> Verdict:
    """Equality as Chaos Toolkit has it: `true` equals 1, a whole number is compared with `status`."""
    if _is_whole(tolerance) and isinstance(value, dict) and "status" in value:
        status = value["status"]
        return Verdict(
            met=status == tolerance, expected=f"status {tolerance}", found=f"status {shown(status)}"
        )
    return Verdict(met=value == tolerance, expected=shown(tolerance), found=shown(value))


def _is_whole(tolerance: object) -> bool:
    return isinstance(tolerance, int) and not isinstance(tolerance, bool)
