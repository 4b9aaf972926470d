"""What can be told (DESIGN D14): event names, the event itself, and which of them a filter lets through."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from experiments.model import Outcome


class EventName(StrEnum):
    """The closed set of events."""

    RUN_STARTED = "run-started"
    RUN_PASSED = "run-passed"
    RUN_DEVIATED = "run-deviated"
    RUN_BASELINE_NOT_MET = "run-baseline-not-met"
    RUN_PROBE_ERROR = "run-probe-error"
    RUN_ACTION_ERROR = "run-action-error"
    RUN_INTERRUPTED = "run-interrupted"
    RUN_ERROR = "run-error"
    RUN_LOST = "run-lost"
    UNDO_FAILED = "undo-failed"
    FIRE_SKIPPED = "fire-skipped"
    FIRE_MISSED = "fire-missed"
    HALTED = "halted"
    RESUMED = "resumed"
    VALIDATE_FAILED = "validate-failed"
    DISCOVERY_FAILED = "discovery-failed"

    @classmethod
    def of_end(cls, outcome: Outcome) -> EventName:
        """The one end event of a run."""
        return cls(f"run-{outcome.value}")


#: A class in a filter: every end but `run-passed`, and a failed undo (G14). Fires are never in it.
RUN_FAILED = frozenset(
    {EventName.of_end(outcome) for outcome in Outcome if outcome is not Outcome.PASSED}
    | {EventName.UNDO_FAILED}
)
CLASSES = {"run-failed": RUN_FAILED}
#: Chaos Toolkit's names for the same things.
ALIASES = {"run-completed": EventName.RUN_PASSED, "discover-failed": EventName.DISCOVERY_FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, as every channel gets it. Empty text means "does not apply"."""

    id: str  #: unique; the same event sent twice carries the same id
    name: EventName
    time: str  #: UTC, RFC 3339
    reason: str = ""  #: one sentence
    run_id: str = ""
    fire_id: str = ""  #: <schedule>@<nominal time, UTC>
    schedule: str = ""
    owner: str = ""
    queue: str = ""
    cluster: str = ""
    namespaces: tuple[str, ...] = ()
    experiment: str = ""  #: the file
    title: str = ""
    outcome: str = ""
    dry: bool = False
    undo_failed: bool = False
    version: int = 1

    def to_json(self) -> str:
        """One line, as stored and as sent to a webhook."""
        return json.dumps({**asdict(self), "name": self.name.value, "namespaces": list(self.namespaces)})

    @classmethod
    def from_json(cls, text: str) -> Event:
        """What `to_json` wrote."""
        stored = json.loads(text)
        return cls(**{**stored, "name": EventName(stored["name"]), "namespaces": tuple(stored["namespaces"])})


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events a channel asked to hear: names, patterns (`run-*`), classes (`run-failed`)."""

    entries: tuple[str, ...]

    def wants(self, name: EventName) -> bool:
        """True when any entry lets `name` through."""
        return any(name in CLASSES.get(entry, ()) or _matches(name, entry) for entry in self.entries)

    @staticmethod
    def unknown(entries: Iterable[str]) -> list[str]:
        """The entries that can never match anything."""
        return [
            entry
            for entry in entries
            if entry not in CLASSES and not any(_matches(name, entry) for name in EventName)
        ]


def _matches(name: EventName, entry: str) -> bool:
    return fnmatchcase(name.value, ALIASES.get(entry, entry))
