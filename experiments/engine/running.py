"""One run under way: what the steps of the pipeline hand to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from experiments.engine.background import Background
from experiments.engine.host import Host
from experiments.engine.stop import Stop
from experiments.faults.injection import Faults
from experiments.faults.intent import Intent, Undone
from experiments.format.redactor import Redactor
from experiments.journal import Entry, SteadyState
from experiments.model import Experiment, Json, Outcome
from experiments.plain import plain
from experiments.providers.surroundings import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the run ends, with one sentence; no outcome when it was refused before its first mutation."""

    outcome: Outcome | None
    reason: str

    @property
    def refused(self) -> str:
        """Why nothing was run; empty for a run."""
        return self.reason if self.outcome is None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Under which stop, and with which permission, activities run: the method's or the undo's."""

    around: Surroundings
    faults: Faults

    @property
    def stop(self) -> Stop:
        return self.around.stop


@dataclass(slots=True, kw_only=True)
class Running:
    """The run so far; each step adds its part, and whatever happens the rest is here."""

    experiment: Experiment
    host: Host
    phase: Phase
    start: datetime
    began: float
    redactor: Redactor = field(default_factory=Redactor)
    before: SteadyState | None = None
    after: SteadyState | None = None
    method: list[Entry] = field(default_factory=list)
    background: list[Background[Ending | None]] = field(default_factory=list)
    rollbacks: list[Entry] = field(default_factory=list)
    undos: dict[str, tuple[Intent, Undone]] = field(default_factory=dict)
    acted: bool = False  #: an action that does not go through `Faults` was begun
    method_done: bool = False
    failures: list[str] = field(default_factory=list)  #: of rollbacks and undos, one sentence each

    @property
    def touched(self) -> bool:
        """Whether there is anything that declared rollbacks could have to put right."""
        return self.method_done or self.acted or bool(self.host.faults.injections)

    def clean(self, value: object) -> Json:
        """Any value as plain data without secrets."""
        return self.redactor.json(plain(value)) if self.phase.around.secrets.groups else plain(value)

    def said(self, sentence: object) -> str:
        """A sentence without secrets."""
        return self.redactor.text(str(sentence))

    def names(self) -> Mapping[str, Json]:
        """What `${name}` may stand for."""
        return self.phase.around.names
