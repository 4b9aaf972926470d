"""The shape of a tolerance; what it means is for `experiments.tolerances`."""

from __future__ import annotations

import re
from collections.abc import Callable

from experiments.format.expansion import Place
from experiments.format.findings import Findings, is_number
from experiments.format.problem import shown, suggestion
from experiments.format.providers import read_provider
from experiments.format.substitution import has_reference
from experiments.model import Json


def check_tolerance(findings: Findings, value: Json, place: Place) -> None:
    """Truth, number, text, list, or a mapping whose `type` says how it judges; the rest are problems."""
    if value is None:
        findings.expected("a tolerance: true, a number, text, a list or a mapping", value, place)
    if not isinstance(value, dict):
        return
    kind = value.get("type")
    checker = _CHECKERS.get(kind) if isinstance(kind, str) else None
    if checker is None:
        known = ", ".join(_CHECKERS)
        near = suggestion(kind, _CHECKERS) if isinstance(kind, str) else ""
        found = shown(kind) if kind is not None else "none"
        findings.error(f"expected a tolerance of type {known}, found {found}{near}", (*place, "type"))
        return
    checker(findings, value, place)


def _check_regex(findings: Findings, tolerance: dict[str, Json], place: Place) -> None:
    findings.keys(tolerance, place, ("type", "pattern", "target"))
    pattern = findings.text(tolerance, "pattern", place, "a regex tolerance")
    _check_target(findings, tolerance, place)
    if has_reference(pattern) and "${" in pattern:
        return  # known only when the run substitutes it
    try:
        re.compile(pattern)
    except re.error as wrong:
        findings.error(
            f"expected a regular expression, found {shown(pattern)}: {wrong.msg}", (*place, "pattern")
        )


def _check_range(findings: Findings, tolerance: dict[str, Json], place: Place) -> None:
    findings.keys(tolerance, place, ("type", "range", "target"))
    _check_target(findings, tolerance, place)
    bounds = tolerance.get("range")
    if not isinstance(bounds, list) or len(bounds) != 2 or not all(is_number(each) for each in bounds):
        findings.expected("range as a list of two numbers", bounds, (*place, "range"))


def _check_jsonpath(findings: Findings, tolerance: dict[str, Json], place: Place) -> None:
    findings.keys(tolerance, place, ("type", "path", "expect", "count", "target"))
    findings.text(tolerance, "path", place, f"a {tolerance['type']} tolerance")
    _check_target(findings, tolerance, place)
    count = tolerance.get("count")
    if "count" in tolerance and (not isinstance(count, int) or isinstance(count, bool)):
        findings.expected("count as a whole number", count, (*place, "count"))


def _check_probe(findings: Findings, tolerance: dict[str, Json], place: Place) -> None:
    findings.keys(
        tolerance, place, ("type", "name", "provider"), inert=("controls", "pauses", "timeout", "dry")
    )
    findings.text(tolerance, "name", place, "a probe tolerance")
    if "provider" not in tolerance:
        findings.error("a probe tolerance needs 'provider'; add it", place)
        return
    read_provider(findings, tolerance["provider"], (*place, "provider"))


def _check_target(findings: Findings, tolerance: dict[str, Json], place: Place) -> None:
    target = tolerance.get("target")
    if target is not None and not isinstance(target, str):
        findings.expected("target as text, the key of the value to judge", target, (*place, "target"))


_CHECKERS: dict[str, Callable[[Findings, dict[str, Json], Place], None]] = {
    "regex": _check_regex,
    "range": _check_range,
    "jsonpath": _check_jsonpath,
    "jsonpath-rfc9535": _check_jsonpath,
    "probe": _check_probe,
}
