"""One run as a pipeline of named steps: configure, baseline, method, after, read back; then undo, judge."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from experiments.engine.caught import Caught
from experiments.engine.host import Host
from experiments.engine.hypothesis import observe
from experiments.engine.judge import judge
from experiments.engine.method import method
from experiments.engine.progress import Progress
from experiments.engine.running import Ending, Phase, Running
from experiments.engine.stop import Interrupted
from experiments.engine.undo import undo
from experiments.faults.intent import NotPermitted
from experiments.format.configuration import resolve_configuration
from experiments.format.redactor import Redactor
from experiments.format.secrets import resolve_secrets
from experiments.journal import Journal
from experiments.model import Experiment, Outcome
from experiments.providers.sentence import from_exception
from experiments.providers.surroundings import Surroundings

log = logging.getLogger("cowbane.engine")


def run(experiment: Experiment, host: Host) -> Journal:
    """Run it; whatever happens on the way, what was changed is undone and the journal says how it ended.

    A stop is delivered inside the bodies of activities and inside pauses only; everything else, above
    all the undo, is shielded.
    """
    running = begin(experiment, host)
    with host.stop.shielded():
        ending = _through(running)
        host.stop.seal()
        undo(running, ending)
        return judge(running, ending)


def begin(experiment: Experiment, host: Host) -> Running:
    """The run before its first step."""
    around = Surroundings(
        stop=host.stop,
        clock=host.clock,
        policy=host.policy,
        resolve=host.resolve,
        environment=host.environment,
        injectables=host.injectables,
    )
    return Running(
        experiment=experiment,
        host=replace(host, progress=_unfailing(host.progress)),
        phase=Phase(around=around, faults=host.faults),
        start=host.clock.now(),
        began=host.clock.monotonic(),
    )


def _unfailing(progress: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Whoever watches may break, e.g. because a pipe was closed: that must not keep a fault in."""

    def tell(event: Progress) -> None:
        try:
            progress(event)
        except Exception:
            log.debug("whoever watches the run cannot be told", exc_info=True)

    return tell


def configure(running: Running) -> Ending | None:
    """The policy's word on the file, then its configuration and secrets as values."""
    if refused := running.host.policy.violations(running.experiment):
        return Ending(outcome=None, reason="; ".join(refused))
    host, experiment = running.host, running.experiment
    configuration, missing = resolve_configuration(experiment.configuration, host.environment, host.values)
    secrets, absent = resolve_secrets(experiment.secrets, host.environment)
    running.redactor = Redactor(secrets.values())
    running.phase = replace(
        running.phase,
        around=replace(
            running.phase.around,
            configuration=configuration,
            secrets=secrets,
            names={**secrets.names(), **configuration},
        ),
    )
    if missing or absent:
        return Ending(outcome=Outcome.ERROR, reason="; ".join([*missing, *absent]))
    return None


def _baseline(running: Running) -> Ending | None:
    if running.experiment.hypothesis is None:
        return None
    running.before = observe(running, running.experiment.hypothesis, "before")
    if running.before.met:
        return None
    outcome = Outcome.PROBE_ERROR if running.before.met is None else Outcome.BASELINE_NOT_MET
    return Ending(outcome=outcome, reason=f"before the method, {running.before.reason}")


def _after(running: Running) -> Ending | None:
    if running.experiment.hypothesis is None:
        return None
    running.after = observe(running, running.experiment.hypothesis, "after")
    if running.after.met:
        return None
    outcome = Outcome.PROBE_ERROR if running.after.met is None else Outcome.DEVIATED
    return Ending(outcome=outcome, reason=f"after the method, {running.after.reason}")


def _read_back(running: Running) -> Ending | None:
    """A fault that somebody else took out meanwhile proves nothing, whatever the hypothesis says."""
    for intent in running.host.faults.standing:
        if removed := running.host.reverser.removed(intent):
            return Ending(outcome=Outcome.ERROR, reason=f"the fault on {intent.target} was {removed}")
    return None


def _observed(running: Running) -> Ending | None:
    after = _after(running)
    return _read_back(running) or after


_STEPS: tuple[Callable[[Running], Ending | None], ...] = (configure, _baseline, method, _observed)


def _through(running: Running) -> Ending:
    passed = Ending(outcome=Outcome.PASSED, reason=_held(running))
    with Caught() as caught:
        endings = (step(running) for step in _STEPS)
        return next((ending for ending in endings if ending), passed)
    return _stopped(running, caught.error) if caught.error else passed


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
    if running.experiment.hypothesis is None:
        return "the method ran to its end; there was no hypothesis to judge"
    return f"{running.experiment.hypothesis.title}: held before and after"
