"""Each due time is decided once, by whoever leads."""

from __future__ import annotations

import pytest
from ledger_bench import CHANNEL, PASSED, QUEUE, Bench

from workers.ledger.records import Decided, Dispatch, FireEnd, RunState
from workers.notifier.events import Event, EventName


def test_one_replica_leads_and_renews_under_one_fence(bench: Bench) -> None:
    fence = bench.ledger.lead("beat-0")
    assert fence is not None
    assert bench.ledger.lead("beat-1") is None
    assert bench.ledger.lead("beat-0") == fence


def test_whoever_resigns_is_followed_at_once_under_a_higher_fence(bench: Bench) -> None:
    first = bench.fence
    bench.ledger.resign("beat-1", first)
    assert bench.ledger.lead("beat-1") is None
    bench.ledger.resign("beat-0", first)
    second = bench.ledger.lead("beat-1")
    assert second is not None
    assert second > first


def test_a_lead_that_is_not_renewed_is_taken(brief: Bench) -> None:
    first = brief.fence
    brief.pass_time(0.35)
    second = brief.ledger.lead("beat-1")
    assert second is not None
    assert second > first
    assert brief.ledger.lead("beat-0") is None


def test_a_stale_fence_changes_nothing(bench: Bench) -> None:
    order = bench.order()
    decision = bench.decision(order)
    stale = bench.fence
    bench.ledger.resign("beat-0", stale)
    assert bench.ledger.decide(stale, [decision]) == [Decided.FENCED]
    assert not bench.ledger.sync(stale, {}, {}, [order.schedule])
    assert not bench.ledger.set_armed(stale, True)
    assert not bench.ledger.set_notifications(stale, "[1]")
    assert bench.ledger.sweep(stale, 0, -60) == []
    assert bench.ledger.due(10) == [(order.schedule, order.nominal)]
    assert bench.ledger.get(QUEUE, order.run_id) is None
    assert (bench.ledger.armed(), bench.ledger.notifications()) == (False, "[]")
    assert bench.told() == []


def test_what_is_synced_is_due_and_known_until_it_is_dropped(bench: Bench) -> None:
    now = bench.ledger.now()
    due = {"late": now - 1000, "later": now - 2000, "soon": now + 60_000, "never": None}
    assert bench.ledger.sync(bench.fence, due, dict.fromkeys(due, "d1"), ())
    assert bench.ledger.due(10) == [("later", now - 2000), ("late", now - 1000)]
    assert bench.ledger.due(1) == [("later", now - 2000)]
    assert bench.ledger.next_due() == now - 2000
    assert bench.ledger.schedules() == dict.fromkeys(due, "d1")
    assert bench.ledger.sync(bench.fence, {"late": None}, {"soon": "d2"}, ["later", "never"])
    assert bench.ledger.next_due() == now + 60_000
    assert bench.ledger.schedules() == {"late": "d1", "soon": "d2"}


def test_a_due_time_is_decided_once(bench: Bench) -> None:
    order = bench.order()
    decision = bench.decision(order, next_due=order.nominal + 60_000)
    assert bench.ledger.decide(bench.fence, [decision, decision]) == [Decided.QUEUED, Decided.STALE]
    assert bench.ledger.decide(bench.fence, [decision]) == [Decided.STALE]
    assert bench.ledger.outbox(10) == [Dispatch(queue=QUEUE, run_id=order.run_id)]
    assert bench.ledger.next_due() == order.nominal + 60_000


def test_a_fire_that_was_decided_never_fires_again_even_if_it_is_made_due_again(bench: Bench) -> None:
    order = bench.queued()
    assert bench.decide(order, next_due=order.nominal + 60_000) is Decided.STALE
    assert bench.ledger.next_due() == order.nominal + 60_000
    assert len(bench.ledger.outbox(10)) == 1


@pytest.mark.parametrize("end", FireEnd)
def test_a_fire_without_a_run_is_recorded_with_its_sentence(bench: Bench, end: FireEnd) -> None:
    order = bench.order(armed=False)
    assert bench.decide(order, end=end, reason="it is Sunday") == end.value
    record = bench.ledger.get(QUEUE, order.run_id)
    assert record is not None
    assert (record.state, record.outcome, record.reason) == (RunState.ENDED, end.value, "it is Sunday")
    [(_, event)] = bench.ledger.after_cursor(CHANNEL, 10)
    assert event == Event(
        id=f"{order.run_id}/fire-{end.value}",
        name=EventName(f"fire-{end.value}"),
        time=event.time,
        reason="it is Sunday",
        run_id=order.run_id,
        fire_id=order.fire_id,
        schedule="kill-any-pod",
        owner="team-shop",
        queue=QUEUE,
        cluster="default",
        namespaces=("go-demo-8",),
        experiment="health.yaml",
        title="Does it survive?",
        outcome=end.value,
        dry=True,
    )
    assert bench.ledger.outbox(10) == []


def test_a_schedule_with_an_open_run_is_skipped_until_that_ends(bench: Bench) -> None:
    claim = bench.claimed()
    second = bench.order()
    assert bench.decide(second) is Decided.SKIPPED
    reason = f"overlap: run {claim.order.run_id} of this schedule is still open"
    assert bench.reasons()["fire-skipped"] == reason
    assert bench.decide(bench.order(overlap_skip=False)) is Decided.QUEUED
    assert bench.decide(bench.order("kill-any-pod-too")) is Decided.QUEUED
    bench.ledger.end(claim.hold, PASSED)
    assert bench.decide(bench.order()) is Decided.SKIPPED  # the overlapping one is still open


def test_a_limit_skips_with_its_numbers_and_a_slot_comes_back_with_the_end(bench: Bench) -> None:
    scopes = {"cluster": 3, "namespace:go-demo-8": 1}
    claim = bench.claimed("one", scopes=scopes)
    assert bench.decide(bench.order("two", scopes=scopes)) is Decided.SKIPPED
    assert bench.reasons()["fire-skipped"] == (
        f"limit of namespace:go-demo-8: 1 of 1 concurrent runs are open, the first is {claim.order.run_id}"
    )
    assert bench.decide(bench.order("three", scopes={"cluster": 2})) is Decided.QUEUED
    assert bench.decide(bench.order("four", scopes={"cluster": 2})) is Decided.SKIPPED
    assert bench.decide(bench.order("five", scopes={"cluster": 0})) is Decided.SKIPPED
    bench.ledger.end(claim.hold, PASSED)
    assert bench.decide(bench.order("six", scopes=scopes)) is Decided.QUEUED


def test_a_whole_batch_counts_its_own_slots(bench: Bench) -> None:
    decisions = [bench.decision(bench.order(f"s-{n}", scopes={"cluster": 2})) for n in range(4)]
    decided = bench.ledger.decide(bench.fence, decisions)
    assert decided == [Decided.QUEUED, Decided.QUEUED, Decided.SKIPPED, Decided.SKIPPED]


def test_the_outbox_keeps_a_message_until_its_leader_sent_it(bench: Bench) -> None:
    orders = [bench.queued(f"s-{n}") for n in range(3)]
    assert [each.run_id for each in bench.ledger.outbox(2)] == [each.run_id for each in orders[:2]]
    bench.ledger.dispatched(bench.fence - 1, 2)
    assert len(bench.ledger.outbox(10)) == 3
    bench.ledger.dispatched(bench.fence, 2)
    assert [each.run_id for each in bench.ledger.outbox(10)] == [orders[2].run_id]


def test_the_seed_is_made_once(bench: Bench) -> None:
    assert len(bench.ledger.seed()) == 32
    assert bench.ledger.seed() == bench.ledger.seed()


def test_nothing_is_armed_and_nobody_is_told_before_the_first_repo(bench: Bench) -> None:
    assert (bench.ledger.armed(), bench.ledger.notifications()) == (False, "[]")
    assert bench.ledger.set_armed(bench.fence, True)
    assert bench.ledger.set_notifications(bench.fence, '[{"type": "log"}]')
    assert (bench.ledger.armed(), bench.ledger.notifications()) == (True, '[{"type": "log"}]')
    assert bench.ledger.set_armed(bench.fence, False)
    assert not bench.ledger.armed()
