"""The reaper's book on Redis: who is alive, what is held, and one taker for each epoch."""

from __future__ import annotations

import secrets

from workers.ledger.leases import Leases
from workers.ledger.records import Held, Hold, RunState
from workers.ledger.redis.keys import Place
from workers.ledger.redis.store import Store

FIELDS = ("run_id", "epoch", "state", "worker", "pid", "lease_until", "deadline")


class RedisReapers:
    """`ReaperBook`."""

    _store: Store
    _leases: Leases

    def heartbeat(self, queue: str, worker: str) -> None:
        self._store.call("heartbeat", Place(queue=queue), self._heard(worker), repeatable=True)

    def other_reapers(self, queue: str, worker: str) -> int:
        return int(
            self._store.call("other_reapers", Place(queue=queue), self._heard(worker), repeatable=True)
        )

    def held(self, queue: str) -> list[Held]:
        run_ids = self._store.read("ZRANGE", self._store.keys.named("leases", Place(queue=queue)), 0, -1)
        places = (Place(queue=queue, run_id=run_id) for run_id in sorted(run_ids))
        asked = [("HMGET", self._store.keys.named("run", place), *FIELDS) for place in places]
        found = [_held(queue, run) for run in self._store.read_all(asked) if run[0] is not None]
        return [each for each in found if each.state in (RunState.CLAIMED, RunState.UNDOING)]

    def take_over(self, queue: str, run_id: str, epoch: int, worker: str) -> Hold | None:
        words: dict[str, object] = {
            "run_id": run_id,
            "epoch": epoch,
            "worker": worker,
            "token": secrets.token_hex(8),
        }
        words["lease_ms"] = int(self._leases.run * 1000)
        taken = self._store.call("take_over", Place(queue=queue, run_id=run_id), words, repeatable=True)
        return None if taken is None else Hold(queue=queue, run_id=run_id, epoch=int(taken), worker=worker)

    def _heard(self, worker: str) -> dict[str, object]:
        return {"worker": worker, "fresh_ms": int(self._leases.reaper * 1000)}


def _held(queue: str, run: list[str]) -> Held:
    run_id, epoch, state, worker, pid, lease_until, deadline = run
    return Held(
        queue=queue,
        run_id=run_id,
        epoch=int(epoch),
        state=RunState(state),
        worker=worker,
        pid=int(pid),
        lease_until=int(lease_until),
        deadline=int(deadline),
    )
