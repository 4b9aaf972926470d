"""What experiments need of the cluster, grant by grant, and who needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from experiments.format.expansion import Place
from experiments.format.items import provider_items
from experiments.kubernetes.grants import Grant, of_rights
from experiments.kubernetes.rights import Rights
from experiments.library import owns, rights
from experiments.model import Json
from scheduler.repo.model import Repo
from workers.guards.namespaces import named_namespaces


class Part(StrEnum):
    """What of an activity needs a grant."""

    CALL = ""
    UNDO = "the undo of "
    SWEEP = "the sweep for marks of "


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One grant in one namespace, and who needs it."""

    namespace: str
    grant: Grant
    activity: str
    part: Part
    schedule: str = ""
    where: str = ""  #: file and line of the schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Everything that is known, and one sentence for each thing that is not."""

    known: tuple[Need, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def namespaces(self) -> dict[str, list[Need]]:
        """By namespace, in order."""
        found: dict[str, list[Need]] = {}
        for each in sorted(self.known, key=lambda need: (need.namespace, need.grant)):
            found.setdefault(each.namespace, []).append(each)
        return found


def of_repo(repo: Repo) -> dict[str, Needs]:
    """Of each queue: of all its schedules, armed or not."""
    return {queue: _of_queue(repo, queue) for queue in sorted(repo.queues)}


def of_experiment(
    document: Mapping[str, Json], values: Mapping[str, Json], everywhere: Sequence[str]
) -> Needs:
    """Of one experiment; where only its worker's environment knows the namespace it may be any of these."""
    named = named_namespaces(document, values)
    known: list[Need] = []
    unknown: list[str] = []
    for place, provider in provider_items(dict(document)):
        activity = _name(dict(document), place)
        needed = _declared(provider)
        if isinstance(needed, str):
            unknown.append(f"{activity}: {needed}")
            continue
        places = {each.namespace for each in named if each.place[: len(place)] == place}
        unknown += [f"{activity}: {sentence}" for sentence in _doubts(places, everywhere)]
        for namespace in _places(places, everywhere):
            known += _needs(needed, namespace, activity)
    return Needs(known=tuple(known), unknown=tuple(unknown))


def _of_queue(repo: Repo, queue: str) -> Needs:
    known: list[Need] = []
    unknown: list[str] = []
    for name, schedule in sorted(repo.schedules.items()):
        if schedule.queue == queue:
            found = of_experiment(schedule.document, schedule.values, schedule.namespaces)
            where = f"{schedule.file}:{schedule.line}"
            known += [replace(each, schedule=name, where=where) for each in found.known]
            unknown += [f"schedule {name}: {sentence}" for sentence in found.unknown]
    return Needs(known=tuple(known), unknown=tuple(unknown))


def _declared(provider: Mapping[str, Json]) -> Rights | str:
    """What the activity declares, or why nobody knows."""
    match provider:
        case {"type": "python", "module": str(module), "func": str(func)}:
            if owns(module):
                return rights(module, func) or f"{module}.{func} is not available in this version"
            return f"what {module}.{func} asks the cluster for is not known; add it yourself"
        case {"type": "process", "path": str(path)}:
            return f"what the program {path} asks the cluster for is not known; add it yourself"
    return Rights(call=())


def _places(named: set[str | None], everywhere: Sequence[str]) -> list[str]:
    """Where it acts."""
    unsure = everywhere if None in named or not named else ()
    return sorted({*(each for each in named if each), *unsure})


def _doubts(named: set[str | None], everywhere: Sequence[str]) -> Iterator[str]:
    if None in named:
        listed = f"granted in all of the queue's: {', '.join(everywhere) or 'none'}"
        yield f"only the environment of the worker knows its namespace; {listed}"
    if "" in named:
        yield "it names the whole cluster, in which nothing is granted; name a namespace"


def _needs(needed: Rights, namespace: str, activity: str) -> Iterator[Need]:
    parts = {Part.CALL: needed.call, Part.UNDO: needed.undo, Part.SWEEP: needed.sweep}
    for part, found in parts.items():
        for grant in of_rights(found):
            yield Need(namespace=namespace, grant=grant, activity=activity, part=part)


def _name(value: Json, place: Place, name: str = "") -> str:
    """The nearest name above a provider: a probe inside a tolerance may have none of its own."""
    match value:
        case dict() if place[1:]:
            own = value.get("name")
            return _name(value.get(str(place[0])), place[1:], own if isinstance(own, str) else name)
        case list():
            return _name(value[int(place[0])], place[1:], name)
        case dict():
            own = value.get("name")
            return own if isinstance(own, str) else name
    return name
