"""The body of an activity: its provider, within the time it may take."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.engine.background import Background
from experiments.engine.caught import Caught
from experiments.engine.limit import limited
from experiments.engine.running import Phase, Running
from experiments.failures import ActivityFailed
from experiments.model import Activity, HttpProvider, ProcessProvider, Provider, PythonProvider
from experiments.providers import http, process, python
from experiments.providers.surroundings import Step, Surroundings


@dataclass(frozen=True, slots=True)
class Attempt:
    """One go at an activity: its answer, why it failed, or what ends the whole run."""

    output: object = None
    failure: ActivityFailed | None = None
    ended: BaseException | None = None


def attempt(running: Running, activity: Activity, step: str, phase: Phase, seconds: float | None) -> Attempt:
    """The answer; never raises. What takes longer than `seconds` is stopped and has failed."""
    output, stop = None, phase.stop
    with Caught() as caught:
        if seconds is None:
            with stop.exposed():
                output = invoke(activity.provider, phase.around, _step(running, step, phase))
        else:
            with limited(stop, seconds) as stop:
                output = _within(running, activity, step, phase.under(stop))
    error = caught.error
    if stop is not phase.stop and stop.requested and not phase.stop.requested:
        return Attempt(output, failure=ActivityFailed(stop.reason))
    if isinstance(error, ActivityFailed):
        return Attempt(output, failure=error)
    return Attempt(output, ended=error)


def invoke(provider: Provider, around: Surroundings, step: Step) -> object:
    """The answer of the provider; raises `ActivityFailed`."""
    match provider:
        case PythonProvider():
            return python.call(provider, around, step)
        case HttpProvider():
            return http.request(provider, around)
        case ProcessProvider():
            return process.execute(provider, around)


def _within(running: Running, activity: Activity, step: str, phase: Phase) -> object:
    """A function that nothing can interrupt in this thread runs beside it, and is left behind when late."""

    def body() -> object:
        return invoke(activity.provider, phase.around, _step(running, step, phase))

    if isinstance(activity.provider, PythonProvider) and not phase.stop.interruptible:
        beside = Background(body, name=step)
        running.background.append(beside)
        return beside.result(phase.stop)
    with phase.stop.exposed():
        return body()


def _step(running: Running, step: str, phase: Phase) -> Step:
    return Step(name=step, faults=phase.faults.at(step), draw=running.host.draw.within(step))
