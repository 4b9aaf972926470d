"""The undo: the file's rollbacks, then the inverse of every fault, last first; nothing stops it (D4)."""

from __future__ import annotations

from dataclasses import replace

from experiments.engine import progress
from experiments.engine.activity import perform
from experiments.engine.caught import Caught
from experiments.engine.running import Ending, Phase, Running
from experiments.engine.stop import Stop
from experiments.faults.intent import Intent, Undone, UndoResult
from experiments.model import Activity, Outcome, RollbackStrategy
from experiments.providers.sentence import from_exception

#: Seconds before the second try of an undo; each further one waits twice as long.
FIRST_BACKOFF = 0.5
#: Seconds that all background work gets to end after a stop, before the undo begins beside it.
SETTLE_SECONDS = 2.0


def undo(running: Running, ending: Ending) -> None:
    """Put right what was changed; a failure is loud in the journal and never stops the rest."""
    _end_background(running)
    phase = Phase(around=replace(running.phase.around, stop=Stop()), faults=running.host.faults.unhindered())
    if _rollbacks_wanted(running, ending):
        play_rollbacks(running, phase)
    if not running.host.keep_faults:
        _invert(running, phase)


def play_rollbacks(running: Running, phase: Phase) -> list[str]:
    """Every declared rollback in order, whatever becomes of the others; one sentence per failure."""
    failures = []
    for index, activity in enumerate(running.experiment.rollbacks):
        if said := _rolled_back(running, activity, f"rollbacks-{index}-{activity.name}", phase):
            failures.append(said)
    running.failures += failures
    return failures


def _end_background(running: Running) -> None:
    """Whoever still works beside the run must not inject once the undo has begun."""
    if not all(beside.settle(0) for beside in running.background):
        running.host.stop.request("the run is over")
    ends = running.host.clock.monotonic() + SETTLE_SECONDS
    for beside in running.background:
        beside.settle(max(0.0, ends - running.host.clock.monotonic()))


def _rollbacks_wanted(running: Running, ending: Ending) -> bool:
    match running.experiment.runtime.rollbacks:
        case RollbackStrategy.NEVER:
            return False
        case RollbackStrategy.DEVIATED:
            return running.touched and ending.outcome is Outcome.DEVIATED
        case RollbackStrategy.DEFAULT | RollbackStrategy.ALWAYS:
            return running.touched


def _rolled_back(running: Running, activity: Activity, step: str, phase: Phase) -> str:
    with Caught() as caught:
        performed = perform(running, activity, step, phase, running.rollbacks)
        return f"rollback {activity.name}: {performed.failure}" if performed.failure else ""
    return f"rollback {activity.name}: {caught.error}"


def _invert(running: Running, phase: Phase) -> None:
    """Try until nothing stands, a few times; what is left then is the reaper's, and said."""
    for attempt in range(running.host.undo_attempts):
        if attempt and phase.faults.standing:
            running.host.sleep(FIRST_BACKOFF * 2 ** (attempt - 1))
        for intent in reversed(phase.faults.standing):
            running.undos[intent.id] = (intent, _inverted(running, phase, intent))
    running.failures += [
        f"undo of {intent.target}: {undone.detail}"
        for intent, undone in running.undos.values()
        if undone.result is UndoResult.FAILED
    ]


def _inverted(running: Running, phase: Phase, intent: Intent) -> Undone:
    """How it ended, in a sentence without secrets; an undo that breaks has failed."""
    running.host.progress(progress.Undoing(str(intent.target)))
    undone = Undone(result=UndoResult.FAILED)
    with Caught() as caught:
        undone = phase.faults.undo(intent, running.host.reverser)
    if caught.error is not None:
        undone = Undone(result=UndoResult.FAILED, detail=from_exception(caught.error))
    said = replace(undone, detail=running.said(undone.detail))
    running.host.progress(progress.Undone(str(intent.target), said.result, said.detail))
    return said
