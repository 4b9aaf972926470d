"""The peer of a whole deployment: a Celery application with one periodic task, and nothing else.

Celery's own crontab knows no seconds. `EveryFewSeconds` does for seconds what it does for minutes, so
that beat has a nominal time to be late for.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

import urllib3
from celery import Celery
from celery.schedules import schedstate, schedule

REDIS, PAGE = "BENCH_REDIS_URL", "BENCH_PAGE"
PERIOD, PHASE = "BENCH_PERIOD", "BENCH_PHASE"


class EveryFewSeconds(schedule):
    """Due whenever the seconds since the epoch, divided by the period, leave the phase."""

    def __init__(self, period: int, phase: int, **options: Any) -> None:
        super().__init__(timedelta(seconds=period), **options)
        self.period, self.phase = period, phase

    def is_due(self, last_run_at: datetime) -> schedstate:
        now = self.now().timestamp()
        since, left = now - self._after(last_run_at.timestamp()), self._after(now) - now
        return schedstate(since >= 0, left if since >= 0 else -since)

    def __reduce__(self) -> Any:
        return (type(self), (self.period, self.phase))

    def _after(self, instant: float) -> float:
        return ((instant - self.phase) // self.period + 1) * self.period + self.phase


app = Celery("plain")
app.conf.update(
    broker_url=os.environ.get(REDIS, "memory://"),
    broker_transport_options={"global_keyprefix": "plain:"},
    task_ignore_result=True,
    timezone="UTC",
    beat_schedule={
        "visit": {
            "task": "visit",
            "schedule": EveryFewSeconds(int(os.environ.get(PERIOD, "3")), int(os.environ.get(PHASE, "0"))),
        }
    },
)


@app.task(name="visit")
def visit() -> None:
    """What the experiment's first activity does, without the experiment."""
    urllib3.request("GET", os.environ[PAGE], timeout=3.0)
