"""The run book in memory: claimed once, closed once, by whoever holds the epoch."""

from __future__ import annotations

from datetime import timedelta

from workers.ledger import telling
from workers.ledger.memory.tables import EPOCH, Run, Tables
from workers.ledger.records import Claim, ClaimDenied, Ending, FireEnd, Hold, RunRecord, RunState


class MemoryRuns:
    """`RunBook`."""

    _tables: Tables

    def claim(self, queue: str, run_id: str, worker: str, pid: int) -> Claim | ClaimDenied:
        with self._tables.lock:
            run, now = self._tables.runs.get((queue, run_id)), self._tables.now()
            if run is None:
                return ClaimDenied.UNKNOWN
            if run.state is not RunState.QUEUED:
                return ClaimDenied.TAKEN
            if now > run.start_by:
                self._tables.end_fire(run, FireEnd.MISSED, telling.unclaimed(run.order))
                return ClaimDenied.LATE
            if halt := self._tables.halted():
                self._tables.end_fire(run, FireEnd.SKIPPED, telling.halted(halt))
                return ClaimDenied.HALTED
            run.state, run.epoch, run.worker, run.pid = RunState.CLAIMED, run.epoch + 1, worker, pid
            run.lease_until = self._tables.lease()
            run.deadline = now + int(run.order.deadline * 1000)
            hold = Hold(queue=queue, run_id=run_id, epoch=run.epoch, worker=worker)
            return Claim(order=run.order, hold=hold, deadline=EPOCH + timedelta(milliseconds=run.deadline))

    def renew(self, hold: Hold) -> bool:
        with self._tables.lock:
            run = self._held(hold)
            if run is None:
                return False
            run.lease_until = self._tables.lease()
            return True

    def start(self, hold: Hold, *, dry: bool = False) -> bool:
        with self._tables.lock:
            run = self._held(hold)
            if run is None or run.state is not RunState.CLAIMED:
                return False
            run.dry = dry
            self._tables.start(run)
            return True

    def refuse(self, hold: Hold, end: FireEnd, reason: str) -> bool:
        with self._tables.lock:
            run = self._held(hold)
            if run is None or run.state is not RunState.CLAIMED or run.started:
                return False
            self._tables.end_fire(run, end, reason)
            return True

    def end(self, hold: Hold, ending: Ending) -> bool:
        with self._tables.lock:
            run = self._held(hold)
            if run is None:
                return False
            run.dry = ending.dry
            self._tables.start(run)
            run.undo_failed, run.journal = ending.undo_failed, ending.journal
            self._tables.end_run(run, ending.outcome, ending.reason)
            return True

    def get(self, queue: str, run_id: str) -> RunRecord | None:
        with self._tables.lock:
            run = self._tables.runs.get((queue, run_id))
            return None if run is None else _record(run)

    def runs(self, limit: int = 100) -> list[RunRecord]:
        with self._tables.lock:
            latest = list(self._tables.runs.values())[::-1][:limit]
            return [_record(run, journal=False) for run in latest]

    def _held(self, hold: Hold) -> Run | None:
        run = self._tables.runs.get((hold.queue, hold.run_id))
        return run if run is not None and run.held_by(hold) else None


def _record(run: Run, *, journal: bool = True) -> RunRecord:
    return RunRecord(
        order=run.order,
        state=run.state,
        epoch=run.epoch,
        worker=run.worker,
        outcome=run.outcome,
        reason=run.reason,
        dry=run.dry,
        undo_failed=run.undo_failed,
        started=run.started,
        journal=run.journal if journal else {},
    )
