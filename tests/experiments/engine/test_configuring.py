"""Configuration that probes answer, and a run that needs a value it has not got."""

from __future__ import annotations

import sys

import pytest
from small_world import Watcher, World, action, experiment, probe

from experiments.engine.progress import Entered, Part, Recorded, Started
from experiments.engine.run import run
from experiments.model import Json, Outcome
from experiments.policy import Policy

SAY = action("say", word="${word}")


def _asked(func: str, **arguments: Json) -> dict[str, Json]:
    provider: dict[str, Json] = {
        "type": "python",
        "module": "cowbane.world",
        "func": func,
        "arguments": dict(arguments),
    }
    return {"type": "probe", "name": func, "provider": provider}


FOREIGN: Json = {"type": "python", "module": "os", "func": "getpid"}


def _program(code: str) -> dict[str, Json]:
    provider: dict[str, Json] = {"type": "process", "path": sys.executable, "arguments": ["-c", code]}
    return {"type": "probe", "name": "program", "provider": provider}


ANSWERS: list[tuple[dict[str, Json], str]] = [
    (_asked("say", word="from a function"), "from a function"),
    (_program("print('  from a program ')"), "from a program"),
]


@pytest.mark.parametrize(("source", "told"), ANSWERS)
def test_what_a_probe_answers_is_configuration(source: Json, told: str) -> None:
    world, watcher = World(), Watcher()
    journal = run(experiment(SAY, configuration={"word": source}), world.host(progress=watcher))
    assert journal.outcome is Outcome.PASSED
    assert world.told[-1] == told
    assert [each.part for each in watcher.events if isinstance(each, Recorded)] == [
        Part.CONFIGURATION,
        Part.METHOD,
    ]
    assert len(journal.configured) == 1


def test_a_probe_may_use_the_configuration_above_it() -> None:
    world = World()
    configuration = {"first": "a", "second": _asked("say", word="${first}b"), "word": "x"}
    run(experiment(action("say", word="${second}c"), configuration=configuration), world.host())
    assert world.told == ["ab", "abc"]


FAILURES: list[tuple[dict[str, Json], str]] = [
    (_asked("fail", word="no answer"), "configuration.word: no answer"),
    (_program("import sys; sys.exit(3)"), "configuration.word: ended with status 3"),
]


@pytest.mark.parametrize(("source", "said"), FAILURES)
def test_a_value_that_cannot_be_had_ends_the_run_before_anything_is_done(source: Json, said: str) -> None:
    world = World()
    journal = run(experiment(SAY, configuration={"word": source}), world.host())
    assert (journal.outcome, journal.reason) == (Outcome.PROBE_ERROR, said)
    assert world.told == []


def test_a_value_from_outside_is_not_asked_for() -> None:
    world = World()
    given = experiment(SAY, configuration={"word": _asked("fail")})
    assert run(given, world.host(values={"word": "given"})).outcome is Outcome.PASSED
    assert world.told == ["given"]


@pytest.mark.parametrize("given", [{"type": "env", "key": "SECRET"}, {**_asked("say"), "provider": FOREIGN}])
def test_a_value_from_outside_is_judged_as_one_of_the_file(given: Json) -> None:
    world = World()
    host = world.host(policy=Policy(), environment={"SECRET": "canary-4711"}, values={"word": given})
    journal = run(experiment(SAY, configuration={"word": "plain"}), host)
    assert (journal.outcome, world.told) == (None, [])
    assert "configuration.word: the policy of this worker does not allow" in journal.reason


def test_a_run_tells_its_start_before_anything_else() -> None:
    world, watcher = World(), Watcher()
    given = experiment(SAY, steady=(probe("is_on", name="a"),), configuration={"word": "w"})
    run(given, world.host(progress=watcher))
    assert isinstance(watcher.events[0], Started)
    assert watcher.events[0].run_id == "run-1"
    assert isinstance(watcher.events[1], Entered)


def test_a_refused_run_shows_no_secret_of_its_file() -> None:
    world, watcher = World(), Watcher()
    inline = {"secrets": {"api": {"token": "canary-4711"}}}
    given = experiment(SAY, secrets=inline["secrets"], source=inline)
    journal = run(given, world.host(policy=Policy(modules=()), progress=watcher))
    assert journal.outcome is None
    assert "canary-4711" not in journal.as_json() + repr(watcher.events)
