"""Text from outside (an environment variable, `--var`) as a value of a named type."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

from experiments.format.problem import suggestion
from experiments.model import Json


class NotConvertible(ValueError):
    """What was expected; never the text itself, which may be a secret."""


def convert(text: str, type_name: str | None) -> Json:
    """The text as `type_name` (text when it is None); raises `NotConvertible`."""
    if type_name is None:
        return text
    converter = _CONVERTERS.get(type_name)
    if converter is None:
        raise NotConvertible(unknown_type(type_name))
    try:
        return converter(text)
    except (ValueError, RecursionError):
        raise NotConvertible(f"expected {type_name}, found text that is none") from None


def converted(value: Json, type_name: str | None) -> Json:
    """As `convert`, of any value: numbers and truths become the numbers asked for, the rest stays."""
    if isinstance(value, str):
        return convert(value, type_name)
    number = _NUMBERS.get(type_name or "")
    if number is None or not isinstance(value, int | float):
        return value
    try:
        return number(value)
    except (ValueError, OverflowError):
        raise NotConvertible(f"expected {type_name}, found a number that is none") from None


def is_type(name: str) -> bool:
    """Whether `convert` knows it."""
    return name in _CONVERTERS


def unknown_type(name: str) -> str:
    """The sentence about a type that `convert` does not know."""
    known = ", ".join(_CONVERTERS)
    return f"expected one of {known}, found {name!r}{suggestion(name, _CONVERTERS)}"


def _finite(given: str | float) -> float:
    number = float(given)
    if not math.isfinite(number):
        raise ValueError(given)
    return number


def _json(text: str) -> Json:
    """Chaos Toolkit takes no text at all for itself."""
    value: Json = json.loads(text, parse_constant=_finite, parse_float=_finite) if text else text
    return value


_NUMBERS: dict[str, Callable[[float], Json]] = {
    "int": int,
    "integer": int,
    "float": _finite,
    "number": _finite,
}


#: Bytes stay text here: they are text wherever they came from, and JSON has no other form for them.
_CONVERTERS: dict[str, Callable[[str], Json]] = {
    "str": str,
    "string": str,
    "int": int,
    "integer": int,
    "float": _finite,
    "number": _finite,
    "bytes": str,
    "bool": lambda text: text.lower() not in ("false", "0", "no"),
    "json": _json,
}
