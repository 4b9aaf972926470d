"""Work beside the method is awaited, counts, and never outlives a stop."""

from __future__ import annotations

import threading

import pytest
from small_world import World, action, experiment, probe

from experiments.engine.background import Background
from experiments.engine.run import run
from experiments.engine.stop import Interrupted, Stop
from experiments.faults.injection import StepFaults
from experiments.model import Outcome


class Beside(World):
    """A world with something that takes as long as the test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = threading.Event()

    def wait_for_word(self) -> None:
        assert self.may_end.wait(10)
        self.told.append("waited")

    def give_word(self) -> None:
        self.told.append("word")
        self.may_end.set()

    def hang(self) -> None:
        self.stop.wait(30)


def test_the_method_goes_on_beside_it_and_the_hypothesis_waits_for_it() -> None:
    world = Beside()
    given = experiment(
        action("wait_for_word", background=True), action("give_word"), steady=(probe("is_on", name="a"),)
    )
    journal = run(given, world.host())
    assert journal.outcome is Outcome.PASSED
    assert world.told == ["look a", "word", "waited", "look a"]
    assert sorted(str(entry.output) for entry in journal.run) == ["None", "None"]


def test_its_failure_is_the_runs() -> None:
    world = Beside()
    journal = run(experiment(action("fail", background=True), action("say", word="x")), world.host())
    assert journal.outcome is Outcome.ACTION_ERROR
    assert "403" in journal.reason


def test_it_is_awaited_after_a_failure_too_before_anything_is_undone() -> None:
    world = Beside()
    given = experiment(
        action("put_out", name="a"),
        action("wait_for_word", background=True),
        action("give_word"),
        action("fail"),
    )
    journal = run(given, world.host())
    assert journal.outcome is Outcome.ACTION_ERROR
    assert world.told == ["out a", "word", "waited", "undo a"]


def test_a_stop_ends_the_waiting_and_what_it_did_is_undone() -> None:
    world = Beside()
    given = experiment(action("put_out", name="a"), action("hang", background=True), action("stop_now"))
    journal = run(given, world.host())
    assert (journal.outcome, journal.reason) == (Outcome.INTERRUPTED, "halted by ops")
    assert world.lights["a"]


def test_a_stop_from_another_thread_wakes_whoever_waits_for_a_result() -> None:
    stop, never = Stop(), threading.Event()
    beside = Background(lambda: never.wait(30), "never")
    threading.Timer(0.05, stop.request, ("enough",)).start()
    with pytest.raises(Interrupted, match="enough"):
        beside.result(stop)
    never.set()
    assert beside.settle(5)


def test_what_still_works_beside_a_run_that_ended_early_injects_nothing_more() -> None:
    class Late(Beside):
        def inject_later(self, name: str, *, faults: StepFaults) -> None:
            self.stop.wait(30)
            self.put_out(name, faults=faults)

    world = Late()
    given = experiment(
        action("inject_later", background=True, name="b"),
        action("put_out", name="a"),
        action("refuse_from_now_on"),
        action("put_out", name="b"),
    )
    journal = run(given, world.host())
    assert (journal.outcome, journal.reason) == (Outcome.INTERRUPTED, "the window closed")
    assert world.told == ["out a", "undo a"]


def test_the_journal_has_what_runs_beside_where_the_file_has_it() -> None:
    class Meeting(World):
        second = threading.Event()

        def first(self) -> str:
            self.second.wait(30)
            return "first"

        def let(self) -> None:
            self.second.set()

    world = Meeting()
    made = experiment(
        action("say", word="before"),
        action("first", background=True),
        action("let"),
        action("say", word="after"),
    )
    assert [entry.output for entry in run(made, world.host()).run] == ["before", "first", None, "after"]
