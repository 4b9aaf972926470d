"""The times of one activity in seconds: its pauses, and how long it may take."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from experiments.failures import ActivityFailed
from experiments.model import Activity, Json
from experiments.providers.surroundings import Surroundings

#: Seconds; what an operating system can wait for. The run's deadline ends it long before.
LONGEST_PAUSE = threading.TIMEOUT_MAX
#: Seconds that every attempt of a probe that may wait is given, also the last.
LEAST_ATTEMPT = 1.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds before and after, and the most that the activity itself may take; None is no limit."""

    before: float = 0.0
    after: float = 0.0
    timeout: float | None = None

    def limit(self, left: float) -> float:
        """The time for one attempt when `left` seconds are left for all of them."""
        left = max(left, LEAST_ATTEMPT)
        return left if self.timeout is None else min(left, self.timeout)


_NONE = Waits()


def waits(activity: Activity, around: Surroundings, *, idle: bool) -> Waits:
    """Its times after substitution, without pauses where the run is idle; raises `ActivityFailed`."""
    pauses, timeout = activity.pauses, activity.timeout
    if timeout is None and pauses.before is None and pauses.after is None:
        return _NONE
    before, after = (
        _seconds(f"a pause in seconds at {activity.name}", each, around) or 0.0
        for each in (pauses.before, pauses.after)
    )
    limit = _seconds(f"timeout in seconds at {activity.name}", timeout, around)
    if limit == 0:
        raise ActivityFailed(f"expected timeout at {activity.name} to be more than 0")
    return Waits(0.0 if idle else before, 0.0 if idle else after, limit)


def _seconds(what: str, value: Json, around: Surroundings) -> float | None:
    found = None if value is None else around.substituted(value)
    if found is None:
        return None
    try:
        numeric = isinstance(found, int | float | str) and not isinstance(found, bool)
        seconds = float(str(found)) if numeric else -1.0
    except (ValueError, OverflowError):
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_PAUSE:
        raise ActivityFailed(f"expected {what}, found {found!r}")
    return seconds
