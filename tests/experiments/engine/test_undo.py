"""What a run changed is undone, last first, whatever fails on the way."""

from __future__ import annotations

import pytest
from small_world import World, action, experiment, probe

from experiments.engine.run import run
from experiments.faults.intent import Intent, Undone, UndoResult
from experiments.model import Experiment, Outcome, RollbackStrategy, Runtime

OUT, OUT_B = action("put_out", name="a"), action("put_out", name="b")
ROLLBACK = action("say", word="rollback")
ON = probe("is_on", name="a")


def test_rollbacks_of_the_file_come_first_then_every_inverse_last_first() -> None:
    world = World()
    run(experiment(OUT, OUT_B, rollbacks=(ROLLBACK,)), world.host())
    assert world.told == ["out a", "out b", "rollback", "undo b", "undo a"]


@pytest.mark.parametrize(
    ("strategy", "given", "played"),
    [
        (RollbackStrategy.DEFAULT, experiment(OUT_B, steady=(ON,)), True),
        (RollbackStrategy.DEFAULT, experiment(OUT, steady=(ON,)), True),
        (RollbackStrategy.DEFAULT, experiment(OUT, action("stop_now")), True),
        (RollbackStrategy.DEFAULT, experiment(OUT, action("fail")), True),
        (RollbackStrategy.DEFAULT, experiment(), True),
        (RollbackStrategy.DEFAULT, experiment(probe("fail"), OUT), False),
        (RollbackStrategy.ALWAYS, experiment(OUT), True),
        (RollbackStrategy.ALWAYS, experiment(OUT, steady=(probe("fail"),)), False),
        (RollbackStrategy.NEVER, experiment(OUT), False),
        (RollbackStrategy.DEVIATED, experiment(OUT_B, steady=(ON,)), False),
        (RollbackStrategy.DEVIATED, experiment(OUT, steady=(ON,)), True),
        (RollbackStrategy.DEVIATED, experiment(OUT, action("fail"), steady=(ON,)), False),
    ],
)
def test_a_strategy_says_when_declared_rollbacks_are_played(
    strategy: RollbackStrategy, given: Experiment, played: bool
) -> None:
    world = World()
    with_rollback = experiment(
        *given.method,
        steady=given.hypothesis.probes if given.hypothesis else (),
        rollbacks=(ROLLBACK,),
        runtime=Runtime(rollbacks=strategy),
    )
    run(with_rollback, world.host())
    assert ("rollback" in world.told) is played
    assert world.lights == {"a": True, "b": True}


def test_an_undo_that_fails_is_tried_again_with_growing_waits() -> None:
    world = World(undo_fails=2)
    journal = run(experiment(OUT), world.host())
    assert world.told == ["out a", "undo a", "wait 0.5", "undo a", "wait 1", "undo a"]
    assert (journal.outcome, journal.undo_failed) == (Outcome.PASSED, False)


def test_an_undo_that_keeps_failing_is_loud_beside_the_outcome_and_stops_no_other() -> None:
    world = World(undo_fails=99)
    journal = run(experiment(OUT, OUT_B), world.host(undo_attempts=2))
    assert world.told == ["out a", "out b", "undo b", "undo a", "wait 0.5", "undo b", "undo a"]
    assert (journal.outcome, journal.undo_failed) == (Outcome.PASSED, True)
    assert "b does not answer" in journal.reason
    assert [undone.result for _, undone in journal.undos] == [UndoResult.FAILED, UndoResult.FAILED]


def test_an_undo_that_breaks_stops_no_other() -> None:
    class Broken(World):
        def undo(self, intent: Intent) -> Undone:
            if intent.target.name == "b":
                raise RuntimeError("bug")
            return super().undo(intent)

    world = Broken()
    journal = run(experiment(OUT, OUT_B), world.host(undo_attempts=2))
    assert world.lights == {"a": True, "b": False}
    assert journal.undo_failed
    assert "bug" in journal.reason


def test_a_rollback_that_fails_stops_no_other_and_is_loud() -> None:
    world = World()
    journal = run(experiment(OUT, rollbacks=(action("fail"), ROLLBACK)), world.host())
    assert world.told == ["out a", "rollback", "undo a"]
    assert (journal.outcome, journal.undo_failed) == (Outcome.PASSED, True)
    assert "fail: the API server says 403" in journal.reason


def test_a_stopped_run_may_still_change_things_to_put_them_right() -> None:
    world = World(lights={"a": True, "b": True})
    journal = run(experiment(action("stop_now"), rollbacks=(OUT_B,)), world.host())
    assert journal.outcome is Outcome.INTERRUPTED
    assert "out b" in world.told


def test_only_a_person_at_a_command_line_keeps_faults_in() -> None:
    world = World()
    run(experiment(OUT), world.host(keep_faults=True))
    assert world.told == ["out a"]
