"""A cluster that only knows which faults are in: what the recovery tests undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from experiments.faults.intent import Intent, Undone, UndoResult


@dataclass
class FaultyCluster:
    """Faults go in by `apply` and out by `undo`; `refusals` many undos fail first."""

    applied: dict[str, Intent] = field(default_factory=dict)
    undone: list[str] = field(default_factory=list)
    refusals: int = 0
    #: Called at the beginning of every undo.
    meanwhile: Callable[[], None] = lambda: None

    def apply(self, intent: Intent) -> None:
        self.applied[intent.id] = intent

    def removed(self, intent: Intent) -> str:
        return "" if intent.id in self.applied else "somebody"

    def undo(self, intent: Intent) -> Undone:
        self.meanwhile()
        if self.refusals:
            self.refusals -= 1
            return Undone(result=UndoResult.FAILED, detail="the API server says 503.")
        if self.applied.pop(intent.id, None) is None:
            return Undone(result=UndoResult.GONE)
        self.undone.append(intent.target.name)
        return Undone(result=UndoResult.UNDONE)

    def break_once(self) -> None:
        self.meanwhile = lambda: None
        raise RuntimeError("the line broke")

    def marks(self) -> list[Intent]:
        return list(self.applied.values())
