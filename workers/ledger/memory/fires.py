"""Leadership and the fire book in memory: each due time is decided once, under the lead's fence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from experiments.model import Outcome
from workers.ledger import telling
from workers.ledger.memory.tables import Run, Tables
from workers.ledger.records import Decided, Decision, Dispatch, FireEnd, Order, RunState
from workers.notifier.events import Event


class MemoryFires:
    """`Leadership` and `FireBook`."""

    _tables: Tables

    def lead(self, replica: str) -> int | None:
        with self._tables.lock:
            tables, now = self._tables, self._tables.now()
            if tables.lead_until > now and tables.leader != replica:
                return None
            if tables.lead_until <= now:
                tables.fence = max(tables.fence + 1, now * 1000)
            tables.leader = replica
            tables.lead_until = now + int(tables.leases.lead * 1000)
            return tables.fence

    def resign(self, replica: str, fence: int) -> None:
        with self._tables.lock:
            if self._tables.leads(fence) and self._tables.leader == replica:
                self._tables.lead_until = 0
                self._tables.fence += 1

    def now(self) -> int:
        return self._tables.now()

    def seed(self) -> bytes:
        return self._tables.seed

    def schedules(self) -> Mapping[str, str]:
        with self._tables.lock:
            return dict(self._tables.digests)

    def sync(
        self, fence: int, due: Mapping[str, int | None], digests: Mapping[str, str], drop: Collection[str]
    ) -> bool:
        with self._tables.lock:
            if not self._tables.leads(fence):
                return False
            for schedule, at in due.items():
                self._set_due(schedule, at)
            self._tables.digests.update(digests)
            for schedule in drop:
                self._tables.due.pop(schedule, None)
                self._tables.digests.pop(schedule, None)
            return True

    def due(self, limit: int) -> list[tuple[str, int]]:
        with self._tables.lock:
            now = self._tables.now()
            ready = [(at, schedule) for schedule, at in self._tables.due.items() if at <= now]
            return [(schedule, at) for at, schedule in sorted(ready)[:limit]]

    def next_due(self) -> int | None:
        with self._tables.lock:
            return min(self._tables.due.values(), default=None)

    def decide(self, fence: int, decisions: Sequence[Decision]) -> list[Decided]:
        with self._tables.lock:
            if not self._tables.leads(fence):
                return [Decided.FENCED for _ in decisions]
            return [self._decide(decision) for decision in decisions]

    def outbox(self, limit: int) -> list[Dispatch]:
        with self._tables.lock:
            return list(self._tables.outbox)[:limit]

    def dispatched(self, fence: int, count: int) -> None:
        with self._tables.lock:
            if self._tables.leads(fence):
                for _ in range(min(count, len(self._tables.outbox))):
                    self._tables.outbox.popleft()

    def sweep(self, fence: int, resend_after: float, give_up_after: float) -> list[str]:
        with self._tables.lock:
            if not self._tables.leads(fence):
                return []
            self._tables.lapse()
            now, halt = self._tables.now(), self._tables.halted()
            closed = []
            for run in self._tables.open_runs():
                if halt and run.state is RunState.QUEUED:
                    self._tables.end_fire(run, FireEnd.SKIPPED, telling.halted(halt))
                    closed.append(run.order.run_id)
                elif run.active and run.lease_until <= now - give_up_after * 1000:
                    self._lose(run, give_up_after)
                    closed.append(run.order.run_id)
                elif run.state is RunState.QUEUED and now > run.start_by:
                    self._tables.end_fire(run, FireEnd.MISSED, telling.unclaimed(run.order))
                    closed.append(run.order.run_id)
                elif run.state is RunState.QUEUED and run.sent_at <= now - resend_after * 1000:
                    self._send(run, now)
            return closed

    def announce(self, event: Event) -> None:
        with self._tables.lock:
            self._tables.append(event)

    def _decide(self, decision: Decision) -> Decided:
        order = decision.order
        if self._tables.due.get(order.schedule) != decision.due:
            return Decided.STALE
        self._set_due(order.schedule, decision.next_due)
        if (order.queue, order.run_id) in self._tables.runs:
            return Decided.STALE
        run = Run(order=order, dry=not order.armed)
        end, reason = decision.end, decision.reason
        if end is None and (reason := self._refusal(order)):
            end = FireEnd.SKIPPED
        self._tables.add(run)
        if end is None:
            self._send(run, self._tables.now())
            return Decided.QUEUED
        self._tables.end_fire(run, end, reason)
        return Decided(end.value)

    def _refusal(self, order: Order) -> str:
        if halt := self._tables.halted():
            return telling.halted(halt)
        open_runs = self._tables.open_runs()
        same = [run for run in open_runs if run.order.schedule == order.schedule]
        if order.overlap_skip and same:
            return telling.overlapping(same[0].order.run_id)
        for scope, limit in sorted(order.scopes.items()):
            taken = [run for run in open_runs if scope in run.order.scopes]
            if len(taken) >= limit:
                first = taken[0].order.run_id if taken else ""
                return telling.no_slot(scope, len(taken), limit, first)
        return ""

    def _send(self, run: Run, now: int) -> None:
        run.sent_at = now
        self._tables.outbox.append(Dispatch(queue=run.order.queue, run_id=run.order.run_id))

    def _lose(self, run: Run, give_up_after: float) -> None:
        self._tables.start(run)
        run.undo_failed = bool(run.owed)
        reason = telling.abandoned(run.worker, give_up_after, len(run.owed))
        self._tables.end_run(run, Outcome.LOST, reason)

    def _set_due(self, schedule: str, at: int | None) -> None:
        if at is None:
            self._tables.due.pop(schedule, None)
        else:
            self._tables.due[schedule] = at
