"""The method: its activities in order, those in the background beside them."""

from __future__ import annotations

from experiments.engine.activity import Performed, perform
from experiments.engine.background import Background
from experiments.engine.progress import Probed
from experiments.engine.running import Ending, Running
from experiments.failures import SteadyStateNotMet
from experiments.journal import Entry
from experiments.model import Activity, ActivityKind, Outcome
from experiments.tolerances.verdict import shown


def method(running: Running) -> Ending | None:
    """Run it to its end, or to the first that fails; what runs beside it is awaited, and counts."""
    foreground = _foreground(running)
    background = [beside.result(running.phase.stop) for beside in running.background]
    ending = next((each for each in (foreground, *background) if each), None)
    running.method_done = ending is None
    return ending


def _foreground(running: Running) -> Ending | None:
    for index, activity in enumerate(running.experiment.method):
        step = f"method-{index}-{activity.name}"
        if activity.background:
            _begin(running, activity, step)
        elif ending := _judged(running, activity, _performed(running, activity, step)):
            return ending
    return None


def _performed(running: Running, activity: Activity, step: str) -> Performed:
    return perform(running, activity, step, running.phase, running.method)


def _begin(running: Running, activity: Activity, step: str) -> None:
    """Its entry joins the others when it has ended, whoever waits for it."""

    def work() -> Ending | None:
        entries: list[Entry] = []
        try:
            return _judged(running, activity, perform(running, activity, step, running.phase, entries))
        finally:
            running.method.extend(entries)

    running.background.append(Background(work, name=step))


def _judged(running: Running, activity: Activity, performed: Performed) -> Ending | None:
    probe = activity.kind is ActivityKind.PROBE
    if probe and isinstance(performed.failure, SteadyStateNotMet):
        running.host.progress(Probed(activity.name, None, running.said(performed.failure)))
        return None  # a probe of the method observes: its answer may be no
    if performed.failure is not None:
        outcome = Outcome.PROBE_ERROR if probe else Outcome.ACTION_ERROR
        return Ending(outcome=outcome, reason=f"{activity.name}: {performed.entry.exception}")
    if probe:
        running.host.progress(Probed(activity.name, None, running.said(shown(performed.output))))
    return None
