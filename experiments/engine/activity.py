"""One activity: permitted, paused around, played until it holds, judged, and written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from experiments.controls.hook import Level
from experiments.engine.around import around
from experiments.engine.asking import Judged, unjudged
from experiments.engine.body import Attempt
from experiments.engine.progress import Acted, Acting, Pausing, Probed, Probing
from experiments.engine.running import Running, Stage
from experiments.engine.tries import Tries, tried, untried
from experiments.engine.waits import Waits, waits
from experiments.failures import ActivityFailed
from experiments.journal import Entry, Status, hits
from experiments.model import Activity, ActivityKind, DryMode, PythonProvider
from experiments.plain import plain
from experiments.providers import python
from experiments.tolerances.verdict import shown

WOULD_RUN = "would run: a dry run only names actions that are not ours"
LEFT_OUT = "left out: a dry run of {}"


@dataclass(frozen=True, slots=True)
class Played:
    """The entry in the journal, the answer as it is, the verdict on it, and why it failed if it did."""

    entry: Entry
    output: object = None
    judged: Judged = unjudged
    failure: ActivityFailed | None = None


def play(running: Running, stage: Stage, activity: Activity, step: str) -> Played:
    """Play it and write it down; a failure is a value, `NotPermitted` and `Interrupted` are raised."""
    if running.controls is None:
        return _played(running, stage, activity, step)
    context = plain(activity.source)
    with around(running, Level.ACTIVITY, context, activity.controls) as told:
        made = running.controls.live.changed(activity, context)
        if isinstance(made, str):
            played = _written(running, stage, activity, step, untried(ActivityFailed(made)))
        else:
            played = _played(running, stage, made, step)
        told.state = played.entry.as_dict()
    return played


def _played(running: Running, stage: Stage, activity: Activity, step: str) -> Played:
    probing = activity.kind is ActivityKind.PROBE
    running.tell(Probing(activity.name) if probing else Acting(activity.name))
    try:
        times = waits(activity, stage.phase.around, idle=_idle(running, activity))
    except ActivityFailed as wrong:
        return _written(running, stage, activity, step, untried(wrong))
    if times.before:
        _pause(running, stage, activity, times.before)
    played = _written(running, stage, activity, step, _permitted(running, stage, activity, step, times))
    if times.after and played.failure is None:
        _pause(running, stage, activity, times.after)
    stage.phase.stop.check()
    return played


def _left_out(running: Running, activity: Activity) -> str:
    """Which of Chaos Toolkit's dry modes leaves this activity out; empty for none."""
    mode = activity.dry or running.left_out
    kinds = {DryMode.PROBES: ActivityKind.PROBE, DryMode.ACTIONS: ActivityKind.ACTION}
    if mode is DryMode.ACTIVITIES or (mode is not None and kinds.get(mode) is activity.kind):
        return mode.value
    return ""


def _idle(running: Running, activity: Activity) -> bool:
    """A dry run waits for nothing, because nothing was done."""
    if running.host.dry:
        return True
    if running.left_out is None and activity.dry is None:
        return False
    return (activity.dry or running.left_out) is DryMode.PAUSE or bool(_left_out(running, activity))


def _permitted(running: Running, stage: Stage, activity: Activity, step: str, times: Waits) -> Tries:
    """An action is asked for permission first; dry, it is only named unless its mutations are dry too."""
    if (activity.dry or running.left_out) and (mode := _left_out(running, activity)):
        return Tries(Attempt(), note=LEFT_OUT.format(mode))
    if activity.kind is ActivityKind.ACTION:
        stage.phase.faults.permit()
        if running.host.dry or not running.acted:
            ours = _mutates_through_faults(activity, stage)
            if running.host.dry and not ours:
                return Tries(Attempt(), note=WOULD_RUN)
            running.acted = running.acted or not ours
    return tried(running, stage, activity, step, times)


def _written(running: Running, stage: Stage, activity: Activity, step: str, tries: Tries) -> Played:
    """Its entry, and the same to whoever watches; what ends the whole run is raised then."""
    last, verdict = tries.last, tries.judged
    entry = _entry(running, activity, tries)
    running.record(stage, entry)
    if activity.kind is ActivityKind.ACTION:
        running.tell(Acted(activity.name, entry.exception, entry.note, _hit(running, step)))
    elif last.ended is None and (last.failure is None or verdict.judged):
        found = verdict.found if verdict.judged else entry.note or shown(entry.output)
        running.tell(Probed(activity.name, verdict.met if verdict.judged else None, found))
    if last.ended is not None:
        raise last.ended
    if activity.save_as and last.failure is None:
        running.saved[activity.save_as] = plain(last.output)
    return Played(entry, last.output, verdict, last.failure)


def _entry(running: Running, activity: Activity, tries: Tries) -> Entry:
    """As the journal has it; what never began took no time."""
    last, clock = tries.last, running.host.clock
    now = clock.now()
    source = running.clean(activity.source) if running.redactor.hides else activity.source
    error = last.ended or last.failure
    return Entry(
        activity=source if isinstance(source, Mapping) else {},
        status=Status.ABORTED if last.ended else Status.FAILED if last.failure else Status.SUCCEEDED,
        start=tries.start or now,
        end=now,
        duration=clock.monotonic() - tries.began if tries.start else 0.0,
        output=running.clean(last.output),
        exception=running.said(error) if error is not None else "",
        tolerance_met=bool(tries.judged.met) if tries.judged.judged else None,
        note=tries.note,
        attempts=tries.count,
    )


def _hit(running: Running, step: str) -> str:
    """Whom this step hit; most actions belong to a run that has hit nobody, and cost nothing here."""
    known = running.host.faults.injections
    return running.said(hits(each for each in known if each.intent.step == step)) if known else ""


def _mutates_through_faults(activity: Activity, stage: Stage) -> bool:
    provider = activity.provider
    return isinstance(provider, PythonProvider) and python.takes_faults(provider, stage.phase.around.resolve)


def _pause(running: Running, stage: Stage, activity: Activity, seconds: float) -> None:
    """Wait on the stop."""
    running.tell(Pausing(activity.name, seconds))
    with stage.phase.stop.exposed():
        stage.phase.stop.wait(seconds)
