"""Is a value within a tolerance? Never raises for a value or tolerance of an unexpected type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from experiments.engine.caught import Caught
from experiments.failures import ActivityFailed
from experiments.providers.sentence import from_exception
from experiments.shapes import is_list, is_mapping
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
    if is_mapping(tolerance) and tolerance.get("type") == "probe":
        return judged_by(tolerance, value, ask)
    with Caught() as caught:
        return _judged(tolerance, value)
    if not isinstance(caught.error, Exception):  # whoever stops the run is no business of ours
        raise caught.error or AssertionError
    told = f"{shown(value)}, which cannot be judged ({from_exception(caught.error)})"
    return Verdict(met=False, expected=shown(tolerance), found=told)


def _judged(tolerance: object, value: object) -> Verdict:
    if isinstance(tolerance, bool | int | float | str):
        return equal(tolerance, value)
    if is_list(tolerance):
        return listed(tolerance, value)
    if is_mapping(tolerance):
        return _of_kind(tolerance, value)
    expected = f"something a tolerance can say, not {shown(tolerance)}"
    return Verdict(met=False, expected=expected, found=shown(value))


def _of_kind(tolerance: Mapping[str, object], value: object) -> Verdict:
    kind = tolerance.get("type")
    if isinstance(kind, str) and kind in KINDS:
        return KINDS[kind](tolerance, value)
    known = ", ".join((*KINDS, "probe"))
    return Verdict(met=False, expected=f"a tolerance of type {known}, not {shown(kind)}", found=shown(value))
