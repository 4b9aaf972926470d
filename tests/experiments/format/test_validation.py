"""Every error of Chaos Toolkit's validation, and all that it does not validate, side by side with ours.

It tells the first one in its own words and without a place; the table says what a person is told here.
"""

from __future__ import annotations

import sys
from copy import deepcopy

import pytest
from chaoslib.exceptions import ChaosException
from chaoslib.experiment import ensure_experiment_is_valid

from experiments.format.check import check_experiment
from experiments.format.document import Document
from experiments.format.problem import Problem, Severity
from experiments.library import OurLibrary
from experiments.model import Json

PROVIDER: dict[str, Json] = {
    "type": "python",
    "module": "os.path",
    "func": "exists",
    "arguments": {"path": "/"},
}
PROCESS: dict[str, Json] = {"type": "process", "path": sys.executable}
HTTP: dict[str, Json] = {"type": "http", "url": "http://localhost/"}
CONTROL: dict[str, Json] = {"name": "c", "provider": {"type": "python", "module": "os.path"}}


def action(**keys: Json) -> dict[str, Json]:
    return {"type": "action", "name": "a", "provider": PROVIDER, **keys}


def experiment(**keys: Json) -> dict[str, Json]:
    """One that both accept, but for what the keys say."""
    named = {key.replace("_", "-"): value for key, value in keys.items()}
    return {"title": "t", "description": "d", "method": [], **named}


def doing(*activities: Json) -> dict[str, Json]:
    return experiment(method=list(activities))


def through(provider: dict[str, Json]) -> dict[str, Json]:
    return doing(action(provider=provider))


def judging(tolerance: Json) -> dict[str, Json]:
    probe: Json = {"type": "probe", "name": "p", "provider": PROVIDER, "tolerance": tolerance}
    return experiment(steady_state_hypothesis={"title": "h", "probes": [probe]})


def controlled(control: Json) -> dict[str, Json]:
    return experiment(controls=[control])


def without(data: dict[str, Json], key: str) -> dict[str, Json]:
    return {name: value for name, value in data.items() if name != key}


def theirs(data: Json) -> str:
    """Why Chaos Toolkit refuses it, empty if it does not; it crashes on some of it."""
    try:
        ensure_experiment_is_valid(deepcopy(data))
    except (ChaosException, AttributeError, TypeError, KeyError, ValueError) as wrong:
        return f"{type(wrong).__name__}: {wrong}"
    return ""


def ours(data: Json) -> list[Problem]:
    return check_experiment(Document(file="f", data=data), OurLibrary())


#: name -> the file, a part of what they say, what we say; each refuses the file.
REFUSED: dict[str, tuple[Json, str, str]] = {
    "empty": ({}, "an empty experiment", "an experiment needs 'title'; add it"),
    "title": (without(experiment(), "title"), "requires a title", "an experiment needs 'title'; add it"),
    "description": (
        without(experiment(), "description"),
        "requires a description",
        "an experiment needs 'description'; add it",
    ),
    "empty tag": (experiment(tags=["a", ""]), "non-empty string", "expected a tag as text, found ''"),
    "tag": (experiment(tags=[1]), "non-empty string", "expected a tag as text, found 1"),
    "extension": (
        experiment(extensions=[{}]),
        "require a non-empty name",
        "an extension needs 'name'; add it",
    ),
    "blank extension": (
        experiment(extensions=[{"name": " "}]),
        "require a non-empty name",
        "expected name as text, found ' '",
    ),
    "variable": (
        experiment(configuration={"a": {"type": "env"}}),
        "KeyError: 'key'",
        "a value from the environment needs 'key'; add it",
    ),
    "variable's type": (
        experiment(configuration={"a": {"type": "env", "key": "PATH", "env_var_type": "x"}}),
        "variable type can only be",
        "expected one of str, string, int, integer, float, number, bytes, bool, json, found 'x'",
    ),
    "secret variable": (
        experiment(secrets={"g": {"a": {"type": "env"}}}),
        "KeyError: 'key'",
        "a secret from the environment needs 'key'; add it",
    ),
    "hypothesis": (
        experiment(steady_state_hypothesis={"probes": []}),
        "hypothesis requires a title",
        "the hypothesis needs 'title'; add it",
    ),
    "method": (
        without(experiment(), "method"),
        "requires a method",
        "an experiment needs 'method'; add it, [] if nothing is to be done",
    ),
    "ref": (
        doing({"ref": "nobody"}),
        "'nobody' could not be found",
        "no activity is named 'nobody'; expected the name of an activity of this file",
    ),
    "activity": (doing({}), "empty activity", "an activity needs 'type'; add it"),
    "ref of no text": (doing({"ref": 3}), "must be non-empty strings", "expected ref as text, found 3"),
    "empty ref": (doing({"ref": ""}), "must be non-empty strings", "expected ref as text, found ''"),
    "type": (doing(without(action(), "type")), "must have a type", "an activity needs 'type'; add it"),
    "unknown type": (
        doing(action(type="act")),
        "'act' is not a supported",
        "expected type probe or action, found 'act'; did you mean 'action'?",
    ),
    "name": (doing(without(action(), "name")), "must have a name", "an activity needs 'name'; add it"),
    "empty name": (doing(action(name="")), "must have a name", "expected name as text, found ''"),
    "provider": (
        doing(without(action(), "provider")),
        "requires a provider",
        "an activity needs 'provider'; add it",
    ),
    "provider's type": (
        through(without(PROVIDER, "type")),
        "provider must have a type",
        "a provider needs 'type'; add it",
    ),
    "unknown provider": (
        through({"type": "ssh"}),
        "unknown provider type 'ssh'",
        "expected a provider of type python, process, http, found 'ssh'",
    ),
    "timeout": (
        doing(action(timeout="3")),
        "timeout must be a number",
        "expected timeout in seconds above 0, or ${name}, found '3'",
    ),
    "pause before": (
        doing(action(pauses={"before": "3"})),
        "before pause must be a number",
        "expected before in seconds, or ${name}, found '3'",
    ),
    "pause after": (
        doing(action(pauses={"after": "$x"})),
        "after pause must be a number",
        "expected after in seconds, or ${name}, found '$x'",
    ),
    "background": (
        doing(action(background="true")),
        "background must be a boolean",
        "expected background true or false, found 'true'",
    ),
    "module": (
        through(without(PROVIDER, "module")),
        "must have a module path",
        "a python provider needs 'module'; add it",
    ),
    "func": (
        through(without(PROVIDER, "func")),
        "must have a function name",
        "a python provider needs 'func'; add it",
    ),
    "no such module": (
        through({**PROVIDER, "module": "no_such.thing"}),
        "could not find Python module",
        "no module 'no_such.thing'; install what provides 'no_such'",
    ),
    "path": (through({"type": "process"}), "must have a path", "a process provider needs 'path'; add it"),
    "url": (through({"type": "http"}), "must have a URL", "an http provider needs 'url'; add it"),
    "headers": (
        through({**HTTP, "headers": "a: b"}),
        "headers as a mapping",
        "expected headers as a mapping, found 'a: b'",
    ),
    "no tolerance": (
        experiment(steady_state_hypothesis={"title": "h", "probes": [action()]}),
        "must have a tolerance",
        "a probe of the hypothesis needs 'tolerance'; add what it must answer",
    ),
    "tolerance of nothing": (judging(None), "must either be", "found nothing"),
    "unknown tolerance": (judging({"type": "x"}), "type 'x' is unsupported", "found 'x'"),
    "pattern": (judging({"type": "regex"}), "`pattern` key", "a regex tolerance needs 'pattern'; add it"),
    "pattern of a number": (judging({"type": "regex", "pattern": 1}), "invalid type", "found 1"),
    "pattern that is none": (judging({"type": "regex", "pattern": "("}), "seems invalid", "found '('"),
    "jsonpath": (judging({"type": "jsonpath"}), "`path` key", "a jsonpath tolerance needs 'path'; add it"),
    "empty jsonpath": (judging({"type": "jsonpath", "path": " "}), "cannot be empty", "found ' '"),
    "jsonpath of a number": (judging({"type": "jsonpath", "path": 1}), "AttributeError", "found 1"),
    "range": (judging({"type": "range"}), "`range` key", "found nothing"),
    "range of text": (judging({"type": "range", "range": "1-2"}), "must be a sequence", "found '1-2'"),
    "range of one": (judging({"type": "range", "range": [1]}), "made of two values", "found a list"),
    "lower": (judging({"type": "range", "range": ["1", 2]}), "lower boundary", "found a list"),
    "upper": (judging({"type": "range", "range": [1, "2"]}), "upper boundary", "found a list"),
    "tolerance probe": (
        judging({"type": "probe", "name": "x"}),
        "requires a provider",
        "a probe tolerance needs 'provider'; add it",
    ),
    "control's ref": (
        controlled({"ref": "x", "name": "y", "provider": CONTROL["provider"]}),
        "Control reference '{}'",
        "no control is named 'x'; expected the name of a control of this file",
    ),
    "control": (controlled("x"), "`name`", "expected a control as a mapping, found 'x'"),
    "control's name": (controlled(without(CONTROL, "name")), "`name`", "a control needs 'name'; add it"),
    "control's provider": (
        controlled(without(CONTROL, "provider")),
        "must have a `provider`",
        "a control needs 'provider'; add it",
    ),
    "scope": (
        controlled({**CONTROL, "scope": "post"}),
        "'before' or 'after' only",
        "expected one of before, after, found 'post'",
    ),
    "control's module": (
        controlled({"name": "c", "provider": {"type": "python"}}),
        "must have a module path",
        "a python control needs 'module'; add it",
    ),
}
#: What they let pass and then crash on, or run as something else: name -> the file, what we say.
LEFT_TO_CRASH: dict[str, tuple[Json, str]] = {
    "ref of a rollback": (experiment(rollbacks=[{"ref": "nobody"}]), "no activity is named 'nobody'"),
    "negative pause": (
        doing(action(pauses={"after": -1})),
        "expected after in seconds, or ${name}, found -1",
    ),
    "pause of a list": (doing(action(pauses={"before": [1]})), "expected before in seconds"),
    "time-out of text": (through({**HTTP, "timeout": "3s"}), "expected timeout in seconds above 0"),
    "time-out of one": (through({**HTTP, "timeout": [1]}), "or [connect, read], found a list"),
    "time-out of a program": (through({**PROCESS, "timeout": "3s"}), "expected timeout in seconds above 0"),
    "arguments of a number": (through({**PROCESS, "arguments": 3}), "expected arguments as a list, text"),
    "rollback strategy": (
        experiment(runtime={"rollbacks": {"strategy": "sometimes"}}),
        "expected one of default, always, never, deviated, found 'sometimes'",
    ),
    "hypothesis strategy": (
        experiment(runtime={"hypothesis": {"strategy": "before-method"}}),
        "found 'before-method'; did you mean 'before-method-only'?",
    ),
    "value from no provider": (
        experiment(configuration={"a": {"type": "probe", "name": "a"}}),
        "an activity needs 'provider'; add it",
    ),
    "control of no type": (
        controlled({"name": "c", "provider": {"module": "os.path"}}),
        "a provider needs 'type'; add it",
    ),
}
#: What crashes their validation itself.
CRASHING: dict[str, tuple[Json, str]] = {
    "a list": ([1], "expected an experiment as a mapping, found a list"),
    "method of a number": (experiment(method=3), "expected method as a list, found 3"),
    "method of text": (experiment(method="x"), "expected method as a list, found 'x'"),
    "method of texts": (doing("x"), "expected an activity as a mapping, found 'x'"),
    "pauses of text": (doing(action(pauses="5")), "expected pauses as a mapping, found '5'"),
    "arguments of text": (
        through({**PROVIDER, "arguments": "x"}),
        "expected arguments as a mapping, found 'x'",
    ),
    "configuration of a list": (experiment(configuration=[1]), "expected configuration as a mapping"),
    "secrets of text": (experiment(secrets="x"), "expected secrets as a mapping"),
    "hypothesis of text": (experiment(steady_state_hypothesis="x"), "expected the hypothesis as a mapping"),
    "tags of a number": (experiment(tags=3), "expected tags as a list, found 3"),
    "extension of text": (experiment(extensions=["x"]), "expected an extension as a mapping, found 'x'"),
    "controls of a number": (experiment(controls=3), "expected controls as a list, found 3"),
}
#: What they let pass without a word and run: name -> the file, what we say.
SURPRISING: dict[str, tuple[Json, str]] = {
    "unknown key": (
        experiment(rolbacks=[]),
        "unknown key 'rolbacks' has no effect; did you mean 'rollbacks'?",
    ),
    "title of a number": (experiment(title=7), "expected title as text, found 7"),
    "name of a number": (doing(action(name=404)), "expected name as text, found 404"),
    "one tag": (experiment(tags="a"), "expected tags as a list, found 'a'"),
    "empty rollbacks": (experiment(rollbacks={}), "expected rollbacks as a list, found a mapping"),
    "two of one name": (doing(action(), action(), {"ref": "a"}), "another activity is named 'a' too"),
    "contribution": (experiment(contributions={"a": "huge"}), "expected one of high, medium, low, none"),
    "contributions": (experiment(contributions=["a"]), "expected contributions as a mapping, found a list"),
    "group of secrets": (through({**PROVIDER, "secrets": ["g"]}), "no group of secrets is named 'g'"),
    "type of a secret": (
        experiment(secrets={"g": {"a": {"type": "valut", "path": "p"}}}),
        "type 'valut' is no source, so this is a group of secrets; did you mean 'vault'?",
    ),
    "type of a value": (
        experiment(configuration={"a": {"type": "evn", "key": "A"}}),
        "type 'evn' is no source, so this is a value as it stands; did you mean 'env'?",
    ),
    "negative timeout": (doing(action(timeout=-1)), "expected timeout in seconds above 0, found -1"),
    "python of the run": (experiment(runtime={"python": {}}), "'python' has no effect in this version"),
    "key of an activity": (doing(action(secrets="x")), "'secrets' has no effect in this version"),
    "unknown control": (
        controlled({"name": "c", "provider": {"type": "http"}}),
        "expected a control's provider of type python, found 'http'; it has no effect",
    ),
    "control that is not installed": (
        controlled({"name": "c", "provider": {"type": "python", "module": "no_such"}}),
        "no module 'no_such', a run goes on without the control; install what provides 'no_such'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_they_refuse_is_refused_in_words_that_say_what_to_do(name: str) -> None:
    data, their_words, our_words = REFUSED[name]
    assert their_words in theirs(data)
    errors = [each.message for each in ours(data) if each.severity is Severity.ERROR]
    assert any(our_words in message for message in errors), errors


@pytest.mark.parametrize("name", LEFT_TO_CRASH)
def test_what_they_let_pass_and_cannot_run_is_refused(name: str) -> None:
    data, words = LEFT_TO_CRASH[name]
    assert theirs(data) == ""
    errors = [each.message for each in ours(data) if each.severity is Severity.ERROR]
    assert any(words in message for message in errors), errors


@pytest.mark.parametrize("name", CRASHING)
def test_what_crashes_them_is_refused(name: str) -> None:
    data, words = CRASHING[name]
    assert theirs(data).startswith(("AttributeError", "TypeError"))
    errors = [each.message for each in ours(data) if each.severity is Severity.ERROR]
    assert any(words in message for message in errors), errors


@pytest.mark.parametrize("name", SURPRISING)
def test_what_they_run_without_a_word_loads_with_a_warning(name: str) -> None:
    data, words = SURPRISING[name]
    assert theirs(data) == ""
    problems = ours(data)
    assert [each.message for each in problems if each.severity is Severity.ERROR] == []
    assert any(words in each.message for each in problems), problems
