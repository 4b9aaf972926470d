"""The look at its account as a part of every Celery worker: before it forks and consumes anything."""

from __future__ import annotations

import sys
from typing import Any

from celery import bootsteps

from workers.settings import NOTIFY_QUEUE, SettingsError
from workers.startup import StartupStep


class AccountStep(bootsteps.Step):
    """Ends the worker in one line when no run may start with its account; the notifier has none."""

    requires = (StartupStep,)

    def create(self, parent: Any) -> None:
        from workers import wiring

        if set(parent.app.amqp.queues.consume_from) == {NOTIFY_QUEUE}:
            return
        try:
            wiring.inspect_account()
        except SettingsError as wrong:
            sys.exit(f"cowbane: {wrong}")
