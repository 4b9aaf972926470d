"""A time-out as files give it: a number, or text that came from the environment."""

from __future__ import annotations

import math
from contextlib import suppress

from experiments.failures import ActivityFailed
from experiments.model import Json


def seconds(value: Json, *, expected: str = "seconds") -> float:
    """More than nothing and less than for ever; raises `ActivityFailed` for anything else."""
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        with suppress(ValueError, OverflowError):
            number = float(value)
            if 0 < number < math.inf:
                return number
    raise ActivityFailed(f"timeout: expected {expected}, more than 0, got {value!r}")
