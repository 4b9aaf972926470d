"""A JSON path, in Chaos Toolkit's dialect or as RFC 9535 has it: it must find what is expected."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from experiments.tolerances.dialect.path import find
from experiments.tolerances.verdict import Verdict, field, shown


def jsonpath(tolerance: Mapping[str, object], value: object) -> Verdict:
    """`type: jsonpath`, the dialect of Chaos Toolkit."""
    return _found(tolerance, value, find)


def jsonpath_rfc9535(tolerance: Mapping[str, object], value: object) -> Verdict:
    """`type: jsonpath-rfc9535`, the standard, strictly."""
    return _found(tolerance, value, _find_by_the_standard)


def _found(
    tolerance: Mapping[str, object], value: object, search: Callable[[str, object], list[object]]
) -> Verdict:
    path = str(tolerance.get("path", "")).strip()
    data = _decoded(field(value, tolerance.get("target")))
    try:
        matches = search(path, data)
    except (ValueError, RecursionError) as wrong:
        return Verdict(
            met=False, expected=f"a match of {path}, which is no path ({wrong})", found=shown(data)
        )
    return _verdict(tolerance, path, matches)


def _verdict(tolerance: Mapping[str, object], path: str, matches: list[object]) -> Verdict:
    if "expect" in tolerance:
        expect = tolerance["expect"]
        wanted = expect if isinstance(expect, list) else [expect]
        return Verdict(
            met=matches == wanted, expected=f"{path} to find {shown(wanted)}", found=shown(matches)
        )
    count = tolerance.get("count")
    if count is not None:
        met = len(matches) == count
        return Verdict(met=met, expected=f"{path} to find {shown(count)}", found=f"{len(matches)}")
    return Verdict(met=bool(matches), expected=f"{path} to find something", found=_amount(matches))


def _amount(matches: list[object]) -> str:
    return f"{len(matches)} matches" if matches else "nothing"


def _decoded(value: object) -> object:
    """A text that is JSON counts as what it says."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _find_by_the_standard(path: str, value: object) -> list[object]:
    from jsonpath import JSONPathEnvironment, JSONPathError

    if not isinstance(value, dict | list):
        return [value] if path == "$" else []
    try:
        return list(JSONPathEnvironment(strict=True).findall(path, value))
    except JSONPathError as wrong:
        raise ValueError(str(wrong).splitlines()[0]) from wrong
