"""The notifier's own log: the log channel, and how the notifier speaks of its deliveries."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass

import structlog
from structlog.stdlib import BoundLogger

from workers.notifier.channel import Delivered, Delivery
from workers.notifier.destination import Log
from workers.notifier.events import Event, EventFilter


def logger(name: str) -> BoundLogger:
    """A logger of events with fields, one line each, under whatever handlers the process has."""
    wrapped: BoundLogger = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.LogfmtRenderer(key_order=["event"]),
        ],
        wrapper_class=BoundLogger,
    )
    return wrapped


@dataclass(frozen=True, slots=True)
class LogChannel:
    """One line per event; the fields that do not apply are left out."""

    settings: Log

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def filter(self) -> EventFilter:
        return EventFilter(self.settings.events)

    def deliver(self, event: Event) -> Delivery:
        fields = {name: value for name, value in json.loads(event.to_json()).items() if value}
        fields |= {"namespaces": ",".join(event.namespaces)} if event.namespaces else {}
        logger("cowbane.events").info(fields.pop("name"), **fields)
        return Delivered()
