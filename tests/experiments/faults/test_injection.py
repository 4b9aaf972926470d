"""The only way a fault reaches the world: permitted, recorded, applied once, undone."""

from __future__ import annotations

from typing import Any

import pytest
from small_world import NOON, World

from experiments.clock import FixedClock
from experiments.engine.stop import Interrupted, Stop
from experiments.faults.injection import Faults, IntentLog, RunIdentity
from experiments.faults.intent import Intent, NotPermitted, Target, UndoKind, Undone, UndoResult
from experiments.faults.memory import MemoryIntents

KIND = UndoKind.VIRTUAL_SERVICE_FAULT


def target(name: str) -> Target:
    return Target(api_version="v1", resource="lights", namespace="", name=name, uid=f"uid-{name}")


def faults(log: IntentLog, **changes: Any) -> Faults:
    identity = RunIdentity(run="run-1", epoch=1, queue="q", cluster="c", expires=NOON)
    settings: dict[str, Any] = {"clock": FixedClock(NOON), "stop": Stop(), **changes}
    return Faults(identity=identity, log=log, **settings)


class Story(MemoryIntents):
    """Intents whose recording is part of what happened."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def record(self, intent: Intent) -> None:
        super().record(intent)
        self.told.append(f"recorded {intent.target.name}")

    def applied(self, intent: Intent) -> str:
        self.told.append(f"applied {intent.target.name}")
        return intent.id


def test_it_is_recorded_before_it_is_applied_and_answers_what_the_mutation_answers() -> None:
    story = Story()
    run = faults(story)
    answer = run.at("method-0").inject(target("a"), KIND, story.applied, injected={"path": "/x"})
    assert story.told == ["recorded a", "applied a"]
    assert [each.intent.id for each in run.injections] == [answer] == list(story.open)
    assert [(each.step, each.injected) for each in run.standing] == [("method-0", {"path": "/x"})]


def test_what_cannot_be_recorded_is_not_applied() -> None:
    class Down(Story):
        def record(self, intent: Intent) -> None:
            raise NotPermitted("the run was taken over")

    story = Down()
    run = faults(story)
    with pytest.raises(NotPermitted):
        run.at("method-0").inject(target("a"), KIND, story.applied)
    assert (story.told, run.injections) == ([], ())


def test_one_step_hits_one_target_once() -> None:
    story = Story()
    run = faults(story)
    run.at("method-0").inject(target("a"), KIND, story.applied)
    with pytest.raises(NotPermitted, match="lights/a was hit by this step already"):
        run.at("method-0").inject(target("a"), KIND, story.applied)
    run.at("method-1").inject(target("a"), KIND, story.applied)
    assert story.told.count("applied a") == 2


def test_permission_is_asked_right_before_each_mutation() -> None:
    story, answers = Story(), [None, NotPermitted("the window closed")]

    def permit() -> None:
        if refused := answers.pop(0):
            raise refused

    run = faults(story, permit=permit)
    run.at("method-0").inject(target("a"), KIND, story.applied)
    with pytest.raises(NotPermitted, match="the window closed"):
        run.at("method-0").inject(target("b"), KIND, story.applied)
    assert story.told == ["recorded a", "applied a"]


def test_after_a_stop_nothing_is_injected() -> None:
    story, stop = Story(), Stop()
    stop.request("halted")
    with pytest.raises(Interrupted):
        faults(story, stop=stop).at("method-0").inject(target("a"), KIND, story.applied)
    assert story.told == []


def test_a_stop_between_the_record_and_the_mutation_waits_until_both_are_done() -> None:
    stop = Stop()

    class Stopping(Story):
        def record(self, intent: Intent) -> None:
            super().record(intent)
            stop.request("halted")

    story = Stopping()
    run = faults(story, stop=stop)
    with pytest.raises(Interrupted), stop.exposed():
        run.at("method-0").inject(target("a"), KIND, story.applied)
    assert story.told == ["recorded a", "applied a"]
    assert len(run.standing) == 1


def test_a_mutation_that_fails_leaves_its_intent_standing() -> None:
    def refused(intent: Intent) -> None:
        raise OSError("the answer was lost")

    run = faults(Story())
    with pytest.raises(OSError, match="lost"):
        run.at("method-0").inject(target("a"), KIND, refused)
    assert [each.target.name for each in run.standing] == ["a"]


def test_dry_it_is_permitted_and_counted_but_neither_recorded_nor_applied() -> None:
    story = Story()
    asked: list[None] = []
    run = faults(story, dry=True, permit=lambda: asked.append(None))
    assert run.at("method-0").inject(target("a"), KIND, story.applied) is None
    assert (story.told, len(asked), run.standing) == ([], 1, ())
    assert [(each.intent.target.name, each.dry, each.at) for each in run.injections] == [("a", True, NOON)]


def test_everything_that_stands_is_undone_last_first_whatever_fails() -> None:
    world, log = World(undo_fails=1), MemoryIntents()
    run = faults(log)
    for name in ("a", "b"):
        world.put_out(name, faults=run.at(name))
    assert [(intent.target.name, undone.result) for intent, undone in run.undo_all(world)] == [
        ("b", UndoResult.FAILED),
        ("a", UndoResult.UNDONE),
    ]
    assert [each.target.name for each in run.standing] == ["b"]
    assert [each.target.name for each in log.open.values()] == ["b"]
    run.undo_all(world)
    assert (run.standing, log.open, world.lights) == ((), {}, {"a": True, "b": True})


def test_what_is_undone_is_not_undone_again() -> None:
    world = World()
    run = faults(MemoryIntents())
    world.put_out("a", faults=run.at("x"))
    run.undo(run.standing[0], world)
    assert run.undo_all(world) == []
    assert world.told == ["out a", "undo a"]


def test_unhindered_it_is_the_same_run_under_no_stop_and_no_guard() -> None:
    def never() -> None:
        raise NotPermitted("halted")

    stop, story, world = Stop(), Story(), World()
    run = faults(story, stop=stop, permit=never)
    stop.request("halted")
    free = run.unhindered()
    free.at("rollback-0").inject(target("a"), KIND, story.applied)
    assert run.injections == free.injections
    free.undo_all(world)
    assert run.standing == ()


def test_an_undo_that_failed_stays_open_in_memory() -> None:
    log = MemoryIntents()
    run = faults(log)
    run.at("x").inject(target("a"), KIND, lambda intent: None)
    intent = run.standing[0]
    log.close(intent, Undone(result=UndoResult.FAILED))
    assert intent.id in log.open
    log.close(intent, Undone(result=UndoResult.GONE))
    assert (log.open, log.closed[intent.id].result) == ({}, UndoResult.GONE)
