"""Sends beat's messages through Celery: the run id to the run's queue, a wake-up to the notifier."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kombu.exceptions import OperationalError

from workers.ledger.records import Dispatch
from workers.settings import NOTIFY_QUEUE

log = logging.getLogger("cowbane.post")

#: Seconds a wake-up is worth; the next pass sends another.
WAKE_EXPIRES = 5


@dataclass(frozen=True, slots=True)
class CeleryPost:
    """The broker, as beat needs it."""

    app: Any

    def send(self, messages: Sequence[Dispatch]) -> int:
        """Send each in order; stop at the first that the broker did not take."""
        sent = 0
        try:
            with self.app.producer_or_acquire() as producer:
                for message in messages:
                    self.app.send_task(
                        "cowbane.run",
                        args=[message.run_id],
                        queue=message.queue,
                        task_id=message.run_id,
                        producer=producer,
                    )
                    sent += 1
        except (OperationalError, OSError) as down:
            log.warning("the broker took %d of %d messages; the rest stays: %s", sent, len(messages), down)
        return sent

    def wake_notifier(self) -> None:
        """Ask the notifier to deliver, unless a wake-up waits for it already: they must not pile up."""
        try:
            if self._waits(NOTIFY_QUEUE):
                return
            self.app.send_task("cowbane.notify", queue=NOTIFY_QUEUE, expires=WAKE_EXPIRES)
        except (OperationalError, OSError) as down:
            log.warning("the notifier could not be woken: %s", down)

    def _waits(self, queue: str) -> bool:
        # Not passive: kombu looks for the queue without our key prefix and never finds it.
        with self.app.connection_or_acquire() as connection:
            return bool(connection.default_channel.queue_declare(queue).message_count)
