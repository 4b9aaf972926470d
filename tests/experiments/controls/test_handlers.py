"""A handler of Chaos Toolkit's events is told all of them, with what it is told there."""

from __future__ import annotations

import pytest
from extensions import handling
from small_world import World
from written_controls import lit, named, read, says

from experiments.controls.handlers import EVENTS, Handlers
from experiments.engine.run import run
from experiments.model import Json


@pytest.fixture(autouse=True)
def _nothing_told_yet() -> None:
    handling.told.clear()
    handling.marks.clear()


def test_a_run_from_its_beginning_to_its_end() -> None:
    made = read(
        says("x"),
        rollbacks=[says("back")],
        controls=[named("handling")],
        configuration={"v": 1},
        secrets={"s": {"k": "canary-of-a-secret"}},
        runtime={"hypothesis": {"strategy": "continuously", "frequency": 60}},
        **{"steady-state-hypothesis": lit("a")},
    )
    run(made, World().host(settings={"of": "home"}))
    secrets: Json = {"s": {"k": "canary-of-a-secret"}}
    told = [each for each in handling.told if not each.startswith(("look ", "looks ", "no more"))]
    assert told == [
        f"running t {{'v': 1}} {secrets} {{'of': 'home'}} every 60",
        "before True",
        "x succeeded",
        "method 1",
        "back succeeded",
        "rollbacks 1",
        "finish completed",
    ]


def test_looks_during_the_method_are_numbered_and_have_an_end() -> None:
    handlers = Handlers(pytest.fail, frequency=2.5)
    handlers.register(handling.Handler())
    handlers.tell("start_hypothesis_during", experiment={})
    for met in (True, False):
        handlers.tell("hypothesis_during_completed", state={"steady_state_met": met})
        handlers.tell("start_hypothesis_during", experiment={})
    handlers.tell("method_completed", experiment={}, state=[])
    assert handling.told == ["looks every 2.5", "look 1 True", "method 0", "no more looks True None"]


def test_a_run_that_is_told_to_stop_is_interrupted_before_its_undo() -> None:
    world = World()
    stop: Json = {
        "type": "action",
        "name": "stop",
        "provider": {"type": "python", "module": "cowbane.world", "func": "stop_now"},
    }
    run(read(says("x"), stop, rollbacks=[says("back")], controls=[named("handling")]), world.host())
    ends = ["method 2", "interrupted after 2", "back succeeded", "rollbacks 1", "finish interrupted"]
    assert handling.told[-5:] == ends


def test_what_a_handler_marks_in_an_activity_it_finds_again_and_nobody_else_does() -> None:
    journal = run(read(says("x"), controls=[named("handling")]), World().host())
    assert handling.marks == [1, None]
    assert "_mark" not in journal.as_json()


def test_every_event_of_the_library_is_known() -> None:
    from chaoslib.run import RunEventHandler

    theirs = {name for name in vars(RunEventHandler) if not name.startswith("_")}
    assert theirs - set(EVENTS) == {"started", "signal_exit", "start_cooldown", "cooldown_completed"}
    assert set(EVENTS) <= theirs
