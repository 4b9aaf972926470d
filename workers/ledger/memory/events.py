"""The event log in memory: one order, one cursor per channel, one deliverer at a time."""

from __future__ import annotations

from workers.ledger.memory.tables import Channel, Tables
from workers.notifier.events import Event


class MemoryEvents:
    """`EventLog`."""

    _tables: Tables

    def open_channel(self, channel: str) -> None:
        with self._tables.lock:
            self._tables.channels.setdefault(channel, Channel(cursor=len(self._tables.events)))

    def seize(self, channel: str, holder: str, seconds: float) -> int | None:
        with self._tables.lock:
            place, now = self._tables.channels.get(channel), self._tables.now()
            if place is None or place.seized_until > now or place.retry_at > now:
                return None
            place.fence += 1
            place.seized_until = now + int(seconds * 1000)
            return place.fence

    def after_cursor(self, channel: str, limit: int) -> list[tuple[str, Event]]:
        with self._tables.lock:
            place = self._tables.channels.get(channel)
            if place is None:
                return []
            ahead = self._tables.events[place.cursor : place.cursor + limit]
            return [(str(place.cursor + at), event) for at, event in enumerate(ahead, 1)]

    def advance(self, channel: str, fence: int, position: str) -> bool:
        with self._tables.lock:
            place = self._seized(channel, fence)
            if place is None:
                return False
            place.cursor, place.attempts, place.retry_at, place.note = int(position), 0, 0, ""
            return True

    def release(self, channel: str, fence: int) -> None:
        with self._tables.lock:
            if place := self._seized(channel, fence):
                place.fence += 1
                place.seized_until = 0

    def postpone(self, channel: str, fence: int, until: int, note: str) -> None:
        with self._tables.lock:
            if place := self._seized(channel, fence):
                place.retry_at, place.note = until, note
                place.attempts += 1

    def attempts(self, channel: str) -> int:
        with self._tables.lock:
            place = self._tables.channels.get(channel)
            return place.attempts if place else 0

    def bury(self, channel: str, event: Event, why: str) -> None:
        with self._tables.lock:
            if place := self._tables.channels.get(channel):
                place.dead.append((event, why))

    def dead_letters(self, channel: str) -> list[tuple[Event, str]]:
        with self._tables.lock:
            place = self._tables.channels.get(channel)
            return list(place.dead) if place else []

    def delivered(self, channel: str) -> int:
        with self._tables.lock:
            place = self._tables.channels.get(channel)
            return place.delivered if place else 0

    def count_delivered(self, channel: str) -> None:
        with self._tables.lock:
            if place := self._tables.channels.get(channel):
                place.delivered += 1

    def backlog(self) -> bool:
        with self._tables.lock:
            now, end = self._tables.now(), len(self._tables.events)
            return any(
                place.cursor < end and place.retry_at <= now and place.seized_until <= now
                for place in self._tables.channels.values()
            )

    def _seized(self, channel: str, fence: int) -> Channel | None:
        place = self._tables.channels.get(channel)
        return place if place is not None and place.fence == fence else None
