"""An activity tried once, or a probe that may wait asked again until it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from experiments.engine.asking import Judged, judged, unjudged
from experiments.engine.body import Attempt, attempt
from experiments.engine.caught import Caught
from experiments.engine.progress import Asked
from experiments.engine.running import Running, Stage
from experiments.engine.waits import Waits
from experiments.failures import ActivityFailed
from experiments.model import Activity, Until


@dataclass(frozen=True, slots=True)
class Tries:
    """The last attempt with its verdict, how often it was tried, and since when; no start is not at all."""

    last: Attempt
    judged: Judged = unjudged
    note: str = ""
    count: int = 1
    start: datetime | None = None
    began: float = 0.0


def untried(wrong: ActivityFailed) -> Tries:
    """What could not even be begun: nobody knows whether it would have held."""
    return Tries(Attempt(failure=wrong), Judged(met=None, judged=False))


def tried(running: Running, stage: Stage, activity: Activity, step: str, times: Waits) -> Tries:
    """Never raises; what ends the whole run is in the last attempt."""
    clock = running.host.clock
    start, began = clock.now(), clock.monotonic()
    if activity.until is None:
        last = attempt(running, activity, step, stage.phase, times.timeout)
        verdict = judged(running, stage, activity, last, step)
        return Tries(last, verdict, start=start, began=began)

    def once(left: float) -> tuple[Attempt, Judged]:
        last = attempt(running, activity, step, stage.phase, times.limit(left))
        return last, judged(running, stage, activity, last, step)

    tries = _until_it_holds(running, stage, activity, activity.until, once)
    return replace(tries, start=start, began=began)


def _until_it_holds(
    running: Running,
    stage: Stage,
    activity: Activity,
    until: Until,
    once: Callable[[float], tuple[Attempt, Judged]],
) -> Tries:
    """Also once more when its time is over; that attempt gets no less time than the others."""
    clock, count, waited = running.host.clock, 0, 0.0
    began = clock.monotonic()
    while True:
        left = until.timeout - max(waited, clock.monotonic() - began)
        last, verdict = once(max(left, until.every))
        count += 1
        if verdict.met or last.ended is not None or left <= 0:
            return Tries(last, verdict, count=count)
        running.tell(Asked(activity.name, verdict.found, left))
        pause = min(until.every, left)
        waited += pause
        if ended := _waited(stage, pause):
            return Tries(replace(last, ended=ended), verdict, count=count)


def _waited(stage: Stage, seconds: float) -> BaseException | None:
    """What ended the waiting early, if anything did."""
    with Caught() as caught, stage.phase.stop.exposed():
        stage.phase.stop.wait(seconds)
    return caught.error
