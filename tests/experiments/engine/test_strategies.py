"""When the hypothesis is asked, and what its answers make of the run."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier

import pytest
from small_world import Watcher, World, action, experiment, probe

from experiments.engine.progress import Looked, Part
from experiments.engine.run import run
from experiments.journal import Journal
from experiments.model import Activity, HypothesisStrategy, Outcome, Pauses, RollbackStrategy, Runtime, Until

ON, OUT, SAY = probe("is_on", name="a"), action("put_out", name="a"), action("say", word="act")
DARK = Pauses(after=0.05)  # time for a look beside the method


def _run(world: World, runtime: Runtime, *method: Activity) -> Journal:
    return run(experiment(*method, steady=(ON,), runtime=runtime), world.host())


LOOKS = [
    (HypothesisStrategy.DEFAULT, True, True),
    (HypothesisStrategy.BEFORE, True, False),
    (HypothesisStrategy.AFTER, False, True),
    (HypothesisStrategy.SKIP, False, False),
]


@pytest.mark.parametrize(("strategy", "before", "after"), LOOKS)
def test_the_hypothesis_is_asked_when_its_strategy_says(
    strategy: HypothesisStrategy, before: bool, after: bool
) -> None:
    world = World()
    journal = _run(world, Runtime(hypothesis=strategy), SAY)
    assert journal.outcome is Outcome.PASSED
    assert (journal.before is not None, journal.after is not None) == (before, after)
    assert world.told.count("look a") == before + after


def test_a_method_that_deviates_for_a_moment_is_seen_by_the_looks_beside_it() -> None:
    world = World()
    out = action("switch", name="a", on=False, pauses=DARK)
    journal = _run(
        world,
        Runtime(hypothesis=HypothesisStrategy.DURING, frequency=0.001),
        out,
        action("switch", name="a", on=True),
    )
    assert journal.outcome is Outcome.DEVIATED
    assert "during the method" in journal.reason
    assert journal.before is None
    assert journal.after is None
    assert any(look.met is False for look in journal.during)


def test_failing_fast_ends_the_pause_that_is_running_and_nothing_else_is_done() -> None:
    world = World()
    out = action("put_out", name="a", pauses=Pauses(after=3600))
    runtime = Runtime(hypothesis=HypothesisStrategy.CONTINUOUSLY, frequency=0.001, fail_fast=0)
    journal = _run(world, runtime, out, SAY)
    assert journal.outcome is Outcome.DEVIATED
    assert "act" not in world.told
    assert world.told[-1] == "undo a"
    assert journal.after is None


def test_failing_fast_waits_for_its_share_of_looks() -> None:
    world = World()
    runtime = Runtime(hypothesis=HypothesisStrategy.DURING, frequency=0.001, fail_fast=100)
    journal = _run(world, runtime, action("put_out", name="b", pauses=DARK), SAY)
    assert journal.outcome is Outcome.PASSED
    assert all(look.met for look in journal.during)


def test_every_look_is_told_to_whoever_watches() -> None:
    world, watcher = World(), Watcher()
    runtime = Runtime(hypothesis=HypothesisStrategy.CONTINUOUSLY, frequency=3600)
    run(experiment(SAY, steady=(ON,), runtime=runtime), world.host(progress=watcher))
    parts = sorted(event.part for event in watcher.events if isinstance(event, Looked))
    assert parts == [Part.AFTER, Part.BEFORE, Part.DURING]


def test_the_watch_has_ended_before_the_undo_begins() -> None:
    world = World()
    runtime = Runtime(hypothesis=HypothesisStrategy.DURING, frequency=0.001)
    _run(world, runtime, action("put_out", name="b", pauses=DARK))
    undone = world.told.index("undo b")
    assert "look a" not in world.told[undone:]


ROLLED_BACK = [
    (RollbackStrategy.DEFAULT, SAY, True),
    (RollbackStrategy.DEFAULT, action("fail"), True),
    (RollbackStrategy.DEFAULT, action("stop_now"), True),
    (RollbackStrategy.ALWAYS, action("fail"), True),
    (RollbackStrategy.NEVER, SAY, False),
    (RollbackStrategy.DEVIATED, SAY, False),
    (RollbackStrategy.DEVIATED, OUT, True),
]


@pytest.mark.parametrize(("strategy", "method", "played"), ROLLED_BACK)
def test_rollbacks_are_played_when_their_strategy_says(
    strategy: RollbackStrategy, method: Activity, played: bool
) -> None:
    world = World()
    back = action("say", word="rollback")
    run(
        experiment(method, steady=(ON,), rollbacks=(back,), runtime=Runtime(rollbacks=strategy)), world.host()
    )
    assert ("rollback" in world.told) is played


@pytest.mark.parametrize("strategy", RollbackStrategy)
def test_a_baseline_that_does_not_hold_injects_nothing_and_plays_no_rollback(
    strategy: RollbackStrategy,
) -> None:
    world = World(lights={"a": False})
    back = action("say", word="rollback")
    journal = run(
        experiment(SAY, steady=(ON,), rollbacks=(back,), runtime=Runtime(rollbacks=strategy)), world.host()
    )
    assert journal.outcome is Outcome.BASELINE_NOT_MET
    assert world.told == ["look a"]


def test_a_rollback_in_the_background_is_awaited() -> None:
    world = World()
    back = action("say", word="rollback", background=True)
    journal = run(experiment(OUT, rollbacks=(back,)), world.host())
    assert "rollback" in world.told
    assert len(journal.rollbacks) == 1


def test_after_the_undo_the_system_is_seen_to_recover() -> None:
    world = World()
    runtime = Runtime(recovered=Until(timeout=0))
    journal = run(experiment(OUT, steady=(ON,), runtime=runtime), world.host())
    assert journal.outcome is Outcome.DEVIATED
    assert journal.recovered is not None
    assert journal.recovered.met
    assert journal.recovered.seconds == 0
    assert journal.reason.endswith("recovered 0.0 s after the undo")


def test_a_run_that_passed_and_does_not_recover_has_deviated() -> None:
    world = World()
    runtime = Runtime(recovered=Until(timeout=0.002, every=0.001))
    break_it = action("switch", name="a", on=False)
    journal = run(experiment(SAY, steady=(ON,), rollbacks=(break_it,), runtime=runtime), world.host())
    assert journal.outcome is Outcome.DEVIATED
    assert journal.reason.startswith("not recovered")
    assert journal.recovered is not None
    assert not journal.recovered.met


def test_a_run_that_was_stopped_is_not_looked_at_again() -> None:
    world = World()
    runtime = Runtime(recovered=Until(timeout=3600))
    journal = run(experiment(action("stop_now"), SAY, steady=(ON,), runtime=runtime), world.host())
    assert journal.outcome is Outcome.INTERRUPTED
    assert journal.recovered is None


def test_the_files_own_deadline_ends_the_run() -> None:
    world = World()
    long = action("say", word="act", pauses=Pauses(before=3600))
    journal = run(experiment(long, SAY, runtime=Runtime(deadline=0.01)), world.host())
    assert journal.outcome is Outcome.INTERRUPTED
    assert "deadline of 0.01 s" in journal.reason
    assert world.told == []


def test_what_the_command_line_says_of_the_run_wins() -> None:
    world = World(lights={"a": False})
    skip = Runtime(hypothesis=HypothesisStrategy.SKIP)
    journal = run(experiment(SAY, steady=(ON,)), world.host(runtime=skip))
    assert journal.outcome is Outcome.PASSED


def test_a_look_that_is_ended_half_way_is_in_the_journal() -> None:
    world = World()
    stopping = probe("stop_now", tolerance=None)
    journal = run(experiment(SAY, steady=(ON, stopping, ON)), world.host())
    assert journal.outcome is Outcome.INTERRUPTED
    assert journal.before is not None
    assert [entry.activity for entry in journal.before.probes] == [{}, {}]
    assert journal.before.met is None


def test_probes_in_the_background_are_asked_beside_the_others_and_count() -> None:
    class Meeting(World):
        together = Barrier(2)

        def meet(self) -> bool:
            self.together.wait(30)
            return True

    meet = probe("meet")
    beside = replace(probe("meet", tolerance=False), background=True)
    journal = run(experiment(SAY, steady=(beside, meet)), Meeting().host())
    assert journal.outcome is Outcome.BASELINE_NOT_MET
    assert journal.reason == "before the method, meet: expected false, got true"
    assert journal.before is not None
    assert len(journal.before.probes) == 2


def test_the_look_after_the_undo_injects_nothing() -> None:
    world = World()
    acting = replace(OUT, tolerance="a")
    journal = run(
        experiment(SAY, steady=(acting,), runtime=Runtime(recovered=Until(timeout=0))), world.host()
    )
    assert world.lights["a"]
    assert "the look after the undo changes nothing" in journal.reason
