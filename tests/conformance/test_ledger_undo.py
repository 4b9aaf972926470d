"""What a run owes is recorded before it is done, survives its holder, and is taken by one reaper."""

from __future__ import annotations

import pytest
from ledger_bench import PASSED, QUEUE, Bench, intent

from experiments.faults.intent import Undone, UndoResult
from experiments.model import Outcome
from workers.ledger.records import Ending, RunState


def test_intents_come_back_whole_and_in_the_order_of_injection(bench: Bench) -> None:
    claim = bench.claimed()
    intents = [intent(claim, name=name) for name in ("web", "api", "db")]
    assert all(bench.ledger.record(claim.hold, each) for each in intents)
    assert bench.ledger.open_intents(QUEUE, claim.order.run_id) == intents


def test_an_intent_is_recorded_once_even_after_its_undo(bench: Bench) -> None:
    claim = bench.claimed()
    fault = intent(claim)
    assert bench.ledger.record(claim.hold, fault)
    assert not bench.ledger.record(claim.hold, fault)
    bench.ledger.close(QUEUE, fault, Undone(result=UndoResult.UNDONE))
    assert not bench.ledger.record(claim.hold, fault)
    assert bench.ledger.open_intents(QUEUE, claim.order.run_id) == []


def test_nobody_but_the_holder_records(bench: Bench) -> None:
    claim = bench.claimed()
    taken = bench.ledger.take_over(QUEUE, claim.order.run_id, claim.hold.epoch, "worker-b")
    assert taken is not None
    assert not bench.ledger.record(claim.hold, intent(claim))
    assert not bench.ledger.record(taken, intent(claim))  # who undoes does not inject
    assert bench.ledger.open_intents(QUEUE, claim.order.run_id) == []


def test_a_holder_whose_lease_is_over_does_not_record(brief: Bench) -> None:
    claim = brief.claimed()
    brief.pass_time(0.35)
    assert not brief.ledger.record(claim.hold, intent(claim))
    assert brief.ledger.renew(claim.hold)
    assert brief.ledger.record(claim.hold, intent(claim))


def test_a_run_that_ended_records_nothing(bench: Bench) -> None:
    claim = bench.claimed()
    bench.ledger.end(claim.hold, PASSED)
    assert not bench.ledger.record(claim.hold, intent(claim))


@pytest.mark.parametrize("result", UndoResult)
def test_only_a_failed_undo_stays_owed(bench: Bench, result: UndoResult) -> None:
    claim = bench.claimed()
    fault = intent(claim)
    bench.ledger.record(claim.hold, fault)
    bench.ledger.close(QUEUE, fault, Undone(result=result, detail="said so"))
    left = [fault] if result is UndoResult.FAILED else []
    assert bench.ledger.open_intents(QUEUE, claim.order.run_id) == left


def test_an_ended_run_owes_until_its_last_undo(bench: Bench) -> None:
    claim = bench.claimed()
    faults = [intent(claim, name=name) for name in ("web", "api")]
    for each in faults:
        bench.ledger.record(claim.hold, each)
    assert bench.ledger.owing(QUEUE) == []
    bench.ledger.end(claim.hold, Ending(outcome=Outcome.ERROR, reason="x", undo_failed=True))
    assert bench.ledger.owing(QUEUE) == [claim.order.run_id]
    assert bench.ledger.owing("nodes") == []
    for each in faults:
        assert bench.ledger.owing(QUEUE) == [claim.order.run_id]
        bench.ledger.close(QUEUE, each, Undone(result=UndoResult.UNDONE))
    assert bench.ledger.owing(QUEUE) == []


def test_an_undo_of_an_unknown_intent_changes_nothing(bench: Bench) -> None:
    claim = bench.claimed()
    bench.ledger.close(QUEUE, intent(claim), Undone(result=UndoResult.UNDONE))
    assert bench.ledger.open_intents(QUEUE, claim.order.run_id) == []
    assert bench.ledger.record(claim.hold, intent(claim))


def test_a_reaper_sees_what_is_held_and_by_whom(bench: Bench) -> None:
    claim = bench.claimed(deadline=60.0)
    bench.queued("waits")
    [held] = bench.ledger.held(QUEUE)
    assert (held.run_id, held.epoch, held.worker, held.pid) == (claim.order.run_id, 1, "worker-a", 41)
    assert held.state is RunState.CLAIMED
    assert bench.ledger.now() < held.lease_until < held.deadline
    assert bench.ledger.held("nodes") == []
    bench.ledger.end(claim.hold, PASSED)
    assert bench.ledger.held(QUEUE) == []


def test_one_reaper_takes_over_each_epoch(bench: Bench) -> None:
    claim = bench.claimed()
    run = claim.order.run_id
    first = bench.ledger.take_over(QUEUE, run, 1, "worker-b")
    assert first is not None
    assert (first.epoch, first.worker) == (2, "worker-b")
    assert bench.ledger.take_over(QUEUE, run, 1, "worker-c") is None
    [held] = bench.ledger.held(QUEUE)
    assert (held.state, held.worker, held.pid, held.epoch) == (RunState.UNDOING, "worker-b", 0, 2)
    second = bench.ledger.take_over(QUEUE, run, 2, "worker-c")
    assert second is not None
    assert not bench.ledger.renew(first)
    assert bench.ledger.renew(second)


def test_nothing_is_taken_over_that_nobody_holds(bench: Bench) -> None:
    order = bench.queued()
    assert bench.ledger.take_over(QUEUE, order.run_id, 0, "worker-b") is None
    assert bench.ledger.take_over(QUEUE, "no-such-run", 1, "worker-b") is None


def test_reapers_hear_each_other_for_a_while(brief: Bench) -> None:
    brief.ledger.heartbeat(QUEUE, "worker-a")
    brief.ledger.heartbeat(QUEUE, "worker-b")
    assert brief.ledger.other_reapers(QUEUE, "worker-a") == 1
    assert brief.ledger.other_reapers(QUEUE, "worker-c") == 2
    assert brief.ledger.other_reapers("nodes", "worker-a") == 0
    brief.pass_time(0.35)
    brief.ledger.heartbeat(QUEUE, "worker-a")
    assert brief.ledger.other_reapers(QUEUE, "worker-a") == 0
