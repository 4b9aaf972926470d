"""Undo intents on Redis: recorded before the mutation by the holder only, open until undone."""

from __future__ import annotations

import json

from experiments.faults.intent import Intent, Undone, UndoResult
from workers.ledger.records import Hold
from workers.ledger.redis.keys import Place
from workers.ledger.redis.store import Store


class RedisIntents:
    """`IntentBook`."""

    _store: Store

    def record(self, hold: Hold, intent: Intent) -> bool:
        # Not repeated: after a lost answer nothing is injected, and undoing nothing is harmless.
        place = Place(queue=hold.queue, run_id=hold.run_id)
        words = {"epoch": hold.epoch, "id": intent.id, "intent": intent.to_json()}
        return bool(self._store.call("record", place, words))

    def close(self, queue: str, intent: Intent, undone: Undone) -> None:
        failed = "1" if undone.result is UndoResult.FAILED else ""
        said = json.dumps({"result": undone.result.value, "detail": undone.detail})
        words = {"run_id": intent.run, "id": intent.id, "undone": said, "failed": failed}
        self._store.call("close", Place(queue=queue, run_id=intent.run), words, repeatable=True)

    def open_intents(self, queue: str, run_id: str) -> list[Intent]:
        place = Place(queue=queue, run_id=run_id)
        owed = self._store.read("ZRANGE", self._store.keys.named("owed", place), 0, -1)
        if not owed:
            return []
        stored = self._store.read("HMGET", self._store.keys.named("intents", place), *owed)
        return [Intent.from_json(each) for each in stored if each is not None]

    def owing(self, queue: str) -> list[str]:
        return sorted(self._store.read("SMEMBERS", self._store.keys.named("owing", Place(queue=queue))))
