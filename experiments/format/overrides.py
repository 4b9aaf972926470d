"""`--var name[:type]=value` as configuration values."""

from __future__ import annotations

from collections.abc import Iterable

from experiments.format.conversion import NotConvertible, convert
from experiments.model import Json


def parse_overrides(arguments: Iterable[str]) -> tuple[dict[str, Json], list[str]]:
    """Each name with its value, the last one winning, and one sentence for each that cannot be read."""
    values: dict[str, Json] = {}
    problems: list[str] = []
    for argument in arguments:
        left, separator, text = argument.partition("=")
        name, _, type_name = left.rpartition(":") if ":" in left else (left, "", "str")
        if not separator or not name:
            problems.append(f"--var {left}: expected name[:type]=value")
            continue
        try:
            values[name] = convert(text, type_name)
        except NotConvertible as wrong:
            problems.append(f"--var {name}: {wrong}")
    return values, problems
