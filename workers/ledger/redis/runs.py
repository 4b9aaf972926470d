"""The run book on Redis: claimed once, closed once, by whoever holds the epoch.

A token makes a claim and an end safe to repeat after a lost answer: the same question gets the same answer.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from workers.ledger.leases import Leases
from workers.ledger.records import Claim, ClaimDenied, Ending, FireEnd, Hold, Order, RunRecord, RunState
from workers.ledger.redis.keys import Place
from workers.ledger.redis.store import Store

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RedisRuns:
    """`RunBook`."""

    _store: Store
    _leases: Leases

    def claim(self, queue: str, run_id: str, worker: str, pid: int) -> Claim | ClaimDenied:
        words = {"run_id": run_id, "worker": worker, "pid": pid, "token": _token(), **self._lease()}
        answer, *claimed = self._store.call(
            "claim", Place(queue=queue, run_id=run_id), words, repeatable=True
        )
        if answer != "claimed":
            return ClaimDenied(answer)
        order, epoch, deadline = claimed
        return Claim(
            order=Order.from_json(order),
            hold=Hold(queue=queue, run_id=run_id, epoch=int(epoch), worker=worker),
            deadline=EPOCH + timedelta(milliseconds=int(deadline)),
        )

    def renew(self, hold: Hold) -> bool:
        words = {"run_id": hold.run_id, "epoch": hold.epoch, **self._lease()}
        return bool(self._store.call("renew", _place(hold), words, repeatable=True))

    def start(self, hold: Hold, *, dry: bool = False) -> bool:
        words = {"epoch": hold.epoch, "dry": _flag(dry)}
        return bool(self._store.call("start", _place(hold), words, repeatable=True))

    def refuse(self, hold: Hold, end: FireEnd, reason: str) -> bool:
        words = {"epoch": hold.epoch, "token": _token(), "how": end.value, "reason": reason}
        return bool(self._store.call("refuse", _place(hold), words, repeatable=True))

    def end(self, hold: Hold, ending: Ending) -> bool:
        words = {
            "run_id": hold.run_id,
            "epoch": hold.epoch,
            "token": _token(),
            "outcome": ending.outcome.value,
            "reason": ending.reason,
            "dry": _flag(ending.dry),
            "undo_failed": _flag(ending.undo_failed),
            "journal": json.dumps(ending.journal),
        }
        return bool(self._store.call("end", _place(hold), words, repeatable=True))

    def get(self, queue: str, run_id: str) -> RunRecord | None:
        place = Place(queue=queue, run_id=run_id)
        run, journal = self._store.read_all([
            ("HGETALL", self._store.keys.named("run", place)),
            ("GET", self._store.keys.named("journal", place)),
        ])  # fmt: skip
        return _record(run, json.loads(journal or "{}")) if run else None

    def runs(self, limit: int = 100) -> list[RunRecord]:
        latest = self._store.read("LRANGE", self._store.keys.named("history"), 0, limit - 1)
        asked = []
        for entry in latest:
            queue, _, run_id = entry.rpartition("|")
            asked.append(("HGETALL", self._store.keys.named("run", Place(queue=queue, run_id=run_id))))
        return [_record(run, {}) for run in self._store.read_all(asked) if run]

    def _lease(self) -> dict[str, int]:
        return {"lease_ms": int(self._leases.run * 1000)}


def _place(hold: Hold) -> Place:
    return Place(queue=hold.queue, run_id=hold.run_id)


def _token() -> str:
    return secrets.token_hex(8)


def _flag(value: bool) -> str:
    return "1" if value else ""


def _record(run: Mapping[str, str], journal: Mapping[str, object]) -> RunRecord:
    return RunRecord(
        order=Order.from_json(run["order"]),
        state=RunState(run["state"]),
        epoch=int(run["epoch"]),
        worker=run.get("worker", ""),
        outcome=run.get("outcome", ""),
        reason=run.get("reason", ""),
        dry=run.get("dry") == "1",
        undo_failed=run.get("undo_failed") == "1",
        started=run.get("started") == "1",
        journal=journal,
    )
