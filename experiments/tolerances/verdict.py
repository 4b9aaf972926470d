"""What a tolerance says about a value."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Met or not, with what was expected and what was found as people say it."""

    met: bool
    expected: str
    found: str

    def __str__(self) -> str:
        return f"expected {self.expected}, got {self.found}"


def shown(value: object, limit: int = 120) -> str:
    """The value as the file would have it, short enough for a sentence."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=repr)
    except (TypeError, ValueError, RecursionError):
        text = repr(type(value))
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def field(value: object, target: object) -> object:
    """The value's field that a tolerance targets; the value itself when it has no such field."""
    return value.get(target, value) if target and isinstance(value, dict) else value
