"""Any value as JSON data: a function may return what it likes, a journal holds what can be read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from uuid import UUID

from experiments.engine.caught import Caught
from experiments.model import Json

_CIRCLE = "<contains itself>"


def plain(value: object, _above: tuple[int, ...] = ()) -> Json:
    """JSON data that says the same; never raises, what JSON cannot say becomes its `repr`."""
    if value is None or (isinstance(value, bool | str | int) and not isinstance(value, Enum)):
        return value
    if id(value) in _above or len(_above) > 100:
        return _CIRCLE
    here = (*_above, id(value))
    if isinstance(value, Mapping):
        return {_key(key): plain(each, here) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, here) for each in value]
    if isinstance(value, set | frozenset):
        return [plain(each, here) for each in sorted(value, key=_said)]
    return _leaf(value)


def _key(key: object) -> str:
    return key if isinstance(key, str) else str(plain(key))


def _leaf(value: object) -> Json:
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else _said(value)


def _said(value: object) -> str:
    with Caught() as caught:
        return repr(value)
    return f"<{type(value).__name__} that cannot be shown: {type(caught.error).__name__}>"
