"""What stands below the verdict: above all what a person has to put right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_world import World, action, experiment

from experiments.compat import as_chaos_toolkit
from experiments.engine.run import run
from experiments.journal import Journal
from experiments.model import Runtime
from scheduler.cli.closing import closing
from scheduler.laptop import RunOptions

OUT = action("put_out", name="a")


def ended(world: World, *, keep: bool = False, **more: Any) -> Journal:
    return run(experiment(OUT, **more), world.host(keep_faults=keep))


def lines(journal: Journal, **options: Any) -> list[str]:
    return [line.text for line in closing(journal, RunOptions(**options), Path("j.json"), None)]


def test_a_run_of_which_nothing_is_left_says_how_long_it_took() -> None:
    assert lines(ended(World())) == ["  took 0.0 s; journal: j.json"]


@pytest.mark.parametrize(
    ("options", "command"),
    [
        ({}, "cowbane undo run-1"),
        ({"kubeconfig": "a b", "context": "c"}, "cowbane undo run-1 --kubeconfig 'a b' --context c"),
    ],
)
def test_a_fault_that_is_still_in_comes_with_the_command_that_undoes_it(
    options: dict[str, Any], command: str
) -> None:
    journal = ended(World(undo_fails=9))
    *_, last = closing(journal, RunOptions(**options), Path("j.json"), None)
    assert last.text == f"Not undone: lights/a. By hand: {command}"
    assert (last.colour, last.bold) == ("red", True)


def test_a_failed_rollback_is_a_persons_to_put_right() -> None:
    told = lines(ended(World(), rollbacks=(action("fail"),)))
    assert told[-1] == "A rollback failed: put right by hand what it was to do."


def test_faults_that_were_to_stay_are_counted() -> None:
    told = lines(ended(World(), keep=True), keep_faults=True)
    assert told[-1] == "1 fault is left in. Undo: cowbane undo run-1"


def test_their_word_for_it_is_told_where_it_was_asked_for() -> None:
    journal = ended(World())
    told = closing(journal, RunOptions(), Path("j.json"), as_chaos_toolkit(journal, Runtime()))
    assert [line.text for line in told][1] == "  as Chaos Toolkit: completed; exit 0"
