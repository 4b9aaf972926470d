"""Leadership and the fire book on Redis: one script call decides up to BATCH due fires."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence

from workers.ledger.leases import Leases
from workers.ledger.records import Decided, Decision, Dispatch
from workers.ledger.redis.keys import Place
from workers.ledger.redis.store import Store
from workers.ledger.telling import frame, plain, unclaimed
from workers.notifier.events import Event

#: Decisions in one script call: at most some 20 ms in which the server does nothing else.
BATCH = 500
#: Runs that one sweep looks at for each of its three reasons and each queue.
SWEPT = 500
#: What a sweep does with a run that is overdue there.
SWEEPS = {"waiting": "miss", "leases": "lose", "sent": "resend"}


class RedisFires:
    """`Leadership` and `FireBook`."""

    _store: Store
    _leases: Leases

    def lead(self, replica: str) -> int | None:
        words = {"replica": replica, "lease_ms": int(self._leases.lead * 1000)}
        fence = self._store.call("lead", Place(), words, repeatable=True)
        return None if fence is None else int(fence)

    def resign(self, replica: str, fence: int) -> None:
        self._store.call("resign", Place(), {"replica": replica, "fence": fence}, repeatable=True)

    def now(self) -> int:
        seconds, microseconds = self._store.read("TIME")
        return int(seconds) * 1000 + int(microseconds) // 1000

    def seed(self) -> bytes:
        key = self._store.keys.named("seed")
        self._store.read("SET", key, secrets.token_hex(32), "NX")
        return bytes.fromhex(self._store.read("GET", key))

    def schedules(self) -> Mapping[str, str]:
        return dict(self._store.read("HGETALL", self._store.keys.named("digests")))

    def sync(
        self, fence: int, due: Mapping[str, int | None], digests: Mapping[str, str], drop: Collection[str]
    ) -> bool:
        words: list[str] = []
        for schedule, at in due.items():
            words += (schedule, "" if at is None else str(at))
        for schedule, digest in digests.items():
            words += (schedule, digest)
        words += drop
        sizes = {"fence": fence, "dues": len(due), "digests_count": len(digests)}
        return bool(self._store.call("sync", Place(), sizes, repeatable=True, more=words))

    def due(self, limit: int) -> list[tuple[str, int]]:
        flat = self._store.call("due", Place(), {"limit": limit}, repeatable=True)
        return [(schedule, int(float(at))) for schedule, at in zip(flat[::2], flat[1::2], strict=True)]

    def next_due(self) -> int | None:
        first = self._store.read("ZRANGE", self._store.keys.named("due"), 0, 0)
        if not first:
            return None
        at = self._store.read("ZSCORE", self._store.keys.named("due"), first[0])
        return None if at is None else int(at)

    def decide(self, fence: int, decisions: Sequence[Decision]) -> list[Decided]:
        decided: list[Decided] = []
        for start in range(0, len(decisions), BATCH):
            decided += self._decide(fence, decisions[start : start + BATCH])
        return decided

    def outbox(self, limit: int) -> list[Dispatch]:
        entries = self._store.read("LRANGE", self._store.keys.named("outbox"), 0, limit - 1)
        return [Dispatch(queue=queue, run_id=run_id) for queue, _, run_id in map(_split, entries)]

    def dispatched(self, fence: int, count: int) -> None:
        self._store.call("dispatched", Place(), {"fence": fence, "count": count})

    def sweep(self, fence: int, resend_after: float, give_up_after: float) -> list[str]:
        now, resend_ms, give_up_ms = self.now(), int(resend_after * 1000), int(give_up_after * 1000)
        halted = self._store.call("lapse", Place(), {"fence": fence}, repeatable=True)
        waiting = "+inf" if halted else now
        bounds = {"waiting": waiting, "leases": now - give_up_ms, "sent": now - resend_ms}
        limits = {"give_up_ms": give_up_ms, "give_up": plain(give_up_after), "resend_ms": resend_ms}
        closed: list[str] = []
        for noun, queue, run_id in self._overdue(bounds):
            words = {"fence": fence, "queue": queue, "run_id": run_id, **limits}
            if self._store.call(SWEEPS[noun], Place(queue=queue, run_id=run_id), words):
                closed.append(run_id)
        return closed

    def announce(self, event: Event) -> None:
        self._store.call("announce", Place(event=event.id), {"event": event.to_json()}, repeatable=True)

    def _decide(self, fence: int, decisions: Sequence[Decision]) -> list[Decided]:
        keys = [key for decision in decisions for key in self._keys_of(decision)]
        words = [word for decision in decisions for word in _words(decision)]
        sizes = {"fence": fence, "count": len(decisions)}
        answer = self._store.call("decide", Place(), sizes, more_keys=keys, more=words)
        return [Decided(each) for each in answer]

    def _keys_of(self, decision: Decision) -> list[str]:
        place = Place(queue=decision.order.queue, run_id=decision.order.run_id)
        return [self._store.keys.named(noun, place) for noun in ("run", "waiting", "sent", "leases")]

    def _overdue(self, bounds: Mapping[str, int | str]) -> list[tuple[str, str, str]]:
        queues = sorted(self._store.read("SMEMBERS", self._store.keys.named("queues")))
        looks = [(noun, queue) for noun in bounds for queue in queues]
        found = self._store.read_all([self._upto(noun, queue, bounds[noun]) for noun, queue in looks])
        return [(*look, run_id) for look, run_ids in zip(looks, found, strict=True) for run_id in run_ids]

    def _upto(self, noun: str, queue: str, bound: int | str) -> tuple[str | int, ...]:
        key = self._store.keys.named(noun, Place(queue=queue))
        return ("ZRANGEBYSCORE", key, "-inf", bound, "LIMIT", 0, SWEPT)


def _split(entry: str) -> tuple[str, str, str]:
    return entry.rpartition("|")


def _words(decision: Decision) -> list[str]:
    """What decide.lua calls FIELDS."""
    order = decision.order
    return [
        order.schedule,
        str(decision.due),
        "" if decision.next_due is None else str(decision.next_due),
        decision.end.value if decision.end else "",
        decision.reason,
        order.queue,
        order.run_id,
        "1" if order.overlap_skip else "",
        json.dumps(sorted(order.scopes.items())),
        str(order.nominal + int(order.start_within * 1000)),
        str(int(order.deadline * 1000)),
        unclaimed(order),
        "" if order.armed else "1",
        frame(order),
        order.to_json(),
    ]
