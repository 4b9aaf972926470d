"""The beat process: `celery -A workers.app beat -S cowbane`, in any number of replicas (DESIGN D9).

A thin adapter: Celery calls `tick`, everything is decided in `scheduler.conductor`.
"""

from __future__ import annotations

import sys
from typing import Any

import celery.beat

from scheduler.conductor import Conductor
from workers import wiring
from workers.pulse import Act, Role
from workers.settings import SettingsError


class Beat(celery.beat.Scheduler):
    """A Celery beat scheduler that never looks at Celery's own entries."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._conductor: Conductor | None = None
        super().__init__(*args, **options)

    def setup_schedule(self) -> None:
        """Called once, when the process really starts: no I/O before."""
        from scheduler.wiring import conductor

        try:
            wiring.begin(Role.BEAT)
        except SettingsError as wrong:
            sys.exit(f"cowbane: {wrong}")
        self._conductor = conductor(self.app)

    def tick(self, *args: Any, **options: Any) -> float:
        """One pass; returns the seconds to sleep until the next."""
        wiring.pulse().note(Act.TICKED)
        if self._conductor is None:
            return 1.0
        return self._conductor.tick()

    def close(self) -> None:
        """Give the lead up; called twice by Celery on SIGTERM."""
        if self._conductor is not None:
            self._conductor.close()

    @property
    def info(self) -> str:
        return "    . cowbane -> the ledger's due times"
