"""What Chaos Toolkit says of a run: every row of its matrix, from runs of our own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from small_world import World, action, experiment, probe

from experiments.compat import Theirs, as_chaos_toolkit, told_as_theirs
from experiments.engine.run import run
from experiments.journal import Journal
from experiments.model import Activity, HypothesisStrategy, Json, Outcome, Pauses, Runtime

COMPLETED, FAILED, DEVIATED = "run-completed", "run-failed", "run-deviated"
ON, OUT = probe("is_on", name="a"), action("put_out", name="a")
RAISES = probe("fail")
UNASKED: Json = {
    "type": "probe",
    "name": "judge",
    "provider": {"type": "python", "module": "cowbane.world", "func": "fail", "arguments": {}},
}
WAIT = Pauses(after=60)
DURING, ALWAYS = HypothesisStrategy.DURING, HypothesisStrategy.CONTINUOUSLY


@dataclass(frozen=True, kw_only=True)
class Row:
    """One situation, and what Chaos Toolkit makes of it."""

    steady: tuple[Activity, ...] = (ON,)
    method: tuple[Activity, ...] = ()
    rollbacks: tuple[Activity, ...] = ()
    runtime: Runtime = field(default_factory=Runtime)
    lights: bool = True  #: before the run
    outcome: Outcome
    theirs: tuple[str, bool, int, tuple[str, ...]]


ROWS = {
    "all fine": Row(outcome=Outcome.PASSED, theirs=("completed", False, 0, (COMPLETED,))),
    "nothing to judge": Row(steady=(), outcome=Outcome.PASSED, theirs=("completed", False, 0, (COMPLETED,))),
    "an action of the method raised": Row(
        method=(action("fail"),), outcome=Outcome.ACTION_ERROR, theirs=("completed", False, 0, (COMPLETED,))
    ),
    "a probe of the method raised": Row(
        method=(replace(RAISES, tolerance=None),),
        outcome=Outcome.PROBE_ERROR,
        theirs=("completed", False, 0, (COMPLETED,)),
    ),
    "a probe of the method is judged by us only": Row(
        method=(OUT, ON), outcome=Outcome.DEVIATED, theirs=("completed", False, 0, (COMPLETED,))
    ),
    "gate: out of tolerance": Row(
        lights=False, outcome=Outcome.BASELINE_NOT_MET, theirs=("completed", False, 0, (COMPLETED,))
    ),
    "gate: probe raised": Row(
        steady=(RAISES,), outcome=Outcome.PROBE_ERROR, theirs=("failed", False, 1, (FAILED,))
    ),
    "gate: a probe that raises for no": Row(
        steady=(probe("must_be_on", name="a"),),
        lights=False,
        outcome=Outcome.BASELINE_NOT_MET,
        theirs=("failed", False, 1, (FAILED,)),
    ),
    "gate: the probe of a tolerance raised": Row(
        steady=(probe("say", tolerance=UNASKED, word="x"),),
        outcome=Outcome.BASELINE_NOT_MET,
        theirs=("completed", False, 0, (COMPLETED,)),
    ),
    "after: out of tolerance": Row(
        method=(OUT,), outcome=Outcome.DEVIATED, theirs=("completed", True, 1, (COMPLETED, DEVIATED))
    ),
    "after: probe raised": Row(
        steady=(probe("must_be_on", name="a"),),
        method=(OUT,),
        outcome=Outcome.DEVIATED,
        theirs=("failed", True, 1, (FAILED, DEVIATED)),
    ),
    "during and fail-fast": Row(
        method=(OUT, action("say", word="x", pauses=WAIT)),
        runtime=Runtime(hypothesis=DURING, fail_fast=0.0, frequency=0.01),
        outcome=Outcome.DEVIATED,
        theirs=("failed", False, 1, (FAILED,)),
    ),
    "during, continuously and fail-fast: we look no more": Row(
        method=(OUT, action("say", word="x", pauses=WAIT)),
        runtime=Runtime(hypothesis=ALWAYS, fail_fast=0.0, frequency=0.01),
        outcome=Outcome.DEVIATED,
        theirs=("failed", False, 1, (FAILED,)),
    ),
    "during, recovered before the end": Row(
        method=(
            action("switch", name="a", on=False, pauses=Pauses(before=0.2, after=0.3)),
            action("switch", name="a", on=True),
        ),
        runtime=Runtime(hypothesis=DURING, frequency=0.01),
        outcome=Outcome.DEVIATED,
        theirs=("completed", False, 0, (COMPLETED,)),
    ),
    "interrupted": Row(
        method=(action("stop_now"), OUT),
        outcome=Outcome.INTERRUPTED,
        theirs=("interrupted", False, 1, (FAILED,)),
    ),
    "a rollback fails": Row(
        method=(action("say", word="x"),),
        rollbacks=(action("fail"),),
        outcome=Outcome.PASSED,
        theirs=("completed", False, 0, (COMPLETED,)),
    ),
    "somebody took the fault out, which only we look at": Row(
        method=(OUT, action("removed_by_hand", name="a")),
        outcome=Outcome.ERROR,
        theirs=("completed", False, 0, (COMPLETED,)),
    ),
}


def ran(row: Row) -> Journal:
    world = World()
    world.lights["a"] = row.lights
    return run(
        experiment(*row.method, steady=row.steady, rollbacks=row.rollbacks, runtime=row.runtime), world.host()
    )


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_their_word_for_a_run_of_ours(row: Row) -> None:
    journal = ran(row)
    assert journal.outcome is row.outcome, journal.reason
    status, deviated, code, events = row.theirs
    told = Theirs(status=status, deviated=deviated, exit_code=code, events=("run-started", *events))
    assert as_chaos_toolkit(journal, row.runtime) == told


def test_a_percentage_is_counted_look_by_look() -> None:
    row = replace(
        ROWS["during, recovered before the end"], runtime=Runtime(hypothesis=DURING, frequency=0.01)
    )
    journal = ran(row)
    assert journal.during[0].met
    assert as_chaos_toolkit(journal, replace(row.runtime, fail_fast=100.0)).status == "completed"
    assert as_chaos_toolkit(journal, replace(row.runtime, fail_fast=0.0)).status == "failed"


def test_their_journal_keeps_our_outcome_and_sentence() -> None:
    row = ROWS["gate: out of tolerance"]
    journal = ran(row)
    theirs = as_chaos_toolkit(journal, row.runtime)
    ours, told = journal.as_dict(), told_as_theirs(journal, theirs).as_dict()
    assert (ours["status"], told["status"], told["deviated"]) == ("failed", "completed", False)
    assert list(told) == list(ours)
    assert {**told, "status": ours["status"]} == ours
