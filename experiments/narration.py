"""A run's progress in words: one line per event, the same in a worker's log and on a terminal."""

from __future__ import annotations

import threading
from typing import assert_never

from experiments.engine.progress import (
    Acted,
    Acting,
    Asked,
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
from experiments.faults.intent import UndoResult

#: What begins, where the next line could else be taken for the part before it.
_PARTS = {Part.AFTER: "after the method", Part.ROLLBACKS: "rollbacks", Part.RECOVERED: "after the undo"}
#: Told for each of the many probes of the looks beside the method; the look itself says enough.
_OF_A_PROBE = (Probing, Asked, Probed, Pausing)


class Narrator:
    """The lines of one run, without those that only repeat each other.

    Of the looks beside the method it tells the first that does not hold, and when it holds again. To be
    called in the thread that tells, which is how a probe of such a look is known.
    """

    def __init__(self) -> None:
        self._beside: set[int] = set()
        self._held: bool | None = True

    def __call__(self, event: Progress) -> str:
        """What a person reads now; empty for nothing."""
        thread = threading.get_ident()
        if isinstance(event, Entered):
            self._beside.clear()  # those threads have ended, and their numbers are given again
        if isinstance(event, Recorded) and event.part is Part.DURING:
            self._beside.add(thread)
        if isinstance(event, _OF_A_PROBE) and thread in self._beside:
            return ""
        if not isinstance(event, Looked) or event.part is not Part.DURING:
            return line(event)
        before, self._held = self._held, event.met
        if event.met and not before:
            return "beside the method: holds again"
        return line(event) if event.met is not before else ""


def line(event: Progress) -> str:
    """What a person following the run reads; empty for what the next event says anyway."""
    match event:
        case Probing() | Acting() | Recorded() | Injecting() | Undoing():
            return ""
        case Started():
            return f"{event.title}{_dry(event.dry)}"
        case Entered(part):
            return _PARTS.get(part, "")
        case Looked():
            return _looked(event)
        case Asked(name, found, left):
            return f"probe {name}: not yet: {found}; {left:.3g} s left"
        case Warned(message):
            return f"warning: {message}"
        case Probed(name, None, found):
            return f"probe {name}: {found}"
        case Probed(name, True, _):
            return f"probe {name}: holds"
        case Probed(name, _, found):
            return f"probe {name}: does not hold: {found}"
        case Acted():
            return f"action {event.name}: {_acted(event)}"
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


def _dry(left_out: str) -> str:
    """Our own dry run changes nothing; theirs say what they leave out."""
    if not left_out:
        return ""
    return " (dry)" if left_out == "mutations" else f" (dry: {left_out})"


def _looked(event: Looked) -> str:
    """The looks before and after the method are told by their probes."""
    if event.part is Part.DURING and not event.met:
        said = "could not be asked" if event.met is None else "does not hold"
        return f"beside the method: {said}: {event.reason}"
    if event.part is Part.RECOVERED:
        return "recovered" if event.met else f"not recovered yet: {event.reason}"
    return ""


def _acted(event: Acted) -> str:
    if event.failure:
        return f"failed: {event.failure}"
    return event.note or event.hit or "done"
