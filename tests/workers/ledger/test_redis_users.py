"""Each role's user of Redis can do what its role does, and nothing else: the real file on a real guarded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from guarded_redis import GuardedRedis
from ledger_bench import PASSED, Bench, intent

from experiments.faults.intent import Undone, UndoResult
from workers.ledger import protocol
from workers.ledger.leases import Leases
from workers.ledger.records import Claim, FireEnd
from workers.ledger.redis.acl import NOTIFIER, WORKER, every_script, users
from workers.ledger.redis.durability import Keeps
from workers.ledger.switch import KillSwitch
from workers.notifier.events import Event, EventName

BRIEF = Leases(run=0.2)
UNDONE = Undone(result=UndoResult.UNDONE)
VALIDATE_FAILED = Event(id="e-1", name=EventName.VALIDATE_FAILED, time="2026-11-23T09:17:00Z")


class Noted:
    """A ledger that remembers which of its methods were called."""

    def __init__(self, ledger: Any) -> None:
        self._ledger = ledger
        self.called: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.called.add(name)
        return getattr(self._ledger, name)


def methods(*ports: type) -> set[str]:
    """What the ports promise."""
    return {name for port in ports for name in vars(port) if not name.startswith("_")}


#: Who needs which part of the ledger; a new method of a port is somebody's, and is tried below.
OF_WORKER = methods(protocol.RunBook, protocol.IntentBook, protocol.ReaperBook) - {"runs"}
OF_WORKER |= {"now", "armed", "halted"}
OF_NOTIFIER = methods(protocol.EventLog) - {"backlog"} | {"now", "notifications"}
OF_BEAT = methods(protocol.Leadership, protocol.FireBook, protocol.Ledger, KillSwitch)
OF_BEAT |= {"backlog", "open_channel"}


@pytest.fixture
def bench(guarded: GuardedRedis) -> Iterator[Bench]:
    """What beat does, as beat's user."""
    ledger = guarded.ledger("beat")
    yield Bench(ledger, lambda seconds: None)
    ledger.close_connections()


def test_a_worker_can_do_everything_that_a_worker_does(guarded: GuardedRedis, bench: Bench) -> None:
    worker = Noted(guarded.ledger("worker-a", BRIEF))
    claim = worker.claim("a", bench.queued(queue="a", scopes={"cluster": 9}).run_id, "w", 1)
    assert isinstance(claim, Claim)
    fault = intent(claim)
    assert worker.renew(claim.hold)
    assert worker.start(claim.hold)
    assert worker.record(claim.hold, fault)
    assert worker.open_intents("a", claim.order.run_id) == [fault]
    worker.heartbeat("a", "w")
    assert worker.other_reapers("a", "other") == 1
    assert [held.run_id for held in worker.held("a")] == [claim.order.run_id]
    hold = worker.take_over("a", claim.order.run_id, claim.hold.epoch, "reaper")
    assert worker.end(hold, PASSED)
    assert worker.owing("a") == [claim.order.run_id]
    worker.close("a", fault, UNDONE)
    assert worker.get("a", claim.order.run_id).outcome == "passed"
    refused = worker.claim("a", bench.queued("other", queue="a").run_id, "w", 1)
    assert worker.refuse(refused.hold, FireEnd.SKIPPED, "no")
    assert worker.now() > 0
    assert worker.armed() is False
    assert worker.halted() is None
    assert worker.called == OF_WORKER


def test_the_notifier_can_do_everything_that_the_notifier_does(guarded: GuardedRedis, bench: Bench) -> None:
    notifier = Noted(guarded.ledger("notifier"))
    notifier.open_channel("new")
    bench.ledger.announce(VALIDATE_FAILED)
    fence = notifier.seize("new", "me", 5)
    [(position, event)] = notifier.after_cursor("new", 9)
    notifier.bury("new", event, "no address")
    notifier.count_delivered("new")
    assert notifier.advance("new", fence, position)
    notifier.postpone("new", fence, 0, "later")
    notifier.release("new", fence)
    assert (notifier.attempts("new"), notifier.delivered("new")) == (1, 1)
    assert notifier.dead_letters("new") == [(event, "no address")]
    assert notifier.notifications() == "[]"
    assert notifier.now() > 0
    assert notifier.called == OF_NOTIFIER


@pytest.mark.parametrize("role", ["beat", "operator"])
def test_beat_and_the_operator_can_do_everything_that_beat_does(guarded: GuardedRedis, role: str) -> None:
    beat = Noted(guarded.ledger(role))
    bench = Bench(beat, lambda seconds: None)
    run = bench.queued(f"of-{role}", queue="b")
    bench.decide(bench.order(f"missed-{role}", queue="b"), end=FireEnd.MISSED, reason="late")
    assert run.run_id in [each.run_id for each in beat.outbox(99)]
    beat.dispatched(bench.fence, 1)
    beat.sweep(bench.fence, 0, 0)
    assert f"of-{role}" in beat.schedules()
    assert beat.due(9) == []
    assert beat.next_due() is None
    assert len(beat.seed()) == 32
    assert beat.set_armed(bench.fence, False)
    assert beat.set_notifications(bench.fence, "[]")
    assert [beat.armed(), beat.notifications()] == [False, "[]"]
    assert run.run_id in [each.order.run_id for each in beat.runs()]
    assert beat.halt("me", "why", 60) == beat.halted()
    assert run.run_id in [each.run_id for each in beat.unsettled()]
    assert beat.resume("me", "") is not None
    beat.announce(VALIDATE_FAILED)
    assert beat.backlog() in (True, False)
    beat.resign("beat-0", bench.fence)
    beat.close_connections()
    assert beat.called - {"claim", "after_cursor"} >= OF_BEAT


def test_every_method_of_the_ledger_is_somebodys() -> None:
    everything = methods(*protocol.Ledger.__mro__[:-3])
    assert everything >= {"claim", "lead", "seize", "record", "armed"}
    assert everything - OF_WORKER - OF_NOTIFIER - OF_BEAT == {"runs"}, "the operator's"


def test_every_script_of_a_role_is_a_script() -> None:
    assert every_script() > WORKER | NOTIFIER
    assert not WORKER & NOTIFIER


def test_every_role_sees_whether_redis_is_durable(guarded: GuardedRedis) -> None:
    for user in users("users", ("a", "ab", "b")):
        assert guarded.ledger(user.name).durability().keeps is Keeps.ALL
