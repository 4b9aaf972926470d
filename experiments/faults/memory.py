"""Intents in this process: for a run at a command line, whose faults carry their marks in the cluster."""

from __future__ import annotations

from dataclasses import dataclass, field

from experiments.faults.intent import Intent, NotPermitted, Undone, UndoResult


@dataclass(slots=True)
class MemoryIntents:
    """An `IntentLog` that lives as long as the run."""

    open: dict[str, Intent] = field(default_factory=dict[str, Intent])
    closed: dict[str, Undone] = field(default_factory=dict[str, Undone])

    def record(self, intent: Intent) -> None:
        """Once per fault; a second time is `NotPermitted`."""
        if intent.id in self.open or intent.id in self.closed:
            raise NotPermitted(f"{intent.target} was hit by this step already")
        self.open[intent.id] = intent

    def close(self, intent: Intent, undone: Undone) -> None:
        """Note how its undo ended; one that failed stays open."""
        if undone.result is not UndoResult.FAILED:
            self.open.pop(intent.id, None)
            self.closed[intent.id] = undone
