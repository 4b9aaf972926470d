"""A run's progress in words: one line per event, the same in a worker's log and on a terminal."""

from __future__ import annotations

from typing import assert_never

from experiments.engine.progress import (
    Acted,
    Acting,
    Asked,
    Entered,
    Injecting,
    Looked,
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
from experiments.faults.intent import UndoResult


def line(event: Progress) -> str:
    """What a person following the run reads; empty for what the next event says anyway."""
    match event:
        case Started() | Entered() | Probing() | Acting() | Recorded() | Looked():
            return ""
        case Injecting() | Undoing():
            return ""
        case Asked(name, found, left):
            return f"probe {name}: not yet: {found}; {left:g} s left"
        case Warned(message):
            return f"warning: {message}"
        case Probed(name, None, found):
            return f"probe {name}: {found}"
        case Probed(name, True, _):
            return f"probe {name}: holds"
        case Probed(name, _, found):
            return f"probe {name}: does not hold: {found}"
        case Acted(name, failure="", note="", hit=hit):
            return f"action {name}: {hit or 'done'}"
        case Acted(name, failure="", note=note):
            return f"action {name}: {note}"
        case Acted(name, failure=failure):
            return f"action {name}: failed: {failure}"
        case Pausing(name, seconds):
            return f"pause of {seconds:g} s at {name}"
        case Undone(_, UndoResult.NOTHING, _):
            return ""
        case Undone(target, result, detail):
            return f"undo of {target}: {result.value}" + (f": {detail}" if detail else "")
        case Verdict(outcome, reason, undo_failed):
            ending = outcome.value if outcome else "refused"
            return f"{ending}: {reason}" + (" An undo failed." if undo_failed else "")
        case _:
            assert_never(event)
