"""What a tolerance says about a value."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal

from experiments.engine.caught import Caught
from experiments.plain import plain

#: What is left of a word that was cut: half a token is half a secret, which no redactor knows.
_CUT_WORD = re.compile(r"[^\s\"'\\:,;=()\[\]{}]*\Z")
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Met or not, with what was expected and what was found as people say it."""

    met: bool
    expected: str
    found: str

    def __str__(self) -> str:
        return f"expected {self.expected}, got {self.found}"


def shown(value: object, limit: int = 120) -> str:
    """The value as the file would have it, short enough for a sentence, cut between words; never raises."""
    text = str(value) if isinstance(value, Decimal) else _beginning(value, limit)
    return text if len(text) <= limit else f"{_CUT_WORD.sub('', text[: limit - 3])}..."


def _beginning(value: object, limit: int) -> str:
    """As JSON, no further than needed: an answer may have megabytes."""
    with Caught():
        return _encoded(value, limit)
    with Caught():  # keys that are no text, a value that contains itself
        return _encoded(plain(value), limit)
    return f"a {type(value).__name__} that cannot be shown"


def _encoded(value: object, limit: int) -> str:
    if value is None or isinstance(value, bool | str) or type(value) is int:
        return _ENCODER.encode(value[: limit + 1] if isinstance(value, str) else value)
    text = ""
    for piece in _ENCODER.iterencode(value):
        text += piece
        if len(text) > limit:
            break
    return text
