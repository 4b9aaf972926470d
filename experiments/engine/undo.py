"""The undo: the file's rollbacks, then the inverse of every fault, last first; nothing stops it (D4)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from experiments.controls.hook import Level
from experiments.engine import progress
from experiments.engine.activity import play
from experiments.engine.around import around, playlist
from experiments.engine.background import Background
from experiments.engine.caught import Caught
from experiments.engine.progress import Entered, Part
from experiments.engine.running import Ending, Phase, Running, Stage
from experiments.engine.stop import Stop
from experiments.engine.strategies import ROLLBACKS
from experiments.faults.intent import Intent, Undone, UndoResult
from experiments.model import Activity
from experiments.providers.sentence import from_exception

#: Seconds before the second try of an undo; each further one waits twice as long.
FIRST_BACKOFF = 0.5


def undo(running: Running, ending: Ending) -> None:
    """Put right what was changed; a failure is loud in the journal and never stops the rest."""
    _end_background(running)
    if running.controls:
        running.controls.undo()
    phase = Phase(around=replace(running.phase.around, stop=Stop()), faults=running.host.faults.unhindered())
    if running.touched and ROLLBACKS[running.runtime.rollbacks](ending.outcome):
        with Caught() as caught:
            play_rollbacks(running, phase)
        if caught.error is not None:  # whatever it is, no fault stays in for it
            running.failures.append(f"the rollbacks: {from_exception(caught.error)}")
    if not running.host.keep_faults:
        _invert(running, phase)


def play_rollbacks(running: Running, phase: Phase) -> list[str]:
    """Every declared rollback in order, whatever becomes of the others; one sentence per failure."""
    failures: list[str] = []
    if running.experiment.rollbacks or running.controls:
        running.tell(Entered(Part.ROLLBACKS))
        with around(running, Level.ROLLBACK, event="rollbacks") as told:
            failures = _played_back(running, phase)
            told.state = [entry.as_dict() for entry in running.in_order(running.rollbacks)]
    running.failures += failures
    return failures


def _played_back(running: Running, phase: Phase) -> list[str]:
    stage = Stage(Part.ROLLBACKS, phase, running.rollbacks)
    failures: list[str] = []
    background: list[Background[str]] = []
    for index, activity in playlist(running, "rollbacks", running.experiment.rollbacks):
        step = f"rollbacks-{index}-{activity.name}"
        if activity.background:
            own = running.in_background(stage)
            background.append(Background(partial(_rolled_back, running, activity, step, own), name=step))
        else:
            failures.append(_rolled_back(running, activity, step, stage))
    failures += [beside.result(phase.stop) for beside in background]
    return [each for each in failures if each]


def _end_background(running: Running) -> None:
    """Whoever still works beside the run must not inject once the undo has begun."""
    if not all(beside.settle(0) for beside in running.background):
        running.work.request("the run is over")
    ends = running.host.clock.monotonic() + running.patience
    for beside in running.background:
        beside.settle(max(0.0, ends - running.host.clock.monotonic()))


def _rolled_back(running: Running, activity: Activity, step: str, stage: Stage) -> str:
    with Caught() as caught:
        played = play(running, stage, activity, step)
        said = played.failure or (played.judged.found if not played.judged.met else "")
        return f"rollback {activity.name}: {said}" if said else ""
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
    running.tell(progress.Undoing(str(intent.target)))
    undone = Undone(result=UndoResult.FAILED)
    with Caught() as caught:
        undone = phase.faults.undo(intent, running.host.reverser)
    if caught.error is not None:
        undone = Undone(result=UndoResult.FAILED, detail=from_exception(caught.error))
    said = replace(undone, detail=running.said(undone.detail))
    running.tell(progress.Undone(str(intent.target), said.result, said.detail))
    return said
