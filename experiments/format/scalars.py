"""What a plain YAML word means: the core schema of YAML 1.2, not the surprises of 1.1.

`on`, `no`, `12:30:00` and `1_000` are text, `010` is ten, `1e3` is a number, and only `true` and
`false` are truth.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from experiments.format.problem import shown
from experiments.model import Json

_WORDS: dict[str, Json] = {
    **dict.fromkeys(("null", "Null", "NULL", "~", "")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
#: What every number begins with.
_NUMERIC = frozenset("+-.0123456789")
_INT = re.compile(r"[-+]?[0-9]{1,300}|0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

_TYPES: dict[str, Callable[[Json], bool]] = {
    "str": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


class NotAValue(ValueError):
    """A word that stands for nothing that JSON can hold; its text says what to write instead."""


def resolve(word: str) -> Json:
    """The value of a plain word."""
    if word in _WORDS:
        return _WORDS[word]
    if word[0] not in _NUMERIC:
        return word
    if _INT.fullmatch(word):
        return int(word, 0) if word[:2] in ("0o", "0x") else int(word)
    if _FLOAT.fullmatch(word):
        return _finite(word)
    if _NOT_FINITE.fullmatch(word):
        raise NotAValue(f"expected a finite number, found {shown(word)}; quote it if it is text")
    return word


def resolve_tagged(word: str, tag: str) -> Json:
    """The value of a word that names its own type, as in `!!str 5`; `tag` is `str`, `int`, ..."""
    fits = _TYPES.get(tag)
    if fits is None:
        raise NotAValue(f"the tag {written(tag)} is not supported; write the value without it")
    value = word if tag == "str" else resolve(word)
    if not fits(value):
        raise NotAValue(f"expected {tag} after !!{tag}, found {shown(word)}")
    return value


def written(tag: str) -> str:
    """A tag as the file has it."""
    return tag if tag.startswith("!") else f"!!{tag}"


def _finite(word: str) -> float:
    number = float(word)
    if math.isinf(number):
        raise NotAValue(f"expected a finite number, found {shown(word)}; quote it if it is text")
    return number
