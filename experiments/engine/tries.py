"""An activity tried once, or a probe that may wait asked again until it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from experiments.engine.asking import Judged, judged, unjudged
from experiments.engine.body import Attempt, attempt
from experiments.engine.caught import Caught
from experiments.engine.progress import Asked
from experiments.engine.running import Running, Stage
from experiments.engine.waits import Waits
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


def tried(running: Running, stage: Stage, activity: Activity, step: str, times: Waits) -> Tries:
    """Never raises; what ends the whole run is in the last attempt."""
    clock = running.host.clock
    start, began = clock.now(), clock.monotonic()
    if activity.until is not None:
        return _until_it_holds(running, stage, activity, activity.until, step, times, start, began)
    last = attempt(running, activity, step, stage.phase, times.timeout)
    return Tries(last, judged(running, stage, activity, last, step), start=start, began=began)


def _until_it_holds(
    running: Running,
    stage: Stage,
    activity: Activity,
    until: Until,
    step: str,
    times: Waits,
    start: datetime,
    began: float,
) -> Tries:
    count, waited = 0, 0.0
    while True:
        left = until.timeout - max(waited, running.host.clock.monotonic() - began)
        last = attempt(running, activity, step, stage.phase, times.limit(max(left, until.every)))
        verdict = judged(running, stage, activity, last, step)
        count, waited = count + 1, waited + until.every
        tries = Tries(last, verdict, count=count, start=start, began=began)
        if verdict.met or last.ended is not None or left < until.every:
            return tries
        running.host.progress(Asked(activity.name, verdict.found, left))
        if ended := _waited(stage, until.every):
            return replace(tries, last=replace(last, ended=ended))


def _waited(stage: Stage, seconds: float) -> BaseException | None:
    """What ended the waiting early, if anything did."""
    with Caught() as caught, stage.phase.stop.exposed():
        stage.phase.stop.wait(seconds)
    return caught.error
