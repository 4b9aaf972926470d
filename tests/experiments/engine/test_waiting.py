"""Time-outs of every provider, probes that wait, and outputs that later activities use."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from small_world import Watcher, World, action, experiment, probe

from experiments.engine.interrupter import interrupting
from experiments.engine.progress import Asked
from experiments.engine.run import run
from experiments.journal import Journal, Status
from experiments.model import (
    Activity,
    ActivityKind,
    DryMode,
    Experiment,
    HttpProvider,
    Json,
    Outcome,
    Pauses,
    ProcessProvider,
    Until,
)

SAY = action("say", word="act")


class Waiting(World):
    """A world with a light that comes on at the third look, and one activity that blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.blocked = Event()
        self.freed = Event()

    def comes_on(self) -> bool:
        self.looks += 1
        return self.looks >= 3

    def fails_twice(self) -> bool:
        self.looks += 1
        if self.looks < 3:
            raise ValueError("not there yet")
        return True

    def block(self) -> None:
        self.blocked.set()
        self.freed.wait(60)
        self.told.append("unblocked")

    def document(self) -> Json:
        return {"id": 7, "items": [{"name": "first"}]}


def _interruptibly(made: Experiment, world: World, **more: Any) -> Journal:
    with interrupting(world.stop, "stopped by hand"):
        return run(made, world.host(**more))


def _in_a_thread(made: Experiment, world: World) -> Journal:
    journals: list[Journal] = []
    thread = Thread(target=lambda: journals.append(run(made, world.host())))
    thread.start()
    thread.join(30)
    return journals[0]


WAYS: list[Callable[[Experiment, World], Journal]] = [_interruptibly, _in_a_thread]


@pytest.mark.parametrize("run_it", WAYS)
def test_a_function_that_takes_too_long_has_failed(run_it: Callable[[Experiment, World], Journal]) -> None:
    world = Waiting()
    journal = run_it(experiment(replace(action("block"), timeout=0.05), SAY), world)
    world.freed.set()
    assert journal.outcome is Outcome.ACTION_ERROR
    assert journal.reason == "block: took longer than 0.05 s"
    assert world.blocked.is_set()
    assert journal.run[0].status is Status.FAILED
    assert "act" not in world.told


def test_a_program_that_takes_too_long_is_killed_with_its_group(tmp_path: Path) -> None:
    late = tmp_path / "late"
    grandchild = f"import time; time.sleep(1.5); open({str(late)!r}, 'w')"
    script = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {grandchild!r}]).wait()"
    provider = ProcessProvider(path=sys.executable, arguments=["-c", script])
    sleeper = Activity(kind=ActivityKind.ACTION, name="sleep", provider=provider, timeout=0.3)
    journal = _in_a_thread(experiment(sleeper), World())
    assert journal.outcome is Outcome.ACTION_ERROR
    assert journal.reason == "sleep: took longer than 0.3 s"
    assert not late.exists()


def test_a_server_that_never_answers_costs_only_the_time_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        provider = HttpProvider(url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        asked = Activity(kind=ActivityKind.PROBE, name="ask", provider=provider, timeout=0.1)
        journal = _in_a_thread(experiment(asked), World())
    assert journal.outcome is Outcome.PROBE_ERROR
    assert journal.reason == "ask: took longer than 0.1 s"


def test_a_rollback_has_its_time_out_too() -> None:
    world = Waiting()
    back = replace(action("block"), timeout=0.05)
    journal = _interruptibly(experiment(SAY, rollbacks=(back,)), world)
    world.freed.set()
    assert journal.undo_failed
    assert "rollback block: took longer than 0.05 s" in journal.reason


TIMEOUTS = [("soon", "expected timeout in seconds"), (0, "more than 0"), (True, "expected timeout")]


@pytest.mark.parametrize(("timeout", "said"), TIMEOUTS)
def test_a_time_out_that_is_none_is_a_failure_before_anything_is_done(timeout: Json, said: str) -> None:
    world = World()
    journal = run(experiment(replace(SAY, timeout=timeout)), world.host())
    assert journal.outcome is Outcome.ACTION_ERROR
    assert said in journal.reason
    assert world.told == []


def test_a_late_function_can_inject_nothing_any_more() -> None:
    class Late(Waiting):
        def late(self, name: str, *, faults: Any) -> None:
            self.freed.wait(60)
            self.put_out(name, faults=faults)

    world = Late()
    journal = _in_a_thread(experiment(replace(action("late", name="a"), timeout=0.05)), world)
    world.freed.set()
    assert journal.outcome is Outcome.ACTION_ERROR
    assert world.lights["a"]


@pytest.mark.parametrize("func", ["comes_on", "fails_twice"])
@pytest.mark.parametrize("where", ["method", "steady"])
def test_a_probe_that_may_wait_is_asked_until_it_holds(func: str, where: str) -> None:
    world, watcher = Waiting(), Watcher()
    waiting = replace(probe(func), until=Until(timeout=60, every=0.001))
    made = experiment(waiting) if where == "method" else experiment(SAY, steady=(waiting,))
    journal = run(made, world.host(progress=watcher))
    assert journal.outcome is Outcome.PASSED
    asked = journal.run[0] if where == "method" else _first_look(journal)
    assert asked.attempts == 3
    assert asked.tolerance_met is True
    assert sum(isinstance(event, Asked) for event in watcher.events) == 2


def _first_look(journal: Journal) -> Any:
    assert journal.before is not None
    return journal.before.probes[0]


def test_a_probe_that_never_holds_ends_with_what_it_found_last() -> None:
    world = World(lights={"a": False})
    waiting = replace(probe("is_on", name="a"), until=Until(timeout=0.005, every=0.001))
    journal = run(experiment(waiting), world.host())
    assert journal.outcome is Outcome.DEVIATED
    assert journal.reason == "in the method, is_on: expected true, got false"
    assert len(world.told) > 1


def test_a_stop_ends_the_waiting() -> None:
    world = World(lights={"a": False})
    waiting = replace(probe("is_on", name="a"), until=Until(timeout=3600, every=3600))
    watcher = Watcher()

    def stopping(event: object) -> None:
        if isinstance(event, Asked):
            world.stop.request("halted by ops")

    journal = run(experiment(waiting, SAY), world.host(progress=stopping))
    assert journal.outcome is Outcome.INTERRUPTED
    assert world.told == ["look a"]
    assert journal.run[0].status is Status.ABORTED
    assert not watcher.events


def test_a_tolerance_in_the_method_is_judged() -> None:
    world = World(lights={"a": False})
    journal = run(experiment(probe("is_on", name="a"), SAY), world.host())
    assert journal.outcome is Outcome.DEVIATED
    assert world.told == ["look a"]
    assert journal.run[0].tolerance_met is False


def test_an_output_is_used_later_by_name_and_by_part() -> None:
    world = Waiting()
    saving = replace(probe("document", tolerance=None), save_as="page")
    journal = run(
        experiment(saving, action("say", word="${page.items.0.name}"), action("say", word="${page}")),
        world.host(),
    )
    assert journal.outcome is Outcome.PASSED
    assert world.told == ["first", world.document()]


def test_a_failed_activity_saves_nothing() -> None:
    world = World()
    saving = replace(probe("must_be_on", tolerance=None, name="a"), save_as="state")
    world.lights["a"] = False
    run(experiment(saving, action("say", word="${state}")), world.host())
    assert world.told == ["${state}"]


LEFT_OUT = [
    (DryMode.PROBES, ["act"]),
    (DryMode.ACTIONS, ["look a", "look a", "look a"]),
    (DryMode.ACTIVITIES, []),
    (DryMode.PAUSE, ["look a", "act", "look a", "look a"]),
]


@pytest.mark.parametrize(("mode", "told"), LEFT_OUT)
@pytest.mark.parametrize("said_by", ["the command line", "the file"])
def test_a_dry_mode_leaves_out_what_it_names(mode: DryMode, told: list[str], said_by: str) -> None:
    world, on = World(), probe("is_on", name="a")
    slow = action("say", word="act", pauses=Pauses(before=3600 if mode is not DryMode.PROBES else None))
    by_file: dict[str, Any] = {"dry": mode} if said_by == "the file" else {}
    host = world.host() if by_file else world.host(left_out=mode)
    journal = run(experiment(slow, on, steady=(on,), **by_file), host)
    assert journal.outcome is Outcome.PASSED
    assert journal.dry
    assert world.told == told


def test_an_activity_may_be_dry_by_itself() -> None:
    world = World()
    journal = run(experiment(replace(SAY, dry=DryMode.ACTIONS), SAY), world.host())
    assert world.told == ["act"]
    assert journal.run[0].note == "left out: a dry run of actions"
    assert not journal.dry


@pytest.mark.parametrize("timeout", ["soon", "${no}", 0])
def test_a_probe_of_the_hypothesis_that_cannot_be_begun_does_not_hold(timeout: Json) -> None:
    world = World()
    journal = run(experiment(SAY, steady=(replace(probe("is_on", name="a"), timeout=timeout),)), world.host())
    assert journal.outcome is Outcome.PROBE_ERROR
    assert journal.reason.startswith("before the method, is_on: expected timeout")
    assert world.told == []
