"""Whatever a hook does, no fault stays in, and nothing that it says is silent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from extensions import blocking, everywhere
from small_world import World
from written_controls import control, lit, named, puts_out, read, says

from experiments.engine.run import run
from experiments.journal import Journal
from experiments.model import Outcome

BEFORE_THE_UNDO = [
    "configure_control",
    "before_experiment_control",
    "before_hypothesis_control",
    "before_activity_control",
    "after_activity_control",
    "after_hypothesis_control",
    "before_method_control",
    "after_method_control",
]
FROM_THE_UNDO_ON = ["before_rollback_control", "after_rollback_control", "after_experiment_control"]


@pytest.fixture(autouse=True)
def _nothing_told_yet() -> Iterator[None]:
    everywhere.told.clear()
    blocking.told.clear()
    blocking.never.clear()
    yield
    blocking.never.set()


def ran(where: str, what: str) -> tuple[Journal, World]:
    world = World()
    world.lights["c"] = True
    made = read(
        puts_out("a"),
        rollbacks=[says("back")],
        controls=[named("everywhere", where=where, what=what)],
        **{"steady-state-hypothesis": lit("c")},
    )
    return run(made, world.host()), world


@pytest.mark.parametrize("where", BEFORE_THE_UNDO)
def test_every_hook_before_the_undo_may_end_the_run(where: str) -> None:
    journal, world = ran(where, "interrupt")
    assert (journal.outcome, journal.reason) == (Outcome.INTERRUPTED, "control everywhere: seen enough")
    assert where in everywhere.told
    assert all(world.lights.values())


@pytest.mark.parametrize("where", FROM_THE_UNDO_ON)
def test_no_hook_ends_an_undo(where: str) -> None:
    journal, world = ran(where, "interrupt")
    assert journal.outcome is Outcome.PASSED
    assert journal.warnings == (f"control everywhere, {where}: InterruptExecution: seen enough",)
    assert world.told[-2:] == ["back", "undo a"]
    assert all(world.lights.values())


@pytest.mark.parametrize("where", [*BEFORE_THE_UNDO, *FROM_THE_UNDO_ON])
def test_what_is_no_exception_is_a_warning_and_everything_is_undone(where: str) -> None:
    journal, world = ran(where, "fail")
    assert journal.outcome is Outcome.PASSED
    assert set(journal.warnings) == {f"control everywhere, {where}: CancelledError: the loop is gone"}
    assert all(world.lights.values())


def test_a_hook_that_blocks_the_undo_is_left_behind_when_the_run_is_told_to_stop() -> None:
    world = World()
    blocking.begun[:] = [lambda: world.stop.request("halted by ops")]
    journal = run(read(puts_out("a"), controls=[named("blocking")]), world.host())
    assert all(world.lights.values())
    late = "it took too long and is called no more: halted by ops"
    assert journal.warnings == (f"control blocking, before_rollback_control: {late}",)
    assert blocking.told == []


def test_a_control_that_finds_its_own_declaration_invalid_ends_the_run_before_it_begins() -> None:
    world = World()
    journal = run(read(puts_out("a"), controls=[named("guarding"), named("everywhere")]), world.host())
    said = "control guarding, validate_control: InvalidActivity: it must have at least one probe"
    assert (journal.outcome, journal.reason) == (Outcome.ERROR, said)
    assert world.told == []
    assert everywhere.told == []


def test_a_valid_declaration_is_no_matter() -> None:
    made = read(says("x"), controls=[named("guarding", probes=["p"])])
    assert run(made, World().host()).outcome is Outcome.PASSED


def test_a_run_that_ends_before_its_beginning_is_told_has_no_end_to_tell_of() -> None:
    made = read(says("x"), configuration={"v": {"type": "env", "key": "NOT_THERE"}})
    journal = run(made, World().host(controls=(control("everywhere"),)))
    assert journal.outcome is Outcome.ERROR
    assert everywhere.told == []


def test_an_asynchronous_hook_is_a_warning() -> None:
    journal = run(read(says("x"), controls=[named("odd")]), World().host())
    said = "Asynchronous: expected a plain function, found an async def; it was not called"
    assert journal.warnings == (f"control odd, before_method_control: {said}",)


def test_what_a_hook_adds_to_the_configuration_later_activities_use() -> None:
    world = World()
    run(read(says("one"), says("${last} more", "two"), controls=[named("odd")]), world.host())
    assert world.told == ["one", "one more"]
