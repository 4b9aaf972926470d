"""The ledger in this process: every transition under one lock, by an injected clock.

For rehearsals, the command line and tests. No transition may differ from Redis: the conformance suite
runs on both.
"""

from __future__ import annotations

import secrets

from experiments.clock import Clock
from workers.ledger.leases import DEFAULT_LEASES, Leases
from workers.ledger.memory.events import MemoryEvents
from workers.ledger.memory.fires import MemoryFires
from workers.ledger.memory.intents import MemoryIntents
from workers.ledger.memory.reapers import MemoryReapers
from workers.ledger.memory.runs import MemoryRuns
from workers.ledger.memory.switch import MemorySwitch
from workers.ledger.memory.tables import Tables


class MemoryLedger(MemoryFires, MemoryRuns, MemoryIntents, MemoryReapers, MemoryEvents, MemorySwitch):
    """A `workers.ledger.protocol.Ledger` that lives and dies with its process."""

    def __init__(self, clock: Clock, seed: bytes = b"", leases: Leases = DEFAULT_LEASES) -> None:
        self._tables = Tables(clock=clock, seed=seed or secrets.token_bytes(32), leases=leases)

    def notifications(self) -> str:
        with self._tables.lock:
            return self._tables.notifications

    def set_notifications(self, fence: int, compiled: str) -> bool:
        with self._tables.lock:
            if not self._tables.leads(fence):
                return False
            self._tables.notifications = compiled
            return True

    def armed(self) -> bool:
        with self._tables.lock:
            return self._tables.armed

    def set_armed(self, fence: int, armed: bool) -> bool:
        with self._tables.lock:
            if not self._tables.leads(fence):
                return False
            self._tables.armed = armed
            return True

    def close_connections(self) -> None:
        """Nothing to close."""
