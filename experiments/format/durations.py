"""How long an experiment may take by its own numbers: the pauses and time-outs of the file."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.format.findings import Findings, is_number
from experiments.model import Activity, Experiment, Json, PythonProvider


def check_durations(findings: Findings, experiment: Experiment, deadline: float) -> None:
    """A problem when pauses and time-outs add up to more than the deadline."""
    longest = longest_run(experiment)
    if longest > deadline:
        message = f"pauses and time-outs add up to {longest:g} s, the deadline is {deadline:g} s"
        findings.error_at_key(f"{message}; shorten them or allow more", ("method",))


def longest_run(experiment: Experiment) -> float:
    """Seconds of the whole run as far as the file says; the hypothesis is asked twice."""
    probes = experiment.hypothesis.probes if experiment.hypothesis else ()
    return 2 * sum(map(_longest, probes)) + _section(experiment.method) + _section(experiment.rollbacks)


def _section(activities: Sequence[Activity]) -> float:
    """Background activities run beside the others, so only the longest can matter."""
    foreground = sum(_longest(each) for each in activities if not each.background)
    background = max((_longest(each) for each in activities if each.background), default=0.0)
    return max(foreground, background)


def _longest(activity: Activity) -> float:
    provider = activity.provider
    timeout = None if isinstance(provider, PythonProvider) else provider.timeout
    return _seconds(activity.pauses.before) + _seconds(timeout) + _seconds(activity.pauses.after)


def _seconds(value: Json) -> float:
    if isinstance(value, list):  # connect and read
        return sum(_seconds(each) for each in value)
    return float(str(value)) if is_number(value) else 0.0
