"""What one fetch from a server may cost: time, and bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

from experiments.clock import Clock
from scheduler.repo.source import GitError, Unanswered

#: Seconds of a whole fetch, and bytes that a server may send for it: a repo of YAML is small.
SECONDS = 30.0
BYTES = 32 * 1024 * 1024


@dataclass(slots=True)
class Budget:
    """Begins to run out when it is made."""

    clock: Clock
    left: int = BYTES
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        self._until = self.clock.monotonic() + SECONDS

    def spend(self, data: bytes) -> bytes:
        """`data`, paid for; raises `GitError` when it is too much, `Unanswered` when it takes too long."""
        self.left -= len(data)
        if self.left < 0:
            raise GitError(
                f"its server sends more than {BYTES >> 20} MiB; keep the YAML in a repo of its own"
            )
        if self.clock.monotonic() > self._until:
            raise Unanswered(f"its server did not send all of it within {SECONDS:g} s")
        return data
