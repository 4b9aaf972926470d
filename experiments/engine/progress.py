"""What a run tells while it goes on: a closed set of events for whoever watches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from experiments.faults.intent import UndoResult
from experiments.model import Outcome


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


Progress: TypeAlias = Probing | Probed | Acting | Acted | Pausing | Undoing | Undone | Verdict
