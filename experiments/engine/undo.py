"""The undo: the file's rollbacks, then the inverse of every fault, last first; nothing stops it (D4)."""

from __future__ import annotations

from dataclasses import replace

from experiments.engine.activity import perform
from experiments.engine.caught import Caught
from experiments.engine.progress import Undoing, Undone
from experiments.engine.running import Ending, Phase, Running
from experiments.engine.stop import Stop
from experiments.faults.intent import UndoResult
from experiments.model import Activity, Outcome, RollbackStrategy

#: Seconds before the second try of an undo; each further one waits twice as long.
FIRST_BACKOFF = 0.5
#: Seconds that background work gets to end after a stop, before the undo begins beside it.
SETTLE_SECONDS = 5.0


def undo(running: Running, ending: Ending) -> None:
    """Put right what was changed; a failure is loud in the journal and never stops the rest."""
    for beside in running.background:
        beside.settle(SETTLE_SECONDS)
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


def _rollbacks_wanted(running: Running, ending: Ending) -> bool:
    match running.experiment.rollback_strategy:
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
            running.host.progress(Undoing(str(intent.target)))
            with Caught() as caught:
                undone = phase.faults.undo(intent, running.host.reverser)
                running.undos[intent.id] = (intent, undone)
                running.host.progress(Undone(str(intent.target), undone.result, undone.detail))
            if caught.error is not None:
                running.unforeseen[intent.id] = f"undo of {intent.target}: {caught.error}"
            else:
                running.unforeseen.pop(intent.id, None)
    failed = [undone.detail for _, undone in running.undos.values() if undone.result is UndoResult.FAILED]
    running.failures += [*failed, *running.unforeseen.values()]
