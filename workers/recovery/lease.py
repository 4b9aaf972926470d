"""The lease of a running child: renewed by its own thread, and the stop when it cannot be (DESIGN D6)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType

from experiments.clock import Clock
from experiments.engine.stop import Stop
from workers.ledger.leases import RENEW_SECONDS, SELF_FENCE_SECONDS
from workers.ledger.protocol import LedgerUnavailable, RunBook
from workers.ledger.records import Halt, Hold
from workers.ledger.telling import halted as sentence

log = logging.getLogger("cowbane.lease")

#: How often the lease, the deadline and the kill switch are looked at.
LOOK_SECONDS = 1.0


class Lease:
    """While open, the run is held; the stop is requested as soon as it is not, or when its time is over.

    A paused or partitioned process must not inject: `fresh` is False ten seconds after the last
    renewal that the ledger confirmed, measured on the monotonic clock. Whoever undoes is not `halted`.
    """

    def __init__(
        self,
        ledger: RunBook,
        hold: Hold,
        *,
        stop: Stop,
        clock: Clock,
        deadline: datetime,
        halted: Callable[[], Halt | None] = lambda: None,
    ) -> None:
        self._ledger = ledger
        self._hold = hold
        self._stop = stop
        self._clock = clock
        self._halted = halted
        self._ends = clock.monotonic() + max(0.0, (deadline - clock.now()).total_seconds())
        self._renewed = clock.monotonic()
        self._lost = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease-{hold.run_id}", daemon=True)

    @property
    def fresh(self) -> bool:
        """True while nobody else can have taken the run over."""
        return not self._lost and self._clock.monotonic() - self._renewed < SELF_FENCE_SECONDS

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(timeout=SELF_FENCE_SECONDS)

    def look(self) -> None:
        """One look: renew when due, stop the run when its lease or its time is over, or a halt stands."""
        if self._clock.monotonic() - self._renewed >= RENEW_SECONDS:
            self._renew()
        if not self.fresh:
            self._stop.request("the run's lease was lost: the ledger did not confirm it for 10 s")
        elif self._clock.monotonic() >= self._ends:
            self._stop.request("the run's deadline is over")
        elif not self._stop.requested and (halt := self._halt()):
            self._stop.request(sentence(halt))

    def _keep(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.look()

    def _renew(self) -> None:
        asked = self._clock.monotonic()
        try:
            if self._ledger.renew(self._hold):
                self._renewed = asked
            else:
                self._lost = True
        except LedgerUnavailable as down:
            log.warning("run %s: its lease could not be renewed: %s", self._hold.run_id, down)

    def _halt(self) -> Halt | None:
        """None also while the ledger is away: then the lease itself ends the run."""
        try:
            return self._halted()
        except LedgerUnavailable as down:
            log.warning("run %s: whether it is halted could not be read: %s", self._hold.run_id, down)
            return None
