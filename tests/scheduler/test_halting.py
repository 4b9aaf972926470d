"""Halting waits until nothing may hold a fault any more, and says what is left when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from ledger_bench import PASSED, QUEUE, Bench, intent

from experiments.clock import FixedClock
from experiments.faults.intent import Undone, UndoResult
from scheduler.halting import Halting
from workers.ledger.memory import MemoryLedger
from workers.ledger.records import RunState


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 23, 9, 17, tzinfo=UTC))


@pytest.fixture
def bench(clock: FixedClock) -> Bench:
    return Bench(MemoryLedger(clock), clock.advance)


def _halting(bench: Bench, clock: FixedClock, at_three: Callable[[], object] = lambda: None) -> Halting:
    """One whose third pause is when something happens."""
    began = clock.monotonic()

    def pause(seconds: float) -> None:
        clock.advance(seconds)
        if clock.monotonic() - began == 1.5:
            at_three()

    return Halting(bench.ledger, clock, pause)


def test_without_a_wait_it_halts_and_says_what_is_open(bench: Bench, clock: FixedClock) -> None:
    run = bench.claimed().order.run_id
    waiting = bench.queued("waits")
    halted = _halting(bench, clock).halt("ann", "release day", 60, None)
    assert (halted.halt.by, halted.halt.reason, halted.already) == ("ann", "release day", False)
    assert {each.run_id for each in halted.stopped} == {run, waiting.run_id}
    assert halted.left is None


def test_a_wait_ends_when_the_last_run_has_ended_and_owes_nothing(bench: Bench, clock: FixedClock) -> None:
    claim = bench.claimed()
    assert bench.ledger.record(claim.hold, intent(claim))
    bench.queued("nobody can claim it")

    def end() -> None:
        bench.ledger.close(QUEUE, intent(claim), Undone(result=UndoResult.UNDONE))
        bench.ledger.end(claim.hold, PASSED)

    began = clock.monotonic()
    halted = _halting(bench, clock, end).halt("ann", "", None, 60)
    assert (halted.left, halted.resumed) == ([], False)
    assert clock.monotonic() - began == 1.5


def test_a_run_that_ended_and_still_owes_is_waited_for_and_left(bench: Bench, clock: FixedClock) -> None:
    claim = bench.claimed()
    assert bench.ledger.record(claim.hold, intent(claim))
    began = clock.monotonic()
    halted = _halting(bench, clock, lambda: bench.ledger.end(claim.hold, PASSED)).halt("ann", "", None, 10)
    assert clock.monotonic() - began == 10
    assert halted.left
    [left] = halted.left
    assert (left.run_id, left.state, left.owed) == (claim.order.run_id, RunState.ENDED, 1)


def test_a_wait_ends_when_somebody_resumes(bench: Bench, clock: FixedClock) -> None:
    bench.claimed()
    halted = _halting(bench, clock, lambda: bench.ledger.resume("bob", "")).halt("ann", "", None, 60)
    assert halted.resumed
    assert halted.left


@pytest.mark.parametrize(("lasts", "already"), [(60, True), (None, True), (7200, False)])
def test_a_halt_that_changes_nothing_says_so(
    bench: Bench, clock: FixedClock, lasts: float | None, already: bool
) -> None:
    bench.ledger.halt("ann", "", None if lasts is None else 3600)
    halted = _halting(bench, clock).halt("bob", "", lasts, None)
    assert (halted.already, halted.halt.by) == (already, "ann" if already else "bob")
