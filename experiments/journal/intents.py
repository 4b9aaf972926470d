"""A record of faults that also tells whoever watches, right before each goes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.engine.progress import Injecting, Progress
from experiments.faults.injection import IntentLog
from experiments.faults.intent import Intent, Undone


@dataclass(frozen=True, slots=True)
class ToldIntents:
    """An `IntentLog` around another; `tell` must not raise, or the fault does not go in."""

    recorded: IntentLog
    tell: Callable[[Progress], None]

    def record(self, intent: Intent) -> None:
        """Told only once it is recorded."""
        self.recorded.record(intent)
        self.tell(Injecting(intent.target, intent.step, intent.id, intent.undo))

    def close(self, intent: Intent, undone: Undone) -> None:
        self.recorded.close(intent, undone)
