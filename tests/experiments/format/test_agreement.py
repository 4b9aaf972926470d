"""Chaos Toolkit is the judge: what we accept it accepts, and what it refuses we refuse.

Modules that are not installed are replaced by one of Python's own, so that everything around them is
judged too.
"""

from __future__ import annotations

import sys
from copy import deepcopy
from pathlib import Path

import pytest
from chaoslib.exceptions import ChaosException
from chaoslib.experiment import ensure_experiment_is_valid

from experiments.catalog import catalog
from experiments.format.check import check_experiment
from experiments.format.document import Document, read_document
from experiments.format.problem import Severity
from experiments.library import OurLibrary
from experiments.model import Json

STAND_IN: dict[str, Json] = {
    "type": "python",
    "module": "os.path",
    "func": "exists",
    "arguments": {"path": "/"},
}
HTTP: dict[str, Json] = {"type": "http", "url": "http://localhost/", "timeout": 3, "verify_tls": False}
PROCESS: dict[str, Json] = {"type": "process", "path": sys.executable, "arguments": ["-c", ""], "timeout": 3}


def standing_in(value: Json) -> Json:
    """The same data with providers that are installed everywhere."""
    if isinstance(value, list):
        return [standing_in(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "python":
        return STAND_IN
    if value.get("type") == "process":
        return PROCESS
    return {key: standing_in(item) for key, item in value.items()}


def they_refuse(data: Json) -> str:
    """Empty when Chaos Toolkit accepts it, else why not; it crashes on some of what it refuses."""
    try:
        ensure_experiment_is_valid(deepcopy(data))
    except (ChaosException, AttributeError, TypeError) as wrong:
        return f"{wrong!r}"
    return ""


def we_refuse(data: Json) -> list[str]:
    problems = check_experiment(Document(file="f", data=data), OurLibrary())
    return [str(problem) for problem in problems if problem.severity is Severity.ERROR]


def probe(**keys: Json) -> dict[str, Json]:
    return {"type": "probe", "name": "p", "tolerance": True, "provider": STAND_IN, **keys}


def action(**keys: Json) -> dict[str, Json]:
    return {"type": "action", "name": "a", "provider": STAND_IN, **keys}


def experiment(**keys: Json) -> dict[str, Json]:
    return {
        "title": "t",
        "description": "d",
        "method": [action()],
        **{k.replace("_", "-"): v for k, v in keys.items()},
    }


def judging(tolerance: Json) -> dict[str, Json]:
    return experiment(steady_state_hypothesis={"title": "h", "probes": [probe(tolerance=tolerance)]})


def without(data: dict[str, Json], key: str) -> dict[str, Json]:
    return {name: value for name, value in data.items() if name != key}


GOOD: dict[str, dict[str, Json]] = {
    "the least": experiment(method=[]),
    "tags": experiment(tags=["a", "b"]),
    "no tags": experiment(tags=[]),
    "keys that only people read": experiment(
        version="1.0.0", extensions=[{"name": "x"}], contributions={"safety": "high"}, dry="probes"
    ),
    "unknown key": experiment(rolbacks=[]),
    "configuration": experiment(
        configuration={
            "a": 1,
            "b": {"type": "env", "key": "AGREED", "env_var_type": "int"},
            "c": {"type": "env", "key": "NEVER_SET", "default": "x"},
            "d": {"other": {"mapping": []}},
        }
    ),
    "secrets": experiment(secrets={"g": {"a": {"type": "env", "key": "AGREED"}, "b": {"c": "inline"}}}),
    "pauses": experiment(method=[action(pauses={"before": 1, "after": "${a}"})]),
    "empty pauses": experiment(method=[action(pauses={})]),
    "background": experiment(method=[action(background=True)]),
    "time-out of an activity": experiment(method=[action(timeout=3)]),
    "http": experiment(method=[action(provider=HTTP)]),
    "http in full": experiment(
        method=[action(provider={**HTTP, "timeout": [1, 2], "headers": {"a": "b"}, "max_retries": 3})]
    ),
    "http with a body of text": experiment(method=[action(provider={**HTTP, "arguments": "a=b"})]),
    "http with a body of a list": experiment(method=[action(provider={**HTTP, "arguments": [1, {"a": 2}]})]),
    "process": experiment(method=[action(provider=PROCESS)]),
    "process with text": experiment(method=[action(provider={**PROCESS, "arguments": "-V"})]),
    "process with a mapping": experiment(method=[action(provider={**PROCESS, "arguments": {"-c": "1"}})]),
    "reference": experiment(method=[action(), {"ref": "a"}], rollbacks=[{"ref": "a"}]),
    "reference into the hypothesis": experiment(
        method=[{"ref": "p", "background": True}],
        steady_state_hypothesis={"title": "h", "probes": [probe(), {"ref": "p", "tolerance": 1}]},
    ),
    "empty hypothesis": experiment(steady_state_hypothesis={"title": "h", "probes": []}),
    "action in the hypothesis": experiment(
        steady_state_hypothesis={"title": "h", "probes": [action(tolerance=True)]}
    ),
    "truth": judging(True),
    "number": judging(3),
    "text": judging("x"),
    "list": judging([1, 2, 3]),
    "regex": judging({"type": "regex", "pattern": "^a", "target": "body"}),
    "range": judging({"type": "range", "range": [1, 2.5]}),
    "jsonpath": judging({"type": "jsonpath", "path": "$.a[*]", "expect": [1], "count": 1, "target": "x"}),
    "probe": judging({"type": "probe", "name": "x", "provider": STAND_IN}),
}

BAD: dict[str, Json] = {
    "empty": {},
    "no title": without(experiment(), "title"),
    "no description": without(experiment(), "description"),
    "no method": without(experiment(), "method"),
    "method of nothing": experiment(method=None),
    "empty tag": experiment(tags=[""]),
    "tag of another type": experiment(tags=["a", 1]),
    "hypothesis without title": experiment(steady_state_hypothesis={"probes": []}),
    "probe without tolerance": experiment(
        steady_state_hypothesis={"title": "h", "probes": [without(probe(), "tolerance")]}
    ),
    "tolerance of nothing": judging(None),
    "tolerance of no type": judging({}),
    "tolerance of unknown type": judging({"type": "x"}),
    "regex without pattern": judging({"type": "regex"}),
    "regex of a number": judging({"type": "regex", "pattern": 1}),
    "regex that does not compile": judging({"type": "regex", "pattern": "("}),
    "range without range": judging({"type": "range"}),
    "range of text": judging({"type": "range", "range": "1-2"}),
    "range of one": judging({"type": "range", "range": [1]}),
    "range from text": judging({"type": "range", "range": ["1", 2]}),
    "range to text": judging({"type": "range", "range": [1, "2"]}),
    "jsonpath without path": judging({"type": "jsonpath"}),
    "empty jsonpath": judging({"type": "jsonpath", "path": " "}),
    "jsonpath of a number": judging({"type": "jsonpath", "path": 1}),
    "tolerance probe without provider": judging({"type": "probe", "name": "x"}),
    "tolerance probe without name": judging({"type": "probe", "provider": STAND_IN}),
    "empty activity": experiment(method=[{}]),
    "no type": experiment(method=[without(action(), "type")]),
    "unknown type": experiment(method=[action(type="act")]),
    "no name": experiment(method=[without(action(), "name")]),
    "empty name": experiment(method=[action(name="")]),
    "no provider": experiment(method=[without(action(), "provider")]),
    "provider without type": experiment(method=[action(provider={"module": "os"})]),
    "provider of unknown type": experiment(method=[action(provider={"type": "ssh"})]),
    "time-out of text": experiment(method=[action(timeout="3")]),
    "pause of text": experiment(method=[action(pauses={"after": "3"})]),
    "pauses of text": experiment(method=[action(pauses="3")]),
    "background of a number": experiment(method=[action(background=1)]),
    "empty reference": experiment(method=[{"ref": ""}]),
    "reference of a number": experiment(method=[{"ref": 1}]),
    "dangling reference": experiment(method=[{"ref": "nobody"}]),
    "broken rollback": experiment(rollbacks=[{}]),
    "python without module": experiment(method=[action(provider=without(STAND_IN, "module"))]),
    "python without function": experiment(method=[action(provider=without(STAND_IN, "func"))]),
    "module that is not installed": experiment(
        method=[action(provider={**STAND_IN, "module": "no_such.thing"})]
    ),
    "process without path": experiment(method=[action(provider=without(PROCESS, "path"))]),
    "http without url": experiment(method=[action(provider=without(HTTP, "url"))]),
    "headers of text": experiment(method=[action(provider={**HTTP, "headers": "a: b"})]),
}

#: We refuse what they would crash on when it runs, or ignore.
STRICTER: dict[str, Json] = {
    "dangling reference in a rollback": experiment(rollbacks=[{"ref": "nobody"}]),
    "unknown rollback strategy": experiment(runtime={"rollbacks": {"strategy": "sometimes"}}),
    "negative pause": experiment(method=[action(pauses={"after": -1})]),
    "http time-out of text": experiment(method=[action(provider={**HTTP, "timeout": "3s"})]),
}
#: We accept what they refuse although it means something.
WIDER: dict[str, dict[str, Json]] = {
    "tolerance of a fraction": judging(0.5),
    "variable that is not set yet": experiment(configuration={"a": {"type": "env", "key": "NEVER_SET"}}),
    "program of another machine": experiment(
        method=[action(provider={**PROCESS, "path": "no-such-program"})]
    ),
    "jsonpath of the standard": judging({"type": "jsonpath-rfc9535", "path": "$.a"}),
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AGREED", "INGRESS_HOST", "NODE_LABEL"):
        monkeypatch.setenv(name, "1")


@pytest.mark.parametrize("name", catalog())
def test_they_accept_the_catalog(name: str) -> None:
    document = read_document(Path(str(catalog()[name])))
    assert isinstance(document, Document)
    assert they_refuse(standing_in(document.data)) == ""
    assert we_refuse(standing_in(document.data)) == []


@pytest.mark.filterwarnings("ignore:Process arguments should now be a list:DeprecationWarning")
@pytest.mark.parametrize("name", GOOD)
def test_both_accept_what_is_valid(name: str) -> None:
    assert they_refuse(GOOD[name]) == ""
    assert we_refuse(GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_what_they_refuse_is_refused_here(name: str) -> None:
    assert they_refuse(BAD[name])
    assert we_refuse(BAD[name])


@pytest.mark.parametrize("name", STRICTER)
def test_what_would_crash_or_be_ignored_is_refused_here_only(name: str) -> None:
    assert they_refuse(STRICTER[name]) == ""
    assert we_refuse(STRICTER[name])


@pytest.mark.parametrize("name", WIDER)
def test_what_means_something_is_accepted_here_only(name: str) -> None:
    assert they_refuse(WIDER[name])
    assert we_refuse(WIDER[name]) == []
