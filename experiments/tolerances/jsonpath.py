"""A JSON path, in Chaos Toolkit's dialect or as RFC 9535 has it: it must find what is expected."""

from __future__ import annotations

import json
from collections.abc import Mapping

from experiments.shapes import is_list
from experiments.tolerances.answer import told
from experiments.tolerances.dialects import Dialect, find, refusal
from experiments.tolerances.not_a_path import NotAPath
from experiments.tolerances.target import targeted
from experiments.tolerances.verdict import Verdict, shown


def jsonpath(tolerance: Mapping[str, object], value: object) -> Verdict:
    """`type: jsonpath`, the dialect of Chaos Toolkit."""
    return _found(tolerance, value, Dialect.CHAOS_TOOLKIT)


def jsonpath_rfc9535(tolerance: Mapping[str, object], value: object) -> Verdict:
    """`type: jsonpath-rfc9535`, the standard, strictly."""
    return _found(tolerance, value, Dialect.STANDARD)


def _found(tolerance: Mapping[str, object], value: object, dialect: Dialect) -> Verdict:
    path = str(tolerance.get("path", "")).strip()
    judged = targeted(value, tolerance.get("target"))
    if judged.missed and not isinstance(value, Mapping):
        return Verdict(met=False, expected=f"{path} to find something", found=told(value) + judged.note)
    try:
        data = _decoded(judged.value)
        return _verdict(tolerance, path, find(path, data, dialect), told(data), judged.note)
    except UnicodeDecodeError:
        found = f"{told(judged.value)}, which is no text in UTF-8"
        return Verdict(met=False, expected=f"{path} to find something", found=found)
    except NotAPath:
        expected = f"a match of {path}, which is {refusal(path, dialect)}"
        return Verdict(met=False, expected=expected, found=told(judged.value) + judged.note)


def _verdict(
    tolerance: Mapping[str, object], path: str, matches: list[object], searched: str, note: str
) -> Verdict:
    met, expected = _compared(tolerance, matches)
    found = _values(matches) if matches else f"nothing in {searched}"
    if matches and "expect" not in tolerance and tolerance.get("count") is not None:
        found = f"{len(matches)}: {found}"
    return Verdict(met=met, expected=f"{path} to find {expected}", found=found + note)


def _compared(tolerance: Mapping[str, object], matches: list[object]) -> tuple[bool, str]:
    """`expect` wins over `count`; a list is all that is found, anything else the only match."""
    if "expect" in tolerance:
        expect = tolerance["expect"]
        wanted: list[object] = expect if is_list(expect) else [expect]
        return bool(matches == wanted), _values(wanted) if wanted else "nothing"
    count = tolerance.get("count")
    if count is None:
        return bool(matches), "something"
    return bool(len(matches) == count), f"{shown(count)} {'match' if count == 1 else 'matches'}"


def _values(matches: list[object]) -> str:
    """One as it is, more as a list."""
    return shown(matches[0] if len(matches) == 1 else matches)


def _decoded(value: object) -> object:
    """A text that is JSON counts as what it says; raises `UnicodeDecodeError` for bytes that are no text."""
    if isinstance(value, bytes):
        value = value.decode()
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
