"""Sends beat's messages through Celery: the run id to the run's queue, a wake-up to the notifier."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kombu.exceptions import OperationalError

from workers.ledger.records import Dispatch
from workers.waking import wake_notifier

log = logging.getLogger("cowbane.post")


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
        """Ask the notifier to deliver; never raises for a broker that is down."""
        wake_notifier(self.app)
