"""What the leading beat does in one pass: lead, load, decide, dispatch, sweep (DESIGN D9).

Every write is fenced by the lead and decided once by the ledger; a pass that dies anywhere is simply
done again by whoever leads next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from experiments.clock import Clock
from scheduler.plan import milliseconds, order
from scheduler.repo.model import Repo, Schedule
from scheduler.repo.refusal import refusal
from scheduler.repo.watch import RepoWatch
from scheduler.when.fires import next_fire
from workers.ledger.leases import LEADER_RENEW_SECONDS
from workers.ledger.protocol import Ledger, LedgerUnavailable
from workers.ledger.records import Decided, Decision, Dispatch, FireEnd
from workers.notifier.destination import from_json
from workers.notifier.events import Event

log = logging.getLogger("cowbane.beat")

#: Due fires decided, and messages sent, per step.
BATCH = 500
#: Batches of one pass: the lead must be renewed in between.
ROUNDS = 20
#: Longest sleep: a changed file, an unclaimed run and a new leader are seen within it.
LONGEST_SLEEP = 0.5
#: Seconds between two sweeps.
SWEEP_SECONDS = 1.0
#: Why a fire is missed that was due while nobody led, and whose schedule was another when somebody did.
EDITED = "its schedule was edited before anybody could decide it"
#: Seconds after which a message that nobody claimed is sent again, and after which a run whose lease
#: ended and that no reaper took over is closed.
RESEND_AFTER = 5.0
GIVE_UP_AFTER = 60.0


class Post(Protocol):
    """Sends messages to queues."""

    def send(self, messages: Sequence[Dispatch]) -> int:
        """How many, from the first on, were surely sent; never raises for a broker that is down."""
        ...

    def wake_notifier(self) -> None: ...


@dataclass(slots=True, kw_only=True)
class Conductor:
    """One beat replica; all its state can be lost at any moment."""

    ledger: Ledger
    repo: RepoWatch
    post: Post
    clock: Clock
    replica: str
    cluster: str
    seed: Callable[[], bytes]
    scheduled: Callable[[], None] = lambda: None  #: called after each pass with a repo in force
    _fence: int | None = None
    _renewed: float = float("-inf")
    _loaded: Repo | None = None
    _synced: str = ""
    _before: Repo | None = None  #: the revision before: its fires that are due already are still its own
    _untold: Event | None = None
    _swept: float = float("-inf")
    _down: bool = False

    def tick(self) -> float:
        """One pass; returns the seconds to sleep."""
        try:
            sleep = self._pass()
        except LedgerUnavailable as down:
            return self._bear(down)
        if self._down:
            log.warning("the ledger answers again")
        self._down = False
        if self._loaded is not None:
            self.scheduled()
        return sleep

    def close(self) -> None:
        """Give the lead up, so that a standby need not wait for the lease; idempotent."""
        fence, self._fence = self._fence, None
        if fence is not None:
            try:
                self.ledger.resign(self.replica, fence)
            except LedgerUnavailable as down:
                log.warning("the lead could not be given up: %s", down)

    def _pass(self) -> float:
        self._lead()
        self._load()
        if self._fence is None:
            return LONGEST_SLEEP
        self._announce()
        self._sync(self._fence)
        self._decide(self._fence)
        self._dispatch(self._fence)
        self._sweep(self._fence)
        return self._sleep()

    def _lead(self) -> None:
        if self.clock.monotonic() - self._renewed < LEADER_RENEW_SECONDS and self._fence is not None:
            return
        led, asked = self._fence, self.clock.monotonic()
        self._fence = self.ledger.lead(self.replica)
        self._renewed = asked
        if self._fence != led:
            self._synced = ""
            log.info("%s", f"leads, fence {self._fence}" if self._fence is not None else "stands by")

    def _load(self) -> None:
        """Take a changed repo over as a whole, or keep the last good one and say why, once per content."""
        change = self.repo.look()
        if change is None:
            return
        for problem in change.problems:
            log.warning("%s", problem)
        if change.repo is not None:
            self._before, self._loaded, self._untold = self._loaded, change.repo, None
            log.info("repo %s in force: %d schedules", change, len(change.repo.schedules))
        else:
            self._untold = refusal(change, self._loaded, self.clock.now(), self.cluster)
            kept = "the last good revision keeps running" if self._loaded else "nothing runs"
            log.error("repo %s refused; %s", change, kept)

    def _announce(self) -> None:
        """Told by whoever leads, also by a standby that saw it before it led; its id makes it one event."""
        if self._untold is not None:
            self.ledger.announce(self._untold)
            self._untold = None

    def _sync(self, fence: int) -> None:
        """Bring the due times in step with the repo: new and changed schedules start from now."""
        repo = self._loaded
        if repo is None or self._synced == repo.revision:
            return
        self._open_channels(repo)
        known, now, seed = self.ledger.schedules(), self.ledger.now(), self.seed()
        digests = {name: schedule.digest for name, schedule in repo.schedules.items()}
        changed = [name for name, digest in digests.items() if known.get(name) != digest]
        gone = [name for name in known if name not in digests]
        self._settle(fence, repo, {*changed, *gone})
        due = {name: _next(repo.schedules[name], seed, now) for name in changed}
        if (
            self.ledger.set_armed(fence, repo.armed)
            and self.ledger.set_notifications(fence, repo.notifications)
            and self.ledger.sync(fence, due, {name: digests[name] for name in changed}, gone)
        ):
            self._synced = repo.revision

    def _settle(self, fence: int, repo: Repo, edited: set[str]) -> None:
        """No edit makes a fire vanish that was due before it: it is decided as it was, else missed."""
        now, seed, decisions = self.ledger.now(), self.seed(), []
        for name, at in self.ledger.due(BATCH):
            was = self._before.schedules.get(name) if self._before else None
            schedule = was or repo.schedules.get(name)
            if name not in edited or schedule is None:
                continue
            decision = self._decision((was and self._before) or repo, schedule, at, now, seed)
            decisions.append(decision if was else replace(decision, end=FireEnd.MISSED, reason=EDITED))
        if decisions:
            self.ledger.decide(fence, decisions)

    def _open_channels(self, repo: Repo) -> None:
        """A channel hears what happens from its opening on: it must be open before the first fire."""
        for channel in from_json(repo.notifications):
            self.ledger.open_channel(channel.name)

    def _decide(self, fence: int) -> None:
        """Everything that is due, also what became due while nobody led, batch after batch."""
        repo = self._loaded
        for _ in range(ROUNDS):
            due = [] if repo is None else self.ledger.due(BATCH)
            if repo is None or not self._decided(fence, repo, due):
                return

    def _decided(self, fence: int, repo: Repo, due: Sequence[tuple[str, int]]) -> bool:
        """Decide one batch; False when there is nothing more to decide here."""
        now, seed = self.ledger.now(), self.seed()
        known = [(repo.schedules[name], at) for name, at in due if name in repo.schedules]
        decisions = [self._decision(repo, schedule, at, now, seed) for schedule, at in known]
        return bool(decisions) and Decided.FENCED not in self.ledger.decide(fence, decisions)

    def _decision(self, repo: Repo, schedule: Schedule, due: int, now: int, seed: bytes) -> Decision:
        late = (now - due) / 1000
        missed = late > schedule.start_within
        return Decision(
            due=due,
            next_due=_next(schedule, seed, due),
            order=order(repo, schedule, due, seed, self.cluster),
            end=FireEnd.MISSED if missed else None,
            reason=f"decided {late:.0f} s late, start_within is {schedule.start_within:g} s"
            if missed
            else "",
        )

    def _dispatch(self, fence: int) -> None:
        while messages := self.ledger.outbox(BATCH):
            sent = self.post.send(messages)
            self.ledger.dispatched(fence, sent)
            if sent < len(messages) or len(messages) < BATCH:
                return

    def _sweep(self, fence: int) -> None:
        if self.clock.monotonic() - self._swept < SWEEP_SECONDS:
            return
        self._swept = self.clock.monotonic()
        for run_id in self.ledger.sweep(fence, RESEND_AFTER, GIVE_UP_AFTER):
            log.warning("run %s closed: nobody claimed or finished it, or a halt came first", run_id)
        if self.ledger.backlog():
            self.post.wake_notifier()

    def _sleep(self) -> float:
        due = self.ledger.next_due()
        if due is None:
            return LONGEST_SLEEP
        return min(LONGEST_SLEEP, max(0.0, (due - self.ledger.now()) / 1000))

    def _bear(self, down: LedgerUnavailable) -> float:
        if not self._down:
            log.warning("%s; nothing is decided until it answers", down)
        self._down, self._fence = True, None
        return LONGEST_SLEEP


def _next(schedule: Schedule, seed: bytes, after: int) -> int | None:
    at = next_fire(schedule, seed, datetime.fromtimestamp(after / 1000, UTC))
    return None if at is None else milliseconds(at)
