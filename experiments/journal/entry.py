"""What the journal has of one activity, and of one look at the hypothesis.

Everything in here is plain data without secrets: whoever makes an `Entry` has seen to both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from experiments.journal.size import cut
from experiments.model import Json
from experiments.plain import text


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
        """A `run` of Chaos Toolkit's journal; ours: `note` and `attempts`, where there is something to say.

        An output of more than `LONGEST_OUTPUT` is cut, and the note says so.
        """
        output, cut_off = cut(self.output)
        entry: dict[str, Json] = {
            "activity": dict(self.activity),
            "output": output,
            "start": self.start.isoformat(),
            "status": self.status.value,
            "end": self.end.isoformat(),
            "duration": self.duration,
        }
        if self.exception:
            entry["exception"] = [text(self.exception)]
        if self.tolerance_met is not None:
            entry["tolerance_met"] = self.tolerance_met
        if self.attempts != 1:
            entry["attempts"] = self.attempts
        note = "; ".join(filter(None, (self.note, cut_off)))
        return {**entry, "note": note} if note else entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyState:
    """One look at the hypothesis: met, not met, or None where a probe could not be asked."""

    met: bool | None
    probes: tuple[Entry, ...] = ()
    reason: str = ""
    seconds: float | None = None  #: of the look after the undo: how long after it

    def as_dict(self) -> dict[str, Json]:
        """As Chaos Toolkit has it: a look that failed is not met. Ours: `reason`, and `seconds` if known."""
        look: dict[str, Json] = {
            "steady_state_met": bool(self.met),
            "probes": [entry.as_dict() for entry in self.probes],
        }
        if self.reason:
            look["reason"] = text(self.reason)
        return look if self.seconds is None else {**look, "seconds": self.seconds}
