"""The ledger's ports, by who needs them. One conformance suite holds for every implementation.

Times are UTC milliseconds of the ledger's own clock (Redis TIME), so that no host's clock matters.
A transition under a stale fence or epoch changes nothing and says so; none of these methods raises
for a lost race. An unreachable store raises `LedgerUnavailable`, with one sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from experiments.faults.intent import Intent, Undone
from workers.ledger.records import (
    Claim,
    ClaimDenied,
    Decided,
    Decision,
    Dispatch,
    Ending,
    FireEnd,
    Held,
    Hold,
    RunRecord,
)
from workers.ledger.switch import KillSwitch
from workers.notifier.events import Event


class LedgerUnavailable(Exception):
    """The store does not answer; the text says which and why, without its password."""


class Leadership(Protocol):
    """Which beat replica decides."""

    def lead(self, replica: str) -> int | None:
        """Take or renew the lead: the fence, or None while another replica leads."""
        ...

    def resign(self, replica: str, fence: int) -> None:
        """Give the lead up at once, if it is still ours; its fence is stale with that."""
        ...


class FireBook(Protocol):
    """What beat reads and writes. Every writing method is fenced by the lead."""

    def now(self) -> int: ...

    def seed(self) -> bytes:
        """The deployment's seed, made once; the same for every replica."""
        ...

    def schedules(self) -> Mapping[str, str]:
        """Known schedules -> digest of their definition, as last synced."""
        ...

    def sync(
        self, fence: int, due: Mapping[str, int | None], digests: Mapping[str, str], drop: Collection[str]
    ) -> bool:
        """Set next due times (None: never) and digests, forget `drop`, in one step."""
        ...

    def due(self, limit: int) -> list[tuple[str, int]]:
        """(schedule, due time) of what is due now, earliest first."""
        ...

    def next_due(self) -> int | None: ...

    def decide(self, fence: int, decisions: Sequence[Decision]) -> list[Decided]:
        """Apply each decision once: compare-and-set on the due time, then run record, slots, outbox and
        events, next due time, all in one step. A fire that has a record already is STALE too, and its
        schedule moves on to the next due time."""
        ...

    def outbox(self, limit: int) -> list[Dispatch]:
        """Messages to send, oldest first; they stay until `dispatched`."""
        ...

    def dispatched(self, fence: int, count: int) -> None:
        """The first `count` of the outbox were sent."""
        ...

    def sweep(self, fence: int, resend_after: float, give_up_after: float) -> list[str]:
        """Send again what nobody claimed for `resend_after` seconds; close as missed what is past its
        `start_within`, as skipped what waits while halted, and as lost what lost its lease more than
        `give_up_after` seconds ago and no reaper took over; tell of a halt whose time is over.
        Returns the ids of the runs it closed."""
        ...

    def announce(self, event: Event) -> None:
        """Append an event of beat's own (validate-failed). The same id twice is one event."""
        ...


class RunBook(Protocol):
    """What a worker's child does with its run."""

    def claim(self, queue: str, run_id: str, worker: str, pid: int) -> Claim | ClaimDenied:
        """Claimed once, by compare-and-set; the epoch grows with every holder."""
        ...

    def renew(self, hold: Hold) -> bool:
        """Prolong the lease; False when the run is no longer ours."""
        ...

    def start(self, hold: Hold, *, dry: bool = False) -> bool:
        """The guards let it inject, or dry, look: `run-started`, once."""
        ...

    def refuse(self, hold: Hold, end: FireEnd, reason: str) -> bool:
        """A guard refused it before its first mutation: the fire ends, without `run-started`. False too
        when `start` was told already."""
        ...

    def end(self, hold: Hold, ending: Ending) -> bool:
        """Close it once: slots given back, `run-started` if it was not told yet, one end event, and
        `undo-failed` beside it where an undo failed."""
        ...

    def get(self, queue: str, run_id: str) -> RunRecord | None: ...

    def runs(self, limit: int = 100) -> list[RunRecord]:
        """The latest fires and runs of every queue, newest first; without journals: `get` has them."""
        ...


class IntentBook(Protocol):
    """Undo intents, per run."""

    def record(self, hold: Hold, intent: Intent) -> bool:
        """Durable before the mutation; False when the hold is stale, its lease is over, or the id is
        recorded already."""
        ...

    def close(self, queue: str, intent: Intent, undone: Undone) -> None:
        """Note how an undo ended; FAILED leaves the intent open. Not fenced: an undo is a fact."""
        ...

    def open_intents(self, queue: str, run_id: str) -> list[Intent]:
        """What the run still owes, in the order of injection."""
        ...

    def owing(self, queue: str) -> list[str]:
        """Ids of ended runs that still owe an undo."""
        ...


class ReaperBook(Protocol):
    """What the reaper of a worker sees and takes."""

    def heartbeat(self, queue: str, worker: str) -> None:
        """This worker's reaper is alive."""
        ...

    def other_reapers(self, queue: str, worker: str) -> int:
        """How many other workers' reapers of the queue were heard within REAPER_FRESH_SECONDS."""
        ...

    def held(self, queue: str) -> list[Held]:
        """Every claimed or undoing run of the queue."""
        ...

    def take_over(self, queue: str, run_id: str, epoch: int, worker: str) -> Hold | None:
        """Fence the holder of `epoch` out and hold the run as UNDOING with a lease of its own; None when
        somebody else was first."""
        ...


class EventLog(Protocol):
    """The notifier's side: events in order, one cursor per channel."""

    def open_channel(self, channel: str) -> None:
        """A channel hears what happens from its first opening on."""
        ...

    def seize(self, channel: str, holder: str, seconds: float) -> int | None:
        """Be the only one who delivers to the channel for a while: a fence, or None while somebody (the
        same holder too) delivers, while it is postponed, or before it was opened."""
        ...

    def after_cursor(self, channel: str, limit: int) -> list[tuple[str, Event]]:
        """(position, event) the channel has not dealt with yet, in order."""
        ...

    def advance(self, channel: str, fence: int, position: str) -> bool:
        """Everything up to `position` is dealt with; gives the channel free for nobody else yet."""
        ...

    def release(self, channel: str, fence: int) -> None:
        """Free for the next deliverer; the fence is stale with that."""
        ...

    def postpone(self, channel: str, fence: int, until: int, note: str) -> None:
        """Do not try before `until`; counts one failed attempt."""
        ...

    def attempts(self, channel: str) -> int:
        """Failed attempts since the last success."""
        ...

    def bury(self, channel: str, event: Event, why: str) -> None:
        """Put an undeliverable event on the dead-letter list."""
        ...

    def dead_letters(self, channel: str) -> list[tuple[Event, str]]: ...

    def delivered(self, channel: str) -> int:
        """How many events the channel took so far."""
        ...

    def count_delivered(self, channel: str) -> None: ...

    def backlog(self) -> bool:
        """True when some channel has events to deal with, may try now, and nobody is at it."""
        ...


class Ledger(Leadership, FireBook, RunBook, IntentBook, ReaperBook, EventLog, KillSwitch, Protocol):
    """All of it: what an implementation offers."""

    def notifications(self) -> str:
        """The compiled notification settings (JSON) of the repo in force; "[]" before the first."""
        ...

    def set_notifications(self, fence: int, compiled: str) -> bool: ...

    def armed(self) -> bool:
        """`armed` of the repo in force; False before the first (fails closed)."""
        ...

    def set_armed(self, fence: int, armed: bool) -> bool: ...

    def close_connections(self) -> None:
        """Drop every connection: after a fork, at the end."""
        ...
