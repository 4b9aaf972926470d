"""The nouns of the ledger: what beat orders, what a worker holds, how a fire and a run ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from experiments.model import Json, Outcome


class RunState(StrEnum):
    """Where a run stands; it only moves down this list."""

    QUEUED = "queued"  #: decided by beat, message on its way
    CLAIMED = "claimed"  #: a worker's child holds it by a lease
    UNDOING = "undoing"  #: its holder died or was late; a reaper holds it and undoes
    ENDED = "ended"  #: closed once, with an outcome, or as skipped or missed


class FireEnd(StrEnum):
    """How a fire without a run ended."""

    SKIPPED = "skipped"  #: a guard refused it
    MISSED = "missed"  #: nobody could start it in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything a worker needs for one run; written once by beat, never changed.

    `nominal` is in UTC milliseconds. `scopes` are the concurrency slots this run takes, with their
    limit: {"cluster": 3, "namespace:go-demo-8": 1}.
    """

    run_id: str
    schedule: str
    nominal: int
    queue: str
    owner: str
    cluster: str
    experiment: str  #: path in the repo
    document: Mapping[str, Json]  #: the experiment file as plain data
    revision: str  #: content hash of the repo
    values: Mapping[str, Json] = field(default_factory=dict)  #: `with`
    namespaces: tuple[str, ...] = ()  #: those of its queue
    protected: tuple[str, ...] = ()
    during: tuple[Mapping[str, Json], ...] = ()  #: compiled calendars, read by workers.guards.window
    not_during: tuple[Mapping[str, Json], ...] = ()
    timezone: str = "UTC"
    armed: bool = False
    deadline: float = 1800.0  #: seconds from the claim
    start_within: float = 600.0  #: seconds from the nominal time
    overlap_skip: bool = True
    scopes: Mapping[str, int] = field(default_factory=dict)
    run_seed: str = ""  #: hex; derived from the deployment's seed and the run id

    @property
    def fire_id(self) -> str:
        """<schedule>@<nominal time, UTC>."""
        return f"{self.schedule}@{datetime.fromtimestamp(self.nominal / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"

    @property
    def title(self) -> str:
        """The experiment's title as the file has it."""
        return str(self.document.get("title", ""))

    def to_json(self) -> str:
        # Not asdict: it copies every document to its depth, for each of 10,000 fires in one second.
        return json.dumps({each.name: getattr(self, each.name) for each in fields(self)}, default=dict)

    @classmethod
    def from_json(cls, text: str) -> Order:
        stored: dict[str, Any] = json.loads(text)
        for name in ("namespaces", "protected", "during", "not_during"):
            stored[name] = tuple(stored[name])
        return cls(**stored)


def run_id(schedule: str, nominal: int) -> str:
    """The run's name, the same on every replica: `kill-any-pod-20261123t091700z`; fits a label."""
    return f"{schedule}-{datetime.fromtimestamp(nominal / 1000, UTC):%Y%m%dt%H%M%Sz}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The right to move one run on: valid only while `epoch` is the record's own."""

    queue: str
    run_id: str
    epoch: int
    worker: str  #: the holder's name, one per worker process


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claimed run: what to do, and the right to do it."""

    order: Order
    hold: Hold
    deadline: datetime  #: absolute, by the ledger's clock


class ClaimDenied(StrEnum):
    """Why a message starts nothing."""

    UNKNOWN = "unknown"  #: no such run: a forged or very old message
    TAKEN = "taken"  #: another worker holds it, or it has ended: a duplicate message
    LATE = "late"  #: `start_within` is over; the claim closed the fire as missed
    HALTED = "halted"  #: a halt stands; the claim closed the fire as skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended."""

    outcome: Outcome
    reason: str
    dry: bool = False
    undo_failed: bool = False
    journal: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An open run as a reaper sees it."""

    queue: str
    run_id: str
    epoch: int
    state: RunState
    worker: str
    pid: int
    lease_until: int  #: UTC milliseconds, the ledger's clock
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run as a person asks for it."""

    order: Order
    state: RunState
    epoch: int = 0
    worker: str = ""
    outcome: str = ""  #: an Outcome or a FireEnd; empty while open
    reason: str = ""
    dry: bool = False
    undo_failed: bool = False
    started: bool = False
    journal: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What beat proposes for one due schedule; the ledger applies it if nobody else has.

    Exactly one of `order` (make a run) and `end` with `reason` (make none) leads; an order may still
    be refused by the ledger for overlap or a limit, which ends the fire as skipped.
    """

    due: int  #: the due time it was decided for, UTC milliseconds: compare-and-set on it
    next_due: int | None  #: None: the schedule never fires again
    order: Order
    end: FireEnd | None = None
    reason: str = ""


class Decided(StrEnum):
    """What the ledger made of a decision."""

    QUEUED = "queued"
    SKIPPED = "skipped"
    MISSED = "missed"
    STALE = "stale"  #: somebody else decided this due time; nothing was written
    FENCED = "fenced"  #: this replica does not lead any more; nothing was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """A message to send: this run to this queue."""

    queue: str
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Why nothing is injected; times are UTC milliseconds, the ledger's clock."""

    since: int
    until: int | None  #: None: until somebody resumes
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """A run that is not over, or that is and still owes an undo."""

    queue: str
    run_id: str
    state: RunState
    worker: str  #: who holds or held it; nobody yet while it is queued
    owed: int  #: undos
