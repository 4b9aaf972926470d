"""A run is claimed once, told once, and closed once, by whoever holds its epoch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ledger_bench import PASSED, QUEUE, Bench

from experiments.model import Outcome
from workers.ledger.records import Claim, ClaimDenied, Ending, FireEnd, RunState


def test_a_run_is_claimed_once(bench: Bench) -> None:
    claim = bench.claimed(deadline=60.0)
    now = datetime.fromtimestamp(bench.ledger.now() / 1000, UTC)
    assert claim.hold.epoch == 1
    assert abs(claim.deadline - now - timedelta(seconds=60)) < timedelta(seconds=5)
    assert bench.ledger.claim(QUEUE, claim.order.run_id, "worker-b", 2) is ClaimDenied.TAKEN
    assert bench.ledger.claim(QUEUE, claim.order.run_id, "worker-a", 41) is ClaimDenied.TAKEN


def test_a_claim_brings_the_whole_order(bench: Bench) -> None:
    window = {"days": ["mon"], "between": ["09:00", "17:00"]}
    order = bench.queued(values={"percentage": 30}, during=(window,), protected=("kube-system",))
    claim = bench.ledger.claim(QUEUE, order.run_id, "worker-a", 41)
    assert isinstance(claim, Claim)
    assert claim.order == order


@pytest.mark.parametrize("queue", [QUEUE, "nodes"])
def test_a_forged_message_claims_nothing(bench: Bench, queue: str) -> None:
    bench.queued()
    assert bench.ledger.claim(queue, "no-such-run", "worker-a", 1) is ClaimDenied.UNKNOWN


def test_a_run_cannot_be_claimed_through_another_queue(bench: Bench) -> None:
    order = bench.queued()
    assert bench.ledger.claim("nodes", order.run_id, "worker-a", 1) is ClaimDenied.UNKNOWN


def test_a_late_claim_closes_the_fire_as_missed(bench: Bench) -> None:
    order = bench.order(start_within=0.0)
    bench.decide(order)
    bench.pass_time(0.01)
    assert bench.ledger.claim(QUEUE, order.run_id, "worker-a", 1) is ClaimDenied.LATE
    assert bench.told() == ["fire-missed"]
    assert bench.ledger.claim(QUEUE, order.run_id, "worker-a", 1) is ClaimDenied.TAKEN


def test_a_start_is_told_once_and_before_the_end(bench: Bench) -> None:
    claim = bench.claimed()
    assert bench.ledger.start(claim.hold)
    assert bench.ledger.start(claim.hold)
    assert bench.ledger.end(claim.hold, PASSED)
    assert bench.told() == ["run-started", "run-passed"]


@pytest.mark.parametrize("outcome", Outcome)
def test_an_untold_start_is_told_with_the_one_end(bench: Bench, outcome: Outcome) -> None:
    claim = bench.claimed()
    ending = Ending(outcome=outcome, reason='a "quoted" / reason: ñ', journal={"status": "x"})
    assert bench.ledger.end(claim.hold, ending)
    assert not bench.ledger.end(claim.hold, PASSED)
    assert bench.told() == ["run-started", f"run-{outcome.value}"]
    assert bench.reasons()[f"run-{outcome.value}"] == ending.reason
    record = bench.ledger.get(QUEUE, claim.order.run_id)
    assert record is not None
    assert (record.state, record.outcome, record.reason) == (RunState.ENDED, outcome.value, ending.reason)
    assert record.journal == {"status": "x"}


def test_a_failed_undo_is_told_beside_the_end(bench: Bench) -> None:
    claim = bench.claimed()
    ending = Ending(outcome=Outcome.DEVIATED, reason="it broke", undo_failed=True, dry=False)
    assert bench.ledger.end(claim.hold, ending)
    assert bench.told() == ["run-started", "run-deviated", "undo-failed"]


def test_a_refused_run_ends_as_a_fire_and_never_started(bench: Bench) -> None:
    claim = bench.claimed()
    assert bench.ledger.refuse(claim.hold, FireEnd.SKIPPED, "the repo is not armed any more")
    assert not bench.ledger.refuse(claim.hold, FireEnd.SKIPPED, "again")
    assert not bench.ledger.start(claim.hold)
    assert bench.told() == ["fire-skipped"]
    assert bench.reasons() == {"fire-skipped": "the repo is not armed any more"}


def test_a_run_that_started_cannot_be_refused(bench: Bench) -> None:
    claim = bench.claimed()
    assert bench.ledger.start(claim.hold)
    assert not bench.ledger.refuse(claim.hold, FireEnd.SKIPPED, "too late")
    assert bench.told() == ["run-started"]


def test_an_older_epoch_moves_nothing(bench: Bench) -> None:
    claim = bench.claimed()
    taken = bench.ledger.take_over(QUEUE, claim.order.run_id, claim.hold.epoch, "worker-b")
    assert taken is not None
    assert not bench.ledger.renew(claim.hold)
    assert not bench.ledger.start(claim.hold)
    assert not bench.ledger.refuse(claim.hold, FireEnd.SKIPPED, "no")
    assert not bench.ledger.end(claim.hold, PASSED)
    assert bench.told() == []
    assert bench.ledger.end(taken, Ending(outcome=Outcome.LOST, reason="its worker died"))
    assert bench.told() == ["run-started", "run-lost"]


def test_the_latest_runs_come_first_and_without_journals(bench: Bench) -> None:
    first = bench.claimed("one")
    bench.ledger.end(first.hold, PASSED)
    second = bench.queued("two", queue="nodes")
    latest = bench.ledger.runs()
    assert [each.order.run_id for each in latest] == [second.run_id, first.order.run_id]
    assert [each.state for each in latest] == [RunState.QUEUED, RunState.ENDED]
    assert latest[1].journal == {}
    assert [each.order.run_id for each in bench.ledger.runs(1)] == [second.run_id]
    assert bench.ledger.get(QUEUE, "no-such-run") is None
