"""The reaper undoes and closes what nobody else will, once, and leaves the living alone."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from recovering import FaultyCluster
from waiting import eventually

from experiments.clock import FixedClock
from experiments.faults.intent import Intent, Target, UndoKind
from experiments.model import Outcome
from workers.ledger.memory import MemoryLedger
from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.records import Claim, Decision, Ending, Held, Hold, Order, RunRecord, RunState, run_id
from workers.recovery.reaper import LINGER_SECONDS, Reaper
from workers.recovery.settlement import Settlement

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
QUEUE = "shop"


class Rig:
    """A ledger with one run in it, a cluster, and a reaper of worker `w2`."""

    def __init__(self, *, armed: bool = True) -> None:
        self.clock = FixedClock(START)
        self.ledger = MemoryLedger(self.clock, seed=b"s")
        self.cluster = FaultyCluster()
        self.rolled_back: list[str] = []
        self.told = 0
        self.order = self._decide(armed)
        self.reaper = self.reaper_of("w2")

    def reaper_of(self, worker: str) -> Reaper:
        settlement = Settlement(
            ledger=self.ledger,
            reverser=self.cluster,
            clock=self.clock,
            sleep=lambda _: None,
            rollbacks=self._roll_back,
            told=self._tell,
        )
        return Reaper(
            ledger=self.ledger,
            queues=(QUEUE,),
            worker=worker,
            cluster="test",
            settlement=settlement,
            reverser=self.cluster,
            marks=self.cluster.marks,
            clock=self.clock,
        )

    def claim(self, *, worker: str = "w1", pid: int = 0) -> Hold:
        claim = self.ledger.claim(QUEUE, self.order.run_id, worker, pid)
        assert isinstance(claim, Claim)
        assert self.ledger.start(claim.hold, dry=not self.order.armed)
        return claim.hold

    def inject(self, hold: Hold, name: str) -> Intent:
        intent = self.intent(hold, name)
        assert self.ledger.record(hold, intent)
        self.cluster.apply(intent)
        return intent

    def intent(self, hold: Hold, name: str) -> Intent:
        return Intent(
            run=hold.run_id,
            step="method-0",
            epoch=hold.epoch,
            queue=QUEUE,
            cluster="test",
            expires=START + timedelta(minutes=31),
            undo=UndoKind.VIRTUAL_SERVICE_FAULT,
            target=Target(
                api_version="v1", resource="virtualservices", namespace="shop", name=name, uid=name
            ),
        )

    def look(self, reaper: Reaper | None = None) -> None:
        reaper = reaper or self.reaper
        reaper.look()
        eventually(lambda: not reaper.busy, within=5)

    def record(self) -> RunRecord:
        record = self.ledger.get(QUEUE, self.order.run_id)
        assert record is not None
        return record

    def _decide(self, armed: bool) -> Order:
        nominal = int(START.timestamp() * 1000)
        order = Order(
            run_id=run_id("abort-half", nominal),
            schedule="abort-half",
            nominal=nominal,
            queue=QUEUE,
            owner="team-shop",
            cluster="test",
            experiment="network.yaml",
            document={"title": "t"},
            revision="r",
            armed=armed,
        )
        fence = self.ledger.lead("beat")
        assert fence is not None
        self.ledger.sync(fence, {"abort-half": nominal}, {"abort-half": "d"}, [])
        self.ledger.decide(fence, [Decision(due=nominal, next_due=None, order=order)])
        return order

    def _roll_back(self, order: Order, hold: Hold) -> list[str]:
        self.rolled_back.append(order.run_id)
        return []

    def _tell(self) -> None:
        self.told += 1


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as process:
        yield process
        process.kill()


def test_a_run_whose_lease_lives_is_left_alone() -> None:
    rig = Rig()
    rig.inject(rig.claim(), "web")
    rig.clock.advance(14)
    rig.look()
    assert rig.cluster.undone == []
    assert rig.record().state is RunState.CLAIMED


def test_a_run_whose_lease_is_over_is_undone_last_first_and_closed_as_lost() -> None:
    rig = Rig()
    hold = rig.claim()
    for name in ("first", "second"):
        rig.inject(hold, name)
    rig.clock.advance(16)
    rig.look()
    record = rig.record()
    assert rig.cluster.undone == ["second", "first"]
    assert (record.outcome, record.undo_failed) == (Outcome.LOST, False)
    assert "lease is over" in record.reason
    assert "virtualservices/first in shop: undone" in record.reason
    assert rig.rolled_back == [rig.order.run_id]
    assert rig.told == 1


def test_the_fenced_holder_can_neither_inject_nor_end_its_run() -> None:
    rig = Rig()
    hold = rig.claim()
    rig.clock.advance(16)
    rig.look()
    assert not rig.ledger.record(hold, rig.intent(hold, "web"))
    assert not rig.ledger.renew(hold)
    assert not rig.ledger.end(hold, Ending(outcome=Outcome.PASSED, reason="I was only paused"))
    assert rig.record().outcome == Outcome.LOST


def test_two_reapers_close_a_run_once() -> None:
    rig = Rig()
    rig.inject(rig.claim(), "web")
    rig.clock.advance(16)
    other = rig.reaper_of("w3")
    rig.look()
    rig.look(other)
    assert rig.cluster.undone == ["web"]
    assert rig.told == 1


def test_a_dead_child_of_ours_is_undone_before_its_lease_is_over(child: subprocess.Popen[bytes]) -> None:
    rig = Rig()
    rig.inject(rig.claim(worker="w2", pid=child.pid), "web")
    rig.look()
    assert rig.cluster.undone == []
    child.kill()
    rig.reaper.watch.wait(5)
    rig.look()
    assert rig.cluster.undone == ["web"]
    assert f"process {child.pid}" in rig.record().reason


def test_a_child_that_ignores_its_deadline_is_killed_and_undone(child: subprocess.Popen[bytes]) -> None:
    rig = Rig()
    hold = rig.claim(worker="w2", pid=child.pid)
    rig.inject(hold, "web")
    rig.clock.advance(rig.order.deadline + 16)
    assert rig.ledger.renew(hold)
    rig.look()
    assert child.wait(5) == -signal.SIGKILL
    rig.reaper.watch.wait(5)
    rig.look()
    assert rig.cluster.undone == ["web"]


def test_a_child_that_ignores_a_halt_is_killed_and_undone(child: subprocess.Popen[bytes]) -> None:
    rig = Rig()
    hold = rig.claim(worker="w2", pid=child.pid)
    rig.inject(hold, "web")
    rig.clock.advance(14)
    rig.ledger.halt("ann", "release day", None)
    rig.clock.advance(14)
    assert rig.ledger.renew(hold)
    rig.look()
    assert child.poll() is None
    rig.clock.advance(2)
    rig.look()
    assert child.wait(5) == -signal.SIGKILL
    rig.reaper.watch.wait(5)
    rig.look()
    assert rig.cluster.undone == ["web"]


def test_leaving_stops_our_children_and_only_them(child: subprocess.Popen[bytes]) -> None:
    rig = Rig()
    rig.claim(worker="w2", pid=child.pid)
    rig.reaper.leave()
    rig.look()
    assert child.wait(5) == -signal.SIGTERM


def test_a_run_that_is_claimed_while_leaving_is_stopped_and_closed_too(
    child: subprocess.Popen[bytes],
) -> None:
    rig = Rig()
    rig.reaper.leave()
    leaving = threading.Thread(target=rig.reaper.run)
    leaving.start()
    rig.claim(worker="w2", pid=child.pid)
    assert child.wait(5) == -signal.SIGTERM
    eventually(lambda: rig.record().state is RunState.ENDED)
    rig.clock.advance(LINGER_SECONDS)
    leaving.join(5)
    assert not leaving.is_alive()


def test_an_undo_that_fails_is_loud_stays_owed_and_is_repaid_by_a_later_sweep() -> None:
    rig = Rig()
    rig.inject(rig.claim(), "web")
    rig.cluster.refusals = 5
    rig.clock.advance(16)
    rig.look()
    record = rig.record()
    assert record.undo_failed
    assert "the API server says 503." in record.reason
    assert rig.ledger.owing(QUEUE) == [rig.order.run_id]
    rig.clock.advance(11)
    rig.look()
    assert rig.cluster.undone == ["web"]
    assert rig.ledger.owing(QUEUE) == []


def test_a_mark_that_nobody_stands_for_is_undone_by_the_sweep() -> None:
    rig = Rig()
    hold = rig.claim()
    intent = rig.inject(hold, "web")
    rig.ledger.close(QUEUE, intent, rig.cluster.undo(intent))
    assert rig.ledger.end(hold, Ending(outcome=Outcome.PASSED, reason=""))
    rig.cluster.apply(intent)  # a late write of a zombie
    rig.look()
    assert rig.cluster.applied == {}


def test_a_dry_run_that_is_lost_plays_no_rollback() -> None:
    rig = Rig(armed=False)
    rig.claim()
    rig.clock.advance(16)
    rig.look()
    assert rig.rolled_back == []
    assert rig.record().dry


def test_rollbacks_and_an_undo_that_break_are_failures_and_the_run_is_closed_all_the_same() -> None:
    rig = Rig()
    hold = rig.claim()
    for name in ("first", "second"):
        rig.inject(hold, name)

    def broken(order: Order, hold: Hold) -> list[str]:
        raise RuntimeError("no more memory")

    rig.reaper.settlement = replace(rig.reaper.settlement, rollbacks=broken)
    rig.cluster.meanwhile = rig.cluster.break_once
    rig.clock.advance(16)
    rig.look()
    record = rig.record()
    assert (record.outcome, record.undo_failed) == (Outcome.LOST, True)
    assert "no more memory" in record.reason
    assert rig.cluster.undone == ["second", "first"]


def test_a_look_that_goes_wrong_does_not_end_the_reaper(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    looks = []

    class Unlucky(MemoryLedger):
        def held(self, queue: str) -> list[Held]:
            looks.append(queue)
            if len(looks) > 2:
                rig.reaper.leave()
                rig.clock.advance(2)
            raise OSError("too many open files")

    rig.reaper.ledger = Unlucky(rig.clock, seed=b"s")
    rig.reaper.run()
    assert len(looks) > 2
    assert [m for m in caplog.messages if "too many open files" in m] == [caplog.messages[0]]


def test_a_look_is_told_also_when_it_failed() -> None:
    rig = Rig()
    told: list[bool] = []

    class Flaky(MemoryLedger):
        def held(self, queue: str) -> list[Held]:
            if not told:
                raise LedgerUnavailable("Redis is away")
            rig.reaper.leave()
            rig.clock.advance(2)
            return []

    rig.reaper.ledger, rig.reaper.looked = Flaky(rig.clock, seed=b"s"), told.append
    rig.reaper.run()
    assert told[:2] == [False, True]


def test_who_stands_by_for_a_ledger_undoes_what_has_expired_before_it_goes_on() -> None:
    rig = Rig()
    rig.cluster.apply(rig.intent(Hold(queue=QUEUE, run_id="gone", epoch=1, worker="w1"), "web"))
    paused: list[float] = []

    class Away(MemoryLedger):
        def get(self, queue: str, run_id: str) -> RunRecord | None:
            raise LedgerUnavailable("Redis is away")

        def heartbeat(self, queue: str, worker: str) -> None:
            raise AssertionError("nobody may rely on a worker that only stands by")

    rig.reaper.ledger = Away(rig.clock, seed=b"s")
    rig.reaper.stand_by(paused.append, 1.0)
    assert rig.cluster.undone == []
    rig.clock.advance(31 * 60)
    rig.reaper.stand_by(paused.append, 1.0)
    assert rig.cluster.undone == ["web"]
    assert set(paused) == {1.0}
    assert not rig.reaper.busy
