"""The method: its activities in order, those in the background and the watch beside them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from experiments.engine.activity import Played, play
from experiments.engine.around import playlist
from experiments.engine.background import Background
from experiments.engine.caught import Caught
from experiments.engine.progress import Part
from experiments.engine.running import Ending, Running, Stage
from experiments.engine.stop import Interrupted
from experiments.engine.strategies import LOOKS
from experiments.engine.watch import Watch
from experiments.failures import SteadyStateNotMet
from experiments.model import Activity, ActivityKind, Outcome


def method(running: Running) -> Ending | None:
    """Play it to its end, or to the first that fails; what runs beside it is awaited, and counts."""
    with running.phase.stop.child() as stop:
        stage = Stage(Part.METHOD, running.phase.under(stop), running.method)
        watch = Watch(running, stop)
        ending: Ending | None = None
        with Caught() as caught, _watched(running, watch, stage):
            ending = _played(running, stage)
    running.watched = watch.ending()
    if caught.error is None:
        running.method_done = ending is None
        return ending
    if watch.ended_the_method and isinstance(caught.error, Interrupted):
        return running.watched
    raise caught.error


def _watched(running: Running, watch: Watch, stage: Stage) -> AbstractContextManager[object]:
    hypothesis = running.experiment.hypothesis
    if hypothesis is None or not LOOKS[running.runtime.hypothesis].during:
        return nullcontext()
    return watch.beside(hypothesis, stage.phase)


def _played(running: Running, stage: Stage) -> Ending | None:
    background: list[Background[Ending | None]] = []
    foreground = _foreground(running, stage, background)
    endings = [foreground, *(beside.result(stage.phase.stop) for beside in background)]
    return next((each for each in endings if each), None)


def _foreground(running: Running, stage: Stage, background: list[Background[Ending | None]]) -> Ending | None:
    for index, activity in playlist(running, "method", running.experiment.method):
        step = f"method-{index}-{activity.name}"
        if activity.background:
            background.append(_begun(running, stage, activity, step))
        elif ending := _ending(running, activity, play(running, stage, activity, step)):
            return ending
    return None


def _begun(running: Running, stage: Stage, activity: Activity, step: str) -> Background[Ending | None]:
    """Its entry joins the others where it began, whoever waits for it."""
    own = running.in_background(stage)

    def work() -> Ending | None:
        return _ending(running, activity, play(running, own, activity, step))

    beside = Background(work, name=step)
    running.background.append(beside)
    return beside


def _ending(running: Running, activity: Activity, played: Played) -> Ending | None:
    """A probe of the method observes: without a tolerance its answer may be no."""
    verdict, failure = played.judged, played.failure
    if verdict.judged and not verdict.met:
        outcome = Outcome.DEVIATED if verdict.met is False else Outcome.PROBE_ERROR
        return Ending(outcome=outcome, reason=f"in the method, {activity.name}: {verdict.found}")
    if failure is None:
        return None
    if activity.kind is ActivityKind.ACTION:
        return Ending(outcome=Outcome.ACTION_ERROR, reason=f"{activity.name}: {played.entry.exception}")
    if isinstance(failure, SteadyStateNotMet):
        return None
    return Ending(outcome=Outcome.PROBE_ERROR, reason=f"{activity.name}: {played.entry.exception}")
