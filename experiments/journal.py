"""The journal: what a run did, found and left, with every key that readers of Chaos Toolkit expect.

Everything in here is plain data without secrets: whoever makes an `Entry` has seen to both.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from experiments.chance import DRAW_VERSION
from experiments.faults.injection import Injection
from experiments.faults.intent import Intent, Undone
from experiments.model import Json, Outcome

#: Whose journal this reads like: programs that report on journals choose their template by it.
FORMAT_VERSION = "1.44.0"
#: Targets that a sentence names; the journal has all of them.
SHOWN_HITS = 3
#: Chaos Toolkit's status for each outcome; None is a run refused before it did anything.
STATUS: Mapping[Outcome | None, str] = {
    Outcome.PASSED: "completed",
    Outcome.DEVIATED: "completed",
    Outcome.BASELINE_NOT_MET: "failed",
    Outcome.PROBE_ERROR: "failed",
    Outcome.ACTION_ERROR: "aborted",
    Outcome.INTERRUPTED: "interrupted",
    Outcome.ERROR: "aborted",
    Outcome.LOST: "aborted",
    None: "aborted",
}


class Status(StrEnum):
    """How one activity ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ABORTED = "aborted"  #: the run was stopped while it ran


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One activity as it ran."""

    activity: Mapping[str, Json]
    status: Status
    start: datetime
    end: datetime
    duration: float  #: seconds, pauses not counted
    output: Json = None
    exception: str = ""
    tolerance_met: bool | None = None
    note: str = ""
    attempts: int = 1  #: how often a probe that may wait was asked

    def as_dict(self) -> dict[str, Json]:
        """A `run` of Chaos Toolkit's journal."""
        entry: dict[str, Json] = {
            "activity": dict(self.activity),
            "output": self.output,
            "start": self.start.isoformat(),
            "status": self.status.value,
            "end": self.end.isoformat(),
            "duration": self.duration,
        }
        if self.exception:
            entry["exception"] = [self.exception]
        if self.tolerance_met is not None:
            entry["tolerance_met"] = self.tolerance_met
        return {**entry, "note": self.note} if self.note else entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyState:
    """One look at the hypothesis: met, not met, or None where a probe could not be asked."""

    met: bool | None
    probes: tuple[Entry, ...] = ()
    reason: str = ""
    seconds: float | None = None  #: of the look after the undo: how long after it

    def as_dict(self) -> dict[str, Json]:
        """As Chaos Toolkit has it: a look that failed is not met."""
        return {"steady_state_met": bool(self.met), "probes": [entry.as_dict() for entry in self.probes]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """One run from start to end; `outcome` is None when it was refused before its first mutation."""

    outcome: Outcome | None
    reason: str
    refused: str = ""
    experiment: Mapping[str, Json]
    start: datetime
    end: datetime
    duration: float
    configured: tuple[Entry, ...] = ()
    before: SteadyState | None = None
    during: tuple[SteadyState, ...] = ()
    after: SteadyState | None = None
    recovered: SteadyState | None = None
    run: tuple[Entry, ...] = ()
    rollbacks: tuple[Entry, ...] = ()
    injections: tuple[Injection, ...] = ()
    undos: tuple[tuple[Intent, Undone], ...] = ()
    run_id: str = ""
    schedule: str = ""
    run_seed: str = ""
    dry: bool = False
    undo_failed: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def deviated(self) -> bool:
        """Whether the hypothesis held before and not after."""
        return self.outcome is Outcome.DEVIATED

    def as_dict(self) -> dict[str, Json]:
        """Every key of Chaos Toolkit's journal, then ours."""
        return {**self._theirs(), **self._ours()}

    def as_json(self, indent: int | None = None) -> str:
        """The journal as text."""
        return json.dumps(self.as_dict(), indent=indent)

    def _theirs(self) -> dict[str, Json]:
        return {
            "chaoslib-version": FORMAT_VERSION,
            **_environment(),
            "experiment": dict(self.experiment),
            "start": self.start.isoformat(),
            "status": STATUS[self.outcome],
            "deviated": self.deviated,
            "steady_states": {
                "before": self.before.as_dict() if self.before else None,
                "after": self.after.as_dict() if self.after else None,
                "during": [look.as_dict() for look in self.during],
            },
            "run": [entry.as_dict() for entry in self.run],
            "rollbacks": [entry.as_dict() for entry in self.rollbacks],
            "end": self.end.isoformat(),
            "duration": self.duration,
        }

    def _ours(self) -> dict[str, Json]:
        return {
            "outcome": self.outcome.value if self.outcome else None,
            "reason": self.reason,
            "refused": self.refused,
            "run_id": self.run_id,
            "schedule": self.schedule,
            "run_seed": self.run_seed,
            "draw": DRAW_VERSION,
            "dry": self.dry,
            "undo_failed": self.undo_failed,
            "targets": [_target(injection) for injection in self.injections],
            "undos": [_undo(intent, undone) for intent, undone in self.undos],
        }


def hits(injections: Iterable[Injection]) -> str:
    """Whom a run has hit, or would have: `hit pods/a in shop, ... and 2 more`; empty for nobody."""
    known = list(injections)
    if not known:
        return ""
    verb = "would have hit" if all(each.dry for each in known) else "hit"
    more = f" and {len(known) - SHOWN_HITS} more" if len(known) > SHOWN_HITS else ""
    return f"{verb} {', '.join(str(each.intent.target) for each in known[:SHOWN_HITS])}{more}"


def _target(injection: Injection) -> Json:
    return {
        **_object(injection.intent),
        "at": injection.at.isoformat(),
        "dry": injection.dry,
    }


def _undo(intent: Intent, undone: Undone) -> Json:
    return {**_object(intent), "result": undone.result.value, "detail": undone.detail}


def _object(intent: Intent) -> dict[str, Json]:
    target = intent.target
    return {
        "step": intent.step,
        "resource": target.resource,
        "namespace": target.namespace,
        "name": target.name,
        "uid": target.uid,
        "api_version": target.api_version,
        "fault": intent.id,
    }


@cache
def _environment() -> Mapping[str, str]:
    return {"platform": platform.platform(), "node": platform.node()}
