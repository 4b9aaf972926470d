"""`--compat chaostoolkit` beside Chaos Toolkit itself: the same status, flag, exit code and events.

Where they cannot be equal a row says why; a row that becomes equal, or differs in another way, fails.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from chaoslib.experiment import run_experiment
from chaoslib.types import Schedule, Strategy
from small_world import World

from experiments.clock import SystemClock
from experiments.compat import Theirs, as_chaos_toolkit
from experiments.engine.caught import Caught
from experiments.engine.interrupter import interrupting
from experiments.engine.run import run
from experiments.format.document import Document
from experiments.format.reader import read_experiment
from experiments.model import HypothesisStrategy

COMPLETED, FAILED, DEVIATED = "run-completed", "run-failed", "run-deviated"
Told = tuple[str, bool, int, tuple[str, ...]]
FINE: Told = ("completed", False, 0, (COMPLETED,))
IS_FAILED: Told = ("failed", False, 1, (FAILED,))
IS_ABORTED: Told = ("aborted", False, 1, (FAILED,))
IS_INTERRUPTED: Told = ("interrupted", False, 1, (FAILED,))
HAS_DEVIATED: Told = ("completed", True, 1, (COMPLETED, DEVIATED))
#: A traceback: no journal, and no event but the first.
BREAKS: Told = ("aborted", False, 1, ())


class Flag:
    """A file: while it is there, all is well."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.there = self.python("probe", "os.path", "exists", tolerance=True)
        #: Raises where it is not there.
        self.size = self.python("probe", "os.path", "getsize", tolerance=0, name="filename")
        self.take = self.shell("rm {}")
        self.give = self.shell("touch {}")

    def python(self, kind: str, module: str, func: str, name: str = "path", **more: Any) -> dict[str, Any]:
        return call(kind, module, func, {name: str(self._path)}, **more)

    def shell(self, script: str) -> dict[str, Any]:
        return program(script.format(shlex.quote(str(self._path))))


def call(kind: str, module: str, func: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    provider = {"type": "python", "module": module, "func": func, "arguments": arguments}
    return {"type": kind, "name": func, "provider": provider, **more}


def program(script: str, **more: Any) -> dict[str, Any]:
    provider = {"type": "process", "path": "sh", "arguments": ["-c", script]}
    return {"type": "action", "name": script, "provider": provider, **more}


RAISES = call("action", "os", "unlink", {"path": "/nowhere/at/all"})
NOT_THERE = call("action", "os", "no_such_function", {})
#: Takes time in which looks beside the method are made.
WAIT = program("sleep 0.4")
#: A tolerance for text; the answer is a number.
UNFIT = call("probe", "os", "getpid", {}, tolerance={"type": "regex", "pattern": "x"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One experiment, what Chaos Toolkit tells of it, and what we say it would, if that is not the same."""

    probes: Callable[[Flag], list[dict[str, Any]]] = lambda flag: [flag.there]
    method: Callable[[Flag], list[dict[str, Any]]] = lambda flag: []
    rollbacks: Callable[[Flag], list[dict[str, Any]]] = lambda flag: []
    strategy: HypothesisStrategy = HypothesisStrategy.DEFAULT
    fail_fast: bool = False
    there: bool = True  #: the flag, before the run
    theirs: Told
    ours: Told | None = None
    why: str = ""


DURING, ALWAYS = HypothesisStrategy.DURING, HypothesisStrategy.CONTINUOUSLY
ROWS = {
    "all fine": Row(method=lambda flag: [program("true")], theirs=FINE),
    "no hypothesis": Row(probes=lambda flag: [], method=lambda flag: [program("true")], theirs=FINE),
    "method: an action raised": Row(method=lambda flag: [RAISES], theirs=FINE),
    "method: a probe raised": Row(method=lambda flag: [{**RAISES, "type": "probe"}], theirs=FINE),
    "gate: out of tolerance": Row(there=False, theirs=FINE),
    "gate: probe raised": Row(probes=lambda flag: [flag.size], there=False, theirs=IS_FAILED),
    "gate: tolerance does not fit": Row(
        probes=lambda flag: [UNFIT],
        theirs=BREAKS,
        ours=FINE,
        why="an answer of another kind is one that does not hold",
    ),
    "after: tolerance does not fit": Row(
        probes=lambda flag: [UNFIT],
        strategy=HypothesisStrategy.AFTER,
        theirs=BREAKS,
        ours=HAS_DEVIATED,
        why="an answer of another kind is one that does not hold",
    ),
    "after: out of tolerance": Row(method=lambda flag: [flag.take], theirs=HAS_DEVIATED),
    "after: probe raised": Row(
        probes=lambda flag: [flag.size],
        method=lambda flag: [flag.take],
        theirs=("failed", True, 1, (FAILED, DEVIATED)),
    ),
    "only before: whatever the method does": Row(
        method=lambda flag: [flag.take], strategy=HypothesisStrategy.BEFORE, theirs=FINE
    ),
    "only after: out of tolerance": Row(there=False, strategy=HypothesisStrategy.AFTER, theirs=HAS_DEVIATED),
    "skipped": Row(method=lambda flag: [flag.take], strategy=HypothesisStrategy.SKIP, theirs=FINE),
    "during, fail-fast": Row(
        method=lambda flag: [flag.take, WAIT], strategy=DURING, fail_fast=True, theirs=IS_FAILED
    ),
    "continuously, fail-fast, steady again at the end": Row(
        method=lambda flag: [flag.shell("rm {0}; sleep 0.4; touch {0}")],
        strategy=ALWAYS,
        fail_fast=True,
        theirs=IS_FAILED,
    ),
    "continuously, fail-fast, not steady at the end": Row(
        method=lambda flag: [flag.take, WAIT],
        strategy=ALWAYS,
        fail_fast=True,
        theirs=HAS_DEVIATED,
        ours=IS_FAILED,
        why="we end the activity that is running and look no more",
    ),
    "during, recovered before the end": Row(
        method=lambda flag: [flag.take, WAIT, flag.give], strategy=DURING, theirs=FINE
    ),
    "continuously, recovered before the end": Row(
        method=lambda flag: [flag.take, WAIT, flag.give], strategy=ALWAYS, theirs=FINE
    ),
    "continuously, not steady at the end": Row(
        method=lambda flag: [flag.take, WAIT], strategy=ALWAYS, theirs=HAS_DEVIATED
    ),
    "method: not an ActivityFailed": Row(
        method=lambda flag: [NOT_THERE],
        theirs=IS_ABORTED,
        ours=FINE,
        why="a function that is not there is an activity that failed, and the check finds it before",
    ),
    "method: a failed action, and not steady at the end": Row(
        method=lambda flag: [flag.take, RAISES],
        theirs=HAS_DEVIATED,
        ours=FINE,
        why="the first activity that fails ends the method, and we look no more",
    ),
    "method: told to stop": Row(
        method=lambda flag: [program("kill -TERM $PPID; sleep 5")], theirs=IS_INTERRUPTED
    ),
    "a rollback fails": Row(rollbacks=lambda flag: [RAISES], theirs=FINE),
    "rollbacks: told to stop": Row(
        rollbacks=lambda flag: [program("kill -TERM $PPID; sleep 0.2")],
        theirs=IS_INTERRUPTED,
        ours=FINE,
        why="an undo is played to its end",
    ),
    "rollbacks: not an ActivityFailed": Row(
        rollbacks=lambda flag: [NOT_THERE],
        theirs=BREAKS,
        ours=FINE,
        why="a rollback that cannot be imported is a rollback that failed",
    ),
    "an answer that is no JSON": Row(
        method=lambda flag: [call("probe", "os", "fsencode", {"filename": "x"})],
        theirs=BREAKS,
        ours=FINE,
        why="every answer can be written down",
    ),
}


def told_by_chaos_toolkit(data: dict[str, Any], row: Row) -> Theirs:
    """Their engine, then what their command makes of its journal (chaostoolkit/commands/run.py)."""
    schedule = Schedule(continuous_hypothesis_frequency=0.05, fail_fast=row.fail_fast)
    with Caught() as caught:
        strategy = Strategy.from_string(row.strategy.value)
        journal = run_experiment(deepcopy(data), settings={}, strategy=strategy, schedule=schedule)
        json.dumps(journal)
    if caught.error is not None:
        return told(BREAKS)
    status, deviated = journal["status"], journal["deviated"]
    ended = COMPLETED if status == "completed" else FAILED
    events = (ended, DEVIATED) if deviated else (ended,)
    return told((status, deviated, int(status != "completed" or deviated), events))


def told_by_us(data: dict[str, Any], row: Row) -> Theirs:
    experiment, problems = read_experiment(Document(file="f", data=data))
    assert experiment is not None, problems
    fail_fast = 0.0 if row.fail_fast else None
    runtime = replace(experiment.runtime, hypothesis=row.strategy, frequency=0.05, fail_fast=fail_fast)
    world = World()
    host = world.host(runtime=runtime, clock=SystemClock(), environment=dict(os.environ))
    with interrupting(world.stop, "told to stop"):
        return as_chaos_toolkit(run(experiment, host), runtime)


def told(by: Told) -> Theirs:
    status, deviated, code, events = by
    return Theirs(status=status, deviated=deviated, exit_code=code, events=("run-started", *events))


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_run_of_ours_is_told_as_theirs(tmp_path: Path, row: Row) -> None:
    flag, file = Flag(tmp_path / "flag"), tmp_path / "flag"
    data: dict[str, Any] = {"title": "t", "description": "d"}
    data |= {"method": row.method(flag), "rollbacks": row.rollbacks(flag)}
    if probes := row.probes(flag):
        data["steady-state-hypothesis"] = {"title": "h", "probes": probes}

    def prepare() -> None:
        file.unlink(missing_ok=True)
        if row.there:
            file.touch()

    prepare()
    theirs = told_by_chaos_toolkit(data, row)
    prepare()
    ours = told_by_us(data, row)
    assert theirs == told(row.theirs)
    assert ours == told(row.ours or row.theirs), row.why
    assert (ours != theirs) == bool(row.why)
