"""Any value as JSON data: a function may return what it likes, a journal holds what can be read."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from uuid import UUID

from experiments.engine.caught import Caught
from experiments.model import Json
from experiments.shapes import is_dict, is_items, is_list, is_mapping, is_set

#: Levels of an answer that are kept; deeper ones break the readers of the journal.
DEEPEST = 100
#: Beyond, no reader takes a number for what it is, and Python refuses to print it.
_LONGEST_NUMBER_BITS = 4096
#: How an escape begins that may stand for no character; what `text` takes away.
_HALF_OF_A_PAIR = "\\ud"
#: Made once: a line of a run's journal is written for every event.
_ENCODER = json.JSONEncoder(allow_nan=False)
_CIRCLE = "<contains itself>"
_DEEP = f"<nested deeper than {DEEPEST}>"


def plain(value: object, _above: tuple[int, ...] = ()) -> Json:
    """JSON data that says the same; never raises, what JSON cannot say becomes its `repr`.

    What knows itself as data (`to_dict` of Kubernetes' objects, `tolist` of numpy's) is taken at its
    word. A generator is not used up. A mapping that cannot be read to its end keeps what was read.
    """
    if value is None or (isinstance(value, bool | str | int) and not isinstance(value, Enum)):
        return _scalar(value)
    if id(value) in _above:
        return _CIRCLE
    if len(_above) >= DEEPEST:
        return _DEEP
    here = (*_above, id(value))
    if is_mapping(value):
        return _mapping(value, here)
    if is_items(value):
        return _items(value, here)
    if is_set(value):
        return _items(sorted(value, key=_said), here)
    return _leaf(value, here)


def text(words: str) -> str:
    """The words as every encoding holds them: what stands for a broken byte is escaped."""
    return words if words.isascii() else words.encode("utf-8", "backslashreplace").decode()


def written(data: object, indent: int | None = None) -> str:
    """As JSON text in ASCII that every reader takes, whatever the data holds."""
    try:
        said = _ENCODER.encode(data) if indent is None else json.dumps(data, indent=indent, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(plain(data), indent=indent)
    return json.dumps(plain(data), indent=indent) if _HALF_OF_A_PAIR in said else said


def _scalar(value: bool | str | int | None) -> Json:
    if isinstance(value, str):
        return text(value)
    if value is None or value.bit_length() <= _LONGEST_NUMBER_BITS:
        return value
    return hex(value)


def _mapping(value: Mapping[object, object], here: tuple[int, ...]) -> Json:
    read: dict[str, Json] = {}
    with Caught() as caught:
        for key, each in value.items():
            read[_free(key, read)] = plain(each, here)
    if caught.error is not None:
        read[_free("...", read)] = _unreadable(value, caught.error)
    return read


def _items(values: Iterable[object], here: tuple[int, ...]) -> Json:
    read: list[Json] = []
    with Caught() as caught:
        read.extend(plain(each, here) for each in values)
    return read if caught.error is None else [*read, _unreadable(values, caught.error)]


def _free(key: object, taken: Mapping[str, Json]) -> str:
    """The key as text; one that is taken, as by 1 and "1", says its type too, then a number."""
    name = text(key) if isinstance(key, str) else str(plain(key))
    if name not in taken:
        return name
    typed = f"{name} ({type(key).__name__})"
    later = (f"{typed} {number}" for number in range(2, len(taken) + 3))
    return next(each for each in (typed, *later) if each not in taken)


def _leaf(value: object, here: tuple[int, ...]) -> Json:
    if isinstance(value, Enum):
        return plain(value.value, here)
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    known = _as_data(value)
    return _said(value) if known is None else plain(known, here)


def _as_data(value: object) -> object:
    """What it says of itself, where that is data; a class, or what answers to any name, is none."""
    data: object = None
    with Caught():
        for name in ("to_dict", "tolist"):
            method = getattr(type(value), name, None)
            data = method(value) if callable(method) else None
            if is_dict(data) or is_list(data) or isinstance(data, str | int | float):
                return data
    return None


def _said(value: object) -> str:
    said = ""
    with Caught() as caught:
        said = text(repr(value))
    return said if caught.error is None else _unreadable(value, caught.error)


def _unreadable(value: object, error: BaseException) -> str:
    return f"<{type(value).__name__} that cannot be shown: {type(error).__name__}>"
