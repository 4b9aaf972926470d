"""The shape of a tolerance; what it means is for `experiments.tolerances`."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from experiments.format.expansion import Place
from experiments.format.findings import Findings, is_number
from experiments.format.problem import shown, suggestion
from experiments.format.providers import read_provider
from experiments.format.substitution import has_reference, is_reference
from experiments.model import Json
from experiments.tolerances.dialects import Dialect, refusal, surprise

_REPLACED_HERE_ONLY = "Chaos Toolkit does not replace {} here"


def check_tolerance(findings: Findings, value: Json, place: Place) -> None:
    """Truth, number, text, list, or a mapping whose `type` says how it judges; the rest are problems."""
    match value:
        case None:
            findings.expected("a tolerance: true, a number, text, a list or a mapping", value, place)
        case float():
            findings.warning(f"Chaos Toolkit refuses {shown(value)}; there, write a range", place)
        case list():
            _check_list(findings, value, place)
        case dict():
            _check_mapping(findings, value, place)
        case _:
            pass


def _check_list(findings: Findings, allowed: list[Json], place: Place) -> None:
    if not allowed:
        findings.warning("expected values that are allowed, found an empty list, in which nothing is", place)
    if len(allowed) == 2 and all(isinstance(each, str) for each in allowed):
        choice = "|".join(re.escape(str(each)) for each in allowed)
        advice = f"for one of the two write {{type: regex, pattern: '^({choice})$'}}"
        findings.warning(f"two texts are a range in the alphabet, except for a status; {advice}", place)
    if len(allowed) == 2:
        _check_order(findings, allowed, place)
    for at, each in enumerate(allowed):
        if has_reference(each) and "${" in str(each):
            findings.warning(_REPLACED_HERE_ONLY.format(each), (*place, at))


def _check_order(findings: Findings, bounds: list[Json], place: Place) -> None:
    for low, high in pairwise(bounds):
        if is_number(low) and is_number(high) and float(str(low)) > float(str(high)):
            findings.warning(f"nothing is in a range from {shown(low)} to {shown(high)}", place)


def _check_mapping(findings: Findings, value: dict[str, Json], place: Place) -> None:
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
    if _is_made_later(pattern):
        return
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as wrong:
        findings.error(f"expected a regular expression, found {shown(pattern)}: {wrong}", (*place, "pattern"))


def _check_range(findings: Findings, tolerance: dict[str, Json], place: Place) -> None:
    findings.keys(tolerance, place, ("type", "range", "target"))
    _check_target(findings, tolerance, place)
    bounds = tolerance.get("range")
    if not isinstance(bounds, list) or len(bounds) != 2 or not all(map(_is_bound, bounds)):
        findings.expected("range as a list of two numbers", bounds, (*place, "range"))
        return
    _check_order(findings, bounds, (*place, "range"))
    for at, each in enumerate(bounds):
        if is_reference(each):
            findings.warning(_REPLACED_HERE_ONLY.format(each), (*place, "range", at))


def _is_bound(value: Json) -> bool:
    return is_number(value) or is_reference(value)


def _check_jsonpath(findings: Findings, tolerance: dict[str, Json], place: Place) -> None:
    findings.keys(tolerance, place, ("type", "path", "expect", "count", "target"))
    path = findings.text(tolerance, "path", place, f"a {tolerance['type']} tolerance").strip()
    _check_target(findings, tolerance, place)
    _check_count(findings, tolerance, place)
    dialect = Dialect(str(tolerance["type"]))
    if not path:
        return
    if wrong := refusal(path, dialect):
        if not _is_made_later(path):
            findings.error(f"{path!r} is {wrong}", (*place, "path"))
    elif dialect is Dialect.CHAOS_TOOLKIT and (odd := surprise(path)):
        findings.warning(f"{path!r}: {odd}", (*place, "path"))


def _check_count(findings: Findings, tolerance: dict[str, Json], place: Place) -> None:
    count, place = tolerance.get("count"), (*place, "count")
    if count is not None and "expect" in tolerance:
        findings.warning_at_key("'count' has no effect beside 'expect', which wins; remove one", place)
    elif is_reference(count):
        findings.warning(_REPLACED_HERE_ONLY.format(count), place)
    elif count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
        findings.surprising("count as a whole number from 0", count, place)


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
    if isinstance(target, list | dict):
        findings.expected("target as text, the key of the value to judge", target, (*place, "target"))
    elif target is not None and not isinstance(target, str):
        findings.surprising("target as text, the key of the value to judge", target, (*place, "target"))


def _is_made_later(text: str) -> bool:
    """Known only when the run substitutes it."""
    return has_reference(text) and "${" in text


_CHECKERS: dict[str, Callable[[Findings, dict[str, Json], Place], None]] = {
    "regex": _check_regex,
    "range": _check_range,
    "jsonpath": _check_jsonpath,
    "jsonpath-rfc9535": _check_jsonpath,
    "probe": _check_probe,
}
