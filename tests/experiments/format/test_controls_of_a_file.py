"""Controls are read at every level, by themselves or by the name of one that stands elsewhere."""

from __future__ import annotations

import pytest
from experiment_text import ACTION, HEAD, PROBE, in_method, read, told

from experiments.format.activity import read_activity
from experiments.format.controls import read_named_controls
from experiments.format.document import Document
from experiments.format.findings import Findings
from experiments.model import Activity, Control, Json, PythonProvider, Scope

TRACING = PythonProvider(module="my.tracing", func="", arguments={"level": "${level}"})
OWN = "{name: own, scope: before, provider: {type: python, module: m}}"
EVERYWHERE = f"""\
title: t
description: d
controls:
- name: tracing
  provider: {{type: python, module: my.tracing, arguments: {{level: "${{level}}"}}}}
  automatic: false
- {{name: log, scope: after, provider: {{type: python, module: my.log}}}}
steady-state-hypothesis:
  title: h
  controls: [{{ref: tracing}}]
  probes:
  - {{{PROBE}, tolerance: true, controls: [{OWN}]}}
method:
- {{{ACTION}, controls: [{{ref: tracing}}, {{ref: own}}]}}
rollbacks:
- {{ref: a}}
"""


def test_controls_stand_at_the_experiment_the_hypothesis_and_every_activity() -> None:
    assert told(EVERYWHERE) == []
    experiment = read(EVERYWHERE)
    tracing, log = experiment.controls
    assert (tracing.name, tracing.provider, tracing.scope, tracing.automatic) == (
        "tracing",
        TRACING,
        None,
        False,
    )
    assert (log.scope, log.automatic) == (Scope.AFTER, True)
    assert experiment.hypothesis
    assert experiment.hypothesis.controls == (tracing,)
    own = experiment.hypothesis.probes[0].controls[0]
    assert own.scope is Scope.BEFORE
    assert experiment.method[0].controls == (tracing, own)
    assert experiment.rollbacks[0].controls == (tracing, own), "those of what the item refers to"


def test_what_an_activity_shows_of_itself_has_its_controls_written_out() -> None:
    source = read(EVERYWHERE).method[0].source
    again = read_activity(dict(source), "a")
    assert isinstance(again, Activity), again
    assert [each.name for each in again.controls] == ["tracing", "own"]


def test_of_two_controls_of_one_name_a_reference_means_the_outer_one() -> None:
    inner = "{name: c, provider: {type: python, module: inner}}"
    text = in_method(
        f"{{{ACTION}, controls: [{inner}, {{ref: c}}]}}", f"controls: [{inner.replace('inner', 'outer')}]"
    )
    assert [each.provider.module for each in read(text).method[0].controls] == ["inner", "outer"]


@pytest.mark.parametrize(
    ("control", "lines"),
    [
        ("x", ["f:4:12: expected a control as a mapping, found 'x'"]),
        ("{ref: nobody}", [
            "f:4:18: no control is named 'nobody'; expected the name of a control of this file"
        ]),
        ("{ref: 3}", ["f:4:18: expected ref as text, found 3"]),
        ("{provider: {type: python, module: m}}", ["f:4:12: a control needs 'name'; add it"]),
        ("{name: c}", ["f:4:12: a control needs 'provider'; add it"]),
        ("{name: c, provider: m}", ["f:4:32: expected provider as a mapping, found 'm'"]),
        ("{name: c, provider: {module: m}}", ["f:4:32: a provider needs 'type'; add it"]),
        ("{name: c, provider: {type: python}}", ["f:4:32: a python control needs 'module'; add it"]),
        (
            "{name: c, provider: {type: python, module: m, arguments: 3}}",
            ["f:4:69: expected arguments as a mapping, found 3"],
        ),
        ("{name: c, provider: {type: python, module: m}, scope: post}", [
            "f:4:66: expected one of before, after, found 'post'"
        ]),
    ],
)  # fmt: skip
def test_a_bad_control_is_told_in_its_place(control: str, lines: list[str]) -> None:
    assert told(f"{HEAD}method: []\ncontrols: [{control}]") == lines


@pytest.mark.parametrize(
    ("control", "line"),
    [
        (
            "{name: c, provider: {type: http, url: x}}",
            "f:4:39: warning: expected a control's provider of type python, found 'http'; it has no effect",
        ),
        (
            "{name: c, provider: {type: python, module: m}, automatic: 'no'}",
            "f:4:70: warning: expected automatic true or false, found 'no'",
        ),
        (
            "{name: c, provider: {type: python, module: m, func: f}}",
            "f:4:58: warning: 'func' has no effect in this version",
        ),
        (
            "{name: c, provider: {type: python, module: m}, scop: before}",
            "f:4:59: warning: unknown key 'scop' has no effect; did you mean 'scope'?",
        ),
    ],
)
def test_a_surprising_control_is_a_warning(control: str, line: str) -> None:
    assert told(f"{HEAD}method: []\ncontrols: [{control}]") == [line]


def test_a_reference_says_nothing_else_of_the_control() -> None:
    text = """\
        title: t
        description: d
        method: []
        controls:
        - {name: c, provider: {type: python, module: m}}
        - {ref: c, scope: before}
        """
    assert told(text) == ["f:6:12: warning: 'scope' has no effect in this version"]
    assert [each.scope for each in read(text).controls] == [None, None]


@pytest.mark.parametrize("controls", ["", "[]", "{}", "''"])
def test_no_controls_are_none(controls: str) -> None:
    assert read(f"{HEAD}method: []\ncontrols: {controls}").controls == ()


def test_a_control_with_an_unknown_provider_is_left_out() -> None:
    assert (
        read(in_method(f"{{{ACTION}, controls: [{{name: c, provider: {{type: x}}}}]}}")).method[0].controls
        == ()
    )


def named(data: Json) -> tuple[tuple[Control, ...], list[str]]:
    findings = Findings(Document(file="c.yaml", data=data))
    controls = read_named_controls(findings, data)
    return controls, [problem.message for problem in findings.problems()]


def test_settings_and_control_files_map_names_to_controls() -> None:
    controls, problems = named({"log": {"provider": {"type": "python", "module": "m"}, "scope": "after"}})
    assert problems == []
    assert [(each.name, each.scope, each.source["name"]) for each in controls] == [
        ("log", Scope.AFTER, "log")
    ]
    assert named([]) == ((), ["expected controls, a name for each, as a mapping, found a list"])
    assert named({"a": 3, "b": {}}) == (
        (),
        ["expected a control as a mapping, found 3", "a control needs 'provider'; add it"],
    )
