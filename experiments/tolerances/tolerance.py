"""Is a value within a tolerance? Never raises for a value or tolerance of an unexpected type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from experiments.failures import ActivityFailed
from experiments.tolerances.equality import equal
from experiments.tolerances.jsonpath import jsonpath, jsonpath_rfc9535
from experiments.tolerances.listed import listed
from experiments.tolerances.probe import Ask, judged_by
from experiments.tolerances.ranged import ranged
from experiments.tolerances.regex import regex
from experiments.tolerances.verdict import Verdict, shown

#: The kinds that a mapping with `type` may name, besides `probe`.
KINDS: Mapping[str, Callable[[Mapping[str, object], object], Verdict]] = {
    "regex": regex,
    "range": ranged,
    "jsonpath": jsonpath,
    "jsonpath-rfc9535": jsonpath_rfc9535,
}


def _nobody(tolerance: Mapping[str, object], value: object) -> object:
    raise ActivityFailed("there is nobody to ask")


def met(tolerance: object, value: object, ask: Ask = _nobody) -> Verdict:
    """The verdict on a value; `ask` runs the probe of a `type: probe` tolerance."""
    if isinstance(tolerance, bool | int | float | str):
        return equal(tolerance, value)
    if isinstance(tolerance, list):
        return listed(tolerance, value)
    if isinstance(tolerance, Mapping):
        return _of_kind(tolerance, value, ask)
    return Verdict(
        met=False, expected=f"something a tolerance can say, not {shown(tolerance)}", found=shown(value)
    )


def _of_kind(tolerance: Mapping[str, object], value: object, ask: Ask) -> Verdict:
    kind = tolerance.get("type")
    if kind == "probe":
        return judged_by(tolerance, value, ask)
    if isinstance(kind, str) and kind in KINDS:
        return KINDS[kind](tolerance, value)
    known = ", ".join((*KINDS, "probe"))
    return Verdict(met=False, expected=f"a tolerance of type {known}, not {shown(kind)}", found=shown(value))
