"""The same laws with eight at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from ledger_bench import CHANNEL, PASSED, QUEUE, Bench, intent

from workers.ledger.records import Claim, Decided, Ending

T = TypeVar("T")
EIGHT = range(8)


def _all_at_once(move: Callable[[int], T]) -> list[T]:
    gate = Barrier(len(EIGHT))

    def at_the_gate(who: int) -> T:
        gate.wait()
        return move(who)

    with ThreadPoolExecutor(len(EIGHT)) as pool:
        return list(pool.map(at_the_gate, EIGHT))


def test_eight_replicas_make_one_leader(bench: Bench) -> None:
    fences = _all_at_once(lambda who: bench.ledger.lead(f"beat-{who}"))
    assert sum(fence is not None for fence in fences) == 1


def test_eight_deciders_under_one_fence_decide_each_fire_once(bench: Bench) -> None:
    decisions = [bench.decision(bench.order(f"s-{n}")) for n in range(50)]
    fence = bench.fence
    decided = _all_at_once(lambda _: bench.ledger.decide(fence, decisions))
    for fire in zip(*decided, strict=True):
        assert Counter(fire) == {Decided.QUEUED: 1, Decided.STALE: 7}
    assert len(bench.ledger.outbox(1000)) == 50


def test_eight_workers_claim_each_run_once(bench: Bench) -> None:
    orders = [bench.queued(f"s-{n}") for n in range(30)]

    def claim_all(who: int) -> list[str]:
        claims = [bench.ledger.claim(QUEUE, each.run_id, f"worker-{who}", who) for each in orders]
        return [claim.order.run_id for claim in claims if isinstance(claim, Claim)]

    claimed = [run for each in _all_at_once(claim_all) for run in each]
    assert sorted(claimed) == sorted(each.run_id for each in orders)


def test_limits_hold_when_eight_decide_different_schedules(bench: Bench) -> None:
    batches = [
        [bench.decision(bench.order(f"s-{who}-{n}", scopes={"cluster": 3})) for n in range(5)]
        for who in EIGHT
    ]
    fence = bench.fence
    decided = _all_at_once(lambda who: bench.ledger.decide(fence, batches[who]))
    assert Counter(each for batch in decided for each in batch) == {Decided.QUEUED: 3, Decided.SKIPPED: 37}


def test_eight_reapers_take_a_run_over_once(bench: Bench) -> None:
    claim = bench.claimed()
    run = claim.order.run_id
    taken = _all_at_once(lambda who: bench.ledger.take_over(QUEUE, run, 1, f"worker-{who}"))
    assert sum(hold is not None for hold in taken) == 1


def test_a_record_and_a_take_over_at_once_leave_no_intent_unseen(bench: Bench) -> None:
    claim = bench.claimed()
    run = claim.order.run_id

    def inject_or_reap(who: int) -> int:
        if who % 2:
            return sum(bench.ledger.record(claim.hold, intent(claim, name=f"{who}-{n}")) for n in range(10))
        bench.ledger.take_over(QUEUE, run, 1, f"worker-{who}")
        return 0

    recorded = sum(_all_at_once(inject_or_reap))
    assert len(bench.ledger.open_intents(QUEUE, run)) == recorded
    assert not bench.ledger.record(claim.hold, intent(claim, name="after"))


def test_eight_ends_tell_one_start_and_one_end(bench: Bench) -> None:
    claim = bench.claimed()
    ends = _all_at_once(lambda _: bench.ledger.end(claim.hold, PASSED))
    assert sum(ends) == 1
    assert bench.told() == ["run-started", "run-passed"]


def test_each_run_is_told_in_order_when_eight_run_at_once(bench: Bench) -> None:
    claims = [bench.claimed(f"s-{who}") for who in EIGHT]

    def run(who: int) -> None:
        bench.ledger.start(claims[who].hold)
        bench.ledger.end(claims[who].hold, Ending(outcome=PASSED.outcome, reason="", undo_failed=True))

    _all_at_once(run)
    events = [event for _, event in bench.ledger.after_cursor(CHANNEL, 1000)]
    for claim in claims:
        mine = [event.name.value for event in events if event.run_id == claim.order.run_id]
        assert mine == ["run-started", "run-passed", "undo-failed"]


def test_eight_notifiers_seize_a_channel_once(bench: Bench) -> None:
    fences = _all_at_once(lambda who: bench.ledger.seize(CHANNEL, f"notifier-{who}", 60))
    assert sum(fence is not None for fence in fences) == 1
