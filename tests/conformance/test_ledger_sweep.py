"""No fire vanishes: what nobody claims is sent again, then closed; what nobody holds is closed as lost."""

from __future__ import annotations

from ledger_bench import QUEUE, Bench, intent

from workers.ledger.records import ClaimDenied, RunState


def test_what_nobody_claimed_is_sent_again(bench: Bench) -> None:
    order = bench.queued()
    bench.ledger.dispatched(bench.fence, 1)
    assert bench.ledger.sweep(bench.fence, 30, 60) == []
    assert bench.ledger.outbox(10) == []
    bench.pass_time(0.15)
    assert bench.ledger.sweep(bench.fence, 0.1, 60) == []
    assert [each.run_id for each in bench.ledger.outbox(10)] == [order.run_id]


def test_what_is_claimed_is_not_sent_again(bench: Bench) -> None:
    bench.claimed()
    bench.ledger.dispatched(bench.fence, 1)
    bench.pass_time(0.05)
    assert bench.ledger.sweep(bench.fence, 0.01, 60) == []
    assert bench.ledger.outbox(10) == []


def test_what_nobody_claimed_in_time_is_missed_with_its_sentence(bench: Bench) -> None:
    ten_minutes_ago = bench.ledger.now() - 600_000
    order = bench.queued(nominal=ten_minutes_ago, scopes={"cluster": 1})
    bench.pass_time(0.01)
    assert bench.ledger.sweep(bench.fence, 30, 60) == [order.run_id]
    assert bench.ledger.sweep(bench.fence, 30, 60) == []
    assert bench.told() == ["fire-missed"]
    assert bench.reasons()["fire-missed"] == f"no worker of queue {QUEUE} claimed it within 10m"
    assert bench.ledger.claim(QUEUE, order.run_id, "worker-a", 1) is ClaimDenied.TAKEN
    bench.queued("another", scopes={"cluster": 1})


def test_what_lost_its_lease_long_ago_is_closed_as_lost_and_still_owes(brief: Bench) -> None:
    claim = brief.claimed()
    assert brief.ledger.record(claim.hold, intent(claim))
    brief.pass_time(0.35)
    assert brief.ledger.sweep(brief.fence, 30, 60) == []
    brief.pass_time(0.25)
    assert brief.ledger.sweep(brief.fence, 30, 0.2) == [claim.order.run_id]
    assert brief.told() == ["run-started", "run-lost", "undo-failed"]
    assert brief.reasons()["run-lost"] == (
        "worker worker-a lost its lease and no reaper took the run over within 0.2s; undos still owed: 1"
    )
    assert brief.ledger.owing(QUEUE) == [claim.order.run_id]
    assert not brief.ledger.renew(claim.hold)


def test_what_is_renewed_is_never_lost(brief: Bench) -> None:
    claim = brief.claimed()
    for _ in range(3):
        brief.pass_time(0.15)
        assert brief.ledger.renew(claim.hold)
    assert brief.ledger.sweep(brief.fence, 30, 0) == []
    record = brief.ledger.get(QUEUE, claim.order.run_id)
    assert record is not None
    assert record.state is RunState.CLAIMED
