"""Modules written for Chaos Toolkit run unchanged, and what they raise means what it meant."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from small_world import World, experiment

from experiments.engine.run import run
from experiments.journal import Journal
from experiments.model import Activity, ActivityKind, Json, Outcome, PythonProvider

ROOT = Path(__file__).parents[3]


def calls(func: str, **arguments: Json) -> Activity:
    provider = PythonProvider(
        module="extensions.activities", func=func, arguments=arguments, secrets=("who",)
    )
    return Activity(kind=ActivityKind.ACTION, name=func, provider=provider)


def ran(*method: Activity, **more: Json) -> Journal:
    made = experiment(*method, configuration={"name": "Ann"}, secrets={"who": {"token": "t"}})
    return run(made, World().host(**more))


ANSWERS: list[tuple[str, dict[str, Json], Json]] = [
    ("greet", {"word": "there"}, "Ann there"),
    ("trip", {"word": "once"}, "tripped once"),
    ("settings", {}, "hello"),
]


@pytest.mark.parametrize(("func", "arguments", "answer"), ANSWERS)
def test_it_finds_what_it_expects(func: str, arguments: dict[str, Json], answer: Json) -> None:
    journal = ran(calls(func, **arguments), settings={"greeting": "hello"})
    assert journal.outcome is Outcome.PASSED, journal.reason
    assert journal.run[0].output == answer


FAILURES = [
    ("refuse", Outcome.ACTION_ERROR, "refuse: the quota is used up"),
    ("worse", Outcome.ACTION_ERROR, "worse: KeyError: 'quota'"),
    (
        "slow",
        Outcome.ACTION_ERROR,
        "slow: expected a plain function, found one that is asynchronous (async def)",
    ),
    ("stop_it", Outcome.INTERRUPTED, "the region is down"),
]


@pytest.mark.parametrize(("func", "outcome", "reason"), FAILURES)
def test_what_it_raises_means_what_it_meant(func: str, outcome: Outcome, reason: str) -> None:
    journal = ran(calls(func), calls("greet", word="never"))
    assert (journal.outcome, journal.reason) == (outcome, reason)
    assert len(journal.run) == 1


def test_the_settings_of_a_run_are_not_those_of_the_next() -> None:
    assert ran(calls("settings"), settings={"greeting": "hello"}).run[0].output == "hello"
    assert ran(calls("settings")).run[0].output is None


def test_the_settings_of_runs_side_by_side_do_not_meet() -> None:
    answers: dict[str, Json] = {}

    def one(word: str) -> None:
        answers[word] = ran(calls("settings"), settings={"greeting": word}).run[0].output

    threads = [Thread(target=one, args=(word,)) for word in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == {"one": "one", "two": "two"}


def test_without_the_library_it_says_what_to_install() -> None:
    program = """
import sys
sys.modules["chaoslib"] = None  # as if it were not installed
from small_world import World, experiment
from experiments.engine.run import run
from experiments.model import Activity, ActivityKind, PythonProvider
provider = PythonProvider(module="extensions.activities", func="greet", arguments={"word": "x"})
print(run(experiment(Activity(kind=ActivityKind.ACTION, name="a", provider=provider)), World().host()).reason)
"""
    child = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT / "tests",
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert child.stderr == ""
    assert child.stdout.strip().endswith("it needs Chaos Toolkit's library: install cowbane[ctk]")
