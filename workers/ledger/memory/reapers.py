"""The reaper's book in memory: who is alive, what is held, and one taker for each epoch."""

from __future__ import annotations

from workers.ledger.memory.tables import Tables
from workers.ledger.records import Held, Hold, RunState


class MemoryReapers:
    """`ReaperBook`."""

    _tables: Tables

    def heartbeat(self, queue: str, worker: str) -> None:
        with self._tables.lock:
            self._tables.reapers.setdefault(queue, {})[worker] = self._tables.now()

    def other_reapers(self, queue: str, worker: str) -> int:
        with self._tables.lock:
            heard_since = self._tables.now() - self._tables.leases.reaper * 1000
            heard = self._tables.reapers.get(queue, {})
            return sum(name != worker and at >= heard_since for name, at in heard.items())

    def held(self, queue: str) -> list[Held]:
        with self._tables.lock:
            return [
                Held(
                    queue=queue,
                    run_id=run.order.run_id,
                    epoch=run.epoch,
                    state=run.state,
                    worker=run.worker,
                    pid=run.pid,
                    lease_until=run.lease_until,
                    deadline=run.deadline,
                )
                for run in self._tables.open_runs()
                if run.order.queue == queue and run.active
            ]

    def take_over(self, queue: str, run_id: str, epoch: int, worker: str) -> Hold | None:
        with self._tables.lock:
            run = self._tables.runs.get((queue, run_id))
            if run is None or not run.active or run.epoch != epoch:
                return None
            run.state, run.epoch, run.worker, run.pid = RunState.UNDOING, epoch + 1, worker, 0
            run.lease_until = self._tables.lease()
            return Hold(queue=queue, run_id=run_id, epoch=run.epoch, worker=worker)
