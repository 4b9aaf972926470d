"""One activity: permitted, paused around, run, and written down."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from experiments.engine.caught import Caught
from experiments.engine.progress import Acted, Acting, Pausing, Probing
from experiments.engine.running import Phase, Running
from experiments.failures import ActivityFailed
from experiments.journal import Entry, Status, hits
from experiments.model import (
    Activity,
    ActivityKind,
    HttpProvider,
    Json,
    ProcessProvider,
    Provider,
    PythonProvider,
)
from experiments.providers import http, process, python
from experiments.providers.surroundings import Step, Surroundings

WOULD_RUN = "would run: a dry run only names actions that are not ours"

#: Seconds; what an operating system can wait for. The run's deadline ends it long before.
LONGEST_PAUSE = threading.TIMEOUT_MAX


@dataclass(frozen=True, slots=True)
class Performed:
    """The entry for the journal, the answer as it is, and why it failed if it did."""

    entry: Entry
    output: object = None
    failure: ActivityFailed | None = None


def perform(running: Running, activity: Activity, step: str, phase: Phase, into: list[Entry]) -> Performed:
    """Run it, write it into the list; a failure is a value, `NotPermitted` and `Interrupted` are raised."""
    probing = activity.kind is ActivityKind.PROBE
    running.host.progress(Probing(activity.name) if probing else Acting(activity.name))
    try:
        before = _seconds(activity, activity.pauses.before, phase.around)
        after = _seconds(activity, activity.pauses.after, phase.around)
    except ActivityFailed as wrong:
        performed = _failed(_entry(running, activity), wrong, running)
    else:
        _pause(running, activity, before, phase)
        performed = _permitted(running, activity, step, phase, into)
    into.append(performed.entry)
    if not probing:
        entry = performed.entry
        running.host.progress(Acted(activity.name, entry.exception, entry.note, _hit(running, step)))
    if performed.failure is None:
        _pause(running, activity, after, phase)
    return performed


def _hit(running: Running, step: str) -> str:
    """Whom this step hit; most actions belong to a run that has hit nobody, and cost nothing here."""
    known = running.host.faults.injections
    return running.said(hits(each for each in known if each.intent.step == step)) if known else ""


def invoke(provider: Provider, around: Surroundings, step: Step) -> object:
    """The answer of the provider; raises `ActivityFailed`."""
    match provider:
        case PythonProvider():
            return python.call(provider, around, step)
        case HttpProvider():
            return http.request(provider, around)
        case ProcessProvider():
            return process.execute(provider, around)


def _permitted(running: Running, activity: Activity, step: str, phase: Phase, into: list[Entry]) -> Performed:
    """An action is asked for permission first; dry, it is only named unless its mutations are dry too."""
    if activity.kind is ActivityKind.ACTION:
        ours = _mutates_through_faults(activity, phase.around)
        phase.faults.permit()
        if running.host.dry and not ours:
            return Performed(replace(_entry(running, activity), note=WOULD_RUN))
        running.acted = running.acted or not ours
    return _tried(running, activity, step, phase, into)


def _tried(running: Running, activity: Activity, step: str, phase: Phase, into: list[Entry]) -> Performed:
    """The body; what ends the whole run is written down before it is raised on."""
    at = Step(name=step, faults=phase.faults.at(step), draw=running.host.draw.within(step))
    clock, output = running.host.clock, None
    start, began = clock.now(), clock.monotonic()
    with Caught() as caught, phase.stop.exposed():
        output = invoke(activity.provider, phase.around, at)
    entry = _entry(running, activity, start, clock.monotonic() - began, output)
    if caught.error is None:
        return Performed(entry, output=output)
    if isinstance(caught.error, ActivityFailed):
        return _failed(entry, caught.error, running)
    into.append(replace(entry, status=Status.ABORTED, exception=running.said(caught.error)))
    raise caught.error


def _failed(entry: Entry, failure: ActivityFailed, running: Running) -> Performed:
    said = running.said(failure)
    return Performed(replace(entry, status=Status.FAILED, exception=said), failure=failure)


def _entry(
    running: Running,
    activity: Activity,
    start: datetime | None = None,
    duration: float = 0.0,
    output: object = None,
) -> Entry:
    """What succeeded just now; without a start it took no time."""
    now = running.host.clock.now()
    shown = running.clean(activity.source) if running.phase.around.secrets.groups else activity.source
    source = shown if isinstance(shown, Mapping) else {}
    return Entry(
        activity=source,
        status=Status.SUCCEEDED,
        start=start or now,
        end=now,
        duration=duration,
        output=running.clean(output),
    )


def _mutates_through_faults(activity: Activity, around: Surroundings) -> bool:
    provider = activity.provider
    return isinstance(provider, PythonProvider) and python.takes_faults(provider, around.resolve)


def _seconds(activity: Activity, pause: Json, around: Surroundings) -> float:
    found = None if pause is None else around.substituted(pause)
    if found is None:
        return 0.0
    try:
        numeric = isinstance(found, int | float | str) and not isinstance(found, bool)
        seconds = float(str(found)) if numeric else -1.0
    except (ValueError, OverflowError):
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_PAUSE:
        raise ActivityFailed(f"expected a pause in seconds at {activity.name}, found {found!r}")
    return seconds


def _pause(running: Running, activity: Activity, seconds: float, phase: Phase) -> None:
    """Wait on the stop; a dry run waits for nothing, because nothing was done."""
    phase.stop.check()
    if seconds and not running.host.dry:
        running.host.progress(Pausing(activity.name, seconds))
        with phase.stop.exposed():
            phase.stop.wait(seconds)
