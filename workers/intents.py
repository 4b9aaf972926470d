"""The ledger as the place where a run's intents survive it."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.faults.intent import Intent, NotPermitted, Undone
from workers.ledger.protocol import IntentBook
from workers.ledger.records import Hold


@dataclass(frozen=True, slots=True)
class LedgerIntents:
    """An `IntentLog` under one hold."""

    ledger: IntentBook
    hold: Hold

    def record(self, intent: Intent) -> None:
        """Durable, or `NotPermitted`: the run was taken over, or this very fault is recorded already."""
        if not self.ledger.record(self.hold, intent):
            raise NotPermitted(
                f"{intent.target}: the run is no longer held by this process, or has hit this target already"
            )

    def close(self, intent: Intent, undone: Undone) -> None:
        """Note how its undo ended."""
        self.ledger.close(self.hold.queue, intent, undone)
