"""What the in-memory ledger remembers, and the two things every transition does: tell and close."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from experiments.clock import Clock
from experiments.faults.intent import Intent, Undone
from experiments.model import Outcome
from workers.ledger.leases import HISTORY, Leases
from workers.ledger.records import Dispatch, FireEnd, Halt, Hold, Order, RunState
from workers.ledger.telling import OVER, about, resumed, rfc3339
from workers.notifier.events import Event, EventName

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Run:
    """One fire's record and what it still owes."""

    order: Order
    state: RunState = RunState.QUEUED
    epoch: int = 0
    worker: str = ""
    pid: int = 0
    sent_at: int = 0
    lease_until: int = 0
    deadline: int = 0
    started: bool = False
    outcome: str = ""
    reason: str = ""
    dry: bool = False
    undo_failed: bool = False
    journal: Mapping[str, Any] = field(default_factory=dict)
    intents: dict[str, Intent] = field(default_factory=dict)
    undone: dict[str, Undone] = field(default_factory=dict)
    owed: list[str] = field(default_factory=list)  #: ids of open intents, in the order of injection

    @property
    def start_by(self) -> int:
        """Until when a worker may claim it."""
        return self.order.nominal + int(self.order.start_within * 1000)

    @property
    def active(self) -> bool:
        """True while somebody holds it."""
        return self.state in (RunState.CLAIMED, RunState.UNDOING)

    def held_by(self, hold: Hold) -> bool:
        """True while `hold` is the right to move it on."""
        return self.active and self.epoch == hold.epoch


@dataclass(slots=True)
class Channel:
    """One channel's place in the events, and who delivers to it."""

    cursor: int
    fence: int = 0
    seized_until: int = 0
    retry_at: int = 0
    note: str = ""
    attempts: int = 0
    delivered: int = 0
    dead: list[tuple[Event, str]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Tables:
    """Everything, under one lock."""

    clock: Clock
    seed: bytes
    leases: Leases
    lock: threading.RLock = field(default_factory=threading.RLock)
    leader: str = ""
    fence: int = 0
    lead_until: int = 0
    due: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    outbox: deque[Dispatch] = field(default_factory=deque)
    runs: dict[tuple[str, str], Run] = field(default_factory=dict)  #: in the order of decision
    opened: dict[str, Run] = field(default_factory=dict)  #: those not closed, by run id
    events: list[Event] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    channels: dict[str, Channel] = field(default_factory=dict)
    reapers: dict[str, dict[str, int]] = field(default_factory=dict)
    notifications: str = "[]"
    armed: bool = False
    halt: Halt | None = None  #: the last one, until its end was told
    halt_id: str = ""

    def now(self) -> int:
        return (self.clock.now() - EPOCH) // timedelta(milliseconds=1)

    def lease(self) -> int:
        """Until when a hold taken or renewed now lasts."""
        return self.now() + int(self.leases.run * 1000)

    def leads(self, fence: int) -> bool:
        """True while nobody led after `fence`."""
        return fence == self.fence

    def halted(self) -> Halt | None:
        """The halt that stands."""
        halt = self.halt
        return halt if halt is not None and (halt.until is None or halt.until > self.now()) else None

    def open_runs(self) -> list[Run]:
        """Every run that is not closed, by run id."""
        return [self.opened[run_id] for run_id in sorted(self.opened)]

    def add(self, run: Run) -> None:
        """Remember a run, and forget the oldest closed one beyond what is kept."""
        self.runs[run.order.queue, run.order.run_id] = run
        self.opened[run.order.run_id] = run
        if len(self.runs) > HISTORY:
            closed = (
                key for key, each in self.runs.items() if each.state is RunState.ENDED and not each.owed
            )
            oldest = next(closed, None)
            if oldest is not None:
                del self.runs[oldest]

    def close(self, run: Run, outcome: str, reason: str) -> None:
        """Close a run; its slots and its place in the overlap are free with that."""
        run.state, run.outcome, run.reason = RunState.ENDED, outcome, reason
        self.opened.pop(run.order.run_id, None)

    def end_fire(self, run: Run, end: FireEnd, reason: str) -> None:
        """Close a fire that makes no run, with its event."""
        self.close(run, end.value, reason)
        self.tell(run, EventName(f"fire-{end.value}"))

    def end_run(self, run: Run, outcome: Outcome, reason: str) -> None:
        """Close a run: its one end event, then a failed undo."""
        self.close(run, outcome.value, reason)
        self.tell(run, EventName.of_end(outcome))
        if run.undo_failed:
            self.tell(run, EventName.UNDO_FAILED)

    def start(self, run: Run) -> None:
        """Tell `run-started`, once."""
        if not run.started:
            run.started = True
            self.tell(run, EventName.RUN_STARTED)

    def tell(self, run: Run, name: EventName) -> None:
        """Append an event of a run as it stands."""
        event = Event(
            id=f"{run.order.run_id}/{name}",
            name=name,
            time=rfc3339(self.now()),
            reason=run.reason,
            outcome=run.outcome,
            dry=run.dry,
            undo_failed=run.undo_failed,
            **{**about(run.order), "namespaces": run.order.namespaces},
        )
        self.append(event)

    def lapse(self) -> None:
        """Tell of a halt whose time is over."""
        if self.halt is not None and self.halted() is None:
            self.end_halt(OVER)

    def end_halt(self, how: str) -> None:
        """End the halt, with its event."""
        if self.halt is not None:
            self.tell_halt(EventName.RESUMED, resumed(how, self.halt))
            self.halt = None

    def tell_halt(self, name: EventName, reason: str) -> None:
        """Append an event of the halt."""
        told = f"{self.halt_id}/{name}"
        self.append(Event(id=told, name=name, time=rfc3339(self.now()), reason=reason))

    def append(self, event: Event) -> None:
        """The same id twice is one event."""
        if event.id not in self.told:
            self.told.add(event.id)
            self.events.append(event)
