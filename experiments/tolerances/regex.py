"""A regular expression: it must be found somewhere in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from experiments.tolerances.verdict import Verdict, field, shown


def regex(tolerance: Mapping[str, object], value: object) -> Verdict:
    """`pattern` searched in the value or its `target`; what is no text does not match."""
    pattern = tolerance.get("pattern")
    text = field(value, tolerance.get("target"))
    expected = f"text matching {shown(pattern)}"
    if not isinstance(text, str):
        return Verdict(met=False, expected=expected, found=f"{shown(text)}, which is no text")
    try:
        return Verdict(met=re.search(str(pattern), text) is not None, expected=expected, found=shown(text))
    except re.error as wrong:
        return Verdict(met=False, expected=f"{expected}, which is no pattern ({wrong})", found=shown(text))
