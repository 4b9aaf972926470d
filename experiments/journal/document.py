"""The journal: what a run did, found and left, with every key that readers of Chaos Toolkit expect."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from experiments.chance import DRAW_VERSION
from experiments.faults.injection import Injection
from experiments.faults.intent import Intent, Undone
from experiments.journal.entry import Entry, SteadyState
from experiments.journal.targets import as_target, as_undo
from experiments.model import Json, Outcome
from experiments.plain import text, written

#: Whose journal this reads like: programs that report on journals choose their template by it.
FORMAT_VERSION = "1.44.0"
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
    configured: tuple[Entry, ...] = ()  #: probes whose answers were configuration
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
    left_out: str = ""  #: what a dry run left out: mutations, or one of Chaos Toolkit's dry modes
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
        """The journal as text, in ASCII: whatever a run met, it can be written and read anywhere."""
        return written(self.as_dict(), indent)

    def _theirs(self) -> dict[str, Json]:
        """`interruption` stands there only where there was one, as Chaos Toolkit has it since 1.20."""
        stopped = self.outcome is Outcome.INTERRUPTED
        interruption: dict[str, Json] = {"interruption": {"kind": "stop", "reason": text(self.reason)}}
        return {
            "chaoslib-version": FORMAT_VERSION,
            **_environment(),
            "experiment": dict(self.experiment),
            "start": self.start.isoformat(),
            "status": STATUS[self.outcome],
            "deviated": self.deviated,
            "steady_states": self._steady_states(),
            "run": _dicts(self.run),
            "rollbacks": _dicts(self.rollbacks),
            "end": self.end.isoformat(),
            "duration": self.duration,
            **(interruption if stopped else {}),
        }

    def _steady_states(self) -> dict[str, Json]:
        """`recovered` is ours."""
        return {
            "before": self.before.as_dict() if self.before else None,
            "after": self.after.as_dict() if self.after else None,
            "during": [look.as_dict() for look in self.during],
            "recovered": self.recovered.as_dict() if self.recovered else None,
        }

    def _ours(self) -> dict[str, Json]:
        return {
            "outcome": self.outcome.value if self.outcome else None,
            "reason": text(self.reason),
            "refused": text(self.refused),
            "run_id": self.run_id,
            "schedule": self.schedule,
            "run_seed": self.run_seed,
            "draw": DRAW_VERSION,
            "dry": self.dry,
            "left_out": self.left_out,
            "undo_failed": self.undo_failed,
            "configuration_probes": _dicts(self.configured),
            "targets": [as_target(injection) for injection in self.injections],
            "undos": [as_undo(intent, undone) for intent, undone in self.undos],
            "warnings": [text(warning) for warning in self.warnings],
        }


def _dicts(entries: tuple[Entry, ...]) -> list[Json]:
    return [entry.as_dict() for entry in entries]


@cache
def _environment() -> Mapping[str, str]:
    return {"platform": platform.platform(), "node": platform.node()}
