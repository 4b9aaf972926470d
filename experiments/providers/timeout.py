"""A time-out as files give it: a number, or text that came from the environment."""

from __future__ import annotations

import math
from contextlib import suppress

from experiments.failures import ActivityFailed
from experiments.model import Json

#: What a socket and a thread can wait for without an overflow; longer than any run.
LONGEST = 7 * 86400.0


def seconds(value: Json, *, expected: str = "seconds") -> float:
    """More than nothing, at most a week; raises `ActivityFailed` for anything that is no time at all."""
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        with suppress(ValueError, OverflowError):
            number = float(value)
            if 0 < number < math.inf:
                return min(number, LONGEST)
    raise ActivityFailed(f"timeout: expected {expected}, more than 0, got {value!r}")
