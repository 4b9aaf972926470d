"""The kill switch on Redis: the longest halt stands, and each is told with its end."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from workers.ledger.records import Halt, RunState, Unsettled
from workers.ledger.redis.keys import Place
from workers.ledger.redis.store import Store
from workers.ledger.telling import resuming

FIELDS = ("since", "until", "by", "reason")


class RedisSwitch:
    """`KillSwitch`."""

    _store: Store

    def halt(self, by: str, reason: str, seconds: float | None) -> Halt:
        for_ms = "" if seconds is None else int(seconds * 1000)
        words = {"token": secrets.token_hex(8), "by": by, "reason": reason, "for_ms": for_ms}
        return _halt(self._store.call("halt", Place(), words, repeatable=True))

    def resume(self, by: str, reason: str) -> Halt | None:
        stood = self._store.call("resume", Place(), {"how": resuming(by, reason)})
        return None if stood is None else _halt(stood)

    def halted(self) -> Halt | None:
        key = self._store.keys.named("halt")
        found, (seconds, microseconds) = self._store.read_all([("HMGET", key, *FIELDS), ("TIME",)])
        if found[0] is None:
            return None
        halt, now = _halt(found), int(seconds) * 1000 + int(microseconds) // 1000
        return halt if halt.until is None or halt.until > now else None

    def unsettled(self) -> list[Unsettled]:
        queues = sorted(self._store.read("SMEMBERS", self._store.keys.named("queues")))
        return [each for queue in queues for each in self._of_queue(queue)]

    def _of_queue(self, queue: str) -> list[Unsettled]:
        place = Place(queue=queue)
        waiting, leased, owing = self._store.read_all([
            ("ZRANGE", self._store.keys.named("waiting", place), 0, -1),
            ("ZRANGE", self._store.keys.named("leases", place), 0, -1),
            ("SMEMBERS", self._store.keys.named("owing", place)),
        ])  # fmt: skip
        run_ids = sorted({*waiting, *leased, *owing})
        runs = self._store.read_all([self._state(queue, run_id) for run_id in run_ids])
        owed = self._store.read_all([self._owed(queue, run_id) for run_id in run_ids])
        looked_at = [_unsettled(queue, *each) for each in zip(run_ids, runs, owed, strict=True)]
        return [each for each in looked_at if each.state is not RunState.ENDED or each.owed]

    def _state(self, queue: str, run_id: str) -> tuple[str | int, ...]:
        key = self._store.keys.named("run", Place(queue=queue, run_id=run_id))
        return ("HMGET", key, "state", "worker")

    def _owed(self, queue: str, run_id: str) -> tuple[str | int, ...]:
        return ("ZRANGE", self._store.keys.named("owed", Place(queue=queue, run_id=run_id)), 0, -1)


def _halt(fields: Sequence[str]) -> Halt:
    since, until, by, reason = fields
    return Halt(since=int(since), until=int(until) if until else None, by=by, reason=reason)


def _unsettled(queue: str, run_id: str, run: Sequence[str | None], owed: Sequence[str]) -> Unsettled:
    """What outlived its run's record has ended."""
    state, worker = run
    return Unsettled(
        queue=queue,
        run_id=run_id,
        state=RunState(state) if state else RunState.ENDED,
        worker=worker or "",
        owed=len(owed),
    )
