"""What a run tells while it goes on: a closed set of events for whoever watches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from experiments.faults.intent import Target, UndoKind, UndoResult
from experiments.journal import Entry
from experiments.model import Json, Outcome


class Part(StrEnum):
    """The parts of a run, in their order; `during` goes on beside the method."""

    CONFIGURATION = "configuration"  #: probes whose answers are configuration
    BEFORE = "before"
    METHOD = "method"
    DURING = "during"
    AFTER = "after"
    ROLLBACKS = "rollbacks"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class Started:
    """The run begins; `experiment` is the file as the journal shows it, without secrets."""

    title: str
    at: datetime
    run_id: str
    schedule: str
    run_seed: str
    dry: str  #: empty, or what the run leaves out
    experiment: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Entered:
    """A part of the run begins."""

    part: Part


@dataclass(frozen=True, slots=True)
class Probing:
    """A probe is about to be asked."""

    name: str


@dataclass(frozen=True, slots=True)
class Probed:
    """A probe was asked: `met` is None where there is no tolerance, `found` a sentence."""

    name: str
    met: bool | None
    found: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A probe that may wait was asked, does not hold yet, and is asked again within `left` seconds."""

    name: str
    found: str
    left: float


@dataclass(frozen=True, slots=True)
class Acting:
    """An action is about to be done."""

    name: str


@dataclass(frozen=True, slots=True)
class Acted:
    """An action ended: `failure` is empty where it succeeded, `note` says what a dry run left out.

    `hit` says whom it hit, or would have hit in a dry run; empty where it hit nobody that we know of.
    """

    name: str
    failure: str = ""
    note: str = ""
    hit: str = ""


@dataclass(frozen=True, slots=True)
class Pausing:
    """The run waits before or after an activity."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Recorded:
    """An activity ended and this is its entry in the journal; `index` is its look in `during`, else 0."""

    part: Part
    entry: Entry
    index: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """A look at the hypothesis ended: met, not met, or None where a probe could not be asked."""

    part: Part
    met: bool | None
    reason: str
    index: int = 0
    seconds: float | None = None  #: of `recovered`: from the end of the undo until it held


@dataclass(frozen=True, slots=True)
class Warned:
    """Something in the run is not as its author may think, e.g. a control that failed."""

    message: str


@dataclass(frozen=True, slots=True)
class Injecting:
    """A fault is recorded and goes in now; nobody has looked yet whether it arrived."""

    target: Target
    step: str  #: the activity's place and name
    fault: str  #: the id of its intent and of its mark
    undo: UndoKind


@dataclass(frozen=True, slots=True)
class Undoing:
    """A fault is about to be undone."""

    target: str


@dataclass(frozen=True, slots=True)
class Undone:
    """A fault's undo ended; one that failed is tried again or left to the reaper."""

    target: str
    result: UndoResult
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The run ended; `outcome` is None when it was refused."""

    outcome: Outcome | None
    reason: str
    undo_failed: bool


Progress: TypeAlias = (
    Started
    | Entered
    | Probing
    | Asked
    | Probed
    | Acting
    | Acted
    | Pausing
    | Recorded
    | Looked
    | Warned
    | Injecting
    | Undoing
    | Undone
    | Verdict
)
