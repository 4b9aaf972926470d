"""The kill switch in memory: the longest halt stands, and each is told with its end."""

from __future__ import annotations

import secrets

from workers.ledger.memory.tables import Run, Tables
from workers.ledger.records import Halt, RunState, Unsettled
from workers.ledger.telling import resuming, told_open
from workers.notifier.events import EventName


class MemorySwitch:
    """`KillSwitch`."""

    _tables: Tables

    def halt(self, by: str, reason: str, seconds: float | None) -> Halt:
        with self._tables.lock:
            tables, now = self._tables, self._tables.now()
            until = None if seconds is None else now + int(seconds * 1000)
            stands = tables.halted()
            if stands and (stands.until is None or (until is not None and until <= stands.until)):
                return stands
            tables.lapse()
            tables.halt = Halt(since=now, until=until, by=by, reason=reason)
            tables.halt_id = f"halt-{secrets.token_hex(8)}"
            tables.tell_halt(EventName.HALTED, told_open(tables.halt, self._open()))
            return tables.halt

    def resume(self, by: str, reason: str) -> Halt | None:
        with self._tables.lock:
            self._tables.lapse()
            stood = self._tables.halted()
            self._tables.end_halt(resuming(by, reason))
            return stood

    def halted(self) -> Halt | None:
        with self._tables.lock:
            return self._tables.halted()

    def unsettled(self) -> list[Unsettled]:
        with self._tables.lock:
            left = [run for run in self._tables.runs.values() if run.state is not RunState.ENDED or run.owed]
            return sorted(map(_unsettled, left), key=lambda each: (each.queue, each.run_id))

    def _open(self) -> list[str]:
        """By schedule, then by run id."""
        open_runs = self._tables.open_runs()
        return [run.order.run_id for run in sorted(open_runs, key=lambda each: each.order.schedule)]


def _unsettled(run: Run) -> Unsettled:
    return Unsettled(
        queue=run.order.queue,
        run_id=run.order.run_id,
        state=run.state,
        worker=run.worker,
        owed=len(run.owed),
    )
