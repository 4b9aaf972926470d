"""The reaper as a part of every Celery worker: started after the pool, ended after it (DESIGN D7)."""

from __future__ import annotations

import sys
import threading
from typing import Any

from celery import bootsteps
from celery.signals import worker_shutting_down

from workers.recovery.reaper import Reaper
from workers.settings import SettingsError
from workers.startup import looked_after


class ReaperStep(bootsteps.StartStopStep):
    """Runs the reaper in a thread that outlives Celery's own shutdown: the process ends when it has."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self._reaper: Reaper | None = None

    def create(self, parent: Any) -> None:
        """Before the pool forks: whatever this imports is there for the first run of every child."""
        from workers import wiring

        queues = looked_after(parent.app)
        if not queues:
            return
        try:
            self._reaper = wiring.reaper(queues)
        except SettingsError as wrong:
            sys.exit(f"cowbane: {wrong}")

    def start(self, parent: Any) -> None:
        """Begin to look after the queues that this worker consumes."""
        if self._reaper is None:
            return
        worker_shutting_down.connect(self._leave)
        # Not a daemon: the interpreter waits for the undos of a warm shutdown.
        threading.Thread(target=self._reaper.run, name="reaper").start()

    def stop(self, parent: Any) -> None:
        """Celery stops its steps early in a shutdown; the reaper ends by itself, after its undos."""
        self._leave()

    terminate = stop

    def _leave(self, *_: Any, **__: Any) -> None:
        if self._reaper is not None:
            self._reaper.leave()
