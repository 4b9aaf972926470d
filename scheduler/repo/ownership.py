"""Who may use which queue, and which namespaces an experiment may name there (DESIGN D13)."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.problem import Problem, shown, suggestion
from experiments.model import Json
from scheduler.repo.entry import ScheduleEntry
from scheduler.repo.experiments import ExperimentFile
from scheduler.repo.schedule_file import Written
from scheduler.repo.settings import QueueSettings, Settings
from workers.guards.namespaces import Named
from workers.settings import NOTIFY_QUEUE

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def check_queues(findings: Findings, settings: Settings, raw: Json) -> None:
    """A queue names its namespaces and owners, and no namespace that is protected."""
    for name, queue in settings.queues.items():
        place: Place = ("queues", name)
        _check_name(findings, name, place)
        if not queue.namespaces and not _says(raw, name, "cluster_scoped", "namespaces"):
            findings.error_at_key(
                f"queue {name!r} names no namespaces: it could hit nothing; add them", place
            )
        if not queue.owners and not _says(raw, name, "owners"):
            findings.error_at_key(f"queue {name!r} names no owners: nobody may use it; add them", place)
        for index, namespace in enumerate(queue.namespaces):
            if namespace in settings.protected.namespaces:
                message = f"namespace {namespace!r} is protected; take it out of the queue or of `protected`"
                findings.error(message, (*place, "namespaces", index))


def _check_name(findings: Findings, name: str, place: Place) -> None:
    """It stands in Redis keys, in marks and in lists of queues; the notifier's is not for schedules."""
    if name == NOTIFY_QUEUE:
        findings.error_at_key(f"queue {name!r} is the notifier's own; choose another name", place)
    elif not _NAME.fullmatch(name):
        findings.error_at_key(
            f"expected a name of letters, digits, dots, - and _, found {shown(name)}; rename the queue", place
        )


def check_use(findings: Findings, written: Written, file: str, settings: Settings) -> None:
    """The schedule's owner and file may use its queue."""
    entry, place = written.entry, written.place
    queue = settings.queues.get(entry.queue)
    if queue is None:
        if entry.queue:
            known = f"; known: {', '.join(settings.queues) or 'none'}"
            near = suggestion(entry.queue, settings.queues) or known
            findings.error(f"no queue {shown(entry.queue)} in cowbane.yaml{near}", (*place, "queue"))
        return
    if entry.owner and queue.owners and entry.owner not in queue.owners:
        owners = f"its owners are {', '.join(queue.owners)}"
        findings.error(f"{shown(entry.owner)} may not use queue {entry.queue!r}; {owners}", (*place, "owner"))
    if not any(fnmatchcase(file, pattern) for pattern in queue.schedules):
        patterns = f"takes schedules from {', '.join(queue.schedules)} only"
        findings.error(f"queue {entry.queue!r} {patterns}; move {written.name!r} there", (*place, "queue"))


def check_namespaces(
    name: str, entry: ScheduleEntry, named: list[Named], experiment: ExperimentFile, settings: Settings
) -> list[Problem]:
    """What the experiment names lies in the schedule's queue; problems stand in the experiment's file."""
    findings = Findings(experiment.document)
    queue = settings.queues.get(entry.queue, QueueSettings())
    for each in named:
        if each.namespace is None:
            message = "comes from the environment, which only the worker can check"
            findings.warning_at_key(f"the namespace of schedule {name!r} {message}", each.place)
        elif each.namespace in settings.protected.namespaces:
            message = f"is protected by cowbane.yaml, and schedule {name!r} would hit it; name another one"
            findings.error(f"namespace {each.namespace!r} {message}", each.place)
        elif queue.namespaces and each.namespace not in queue.namespaces:
            allowed = f"its queue {entry.queue!r} may act in {', '.join(queue.namespaces)} only"
            findings.error(
                f"schedule {name!r} would hit namespace {each.namespace!r}, and {allowed}; use a queue"
                " that lists it",
                each.place,
            )
    return findings.problems()


def _says(raw: Json, queue: str, *keys: str) -> bool:
    """Whether the file says something there, right or wrong; what is wrong was reported already."""
    match raw:
        case {"queues": {**queues}}:
            said = queues.get(queue)
            return isinstance(said, dict) and any(said.get(key) for key in keys)
    return False
