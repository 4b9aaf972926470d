"""Undo intents in memory: recorded before the mutation by the holder only, open until undone."""

from __future__ import annotations

from experiments.faults.intent import Intent, Undone, UndoResult
from workers.ledger.memory.tables import Tables
from workers.ledger.records import Hold, RunState


class MemoryIntents:
    """`IntentBook`."""

    _tables: Tables

    def record(self, hold: Hold, intent: Intent) -> bool:
        with self._tables.lock:
            run = self._tables.runs.get((hold.queue, hold.run_id))
            if run is None or run.state is not RunState.CLAIMED or run.epoch != hold.epoch:
                return False
            if run.lease_until <= self._tables.now() or intent.id in run.intents:
                return False
            run.intents[intent.id] = intent
            run.owed.append(intent.id)
            return True

    def close(self, queue: str, intent: Intent, undone: Undone) -> None:
        with self._tables.lock:
            run = self._tables.runs.get((queue, intent.run))
            if run is None or intent.id not in run.intents:
                return
            run.undone[intent.id] = undone
            if undone.result is not UndoResult.FAILED and intent.id in run.owed:
                run.owed.remove(intent.id)

    def open_intents(self, queue: str, run_id: str) -> list[Intent]:
        with self._tables.lock:
            run = self._tables.runs.get((queue, run_id))
            return [] if run is None else [run.intents[each] for each in run.owed]

    def owing(self, queue: str) -> list[str]:
        with self._tables.lock:
            return sorted(
                run.order.run_id
                for run in self._tables.runs.values()
                if run.order.queue == queue and run.state is RunState.ENDED and run.owed
            )
