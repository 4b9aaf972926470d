"""Chaos Toolkit is the judge: the same experiments end the same, but where we differ on purpose."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from chaoslib.experiment import run_experiment
from small_world import World

from experiments.engine.run import run
from experiments.format.document import Document
from experiments.format.reader import read_experiment


def call(kind: str, module: str, func: str, **more: Any) -> dict[str, Any]:
    arguments = more.pop("arguments", {})
    provider = {"type": "python", "module": module, "func": func, "arguments": arguments}
    return {"type": kind, "name": more.pop("name", func), "provider": provider, **more}


PRESENT = call("probe", "os.path", "exists", arguments={"path": "/"})
NAMING = call("action", "os.path", "basename", arguments={"p": "/a/${value}"})
PROGRAM = {
    "type": "probe",
    "name": "program",
    "provider": {"type": "process", "path": "sh", "arguments": ["-c", "echo out; exit 3"]},
}
SLEEPING = {
    "type": "action",
    "name": "sleeping",
    "background": True,
    "provider": {"type": "process", "path": "sleep", "arguments": ["0.1"]},
}


class Flag:
    """A file that the method takes away: what a deviation is."""

    def __init__(self, path: str) -> None:
        self.there = call("probe", "os.path", "exists", arguments={"path": path}, tolerance=True)
        self.take = call("action", "os", "unlink", arguments={"path": path})


def both(data: dict[str, Any], prepare: Any = lambda: None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Their journal and ours."""
    prepare()
    theirs = run_experiment(deepcopy(data), settings={})
    prepare()
    experiment, problems = read_experiment(Document(file="f", data=data))
    assert experiment is not None, problems
    ours: dict[str, Any] = run(experiment, World().host(environment={})).as_dict()
    return theirs, ours


def described(*method: Any, probes: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    steady = {} if probes is None else {"steady-state-hypothesis": {"title": "h", "probes": probes}}
    return {"title": "t", "description": "d", "method": list(method), "rollbacks": [], **steady, **more}


def met(journal: dict[str, Any]) -> list[Any]:
    looks = [journal["steady_states"][when] for when in ("before", "after")]
    return [look and (look["steady_state_met"], len(look["probes"])) for look in looks]


SAME = {
    "no method": described(),
    "no hypothesis": described(PRESENT),
    "all holds": described(PRESENT, probes=[{**PRESENT, "tolerance": True}], rollbacks=[NAMING]),
    "configuration": described(NAMING, configuration={"value": "x"}),
    "background": described(PRESENT, SLEEPING),
    "a program": described(PROGRAM, probes=[{**PROGRAM, "tolerance": 3}]),
    "a range of values": described(probes=[{**PROGRAM, "tolerance": [0, 3]}]),
    "a pattern": described(
        probes=[{**PROGRAM, "tolerance": {"type": "regex", "pattern": "^out", "target": "stdout"}}]
    ),
}


@pytest.mark.parametrize("data", SAME.values(), ids=SAME)
def test_what_passes_there_passes_here_and_is_written_alike(data: dict[str, Any]) -> None:
    theirs, ours = both(data)
    assert (
        (ours["status"], ours["deviated"]) == (theirs["status"], theirs["deviated"]) == ("completed", False)
    )
    assert ours["outcome"] == "passed"
    assert met(ours) == met(theirs)
    for part in ("run", "rollbacks"):
        assert [set(each) for each in ours[part]] == [set(each) for each in theirs[part]]
        for key in ("status", "output", "activity"):
            assert [each[key] for each in ours[part]] == [each[key] for each in theirs[part]], key


def test_what_deviates_there_deviates_here(tmp_path: Any) -> None:
    flag = tmp_path / "flag"
    there = Flag(str(flag))
    theirs, ours = both(described(there.take, probes=[there.there]), flag.touch)
    assert (ours["status"], ours["deviated"]) == (theirs["status"], theirs["deviated"]) == ("completed", True)
    assert met(ours) == met(theirs) == [(True, 1), (False, 1)]


def test_without_a_baseline_we_fail_where_they_complete() -> None:
    theirs, ours = both(described(NAMING, probes=[{**PRESENT, "tolerance": False}]))
    assert (theirs["status"], ours["status"]) == ("completed", "failed")
    assert met(ours)[0] == met(theirs)[0] == (False, 1)
    assert ours["run"] == theirs["run"] == []


def test_a_failed_action_ends_our_run_where_theirs_completes(tmp_path: Any) -> None:
    there = Flag(str(tmp_path / "never"))
    theirs, ours = both(described(there.take, PRESENT))
    assert (theirs["status"], ours["status"]) == ("completed", "aborted")
    assert set(ours["run"][0]) == set(theirs["run"][0])
    assert ours["run"][0]["status"] == theirs["run"][0]["status"] == "failed"
    assert len(ours["run"]) == 1
