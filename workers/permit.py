"""The last question before every mutation of a run: may it go on? (DESIGN D11)"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.faults.intent import NotPermitted
from workers.guards import armed
from workers.guards.all import GOING_ON, GUARDS, first_refusal
from workers.guards.facts import Facts
from workers.ledger.protocol import RunBook
from workers.ledger.records import Claim
from workers.recovery.lease import Lease


@dataclass(slots=True, kw_only=True)
class Permit:
    """Asks the lease and the guards; the first yes is the run's start, told once."""

    ledger: RunBook
    claim: Claim
    lease: Lease
    facts: Callable[[], Facts]
    dry: bool
    _started: bool = False

    def ask(self) -> None:
        """Return, or raise `NotPermitted` with the refusal's sentence."""
        if not self.lease.fresh:
            raise NotPermitted(
                "the run's lease was not confirmed lately, somebody else may have taken it over"
            )
        facts = self.facts()
        disarmed = None if self.dry else armed.refuse(self.claim.order, facts)
        refusal = disarmed or first_refusal(self.claim.order, facts, GOING_ON if self._started else GUARDS)
        if refusal:
            raise NotPermitted(refusal)
        if not self._started and not self.ledger.start(self.claim.hold, dry=self.dry):
            raise NotPermitted("the run was taken over by a reaper")
        self._started = True
