"""A schedule as written, with everything the repo adds to it, as the value that runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import blake2b

from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.problem import Problem, shown, suggestion
from scheduler.repo.experiments import ExperimentFile, Shelf
from scheduler.repo.model import Schedule
from scheduler.repo.ownership import check_namespaces, check_use
from scheduler.repo.schedule_file import ScheduleFile, Written
from scheduler.repo.settings import CalendarSettings, QueueSettings, Settings
from scheduler.when.times import When
from workers.guards.namespaces import Named, named_namespaces
from workers.windows.calendar import Calendar


def compile_schedule(
    file: ScheduleFile, written: Written, settings: Settings, shelf: Shelf
) -> tuple[Schedule | None, list[Problem]]:
    """The schedule, None where it cannot be made, and the problems in its experiment's file."""
    entry = written.entry
    check_use(file.findings, written, file.file.name, settings)
    during = _calendars(file.findings, (*written.place, "during"), entry.during, settings)
    not_during = _calendars(file.findings, (*written.place, "not_during"), entry.not_during, settings)
    experiment = _experiment(file.findings, written, shelf)
    if experiment is None:
        return None, []
    deadline = entry.deadline or settings.defaults.deadline
    _check_fit(file.findings, written, experiment, deadline)
    named = named_namespaces(experiment.data, entry.values)
    times, timezone = entry.when.times_of(), entry.timezone or settings.defaults.timezone
    namespaces = tuple(settings.queues.get(entry.queue, QueueSettings()).namespaces)
    schedule = Schedule(
        name=written.name,
        file=file.file.shown,
        line=written.line,
        experiment=experiment.path,
        document=experiment.data,
        queue=entry.queue,
        owner=entry.owner,
        when=times,
        timezone=timezone,
        during=during,
        not_during=not_during,
        start_within=entry.start_within or settings.defaults.start_within,
        overlap=entry.overlap or settings.defaults.overlap,
        deadline=deadline,
        armed=settings.armed and entry.armed is not False,
        values=entry.values,
        namespaces=namespaces,
        scopes=_scopes(settings, _hit(named, namespaces)),
        digest=_digest(written.name, times, timezone, during, not_during),
    )
    return schedule, check_namespaces(written.name, entry, named, experiment, settings)


def calendar(name: str, settings: CalendarSettings) -> Calendar:
    """A calendar as windows read it."""
    begins, ends = settings.between
    return Calendar(
        name=name, days=settings.days, begins=begins, ends=ends, dates=tuple(settings.dates or ())
    )


def _calendars(
    findings: Findings, place: Place, names: list[str], settings: Settings
) -> tuple[Calendar, ...]:
    found = []
    for index, name in enumerate(names):
        if name in settings.calendars:
            found.append(calendar(name, settings.calendars[name]))
        else:
            known = ", ".join(settings.calendars) or "none"
            near = suggestion(name, settings.calendars) or f"; known: {known}"
            findings.error(f"no calendar {shown(name)} in cowbane.yaml{near}", (*place, index))
    return tuple(found)


def _experiment(findings: Findings, written: Written, shelf: Shelf) -> ExperimentFile | None:
    name = written.entry.experiment
    path = shelf.find(name)
    if path is not None:
        return shelf.files[path]
    if name:
        near = suggestion(name, shelf.names()) or "; put it into experiments/"
        findings.error(f"no experiment {shown(name)}{near}", (*written.place, "experiment"))
    return None


def _check_fit(findings: Findings, written: Written, experiment: ExperimentFile, deadline: float) -> None:
    """The schedule sets only what the experiment declares, and gives it enough time."""
    for key in written.entry.values:
        if key not in experiment.configuration:
            near = suggestion(key, experiment.configuration) or "; remove it or declare it there"
            message = f"{experiment.path} has no configuration {key!r} to set{near}"
            findings.error_at_key(message, (*written.place, "with", key))
    if experiment.longest > deadline:
        message = f"{experiment.path} may take {experiment.longest:g} s by its own pauses and time-outs"
        findings.error_at_key(
            f"{message}, the deadline is {deadline:g} s; allow more or shorten them", written.place
        )


def _hit(named: list[Named], namespaces: tuple[str, ...]) -> Iterable[str]:
    """The namespaces that take a slot: those the experiment names, all of its queue's when unsure."""
    if not named or any(each.namespace is None for each in named):
        return namespaces
    return sorted({each.namespace for each in named if each.namespace})


def _scopes(settings: Settings, namespaces: Iterable[str]) -> dict[str, int]:
    limits, scopes = settings.limits, {}
    if limits.cluster:
        scopes["cluster"] = limits.cluster.concurrent
    if limits.namespace:
        scopes |= {f"namespace:{each}": limits.namespace.concurrent for each in namespaces}
    return scopes


def _digest(
    name: str, times: When, timezone: str, during: tuple[Calendar, ...], not_during: tuple[Calendar, ...]
) -> str:
    """Of what decides the times only: another owner or experiment must not lose a fire that is due."""
    windows = [[each.to_data() for each in calendars] for calendars in (during, not_during)]
    return blake2b(json.dumps([name, repr(times), timezone, windows]).encode(), digest_size=16).hexdigest()
