"""How long an experiment may take by its own numbers: the pauses, time-outs and waits of the file."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.format.findings import Findings, is_number
from experiments.model import Activity, Experiment, HypothesisStrategy, Json, PythonProvider, RollbackStrategy

#: How often the hypothesis is asked before and after the method; beside it, it takes no time of its own.
_LOOKS = {
    HypothesisStrategy.DEFAULT: 2,
    HypothesisStrategy.BEFORE: 1,
    HypothesisStrategy.AFTER: 1,
    HypothesisStrategy.DURING: 0,
    HypothesisStrategy.CONTINUOUSLY: 2,
    HypothesisStrategy.SKIP: 0,
}


def check_durations(findings: Findings, experiment: Experiment, deadline: float | None = None) -> None:
    """A problem when they add up to more than the deadline, the smaller one of the file's and the given."""
    own = experiment.runtime.deadline
    limits = [each for each in (own, deadline) if each is not None]
    longest = longest_run(experiment)
    if not limits or longest <= min(limits):
        return
    message = f"pauses and time-outs add up to {longest:g} s, the deadline is {min(limits):g} s"
    place = ("runtime", "deadline") if min(limits) == own else ("method",)
    findings.error_at_key(f"{message}; shorten them or allow more", place)


def longest_run(experiment: Experiment) -> float:
    """Seconds of the whole run as far as the file says."""
    runtime = experiment.runtime
    played = runtime.rollbacks is not RollbackStrategy.NEVER
    look = sum(_longest(each) for each in experiment.hypothesis.probes) if experiment.hypothesis else 0.0
    recovered = runtime.recovered.timeout + look if runtime.recovered and experiment.hypothesis else 0.0
    undo = _section(experiment.rollbacks) if played else 0.0
    return _LOOKS[runtime.hypothesis] * look + _section(experiment.method) + undo + recovered


def _section(activities: Sequence[Activity]) -> float:
    """Background activities run beside the others, so only the longest can matter."""
    foreground = sum(_longest(each) for each in activities if not each.background)
    background = max((_longest(each) for each in activities if each.background), default=0.0)
    return max(foreground, background)


def _longest(activity: Activity) -> float:
    return _seconds(activity.pauses.before) + _body(activity) + _seconds(activity.pauses.after)


def _body(activity: Activity) -> float:
    """All its attempts if it waits, else the smaller of its own limit and its provider's."""
    if activity.until:
        return activity.until.timeout
    provider = activity.provider
    limits = [activity.timeout, None if isinstance(provider, PythonProvider) else provider.timeout]
    return min((_seconds(each) for each in limits if _seconds(each)), default=0.0)


def _seconds(value: Json) -> float:
    if isinstance(value, list):  # connect and read
        return sum(_seconds(each) for each in value)
    return float(value) if is_number(value) and isinstance(value, int | float) else 0.0
