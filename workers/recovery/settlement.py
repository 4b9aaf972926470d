"""Settles what a run owes: its declared rollbacks, then every open fault, last first, then its end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from experiments.clock import Clock
from experiments.engine.caught import Caught
from experiments.engine.stop import Stop
from experiments.faults.injection import Reverser
from experiments.faults.intent import Intent, Undone, UndoResult
from experiments.model import Outcome
from workers.ledger.protocol import IntentBook, RunBook
from workers.ledger.records import Ending, Hold, Order
from workers.recovery.lease import Lease

log = logging.getLogger("cowbane.recovery")

#: Seconds between the attempts at a failing undo while the run is held; afterwards it stays owed.
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 4.0)
#: How long one settlement may hold a run.
HOLD_FOR = timedelta(hours=1)


class RunsAndIntents(RunBook, IntentBook, Protocol):
    """The part of the ledger that a settlement writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Undoes and closes runs that this process has taken over.

    `rollbacks` plays the experiment's own rollbacks and returns one sentence per failure.
    """

    ledger: RunsAndIntents
    reverser: Reverser
    clock: Clock
    sleep: Callable[[float], None]
    rollbacks: Callable[[Order, Hold], Sequence[str]]
    told: Callable[[], None]  #: called after an end was written, so that people hear of it soon

    def close(self, hold: Hold, why: str) -> None:
        """Undo everything the run owes and end it as `lost`; what cannot be undone is loud and stays owed."""
        record = self.ledger.get(hold.queue, hold.run_id)
        if record is None:
            return
        with self._held(hold):
            failures = self._rolled_back(record.order, hold) if record.started and not record.dry else []
            undone = self.repay(hold.queue, hold.run_id)
        failures += [each.detail for _, each in undone if each.result is UndoResult.FAILED]
        reason = " ".join([f"{why};", _summary(undone), *failures]).strip()
        ending = Ending(outcome=Outcome.LOST, reason=reason, dry=record.dry, undo_failed=bool(failures))
        if self.ledger.end(hold, ending):
            log.warning("run %s lost: %s", hold.run_id, reason)
            self.told()

    def repay(self, queue: str, run_id: str) -> list[tuple[Intent, Undone]]:
        """Undo the open faults of one run, last first; one failure never stops the others."""
        return [
            (intent, self._undo(queue, intent))
            for intent in reversed(self.ledger.open_intents(queue, run_id))
        ]

    def _held(self, hold: Hold) -> Lease:
        return Lease(self.ledger, hold, stop=Stop(), clock=self.clock, deadline=self.clock.now() + HOLD_FOR)

    def _rolled_back(self, order: Order, hold: Hold) -> list[str]:
        with Caught() as caught:
            return list(self.rollbacks(order, hold))
        return [f"the rollbacks broke: {type(caught.error).__name__}: {caught.error}"]

    def _undo(self, queue: str, intent: Intent) -> Undone:
        undone = self._tried(intent)
        for seconds in BACKOFF_SECONDS:
            if undone.result is not UndoResult.FAILED:
                break
            self.sleep(seconds)
            undone = self._tried(intent)
        self.ledger.close(queue, intent, undone)
        log.info("fault %s on %s: %s %s", intent.id, intent.target, undone.result.value, undone.detail)
        return undone

    def _tried(self, intent: Intent) -> Undone:
        with Caught() as caught:
            return self.reverser.undo(intent)
        detail = f"the undo of {intent.target} broke: {type(caught.error).__name__}: {caught.error}"
        return Undone(result=UndoResult.FAILED, detail=detail)


def _summary(undone: Sequence[tuple[Intent, Undone]]) -> str:
    real = [(intent, each) for intent, each in undone if each.result is not UndoResult.NOTHING]
    if not real:
        return "nothing was left to undo."
    return "; ".join(f"{intent.target}: {each.result.value}" for intent, each in real) + "."
