"""What the lines of one run say of it, event after event, also where they break off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from experiments.engine.progress import (
    Acted,
    Acting,
    Entered,
    Injecting,
    Looked,
    Part,
    Pausing,
    Probed,
    Probing,
    Progress,
    Recorded,
    Started,
    Undoing,
    Undone,
    Verdict,
    Warned,
)
from experiments.faults.intent import UndoKind, UndoResult
from experiments.journal.entry import Entry
from experiments.journal.lines import Line
from experiments.model import ActivityKind, Json


@dataclass(frozen=True, slots=True)
class Begun:
    """An activity that has begun and is not over, as far as anybody was told."""

    kind: ActivityKind
    name: str
    at: datetime
    part: Part | None


@dataclass(slots=True)
class Story:
    """A run as it was told so far."""

    started: Started
    last: datetime  #: when it was heard of for the last time
    part: Part | None = None
    entries: dict[tuple[Part, int], list[Entry]] = field(default_factory=dict)
    looked: dict[tuple[Part, int], Looked] = field(default_factory=dict[tuple[Part, int], Looked])
    begun: list[Begun] = field(default_factory=list[Begun])
    acted: bool = False  #: an action has begun
    hit: list[str] = field(default_factory=list[str])  #: as the actions that ended say it
    pausing: Pausing | None = None
    injected: list[tuple[datetime, Injecting]] = field(default_factory=list[tuple[datetime, Injecting]])
    undoing: str = ""  #: the target
    undone: list[Undone] = field(default_factory=list[Undone])
    warnings: list[str] = field(default_factory=list[str])
    verdict: Verdict | None = None

    def standing(self) -> list[Injecting]:
        """What went in, would have to be undone, and was not, as far as anybody was told."""
        over = [each.target for each in self.undone if each.result is not UndoResult.FAILED]
        left: list[Injecting] = []
        for _, fault in self.injected:
            if str(fault.target) in over:
                over.remove(str(fault.target))
            elif fault.undo is not UndoKind.NOTHING:
                left.append(fault)
        return left

    def recorded(self, part: Part) -> list[Entry]:
        """Every activity of the part that ended, of all its looks."""
        return [each for (where, _), entries in self.entries.items() if where is part for each in entries]

    def declared(self, name: str) -> list[Mapping[str, Json]]:
        """The activities of the file under this key."""
        return _mappings(self.started.experiment.get(name))

    def probes(self) -> list[Mapping[str, Json]]:
        """Those of the hypothesis."""
        hypothesis = self.started.experiment.get("steady-state-hypothesis")
        return _mappings(hypothesis.get("probes") if isinstance(hypothesis, dict) else None)

    def hear(self, line: Line) -> None:
        """One more event."""
        self.last = max(self.last, line.at)
        match line.event:
            case Started() as started:
                self.started = started
            case Entered(part):
                self.part = part if part is not Part.DURING else self.part
            case Probing() | Acting() as begins:
                self._begin(begins, line.at)
            case Recorded() as recorded:
                self._record(recorded)
            case Probed(name) | Acted(name) as ended:
                self._end(name)
                self.hit += [ended.hit] if isinstance(ended, Acted) and ended.hit else []
            case Looked(part, index=index) as look:
                self.looked[part, index] = look
            case other:
                self._note(other, line.at)

    def _note(self, event: Progress, at: datetime) -> None:
        match event:
            case Pausing():
                self.pausing = event
            case Warned(message):
                self.warnings.append(message)
            case Injecting():
                self.injected.append((at, event))
            case Undoing(target):
                self.undoing = target
            case Undone():
                self.undoing = ""
                self.undone.append(event)
            case Verdict():
                self.verdict = event
            case _:  # what only says that an activity goes on
                pass

    def _begin(self, event: Probing | Acting, at: datetime) -> None:
        acting = isinstance(event, Acting)
        self.acted, self.pausing = self.acted or acting, None
        kind = ActivityKind.ACTION if acting else ActivityKind.PROBE
        self.begun.append(Begun(kind, event.name, at, self.part))

    def _record(self, event: Recorded) -> None:
        self.entries.setdefault((event.part, event.index), []).append(event.entry)
        self._end(str(event.entry.activity.get("name", "")))

    def _end(self, name: str) -> None:
        """The one that began first, where several have the name."""
        self.pausing = None
        found = next((each for each in self.begun if each.name == name), None)
        if found:
            self.begun.remove(found)


def told(lines: Iterable[Line]) -> Story | None:
    """The story of these lines; None where no run begins in them."""
    story: Story | None = None
    for line in lines:
        if story is not None:
            story.hear(line)
        elif isinstance(line.event, Started):
            story = Story(line.event, line.at)
    return story


def _mappings(value: Json) -> list[Mapping[str, Json]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
