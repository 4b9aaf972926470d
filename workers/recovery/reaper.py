"""The reaper: in every worker process, it undoes what a dead, late or stopped run still owes (DESIGN D7)."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from experiments.clock import Clock
from experiments.engine.caught import Caught
from experiments.faults.injection import Reverser
from experiments.faults.intent import Intent, UndoResult
from workers.ledger.protocol import FireBook, IntentBook, LedgerUnavailable, ReaperBook, RunBook
from workers.ledger.records import Held, RunState
from workers.ledger.switch import KillSwitch
from workers.recovery.settlement import Settlement
from workers.recovery.sweep import orphans
from workers.recovery.watch import Watch

log = logging.getLogger("cowbane.reaper")

#: Seconds between two looks at the ledger; a child's death wakes it at once.
LOOK_SECONDS = 0.5
#: Seconds between two heartbeats, well under REAPER_FRESH_SECONDS.
HEARTBEAT_SECONDS = 3.0
#: Seconds between two sweeps of marks (G6).
SWEEP_SECONDS = 10.0
#: Seconds that a worker told to stop still looks for runs: a child may be about to claim one.
LINGER_SECONDS = 1.0
#: Milliseconds a run may take past its deadline, or a halt, to undo by itself before its child is killed.
OVERDUE_GRACE_MS = 15_000


class ReaperLedger(FireBook, RunBook, IntentBook, ReaperBook, KillSwitch, Protocol):
    """The part of the ledger that a reaper needs."""


@dataclass(slots=True, kw_only=True)
class Reaper:
    """Looks after the runs of its queues; `look` is one look, `run` looks until left and all is settled."""

    ledger: ReaperLedger
    queues: tuple[str, ...]
    worker: str
    cluster: str
    settlement: Settlement
    reverser: Reverser
    marks: Callable[[], Sequence[Intent]]
    clock: Clock
    looked: Callable[[bool], None] = lambda _: None  #: called after each look: whether it succeeded
    watch: Watch = field(default_factory=Watch)
    _jobs: dict[str, Future[None]] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(4, thread_name_prefix="undo")
    )
    _beaten: float = float("-inf")
    _swept: float = float("-inf")
    _left: float | None = None
    _told_to_stop: set[str] = field(default_factory=set)
    _mine: bool = False
    _down: bool = False

    def leave(self) -> None:
        """Stop every run of this worker, undo, then end; returns at once."""
        if self._left is None:
            self._left = self.clock.monotonic()

    @property
    def busy(self) -> bool:
        """True while something is being undone."""
        return any(not job.done() for job in self._jobs.values())

    def run(self) -> None:
        """Look until left and settled; nothing that goes wrong in a look ends it."""
        while self._mine or self._jobs or not self._may_end:
            with Caught() as caught:
                self.look()
                self._up()
            if caught.error is not None:
                self._bear(caught.error)
            self.looked(caught.error is None)
            self.watch.wait(LOOK_SECONDS)
        self._pool.shutdown()
        self.watch.close()

    def stand_by(self, pause: Callable[[float], object], seconds: float) -> None:
        """Pause, and sweep if that is due: what is left to do before this worker may write to its ledger.

        Returns when the sweep has ended, because a pool that forked during it would inherit its locks.
        """
        self._forget_finished_jobs()
        self._every_sweep()
        pause(seconds)
        while self.busy:
            pause(seconds)

    @property
    def _leaving(self) -> bool:
        return self._left is not None

    @property
    def _may_end(self) -> bool:
        return self._left is not None and self.clock.monotonic() - self._left >= LINGER_SECONDS

    def look(self) -> None:
        """One look at everything the reaper is for."""
        self._forget_finished_jobs()
        self._every_sweep()
        self._heartbeat()
        held = [each for queue in self.queues for each in self.ledger.held(queue)]
        mine = [each for each in held if each.worker == self.worker and each.state is RunState.CLAIMED]
        self._mine = bool(mine)
        self.watch.keep({each.pid for each in mine})
        if self._leaving:
            self._stop(mine)
        now, halt = self.ledger.now(), self.ledger.halted() if mine else None
        for each in held:
            self._look_at(each, now, min(each.deadline, halt.since) if halt else each.deadline)

    def _look_at(self, held: Held, now: int, over: int) -> None:
        own = held.worker == self.worker and held.state is RunState.CLAIMED
        if own and self.watch.dead(held.pid):
            self._take(held, f"its process {held.pid} on worker {held.worker} died")
        elif held.lease_until < now:
            self._take(held, f"worker {held.worker} died or was cut off: its lease is over")
        elif own and now > over + OVERDUE_GRACE_MS:
            self.watch.send(held.pid, signal.SIGKILL)

    def _take(self, held: Held, why: str) -> None:
        if held.run_id in self._jobs:
            return
        hold = self.ledger.take_over(held.queue, held.run_id, held.epoch, self.worker)
        if hold is not None:
            self._begin(held.run_id, lambda: self.settlement.close(hold, why))

    def _stop(self, mine: Sequence[Held]) -> None:
        for each in mine:
            if each.run_id not in self._told_to_stop:
                self._told_to_stop.add(each.run_id)
                self.watch.send(each.pid, signal.SIGTERM)

    def _heartbeat(self) -> None:
        if self._leaving or self.clock.monotonic() - self._beaten < HEARTBEAT_SECONDS:
            return
        self._beaten = self.clock.monotonic()
        for queue in self.queues:
            self.ledger.heartbeat(queue, self.worker)

    def _every_sweep(self) -> None:
        if self._leaving or self.clock.monotonic() - self._swept < SWEEP_SECONDS or "sweep" in self._jobs:
            return
        self._swept = self.clock.monotonic()
        self._begin("sweep", self.sweep)

    def sweep(self) -> None:
        """Undo what ended runs still owe, and every mark that nobody stands for."""
        try:
            for queue in self.queues:
                for run_id in self.ledger.owing(queue):
                    self.settlement.repay(queue, run_id)
        except LedgerUnavailable as down:
            self._bear(down)
        abandoned = orphans(
            self.marks(),
            cluster=self.cluster,
            queues=self.queues,
            lookup=self.ledger.get,
            now=self.clock.now(),
        )
        for intent in abandoned:
            undone = self.reverser.undo(intent)
            level = logging.ERROR if undone.result is UndoResult.FAILED else logging.WARNING
            log.log(level, "orphaned fault on %s: %s %s", intent.target, undone.result.value, undone.detail)

    def _begin(self, name: str, job: Callable[[], None]) -> None:
        self._jobs[name] = self._pool.submit(job)

    def _forget_finished_jobs(self) -> None:
        for name, job in [(name, job) for name, job in self._jobs.items() if job.done()]:
            del self._jobs[name]
            failure = job.exception()
            if failure is not None:
                log.error("%s: %s: %s", name, type(failure).__name__, failure)

    def _bear(self, error: BaseException) -> None:
        """Say what went wrong when it begins; children are told to stop also while the ledger is away."""
        if self._leaving:
            self.watch.send_all(signal.SIGTERM)
            self._mine = self.watch.any_alive
        if not self._down and isinstance(error, LedgerUnavailable):
            log.warning("%s; marks are undone once they expire, everything else waits", error)
        elif not self._down:
            log.error("a look failed, the next one follows: %s: %s", type(error).__name__, error)
        self._down = True

    def _up(self) -> None:
        if self._down:
            log.warning("looking again as usual")
        self._down = False
