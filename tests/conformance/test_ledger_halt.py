"""While a halt stands nothing begins; the longest stands, and each is told with its end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ledger_bench import CHANNEL, PASSED, QUEUE, Bench, intent

from experiments.faults.intent import Undone, UndoResult
from workers.ledger.protocol import Ledger
from workers.ledger.records import ClaimDenied, Decided, Ending, FireEnd, Halt, RunState
from workers.ledger.telling import halted
from workers.notifier.events import Event


def _events(bench: Bench) -> list[Event]:
    return [event for _, event in bench.ledger.after_cursor(CHANNEL, 100)]


def test_nothing_is_halted_before_somebody_halts_and_after_somebody_resumes(bench: Bench) -> None:
    assert bench.ledger.halted() is None
    before = bench.ledger.now()
    halt = bench.ledger.halt("ann@laptop", "release day", None)
    assert halt == Halt(since=halt.since, until=None, by="ann@laptop", reason="release day")
    assert before <= halt.since <= bench.ledger.now()
    assert bench.ledger.halted() == halt
    assert bench.ledger.resume("bob", "") == halt
    assert bench.ledger.halted() is None
    assert bench.ledger.resume("bob", "") is None
    assert bench.told() == ["halted", "resumed"]


def test_a_due_fire_is_skipped_with_the_halts_sentence(bench: Bench) -> None:
    halt = bench.ledger.halt("ann", "release day", 3600)
    order = bench.order(scopes={"cluster": 1})
    assert bench.decide(order) is Decided.SKIPPED
    assert bench.reasons()["fire-skipped"] == halted(halt)
    record = bench.ledger.get(QUEUE, order.run_id)
    assert record
    assert (record.outcome, record.reason) == ("skipped", halted(halt))
    assert bench.ledger.outbox(10) == []
    bench.ledger.resume("ann", "")
    assert bench.decide(bench.order(scopes={"cluster": 1})) is Decided.QUEUED


def test_a_fire_that_is_missed_anyway_is_missed(bench: Bench) -> None:
    bench.ledger.halt("ann", "", None)
    assert bench.decide(bench.order(), end=FireEnd.MISSED, reason="late") is Decided.MISSED


def test_a_run_that_waits_is_claimed_by_nobody_and_skipped(bench: Bench) -> None:
    order = bench.queued(scopes={"cluster": 1})
    halt = bench.ledger.halt("ann", "", None)
    assert bench.ledger.claim(QUEUE, order.run_id, "worker-a", 1) is ClaimDenied.HALTED
    assert bench.ledger.claim(QUEUE, order.run_id, "worker-a", 1) is ClaimDenied.TAKEN
    assert bench.told() == ["halted", "fire-skipped"]
    assert bench.reasons()["fire-skipped"] == halted(halt)
    bench.ledger.resume("ann", "")
    assert bench.decide(bench.order(scopes={"cluster": 1})) is Decided.QUEUED


def test_what_waits_without_any_worker_is_skipped_by_the_sweep(bench: Bench) -> None:
    order = bench.queued()
    bench.ledger.halt("ann", "", None)
    assert bench.ledger.sweep(bench.fence - 1, 30, 60) == []
    assert bench.ledger.sweep(bench.fence, 30, 60) == [order.run_id]
    assert bench.ledger.sweep(bench.fence, 30, 60) == []
    assert bench.told() == ["halted", "fire-skipped"]


def test_a_run_that_is_held_may_renew_undo_and_end(bench: Bench) -> None:
    claim = bench.claimed()
    fault = intent(claim)
    assert bench.ledger.record(claim.hold, fault)
    bench.ledger.halt("ann", "", None)
    assert bench.ledger.sweep(bench.fence, 30, 60) == []
    assert bench.ledger.renew(claim.hold)
    bench.ledger.close(QUEUE, fault, Undone(result=UndoResult.UNDONE))
    assert bench.ledger.end(claim.hold, PASSED)


def test_a_halt_for_a_while_ends_by_itself_and_is_told_once(bench: Bench) -> None:
    halt = bench.ledger.halt("ann", "a moment", 0.15)
    assert halt.until == halt.since + 150
    bench.pass_time(0.2)
    assert bench.ledger.halted() is None
    assert bench.decide(bench.order()) is Decided.QUEUED
    bench.ledger.sweep(bench.fence - 1, 30, 60)
    assert bench.told() == ["halted"]
    for _ in range(2):
        bench.ledger.sweep(bench.fence, 30, 60)
    assert bench.told() == ["halted", "resumed"]
    assert bench.reasons()["resumed"] == f"its time is over; it was {halted(halt)}"
    assert bench.ledger.resume("ann", "") is None


@pytest.mark.parametrize("next_move", ["halt", "resume"])
def test_a_halt_that_nobody_saw_end_is_told_before_what_comes_next(bench: Bench, next_move: str) -> None:
    bench.ledger.halt("ann", "", 0.05)
    bench.pass_time(0.1)
    if next_move == "halt":
        bench.ledger.halt("bob", "", None)
        assert bench.told() == ["halted", "resumed", "halted"]
    else:
        assert bench.ledger.resume("bob", "") is None
        assert bench.told() == ["halted", "resumed"]


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        (None, 60.0, "first"),
        (None, None, "first"),
        (3600.0, 60.0, "first"),
        (60.0, 3600.0, "second"),
        (60.0, None, "second"),
    ],
)
def test_the_longer_halt_stands_and_a_shorter_one_is_not_told(
    bench: Bench, first: float | None, second: float | None, stands: str
) -> None:
    bench.ledger.halt("first", "x", first)
    halt = bench.ledger.halt("second", "y", second)
    assert halt.by == stands
    assert bench.ledger.halted() == halt
    assert bench.told() == ["halted"] * (1 if stands == "first" else 2)
    assert len({event.id for event in _events(bench)}) == len(_events(bench))


def test_the_news_of_a_halt_names_who_why_until_when_and_what_is_open(bench: Bench) -> None:
    ids = [bench.queued(f"s-{number}").run_id for number in (3, 1, 2)]
    halt = bench.ledger.halt("ann", 'say "when" / ñ', None)
    [event] = _events(bench)
    told = f"{halted(halt)}; open: {ids[1]}, {ids[2]}, {ids[0]}"
    assert (event.name.value, event.reason) == ("halted", told)
    assert event.id.endswith("/halted")
    assert event == Event(id=event.id, name=event.name, time=event.time, reason=told)
    bench.ledger.resume("bob", "all clear")
    assert bench.reasons()["resumed"] == f"resumed by bob: all clear; it was {halted(halt)}"


@pytest.mark.parametrize(
    ("open_runs", "said"),
    [(0, "; no run is open"), (5, "s-4-"), (7, " and 2 more")],
)
def test_the_news_of_a_halt_stays_short(bench: Bench, open_runs: int, said: str) -> None:
    for number in range(open_runs):
        bench.queued(f"s-{number}")
    bench.ledger.halt("ann", "", None)
    reason = bench.reasons()["halted"]
    assert said in reason
    assert reason.count("s-") == min(open_runs, 5)


def _states(ledger: Ledger) -> list[tuple[str, RunState, str, int]]:
    return [(each.run_id, each.state, each.worker, each.owed) for each in ledger.unsettled()]


def test_what_is_unsettled_waits_is_held_or_owes(bench: Bench) -> None:
    assert bench.ledger.unsettled() == []
    waiting = bench.queued("a-waits")
    claim = bench.claimed("b-runs")
    assert bench.ledger.record(claim.hold, intent(claim))
    other = bench.queued("elsewhere", queue="nodes")
    run = claim.order.run_id
    assert _states(bench.ledger) == [
        (waiting.run_id, RunState.QUEUED, "", 0),
        (run, RunState.CLAIMED, "worker-a", 1),
        (other.run_id, RunState.QUEUED, "", 0),
    ]
    assert bench.ledger.unsettled()[-1].queue == "nodes"
    hold = bench.ledger.take_over(QUEUE, run, claim.hold.epoch, "worker-b")
    assert hold
    assert (run, RunState.UNDOING, "worker-b", 1) in _states(bench.ledger)
    bench.ledger.end(hold, replace(PASSED, undo_failed=True))
    assert (run, RunState.ENDED, "worker-b", 1) in _states(bench.ledger)
    bench.ledger.close(QUEUE, intent(claim), Undone(result=UndoResult.UNDONE))
    assert [each.run_id for each in bench.ledger.unsettled()] == [waiting.run_id, other.run_id]


def test_a_run_that_ended_and_owes_nothing_is_settled(bench: Bench) -> None:
    bench.ledger.end(bench.claimed().hold, Ending(outcome=PASSED.outcome, reason=""))
    assert bench.ledger.unsettled() == []
