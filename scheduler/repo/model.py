"""The nouns of a repo that was loaded without an error: values only, swapped as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from experiments.model import Json
from scheduler.when.times import When
from workers.windows.calendar import Calendar


class Overlap(StrEnum):
    """What happens to a fire while the run before it is open."""

    SKIP = "skip"  #: the fire ends as skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One pool of workers: where it may act, and whose schedules may use it."""

    name: str
    namespaces: tuple[str, ...]
    owners: tuple[str, ...]
    schedules: tuple[str, ...] = ("*",)  #: path patterns of schedule files


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many runs may be open at once; None: no limit."""

    cluster: int | None = None
    namespace: int | None = None  #: in each namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Who is hit when, with everything that the repo's defaults and limits add to it."""

    name: str
    file: str  #: where it stands
    line: int
    experiment: str  #: path in the repo, e.g. "experiments/network.yaml"
    document: Mapping[str, Json]  #: the experiment file as plain data
    queue: str
    owner: str
    when: When
    timezone: str
    during: tuple[Calendar, ...] = ()  #: any of; none: always
    not_during: tuple[Calendar, ...] = ()  #: none of
    start_within: float  #: seconds from the nominal time
    overlap: Overlap = Overlap.SKIP
    deadline: float  #: seconds from the claim
    armed: bool = False  #: effective: the repo's `armed: false` wins over everything
    values: Mapping[str, Json] = field(default_factory=dict)  #: `with`
    namespaces: tuple[str, ...] = ()  #: those of its queue
    scopes: Mapping[str, int] = field(
        default_factory=dict
    )  #: concurrency slots: {"cluster": 3, "namespace:x": 1}
    digest: str  #: of what decides its times; another digest means another next fire


@dataclass(frozen=True, slots=True, kw_only=True)
class Repo:
    """One revision of the repo, checked and compiled."""

    revision: str  #: hash of the files' names and content
    armed: bool = False
    queues: Mapping[str, Queue] = field(default_factory=dict)
    limits: Limits = Limits()
    protected: tuple[str, ...] = ()  #: namespaces in which nothing is ever injected
    notifications: str = "[]"  #: the channels as JSON, checked; what the notifier reads
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    experiments: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)  #: path -> plain data
