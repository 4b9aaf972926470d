"""One run as a pipeline of named steps.

Configure, baseline, method, after, read back; then undo, look whether it recovered, judge.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from typing import TypeAlias

from experiments.controls.hook import Level
from experiments.engine.around import around, close_controls, open_controls
from experiments.engine.beginning import begin
from experiments.engine.caught import Caught
from experiments.engine.configuring import configure
from experiments.engine.host import Host
from experiments.engine.hypothesis import observe
from experiments.engine.judge import judge
from experiments.engine.limit import timed
from experiments.engine.method import method
from experiments.engine.progress import Entered, Part
from experiments.engine.recovery import recovered
from experiments.engine.running import Ending, Running
from experiments.engine.stop import Interrupted
from experiments.engine.strategies import LOOKS
from experiments.engine.undo import undo
from experiments.faults.intent import NotPermitted
from experiments.journal import Entry, Journal, SteadyState
from experiments.model import DryMode, Experiment, Json, Outcome
from experiments.providers.sentence import from_exception

#: Ends the run, or lets the next one begin.
Step: TypeAlias = Callable[[Running], Ending | None]


def run(experiment: Experiment, host: Host) -> Journal:
    """Run it; whatever happens on the way, what was changed is undone and the journal says how it ended.

    A stop is delivered inside the bodies of activities and inside pauses only; everything else, above
    all the undo, is shielded.
    """
    running = begin(experiment, host)
    with host.stop.shielded():
        with _bounded(running):
            ending = _through(running)
        host.stop.seal()
        undo(running, ending)
        return close_controls(running, judge(running, recovered(running, ending)))


@contextmanager
def _bounded(running: Running) -> Generator[None, None, None]:
    """The longest duration that the file itself allows."""
    seconds = running.runtime.deadline
    reason = f"the experiment's own deadline of {seconds:g} s is over" if seconds is not None else ""
    with timed(running.host.stop, seconds, reason) if seconds is not None else nullcontext():
        yield


@contextmanager
def _working(running: Running) -> Generator[None, None, None]:
    """What may change something has a stop of its own: once it is over, it is over for every thread of it."""
    whole = running.phase
    with running.host.stop.child() as running.work:
        running.phase = whole.under(running.work)
        yield
    running.phase = whole


def _baseline(running: Running) -> Ending | None:
    def keep(look: SteadyState) -> None:
        running.before = look

    look = _look(running, Part.BEFORE, keep) if LOOKS[running.runtime.hypothesis].before else None
    if look is None or look.met:
        return None
    outcome = Outcome.PROBE_ERROR if look.met is None else Outcome.BASELINE_NOT_MET
    return Ending(outcome=outcome, reason=f"before the method, {look.reason}")


def _method(running: Running) -> Ending | None:
    running.tell(Entered(Part.METHOD))
    with around(running, Level.METHOD) as told:
        try:
            return method(running)
        finally:
            told.state = _told(running, running.method)


def _told(running: Running, entries: list[Entry]) -> list[Json] | None:
    return [entry.as_dict() for entry in running.in_order(entries)] if running.controls else None


def _after(running: Running) -> Ending | None:
    def keep(look: SteadyState) -> None:
        running.after = look

    look = _look(running, Part.AFTER, keep) if LOOKS[running.runtime.hypothesis].after else None
    if look is None or look.met:
        return None
    outcome = Outcome.PROBE_ERROR if look.met is None else Outcome.DEVIATED
    return Ending(outcome=outcome, reason=f"after the method, {look.reason}")


def _look(running: Running, part: Part, keep: Callable[[SteadyState], None]) -> SteadyState | None:
    if running.experiment.hypothesis is None:
        return None
    running.tell(Entered(part))
    return observe(running, running.experiment.hypothesis, part, running.phase, keep=keep)


def _read_back(running: Running) -> Ending | None:
    """A fault that somebody else took out meanwhile proves nothing, whatever the hypothesis says."""
    for intent in running.host.faults.standing:
        if removed := running.host.reverser.removed(intent):
            return Ending(outcome=Outcome.ERROR, reason=f"the fault on {intent.target} was {removed}")
    return None


def _observed(running: Running) -> Ending | None:
    after = _after(running)
    return _read_back(running) or running.watched or after


_PREPARATIONS: tuple[Step, ...] = (configure, open_controls)
_STEPS: tuple[Step, ...] = (_baseline, _method, _observed)


def _through(running: Running) -> Ending:
    passed = Ending(outcome=Outcome.PASSED, reason=_held(running))
    with Caught() as caught:
        if unprepared := _first_ending(_PREPARATIONS, running):
            return unprepared
        with _working(running):
            return _first_ending(_STEPS, running) or passed
    return _stopped(running, caught.error) if caught.error else passed


def _first_ending(steps: tuple[Step, ...], running: Running) -> Ending | None:
    return next((ending for step in steps if (ending := step(running))), None)


def _stopped(running: Running, error: BaseException) -> Ending:
    match error:
        case NotPermitted() if not running.touched:
            return Ending(outcome=None, reason=str(error))
        case NotPermitted():
            return Ending(outcome=Outcome.INTERRUPTED, reason=str(error))
        case Interrupted() | KeyboardInterrupt() | SystemExit():
            told = running.host.stop.reason or f"the process was told to stop ({type(error).__name__})"
            return Ending(outcome=Outcome.INTERRUPTED, reason=told)
        case _:
            return Ending(outcome=Outcome.ERROR, reason=f"unexpected {from_exception(error)}")


def _held(running: Running) -> str:
    """What a run that passes says of its hypothesis."""
    when = LOOKS[running.runtime.hypothesis].named()
    if running.experiment.hypothesis is None or not when:
        return "the method ran to its end; there was no hypothesis to judge"
    if running.left_out in (DryMode.PROBES, DryMode.ACTIVITIES):
        return f"the method ran to its end; a dry run of {running.left_out} asked nothing"
    return f"{running.experiment.hypothesis.title}: held {' and '.join(when)}"
