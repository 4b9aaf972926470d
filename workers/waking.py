"""Waking the notifier: by a worker when a run has ended, by beat while something waits to be told."""

from __future__ import annotations

import logging
from typing import Any

from kombu.exceptions import OperationalError

from workers.settings import NOTIFY_QUEUE

log = logging.getLogger("cowbane.waking")

#: Seconds a wake-up is worth; beat sends another while something waits.
WAKE_EXPIRES = 5


def wake_notifier(app: Any) -> None:
    """Ask for a delivery, unless a wake-up waits already: they must not pile up while nobody listens.

    A broker that is away is one line: a lost wake-up only delays a message until the next.
    """
    try:
        if not _waits(app, NOTIFY_QUEUE):
            app.send_task("cowbane.notify", queue=NOTIFY_QUEUE, expires=WAKE_EXPIRES)
    except (OperationalError, OSError) as down:
        log.warning("the notifier could not be woken: %s", down)


def _waits(app: Any, queue: str) -> bool:
    # Not passive: kombu looks for the queue without our key prefix and never finds it.
    with app.connection_or_acquire() as connection:
        return bool(connection.default_channel.queue_declare(queue).message_count)
