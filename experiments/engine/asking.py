"""What the tolerance of a probe says about its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from experiments.engine.body import Attempt, invoke
from experiments.engine.running import Running, Stage
from experiments.failures import ActivityFailed, SteadyStateNotMet
from experiments.model import Activity, HttpProvider, Json, ProcessProvider, Provider, PythonProvider
from experiments.plain import plain
from experiments.providers.described import described
from experiments.providers.surroundings import Step, Surroundings
from experiments.tolerances.tolerance import met
from experiments.tolerances.verdict import Verdict

#: The value travels under this name: whatever it contains, nothing in it is substituted.
_NAME = "cowbane_value"


@dataclass(frozen=True, slots=True)
class Judged:
    """Met, not met, or None where the probe could not be asked; `judged` is False without a tolerance."""

    met: bool | None
    found: str = ""
    judged: bool = True


#: Whatever has no tolerance, and whatever a dry run leaves out: nothing speaks against it.
unjudged = Judged(met=True, judged=False)


def judged(running: Running, stage: Stage, activity: Activity, attempt: Attempt, step: str) -> Judged:
    """The verdict on what the activity answered, in a sentence without secrets."""
    if activity.tolerance is None or attempt.ended is not None:
        return unjudged if attempt.failure is None else Judged(met=None, judged=False)
    if attempt.failure is not None:
        refused = isinstance(attempt.failure, SteadyStateNotMet)
        return Judged(met=False if refused else None, found=running.said(attempt.failure))
    if isinstance(activity.tolerance, dict) and activity.tolerance.get("type") == "probe":
        verdict = met(
            activity.tolerance,
            attempt.output,
            lambda asked, value: _answer(running, stage, asked, value, step),
        )
        return _judged(running, verdict)
    tolerance = stage.phase.around.substituted(activity.tolerance)
    verdict = met(tolerance, attempt.output)
    if not verdict.met and running.redactor.hides:  # a sentence is cut, and half a secret looks like none
        verdict = replace(met(running.clean(tolerance), running.clean(attempt.output)), met=False)
    return _judged(running, verdict)


def _judged(running: Running, verdict: Verdict) -> Judged:
    return Judged(met=verdict.met, found="" if verdict.met else running.said(verdict))


def _answer(running: Running, stage: Stage, asked: Mapping[str, object], value: object, step: str) -> object:
    """What a tolerance that is itself a probe says about the value."""
    phase = stage.phase
    at = Step(name=step, faults=phase.faults.at(step), draw=running.host.draw.within(step, "tolerance"))
    with phase.stop.exposed():
        return answer(asked, value, phase.around, at)


def answer(tolerance: Mapping[str, object], value: object, around: Surroundings, step: Step) -> object:
    """What the probe says about the value; raises `ActivityFailed` when it cannot be asked."""
    source = plain(tolerance)
    try:
        probe = described(source if isinstance(source, dict) else {})
    except ValueError as wrong:
        raise ActivityFailed(f"the tolerance's probe cannot be read: {wrong}") from wrong
    given = (
        value if isinstance(probe.provider, PythonProvider) else plain(value)
    )  # a function may take anything
    names: dict[str, Any] = {**around.names, _NAME: given}
    return invoke(_with_value(probe.provider), replace(around, names=names), step)


def _with_value(provider: Provider) -> Provider:
    """`value` among its arguments; a program with a list of words gets none, as in Chaos Toolkit."""
    value: dict[str, Json] = {"value": f"${{{_NAME}}}"}
    if isinstance(provider, ProcessProvider):
        given = provider.arguments
        return replace(provider, arguments={**given, **value}) if isinstance(given, dict) else provider
    if isinstance(provider, HttpProvider):
        body = provider.arguments or {}
        return replace(provider, arguments={**body, **value}) if isinstance(body, dict) else provider
    return replace(provider, arguments={**provider.arguments, **value})
