"""Loads a repo as a whole: every problem at once, and nothing at all if one of them is an error."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from experiments.format.library import Library
from experiments.format.problem import Problem, Severity
from experiments.library import OurLibrary
from scheduler.repo.compile import compile_schedule
from scheduler.repo.experiments import Shelf, paths_of, read_experiments
from scheduler.repo.files import File, Kind, find_files, revision_of
from scheduler.repo.model import Limits, Queue, Repo, Schedule
from scheduler.repo.schedule_file import ScheduleFile, read_schedule_files
from scheduler.repo.settings import Settings
from scheduler.repo.settings_file import read_settings
from workers.notifier.destination import to_json
from workers.notifier.settings import read_channels

#: How often a repo that changes while it is read is read again.
_ATTEMPTS = 3


def load(root: Path, library: Library | None = None) -> tuple[Repo | None, list[Problem]]:
    """The repo, None if there is an error, and every error and warning by file, line and column."""
    repo: Repo | None = None
    problems: list[Problem] = []
    for _ in range(_ATTEMPTS):
        files, problems = find_files(root)
        revision = revision_of(files)
        repo, found = _load(files, revision, library or OurLibrary())
        problems += found
        if revision_of(find_files(root)[0]) == revision:
            break
    failed = any(each.severity is Severity.ERROR for each in problems)
    in_order = sorted(set(problems), key=lambda each: (each.file, each.at.line, each.at.column, each.message))
    return (None if failed else repo), in_order


def _load(files: list[File], revision: str, library: Library) -> tuple[Repo | None, list[Problem]]:
    settings, problems = _settings(files)
    schedule_files, found = read_schedule_files(_of(files, Kind.SCHEDULES))
    problems += found
    shelf, found = read_experiments(_of(files, Kind.EXPERIMENTS), _scheduled(schedule_files), library)
    problems += found
    schedules: dict[str, Schedule] = {}
    for file in schedule_files:
        if settings:
            compiled, found = _compiled(file, settings, shelf)
            schedules |= compiled
            problems += found
        problems += file.findings.problems()
    return (_repo(revision, settings, schedules, shelf) if settings else None), problems


def _settings(files: list[File]) -> tuple[Settings | None, list[Problem]]:
    for file in _of(files, Kind.SETTINGS):
        return read_settings(file)
    return None, []


def _scheduled(files: Iterable[ScheduleFile]) -> set[str]:
    """Every path that a schedule may mean."""
    return {path for file in files for each in file.schedules for path in paths_of(each.entry.experiment)}


def _compiled(
    file: ScheduleFile, settings: Settings, shelf: Shelf
) -> tuple[dict[str, Schedule], list[Problem]]:
    schedules: dict[str, Schedule] = {}
    problems: list[Problem] = []
    for written in file.schedules:
        schedule, wrong = compile_schedule(file, written, settings, shelf)
        problems += wrong
        if schedule:
            schedules[written.name] = schedule
    return schedules, problems


def _repo(revision: str, settings: Settings, schedules: dict[str, Schedule], shelf: Shelf) -> Repo:
    limits = settings.limits
    return Repo(
        revision=revision,
        armed=settings.armed,
        queues={
            name: Queue(
                name=name,
                namespaces=tuple(queue.namespaces),
                owners=tuple(queue.owners),
                schedules=tuple(queue.schedules),
            )
            for name, queue in settings.queues.items()
        },
        limits=Limits(
            cluster=limits.cluster.concurrent if limits.cluster else None,
            namespace=limits.namespace.concurrent if limits.namespace else None,
        ),
        protected=tuple(settings.protected.namespaces),
        notifications=to_json(read_channels(settings.notifications)[0]),
        schedules=schedules,
        experiments={path: each.data for path, each in shelf.files.items() if each},
    )


def _of(files: list[File], kind: Kind) -> list[File]:
    return [file for file in files if file.kind is kind]
