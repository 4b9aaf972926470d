"""What goes on in a run right now, as rows that are drawn again and again."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.engine.progress import (
    Acting,
    Asked,
    Entered,
    Looked,
    Part,
    Pausing,
    Probing,
    Progress,
    Recorded,
    Undoing,
    Undone,
    Verdict,
)

if TYPE_CHECKING:
    from experiments.clock import Clock


@dataclass(slots=True)
class Step:
    """One thing that goes on in one thread; moments are the clock's seconds."""

    what: str
    since: float
    pause: str = ""
    until: float = 0.0  #: when the pause, or the waiting for a probe, is over
    waits: bool = False  #: a probe that is asked again and again


@dataclass(frozen=True, slots=True)
class Row:
    """What goes on, which may be cut, and the time, which may not."""

    what: str
    time: str


class Doing:
    """Watches a run; each thread of it does one thing at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._steps: dict[int, Step] = {}
        self._beside: set[int] = set()  #: threads that look at the hypothesis beside the method
        self._looks = self._bad = 0

    def __call__(self, event: Progress) -> None:
        """Take note of it, in the thread it comes from."""
        with self._lock:
            self._note(event, threading.get_ident(), self._clock.monotonic())

    def rows(self) -> list[Row]:
        """What goes on now, the oldest first; the looks beside the method are the last one."""
        now = self._clock.monotonic()
        with self._lock:
            steps = [step for thread, step in self._steps.items() if thread not in self._beside]
            rows = [row for step in steps if (row := _row(step, now))]
            if self._looks:
                held = "all held" if not self._bad else f"{self._bad} did not hold"
                rows.append(Row("beside the method", f"{self._looks} looks, {held}"))
        return rows

    def _note(self, event: Progress, thread: int, now: float) -> None:
        match event:
            case Probing(name):
                self._steps[thread] = Step(f"probe {name}", now)
            case Acting(name):
                self._steps[thread] = Step(f"action {name}", now)
            case Undoing(target):
                self._steps[thread] = Step(f"undo of {target}", now)
            case Pausing(name, seconds):
                step = self._steps.setdefault(thread, Step("", now))
                step.pause, step.until, step.since = f"pause at {name}", now + seconds, now + seconds
            case Asked(name, found, left):
                self._steps[thread] = Step(f"probe {name}: {found}", now, until=now + left, waits=True)
            case Looked(Part.DURING):
                self._looks += 1
                self._bad += not event.met
            case Recorded() | Undone():
                self._steps.pop(thread, None)
                if isinstance(event, Recorded) and event.part is Part.DURING:
                    self._beside.add(thread)
            case Entered() | Verdict():
                for ended in (thread, *self._beside):
                    self._steps.pop(ended, None)
                self._beside.clear()
                self._looks = self._bad = 0
            case _:
                pass


def _row(step: Step, now: float) -> Row | None:
    left = step.until - now
    if step.pause and left > 0:
        return Row(step.pause, f"{_clock(left)} left")
    if step.waits:
        return Row(step.what, f"{_clock(max(0.0, left))} left")
    return Row(step.what, _clock(max(0.0, now - step.since))) if step.what else None


def _clock(seconds: float) -> str:
    """Tenths while they are few; never longer than `123h 59m`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes}m {rest:02}s"
    return f"{minutes // 60}h {minutes % 60:02}m"
