"""A pause is what the file or its configuration says, and a wrong one fails before anything is done."""

from __future__ import annotations

import pytest
from small_world import Watcher, World, action, experiment

from experiments.engine.progress import Pausing
from experiments.engine.run import run
from experiments.model import Json, Outcome, Pauses

VALUES: dict[str, Json] = {"short": 0.002, "text": "0.002", "none": None, "word": "soon"}


@pytest.mark.parametrize("pause", [0.002, "0.002", "${short}", "${text}"])
@pytest.mark.parametrize("where", ["before", "after"])
def test_it_is_a_number_or_becomes_one(pause: Json, where: str) -> None:
    watcher, world = Watcher(), World()
    given = experiment(action("say", word="x", pauses=Pauses(**{where: pause})), configuration=VALUES)
    journal = run(given, world.host(progress=watcher))
    assert journal.outcome is Outcome.PASSED
    assert [each for each in watcher.events if isinstance(each, Pausing)] == [Pausing("say", 0.002)]


@pytest.mark.parametrize("pause", [None, 0, "0", "${none}"])
def test_none_is_no_pause(pause: Json) -> None:
    watcher = Watcher()
    given = experiment(action("say", word="x", pauses=Pauses(after=pause)), configuration=VALUES)
    assert run(given, World().host(progress=watcher)).outcome is Outcome.PASSED
    assert not any(isinstance(each, Pausing) for each in watcher.events)


@pytest.mark.parametrize("pause", ["soon", "${word}", "${nobody}", -1, "nan", "inf", 1e300, True, [1], {}])
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_wrong_one_is_a_failure_before_the_action_is_done(pause: Json, where: str) -> None:
    world = World()
    given = experiment(action("put_out", name="a", pauses=Pauses(**{where: pause})), configuration=VALUES)
    journal = run(given, world.host())
    assert (journal.outcome, journal.undo_failed) == (Outcome.ACTION_ERROR, False)
    assert "put_out: expected a pause in seconds at put_out, found " in journal.reason
    assert world.told == []


def test_after_a_failure_nobody_waits() -> None:
    watcher = Watcher()
    run(experiment(action("fail", pauses=Pauses(after=600))), World().host(progress=watcher))
    assert not any(isinstance(each, Pausing) for each in watcher.events)


def test_it_does_not_count_as_the_action_s_own_time() -> None:
    journal = run(experiment(action("say", word="x", pauses=Pauses(before=0.002))), World().host())
    assert journal.run[0].duration == 0.0
