"""The key layout (DESIGN D6): one ACL user per queue suffices, and all keys share one hash slot.

`cb:{<deployment>}:q:<queue>:*` holds a queue's runs, intents, leases, reapers and journals;
`cb:{<deployment>}:shared:*` the lead, due times, outbox, slots, events, channels and the halt;
`cb:{<deployment>}:broker:*` is Celery's.
"""

from __future__ import annotations

from dataclasses import dataclass

SHARED = frozenset({
    "lead", "due", "digests", "outbox", "slots", "open", "events", "history", "queues", "channels",
    "seed", "repo", "halt",
})  # fmt: skip
OF_CHANNEL = frozenset({"channel", "dead"})
OF_EVENT = frozenset({"told"})
OF_QUEUE = frozenset({"waiting", "sent", "leases", "reapers", "owing"})
OF_RUN = frozenset({"run", "journal", "intents", "undone", "owed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose keys a transition touches."""

    queue: str = ""
    run_id: str = ""
    channel: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one deployment, by noun."""

    deployment: str

    @property
    def broker(self) -> str:
        """What Celery's transport puts in front of each of its keys."""
        return f"cb:{{{self.deployment}}}:broker:"

    def named(self, noun: str, place: Place | None = None) -> str:
        """The key of a noun at a place; raises `KeyError` for a noun that is none."""
        place = place or Place()
        shared = f"cb:{{{self.deployment}}}:shared:{noun}"
        of_queue = f"cb:{{{self.deployment}}}:q:{place.queue}:{noun}"
        if noun in SHARED:
            return shared
        if noun in OF_CHANNEL:
            return f"{shared}:{place.channel}"
        if noun in OF_EVENT:
            return f"{shared}:{place.event}"
        if noun in OF_QUEUE:
            return of_queue
        if noun in OF_RUN:
            return f"{of_queue}:{place.run_id}"
        raise KeyError(noun)
