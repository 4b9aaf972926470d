"""The kill switch's port: halt and resume a whole deployment, and see what is not settled yet."""

from __future__ import annotations

from typing import Protocol

from workers.ledger.records import Halt, Unsettled


class KillSwitch(Protocol):
    """While a halt stands no fire makes a run, no waiting run is claimed, and every open one ends."""

    def halt(self, by: str, reason: str, seconds: float | None) -> Halt:
        """Halt for so long, or until somebody resumes, and tell `halted`; the halt that stands now.

        One that would end no later than the one that stands changes and tells nothing.
        """
        ...

    def resume(self, by: str, reason: str) -> Halt | None:
        """End the halt that stands and tell `resumed`: that halt, or None when none stood."""
        ...

    def halted(self) -> Halt | None:
        """The halt that stands; one whose time is over does not."""
        ...

    def unsettled(self) -> list[Unsettled]:
        """Of all queues: fires that wait, runs that somebody holds, ended runs that owe an undo."""
        ...
