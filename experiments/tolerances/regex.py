"""A regular expression: it must be found somewhere in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from experiments.tolerances.answer import told
from experiments.tolerances.target import targeted
from experiments.tolerances.verdict import Verdict, shown


def regex(tolerance: Mapping[str, object], value: object) -> Verdict:
    """`pattern` searched in the value or its `target`; what is no text does not match.

    A number as the pattern, as a reference may bring it, is its digits.
    """
    pattern = tolerance.get("pattern")
    judged = targeted(value, tolerance.get("target"))
    expected, found = f"text matching {shown(pattern)}", told(judged.value) + judged.note
    if not isinstance(pattern, str | int | float):
        return Verdict(met=False, expected=f"text matching a pattern, not {shown(pattern)}", found=found)
    if judged.missed or not isinstance(judged.value, str):
        unfit = "" if judged.missed else ", which is no text"
        return Verdict(met=False, expected=expected, found=found + unfit)
    try:
        return Verdict(met=bool(re.search(str(pattern), judged.value)), expected=expected, found=found)
    except (re.error, OverflowError, RecursionError) as wrong:
        return Verdict(met=False, expected=f"{expected}, which is no pattern ({wrong})", found=found)
