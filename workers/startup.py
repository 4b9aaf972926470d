"""What every worker, the notifier's too, does besides its work: a durable Redis first, then signs of life."""

from __future__ import annotations

import sys
from typing import Any

from celery import bootsteps
from celery.signals import worker_shutting_down
from celery.worker import state

from workers.pulse import Act, Role
from workers.settings import NOTIFY_QUEUE, SettingsError

#: Seconds between two looks at whether every child is busy.
LOOK_SECONDS = 1.0


class StartupStep(bootsteps.StartStopStep):
    """Begins before the pool forks, and notes until the end."""

    def create(self, parent: Any) -> None:
        """Wait for Redis, undoing what expires meanwhile, and refuse one that production may not use."""
        from workers import wiring

        queues = looked_after(parent.app)
        try:
            wiring.begin(Role.WORKER if queues else Role.NOTIFIER, queues)
        except SettingsError as wrong:
            sys.exit(f"cowbane: {wrong}")

    def start(self, parent: Any) -> None:
        worker_shutting_down.connect(_leave)

    def register_with_event_loop(self, parent: Any, hub: Any) -> None:
        """While every child has a run the broker is not asked: the loop itself is the sign of life then."""
        hub.call_repeatedly(LOOK_SECONDS, _note_busy, parent)


def looked_after(app: Any) -> tuple[str, ...]:
    """The queues of runs that this process consumes, which its reaper looks after; the notifier has none."""
    return tuple(name for name in app.amqp.queues.consume_from if name != NOTIFY_QUEUE)


def _note_busy(worker: Any) -> None:
    from workers import wiring

    if len(state.reserved_requests) >= worker.pool.num_processes:
        wiring.pulse().note(Act.POLLED)


def _leave(*_: Any, **__: Any) -> None:
    from workers import wiring

    wiring.pulse().note(Act.LEAVING)
