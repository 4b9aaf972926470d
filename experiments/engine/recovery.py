"""One more look at the steady state once everything is undone: has the system recovered, and how soon?"""

from __future__ import annotations

from dataclasses import replace

from experiments.engine.caught import Caught
from experiments.engine.hypothesis import observe
from experiments.engine.progress import Entered, Part
from experiments.engine.running import Ending, Running
from experiments.faults.intent import NotPermitted
from experiments.journal import SteadyState
from experiments.model import Hypothesis, Outcome, Until

#: Why an action among the probes is not done then.
NO_MORE = "the look after the undo changes nothing"
#: The outcomes after which it means something; the others ended before there was anything to see.
_LOOKED_AFTER = (Outcome.PASSED, Outcome.DEVIATED, Outcome.ACTION_ERROR, Outcome.PROBE_ERROR)


def recovered(running: Running, ending: Ending) -> Ending:
    """The ending with what that look says; a run that passed and did not recover has deviated."""
    hypothesis, until = running.experiment.hypothesis, running.runtime.recovered
    if hypothesis is None or until is None or ending.outcome not in _LOOKED_AFTER or not running.touched:
        return ending
    running.tell(Entered(Part.RECOVERED))
    with Caught() as caught:
        running.recovered = _looked_until_it_held(running, hypothesis, until)
    if caught.error is not None or running.recovered is None:
        why = f": {caught.error}" if isinstance(caught.error, NotPermitted) else ""
        return replace(ending, reason=f"{ending.reason}; the look after the undo was ended{why}")
    return _with(ending, running.recovered)


def _looked_until_it_held(running: Running, hypothesis: Hypothesis, until: Until) -> SteadyState:
    clock = running.host.clock
    phase = replace(running.phase, faults=running.host.faults.refusing(NO_MORE))
    undone, waited, look = clock.monotonic(), 0.0, 0
    while True:
        seen = observe(running, hypothesis, Part.RECOVERED, phase, index=look)
        took = max(waited, clock.monotonic() - undone)
        if seen.met or took + until.every > until.timeout:
            return replace(seen, seconds=took)
        running.phase.stop.wait(until.every)
        waited, look = waited + until.every, look + 1


def _with(ending: Ending, seen: SteadyState) -> Ending:
    took = seen.seconds or 0.0
    if seen.met:
        return replace(ending, reason=f"{ending.reason}; recovered {took:.1f} s after the undo")
    missed = f"not recovered {took:.1f} s after the undo: {seen.reason}"
    if ending.outcome is Outcome.PASSED:
        return Ending(outcome=Outcome.DEVIATED, reason=missed)
    return replace(ending, reason=f"{ending.reason}; {missed}")
