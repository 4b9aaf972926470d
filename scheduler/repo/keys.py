"""Which module enforces each key of the repo, and which keys of the design nothing enforces yet.

A key without its guard is refused at load, never accepted and ignored (DESIGN D11). Tests tie every
key of the file models to this table, and every module in it to an effect one can see.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

#: Key -> the module whose behaviour it decides.
ENFORCED = {
    "version": "scheduler.repo.settings",
    "armed": "workers.guards.armed",
    "defaults.timezone": "workers.windows.allowed",
    "defaults.start_within": "workers.guards.start_within",
    "defaults.overlap": "workers.ledger.redis.fires",
    "defaults.deadline": "workers.recovery.lease",
    "queues.*.namespaces": "workers.guards.ownership",
    "queues.*.owners": "scheduler.repo.ownership",
    "queues.*.schedules": "scheduler.repo.ownership",
    "limits.cluster.concurrent": "workers.ledger.redis.fires",
    "limits.namespace.concurrent": "workers.ledger.redis.fires",
    "protected.namespaces": "workers.guards.protected",
    "calendars.*.days": "workers.windows.calendar",
    "calendars.*.between": "workers.windows.calendar",
    "calendars.*.dates": "workers.windows.calendar",
    "notifications": "workers.notifier.settings",
    "schedules.*.experiment": "scheduler.repo.experiments",
    "schedules.*.queue": "scheduler.repo.ownership",
    "schedules.*.owner": "scheduler.repo.ownership",
    "schedules.*.when.cron": "scheduler.when.cron",
    "schedules.*.when.random.times": "scheduler.when.random",
    "schedules.*.when.random.per": "scheduler.when.periods",
    "schedules.*.when.random.min_gap": "scheduler.when.random",
    "schedules.*.when.random.mean": "scheduler.when.mean",
    "schedules.*.during": "workers.guards.window",
    "schedules.*.not_during": "workers.guards.window",
    "schedules.*.with": "workers.guards.namespaces",
    "schedules.*.timezone": "workers.windows.allowed",
    "schedules.*.start_within": "workers.guards.start_within",
    "schedules.*.overlap": "workers.ledger.redis.fires",
    "schedules.*.deadline": "workers.recovery.lease",
    "schedules.*.armed": "workers.guards.armed",
}

#: Keys of the design whose guard does not exist yet.
NOT_YET = (
    "gates",
    "limits.*.per_day",
    "calendars.*.country",
    "queues.*.cluster_scoped",
)


def is_not_yet(place: tuple[str | int, ...]) -> bool:
    """Whether the key is one that a later version will know."""
    return any(fnmatchcase(".".join(map(str, place)), pattern) for pattern in NOT_YET)
