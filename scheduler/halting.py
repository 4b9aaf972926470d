"""Halts a deployment and waits until nothing of it is open: the kill switch as the command line uses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.clock import Clock
from workers.ledger.records import Halt, RunState, Unsettled
from workers.ledger.switch import KillSwitch

#: Seconds between two looks at what is left.
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Halted:
    """What a halt came to."""

    halt: Halt  #: that stands
    already: bool  #: it stood before and lasts longer than what was asked for
    stopped: list[Unsettled]  #: what was open when it began
    left: list[Unsettled] | None = None  #: after the wait; None: nobody waited
    resumed: bool = False  #: somebody did, during the wait


@dataclass(frozen=True, slots=True)
class Halting:
    """Halts and waits; clock and pause come from outside."""

    switch: KillSwitch
    clock: Clock
    pause: Callable[[float], object]

    def halt(self, by: str, reason: str, lasts: float | None, wait: float | None) -> Halted:
        """Halt, see what is open, and wait until it is not, when asked to."""
        before = self.switch.halted()
        stands = self.switch.halt(by, reason, lasts)
        stopped = self.switch.unsettled()
        if wait is None:
            return Halted(halt=stands, already=stands == before, stopped=stopped)
        left = self._left_after(wait)
        resumed = self.switch.halted() is None
        return Halted(halt=stands, already=stands == before, stopped=stopped, left=left, resumed=resumed)

    def _left_after(self, seconds: float) -> list[Unsettled]:
        until = self.clock.monotonic() + seconds
        while left := self._left():
            if self.clock.monotonic() >= until or self.switch.halted() is None:
                break
            self.pause(LOOK_SECONDS)
        return left

    def _left(self) -> list[Unsettled]:
        """What may hold a fault. A fire that waits holds none, and nobody can claim it."""
        return [each for each in self.switch.unsettled() if each.state is not RunState.QUEUED]
