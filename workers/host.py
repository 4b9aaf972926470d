"""Runs what beat decided, in this process: claim, guards, engine, end (DESIGN 2)."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from experiments import narration
from experiments.chance import Draw
from experiments.clock import Clock
from experiments.engine.beginning import begin
from experiments.engine.configuring import configure
from experiments.engine.host import Host
from experiments.engine.interrupter import interrupting
from experiments.engine.progress import Progress
from experiments.engine.run import run
from experiments.engine.stop import Stop
from experiments.engine.undo import play_rollbacks
from experiments.faults.injection import Faults, Reverser, RunIdentity
from experiments.faults.intent import EXPIRY_GRACE
from experiments.format.document import Document
from experiments.format.reader import read_experiment
from experiments.journal import Journal, hits
from experiments.library import resolve
from experiments.model import Experiment, Json, Outcome, RollbackStrategy
from experiments.policy import Policy
from experiments.vault import Vault
from workers.guards.all import first_refusal
from workers.guards.armed import is_dry
from workers.guards.facts import Facts
from workers.intents import LedgerIntents
from workers.ledger.protocol import Ledger, LedgerUnavailable
from workers.ledger.records import Claim, ClaimDenied, Ending, FireEnd, Hold, Order
from workers.permit import Permit
from workers.recovery.lease import Lease

log = logging.getLogger("cowbane.run")

#: Nobody knows whether a lost run deviated, so `deviated` does not play either.
PLAYED_WHEN_LOST = frozenset({RollbackStrategy.DEFAULT, RollbackStrategy.ALWAYS})
#: Waits between attempts to write an end while the ledger is away; afterwards the reaper closes it.
END_BACKOFF = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 10.0, 10.0, 10.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHost:
    """One worker child's side of a run; everything it touches comes in from outside."""

    ledger: Ledger
    reverser: Reverser
    injectables: Mapping[type, object]
    policy: Policy
    clock: Clock
    sleep: Callable[[float], None]
    environment: Mapping[str, str]
    worker: str
    cluster: str
    solo: bool
    told: Callable[[], None]  #: called after an end was written

    def execute(self, queue: str, run_id: str) -> None:
        """Run it if it is still to be run; a duplicate, late or forged message starts nothing.

        A signal is only noted until the end is written: a process that dies with a run in hand loses it.
        """
        stop = Stop()
        with interrupting(stop, "the worker was told to stop"):
            self._execute(queue, run_id, stop)

    def _execute(self, queue: str, run_id: str, stop: Stop) -> None:
        claim = self.ledger.claim(queue, run_id, self.worker, os.getpid())
        if isinstance(claim, ClaimDenied):
            log.info("run %s not claimed: %s", run_id, claim.value)
            return
        experiment, refusal = self._examined(claim.order)
        if experiment is None or refusal:
            self._refuse(claim, refusal)
            return
        log.info("run %s claimed: %s", run_id, experiment.title)
        self._finish(claim, self._perform(claim, experiment, stop))

    def _examined(self, order: Order) -> tuple[Experiment | None, str]:
        """The experiment, and why it may not start now."""
        experiment, problems = read_experiment(Document(file=order.experiment, data=dict(order.document)))
        if experiment is None:
            return None, "; ".join(map(str, problems))
        violations = self.policy.violations(experiment)
        return experiment, "; ".join(violations) or first_refusal(order, self._facts(order)) or ""

    def _facts(self, order: Order) -> Facts:
        return Facts(
            now=datetime.fromtimestamp(self.ledger.now() / 1000, UTC),
            halt=self.ledger.halted(),
            armed_by_repo=self.ledger.armed(),
            other_reapers=self.ledger.other_reapers(order.queue, self.worker),
            cluster=self.cluster,
            solo=self.solo,
        )

    def _perform(self, claim: Claim, experiment: Experiment, stop: Stop) -> Journal:
        left = claim.deadline - datetime.fromtimestamp(self.ledger.now() / 1000, UTC)
        deadline = self.clock.now() + left
        with Lease(
            self.ledger,
            claim.hold,
            stop=stop,
            clock=self.clock,
            deadline=deadline,
            halted=self.ledger.halted,
        ) as lease:
            return run(experiment, self._host(claim, stop, lease, deadline))

    def _host(self, claim: Claim, stop: Stop, lease: Lease, deadline: datetime) -> Host:
        order = claim.order
        dry = is_dry(order, self._facts(order))
        permit = Permit(
            ledger=self.ledger, claim=claim, lease=lease, facts=lambda: self._facts(order), dry=dry
        )
        faults = Faults(
            identity=_identity(order, claim.hold, deadline),
            log=LedgerIntents(self.ledger, claim.hold),
            clock=self.clock,
            stop=stop,
            permit=permit.ask,
            dry=dry,
        )
        return self._hosting(order, stop, faults)

    def roll_back(self, order: Order, hold: Hold) -> list[str]:
        """Play the declared rollbacks of a run that lost its process; one sentence per failure."""
        experiment, _ = read_experiment(Document(file=order.experiment, data=dict(order.document)))
        if experiment is None or experiment.runtime.rollbacks not in PLAYED_WHEN_LOST:
            return []
        stop = Stop()
        faults = Faults(
            identity=_identity(order, hold, self.clock.now()),
            log=LedgerIntents(self.ledger, hold),
            clock=self.clock,
            stop=stop,
        )
        running = begin(experiment, self._hosting(order, stop, faults))
        ending = configure(running)
        return [ending.reason] if ending else play_rollbacks(running, running.phase)

    def _hosting(self, order: Order, stop: Stop, faults: Faults) -> Host:
        return Host(
            clock=self.clock,
            stop=stop,
            draw=Draw(bytes.fromhex(order.run_seed)),
            faults=faults,
            reverser=self.reverser,
            resolve=resolve,
            injectables=self.injectables,
            policy=self.policy,
            environment=self.environment,
            vault=partial(self._vault, stop),
            values=order.values,
            dry=faults.dry,
            progress=lambda event: _tell(order.run_id, event),
            run_id=order.run_id,
            schedule=order.schedule,
            run_seed=order.run_seed,
            sleep=self.sleep,
        )

    def _vault(self, stop: Stop, configuration: Mapping[str, Json]) -> Vault:
        return Vault(
            configuration,
            self.environment,
            stop,
            allows=self.policy.allows_vault,
            absolute_files=self.policy.any_secret_file,
        )

    def _finish(self, claim: Claim, journal: Journal) -> None:
        if journal.refused:
            self._refuse(claim, journal.refused)
            return
        ending = Ending(
            outcome=journal.outcome or Outcome.ERROR,
            reason="; ".join(filter(None, (journal.reason, hits(journal.injections)))),
            dry=journal.dry,
            undo_failed=journal.undo_failed,
            journal=journal.as_dict(),
        )
        self._surely(lambda: self.ledger.end(claim.hold, ending), claim.order.run_id)

    def _refuse(self, claim: Claim, refusal: str) -> None:
        """The fire is skipped; a run whose start was told already ends as interrupted instead."""
        log.info("run %s not running: %s", claim.order.run_id, refusal)
        ending = Ending(outcome=Outcome.INTERRUPTED, reason=refusal)
        self._surely(
            lambda: (
                self.ledger.refuse(claim.hold, FireEnd.SKIPPED, refusal)
                or self.ledger.end(claim.hold, ending)
            ),
            claim.order.run_id,
        )

    def _surely(self, write: Callable[[], bool], run_id: str) -> None:
        """Write the end, also over an outage; a run that was taken over meanwhile is somebody else's."""
        for seconds in (*END_BACKOFF, None):
            try:
                if not write():
                    log.warning("run %s: its end was not ours to write any more", run_id)
                self.told()
                return
            except LedgerUnavailable as down:
                log.warning("run %s: its end could not be written: %s", run_id, down)
            if seconds is not None:
                self.sleep(seconds)


def _identity(order: Order, hold: Hold, deadline: datetime) -> RunIdentity:
    return RunIdentity(
        run=order.run_id,
        epoch=hold.epoch,
        queue=order.queue,
        cluster=order.cluster,
        expires=deadline + EXPIRY_GRACE,
    )


def _tell(run_id: str, event: Progress) -> None:
    if text := narration.line(event):
        log.info("run %s: %s", run_id, text)
