"""The event log on Redis: one stream, one cursor per channel, one deliverer at a time."""

from __future__ import annotations

import json

from workers.ledger.redis.keys import Place
from workers.ledger.redis.store import Store
from workers.notifier.events import Event

#: Dead letters kept for each channel.
DEAD_KEPT = 1000


class RedisEvents:
    """`EventLog`."""

    _store: Store

    def open_channel(self, channel: str) -> None:
        self._store.call("open_channel", Place(channel=channel), {"name": channel}, repeatable=True)

    def seize(self, channel: str, holder: str, seconds: float) -> int | None:
        words = {"holder": holder, "seize_ms": int(seconds * 1000)}
        fence = self._store.call("seize", Place(channel=channel), words)
        return None if fence is None else int(fence)

    def after_cursor(self, channel: str, limit: int) -> list[tuple[str, Event]]:
        cursor = self._field(channel, "cursor")
        if not cursor:
            return []
        entries = self._store.read(
            "XRANGE", self._store.keys.named("events"), f"({cursor}", "+", "COUNT", limit
        )
        return [(position, Event.from_json(entry["event"])) for position, entry in entries]

    def advance(self, channel: str, fence: int, position: str) -> bool:
        words = {"fence": fence, "position": position}
        return bool(self._store.call("advance", Place(channel=channel), words, repeatable=True))

    def release(self, channel: str, fence: int) -> None:
        self._store.call("release", Place(channel=channel), {"fence": fence}, repeatable=True)

    def postpone(self, channel: str, fence: int, until: int, note: str) -> None:
        words = {"fence": fence, "retry_at": until, "note": note}
        self._store.call("postpone", Place(channel=channel), words)

    def attempts(self, channel: str) -> int:
        return int(self._field(channel, "attempts") or 0)

    def bury(self, channel: str, event: Event, why: str) -> None:
        letter = json.dumps({"event": event.to_json(), "why": why})
        self._store.write("RPUSH", self._dead(channel), letter)
        self._store.read("LTRIM", self._dead(channel), -DEAD_KEPT, -1)

    def dead_letters(self, channel: str) -> list[tuple[Event, str]]:
        letters = map(json.loads, self._store.read("LRANGE", self._dead(channel), 0, -1))
        return [(Event.from_json(letter["event"]), letter["why"]) for letter in letters]

    def delivered(self, channel: str) -> int:
        return int(self._field(channel, "delivered") or 0)

    def count_delivered(self, channel: str) -> None:
        self._store.write("HINCRBY", self._channel(channel), "delivered", 1)

    def backlog(self) -> bool:
        channels = sorted(self._store.read("SMEMBERS", self._store.keys.named("channels")))
        fields = ("cursor", "retry_at", "seized_until")
        last, time, *places = self._store.read_all([
            ("XREVRANGE", self._store.keys.named("events"), "+", "-", "COUNT", 1),
            ("TIME",),
            *(("HMGET", self._channel(channel), *fields) for channel in channels),
        ])  # fmt: skip
        if not last:
            return False
        now = int(time[0]) * 1000 + int(time[1]) // 1000
        return any(
            _order(cursor) < _order(last[0][0]) and max(int(retry_at or 0), int(seized or 0)) <= now
            for cursor, retry_at, seized in places
        )

    def _field(self, channel: str, name: str) -> str:
        return str(self._store.read("HGET", self._channel(channel), name) or "")

    def _channel(self, channel: str) -> str:
        return self._store.keys.named("channel", Place(channel=channel))

    def _dead(self, channel: str) -> str:
        return self._store.keys.named("dead", Place(channel=channel))


def _order(position: str) -> tuple[int, int]:
    milliseconds, _, sequence = position.partition("-")
    return int(milliseconds), int(sequence or 0)
