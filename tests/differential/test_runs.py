"""The same experiments by Chaos Toolkit and by us: the same is done and said, but where we differ by name.

Both sides note what they really do. A difference that no entry of `allowed` names fails, and so does an
entry that nothing shows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from differential import corpus_chaoslib, corpus_controls, corpus_flow, corpus_values
from differential.allowed import Difference
from differential.cases import Case
from small_world import World

from experiments.compat import as_chaos_toolkit
from experiments.engine.run import run
from experiments.format.check import check_experiment
from experiments.format.controls import read_named_controls
from experiments.format.document import Document
from experiments.format.findings import Findings
from experiments.format.imported import Imported
from experiments.format.overrides import parse_overrides
from experiments.format.problem import Severity
from experiments.format.reader import read_experiment
from experiments.library import OurLibrary
from experiments.model import DryMode, HypothesisStrategy

ROOT = Path(__file__).parents[2]
CORPUS: dict[str, Case] = {
    **corpus_values.CASES,
    **corpus_flow.CASES,
    **corpus_controls.CASES,
    **corpus_chaoslib.CASES,
}
Answer = dict[str, Any]


class Theirs:
    """Chaos Toolkit in a process of its own, for every experiment of this session."""

    def __init__(self, deeds: Path) -> None:
        path = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "differential" / "theirs.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "DEEDS": str(deeds), "PYTHONPATH": path},
        )

    def run(self, case: Case) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {key: value for key, value in asdict(case).items() if key != "allowed"}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: Answer = json.loads(self._process.stdout.readline())
        return answer

    def end(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theirs]:
    side = Theirs(tmp_path_factory.mktemp("theirs") / "deeds")
    yield side
    side.end()


def by_them(side: Theirs, case: Case) -> Answer:
    answer = side.run(case)
    journal = answer["journal"]
    if journal is None:
        refused = answer["refused"] and not case.anyhow
        loads, crashed = not answer["refused"], bool(answer["crashed"]) and not refused
        return {"loads": loads, "crashed": crashed, "did": answer["did"]}
    code = 1 if journal["deviated"] or journal["status"] != "completed" else 0
    said = facets(journal, journal["status"], journal["deviated"], code)
    return {"loads": not answer["refused"], "crashed": False, "did": answer["did"], **said}


def by_us(case: Case, deeds: Path) -> Answer:
    deeds.write_text("")
    document = Document(file="f", data=json.loads(json.dumps(case.experiment)))
    experiment, _ = read_experiment(document)
    problems = check_experiment(document, OurLibrary(), foreign=Imported())
    if experiment is None or any(each.severity is Severity.ERROR for each in problems):
        return {"loads": False, "crashed": False, "did": []}
    runtime = replace(experiment.runtime, frequency=0.02, fail_fast=0.0 if case.fail_fast else None)
    if case.strategy:
        runtime = replace(runtime, hypothesis=HypothesisStrategy(case.strategy))
    controls = case.settings.get("controls", {})
    values, _ = parse_overrides(case.vars)
    host = World().host(
        environment={**os.environ, **case.environment},
        runtime=runtime,
        values=values,
        left_out=DryMode(case.dry) if case.dry else None,
        controls=read_named_controls(Findings(Document(file="s", data=controls)), controls, ()),
        settings=case.settings,
    )
    journal = run(experiment, host)
    view = as_chaos_toolkit(journal, runtime)
    said = facets(journal.as_dict(), view.status, view.deviated, view.exit_code)
    return {"loads": True, "crashed": False, "did": deeds.read_text().splitlines(), **said}


def facets(journal: Any, status: str, deviated: bool, code: int) -> Answer:
    """What users of a run look at."""
    looks = journal["steady_states"]
    return {
        "status": status,
        "deviated": deviated,
        "exit": code,
        "title": journal["experiment"]["title"],
        "run": [entry(each) for each in journal["run"]],
        "rollbacks": [entry(each) for each in journal["rollbacks"]],
        "before": look(looks["before"]),
        "after": look(looks["after"]),
    }


def look(seen: Any) -> Any:
    if seen is None or not seen["probes"]:
        return None
    return bool(seen["steady_state_met"]), [
        (*entry(each), each.get("tolerance_met")) for each in seen["probes"]
    ]


def entry(each: Any) -> tuple[Any, ...]:
    """A failed or unfinished activity has no answer that anybody could compare."""
    status = each.get("status")
    return each["activity"].get("name"), status, each["output"] if status == "succeeded" else None


def differing(one: Answer, other: Answer) -> set[str]:
    return {key for key in {*one, *other} if one.get(key) != other.get(key)}


@pytest.mark.parametrize("name", CORPUS)
def test_the_same_is_done_and_said(
    theirs: Theirs, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds = tmp_path / "deeds"
    monkeypatch.setenv("DEEDS", str(deeds))
    case = CORPUS[name]
    them, us = by_them(theirs, case), by_us(case, deeds)
    found = differing(them, us)
    known = frozenset[str]().union(*(each.facets for each in case.allowed))
    told = {key: (them.get(key), us.get(key)) for key in sorted(found - known)}
    assert not told, told
    for each in case.allowed:
        assert each.facets & found, f"nothing shows the difference: {each.name}"


def test_every_difference_of_a_run_has_an_experiment() -> None:
    used = {each.name for case in CORPUS.values() for each in case.allowed}
    from differential import allowed

    named = {each.name for each in vars(allowed).values() if isinstance(each, Difference) and each.facets}
    assert named == used
