"""The plan: which schedule fires when, as a pure function of the repo, the seed and the time.

What `preview` prints comes from here, and so does what beat decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge

from experiments.chance import Draw
from scheduler.repo.model import Overlap, Repo, Schedule
from scheduler.when.fires import fires
from workers.ledger.records import Order, run_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Fire:
    """One schedule at one nominal time, UTC, whole seconds."""

    schedule: Schedule
    nominal: datetime

    @property
    def run_id(self) -> str:
        """The run this fire makes."""
        return run_id(self.schedule.name, milliseconds(self.nominal))


def plan(repo: Repo, seed: bytes, start: datetime, end: datetime) -> Iterator[Fire]:
    """Every fire in [start, end), in the order of time; at the same second by name."""
    streams = (_fires_of(schedule, seed, start, end) for schedule in repo.schedules.values())
    return merge(*streams, key=lambda fire: (fire.nominal, fire.schedule.name))


def order(repo: Repo, schedule: Schedule, nominal: int, seed: bytes, cluster: str) -> Order:
    """Everything a worker needs for the fire at `nominal` (UTC milliseconds)."""
    identity = run_id(schedule.name, nominal)
    return Order(
        run_id=identity,
        schedule=schedule.name,
        nominal=nominal,
        queue=schedule.queue,
        owner=schedule.owner,
        cluster=cluster,
        experiment=schedule.experiment,
        document=schedule.document,
        revision=repo.revision,
        values=schedule.values,
        namespaces=schedule.namespaces,
        protected=repo.protected,
        during=tuple(calendar.to_data() for calendar in schedule.during),
        not_during=tuple(calendar.to_data() for calendar in schedule.not_during),
        timezone=schedule.timezone,
        armed=schedule.armed,
        deadline=schedule.deadline,
        start_within=schedule.start_within,
        overlap_skip=schedule.overlap is Overlap.SKIP,
        scopes=schedule.scopes,
        run_seed=Draw(seed).within("run").derive(identity).hex(),
    )


def milliseconds(moment: datetime) -> int:
    """UTC milliseconds, as the ledger counts."""
    return int(moment.timestamp()) * 1000


def _fires_of(schedule: Schedule, seed: bytes, start: datetime, end: datetime) -> Iterator[Fire]:
    return (Fire(schedule=schedule, nominal=nominal) for nominal in fires(schedule, seed, start, end))
