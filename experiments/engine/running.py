"""One run under way: what the steps of the pipeline hand to each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from experiments.controls.controls import Controls
from experiments.engine.background import Background
from experiments.engine.host import Host
from experiments.engine.progress import Part, Progress, Recorded, Warned
from experiments.engine.stop import Stop
from experiments.faults.injection import Faults
from experiments.faults.intent import Intent, Undone
from experiments.format.redactor import Redactor
from experiments.journal import Entry, SteadyState
from experiments.model import DryMode, Experiment, Json, Outcome, Runtime
from experiments.plain import plain
from experiments.providers.surroundings import Surroundings

#: Seconds for work beside the run to end; less where somebody waits for the run to stop (DESIGN D8).
SETTLE_SECONDS, STOPPED_SECONDS = 2.0, 0.3


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

    def under(self, stop: Stop) -> Phase:
        """The same for a part of it that may end earlier."""
        return Phase(around=replace(self.around, stop=stop), faults=self.faults.under(stop))


@dataclass(frozen=True, slots=True)
class Stage:
    """Where activities are played: the part of the run, its phase, and the list their entries join."""

    part: Part
    phase: Phase
    entries: list[Entry]
    index: int = 0  #: of the look, in `during`


@dataclass(slots=True, kw_only=True)
class Running:
    """The run so far; each step adds its part, and whatever happens the rest is here."""

    experiment: Experiment
    runtime: Runtime
    host: Host
    tell: Callable[[Progress], None]  #: whoever watches; never raises
    phase: Phase
    work: Stop = field(default_factory=Stop)  #: of everything before the undo
    start: datetime
    began: float
    redactor: Redactor = field(default_factory=Redactor)
    configured: list[Entry] = field(default_factory=list[Entry])
    before: SteadyState | None = None
    during: list[SteadyState] = field(default_factory=list[SteadyState])
    watched: Ending | None = None  #: what the looks during the method say of the run
    after: SteadyState | None = None
    recovered: SteadyState | None = None
    method: list[Entry] = field(default_factory=list[Entry])
    #: Whatever runs in a thread beside this run and must end before the undo begins.
    background: list[Background[Any]] = field(default_factory=list[Background[Any]])
    #: Entries of what runs in the background: among which others, behind how many of them, and its own.
    beside: list[tuple[list[Entry], int, list[Entry]]] = field(
        default_factory=list[tuple[list[Entry], int, list[Entry]]]
    )
    rollbacks: list[Entry] = field(default_factory=list[Entry])
    undos: dict[str, tuple[Intent, Undone]] = field(default_factory=dict[str, tuple[Intent, Undone]])
    saved: dict[str, Json] = field(default_factory=dict[str, Json])  #: outputs by the name of `save_as`
    acted: bool = False  #: an action that does not go through `Faults` was begun
    method_done: bool = False
    failures: list[str] = field(default_factory=list[str])  #: of rollbacks and undos, one sentence each
    warnings: list[str] = field(default_factory=list[str])
    controls: Controls | None = None

    @property
    def touched(self) -> bool:
        """Whether there is anything that declared rollbacks could have to put right."""
        return self.method_done or self.acted or bool(self.host.faults.injections)

    def in_order(self, entries: list[Entry]) -> tuple[Entry, ...]:
        """Those that ran in the background where the file has them, as readers of journals expect."""
        ordered = list(entries)
        for among, place, own in reversed(self.beside):
            if among is entries:
                ordered[place:place] = own
        return tuple(ordered)

    def in_background(self, stage: Stage) -> Stage:
        """The stage of an activity that begins now and ends at some time."""
        own: list[Entry] = []
        self.beside.append((stage.entries, len(stage.entries), own))
        return replace(stage, entries=own)

    def record(self, stage: Stage, entry: Entry) -> None:
        """Write an entry down and tell whoever watches."""
        stage.entries.append(entry)
        self.tell(Recorded(stage.part, entry, stage.index))

    @property
    def left_out(self) -> DryMode | None:
        """What this run leaves out, as the command line or else the file says."""
        return self.host.left_out or self.experiment.dry

    @property
    def patience(self) -> float:
        """Seconds that work in other threads gets to end, once it was told to."""
        return STOPPED_SECONDS if self.host.stop.requested else SETTLE_SECONDS

    @property
    def dry(self) -> str:
        """What is left out, in a word; empty for a run that leaves out nothing."""
        if self.host.dry:
            return "mutations"
        return self.left_out.value if self.left_out else ""

    def configured_with(self, configuration: Mapping[str, Json]) -> None:
        """These values from now on, under their names too."""
        around = self.phase.around
        names = {**around.secrets.names(), **configuration}
        around = replace(around, configuration=dict(configuration), names=names)
        self.phase = replace(self.phase, around=around)

    def warn(self, sentence: str) -> None:
        """Something is not as the file's author may think."""
        said = self.said(sentence)
        self.warnings.append(said)
        self.tell(Warned(said))

    def clean(self, value: object) -> Json:
        """Any value as plain data without secrets."""
        return self.redactor.json(plain(value))

    def said(self, sentence: object) -> str:
        """A sentence without secrets."""
        return self.redactor.text(str(sentence))
