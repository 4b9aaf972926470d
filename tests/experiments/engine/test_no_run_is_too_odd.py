"""Whatever an experiment does, its run ends in one outcome and a journal that can be read."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import Timer
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from odd_files import PATIENT, nearly, trees, words
from odd_values import ODD
from small_world import NOON, Watcher, World, action, experiment, probe

from experiments.compat import as_chaos_toolkit
from experiments.engine.progress import Progress
from experiments.engine.run import run
from experiments.format.reader import read_data
from experiments.journal import Journal
from experiments.journal.lines import as_line
from experiments.journal.page import page
from experiments.journal.reading import read_lines
from experiments.model import (
    Activity,
    ActivityKind,
    DryMode,
    Experiment,
    HypothesisStrategy,
    Json,
    Outcome,
    Pauses,
    RollbackStrategy,
    Runtime,
    Until,
)
from experiments.narration import line
from experiments.policy import Policy

pytestmark = pytest.mark.properties


class Odd(World):
    """Answers with what no JSON can hold."""

    def odd(self, which: int) -> object:
        return ODD[which]

    def leave(self) -> None:
        raise SystemExit(1)

    def crash(self) -> None:
        raise RecursionError("too deep")

    def mumble(self) -> None:
        raise Unsayable

    def judge(self, value: object) -> object:
        return value


class Unsayable(Exception):
    """An error that cannot say what is wrong."""

    def __str__(self) -> str:
        raise ValueError("no words")


TOLERANCES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.text(max_size=4) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries(
            {"type": st.sampled_from(["regex", "range", "jsonpath", "jsonpath-rfc9535", "probe", "no"])},
            optional={
                "pattern": inner,
                "range": inner,
                "path": st.sampled_from(["$", "$.a[*]", "$..*", "$[?(@.a)]", "["]),
                "expect": inner,
                "count": inner,
                "target": st.sampled_from(["status", "body", "no"]),
                "provider": st.sampled_from(["judge", "leave", "mumble", "no"]).map(
                    lambda func: {"type": "python", "module": "cowbane.world", "func": func}
                ),
            },
        )
    ),
    max_leaves=4,
)
BODIES = st.one_of(
    st.integers(0, len(ODD) - 1).map(lambda which: probe("odd", tolerance=None, which=which)),
    st.sampled_from(
        [
            action("say", word="${saved.body}"),
            action("say", word="${saved}"),
            action("put_out", name="a"),
            action("put_out", name="b"),
            action("fail"),
            action("leave"),
            action("crash"),
            action("mumble"),
            action("stop_now"),
            action("refuse_from_now_on"),
            action("no_such_function"),
            action("say"),
            action("removed_by_hand", name="a"),
            probe("must_be_on", tolerance=None, name="a"),
        ]
    ),
)


@st.composite
def activities(draw: st.DrawFn, *, judged: bool = False) -> Activity:
    body = draw(BODIES)
    probing = body.kind is ActivityKind.PROBE
    return replace(
        body,
        tolerance=draw(TOLERANCES) if probing and (judged or draw(st.booleans())) else None,
        background=draw(st.booleans()),
        pauses=draw(st.sampled_from([Pauses(), Pauses(before=0), Pauses(after="${no}"), Pauses(before=-1)])),
        timeout=draw(st.sampled_from([None, None, 30, 0, "soon", "${count}"])),
        until=draw(st.sampled_from([None, None, Until(timeout=0.002, every=0.001)])) if probing else None,
        save_as=draw(st.sampled_from(["", "saved", "other"])),
        dry=draw(st.sampled_from([None, None, None, *DryMode])),
    )


@st.composite
def odd_experiments(draw: st.DrawFn) -> Experiment:
    runtime = Runtime(
        hypothesis=draw(st.sampled_from(HypothesisStrategy)),
        rollbacks=draw(st.sampled_from(RollbackStrategy)),
        frequency=0.001,
        fail_fast=draw(st.sampled_from([None, 0.0, 50.0])),
        recovered=draw(st.sampled_from([None, Until(timeout=0), Until(timeout=0.002, every=0.001)])),
    )
    more: dict[str, Any] = {"configuration": {"count": 3}, "runtime": runtime}
    return experiment(
        *draw(st.lists(activities(), max_size=4)),
        steady=tuple(draw(st.lists(activities(judged=True), max_size=2))),
        rollbacks=tuple(draw(st.lists(activities(), max_size=2))),
        **more,
    )


def assert_ended(journal: Journal, world: World) -> None:
    """In one outcome, in one sentence, in a document that every reader takes, and with all put right."""
    assert isinstance(journal.outcome, Outcome) or journal.refused
    document = json.loads(journal.as_json().encode())
    assert set(document) >= {"outcome", "status", "run", "rollbacks"}
    assert "Traceback" not in journal.reason
    assert "\n" not in journal.reason
    assert all(world.lights.values()) or journal.undo_failed
    assert "\n" not in page(document).headline
    assert as_chaos_toolkit(journal, Runtime()).status


def assert_written(events: list[Progress], journal: Journal) -> None:
    """Its lines, of which each is read again, tell the run as its document does."""
    lines = [as_line(event, NOON) for event in events]
    assert not any("\n" in each for each in lines)
    document = read_lines("\n".join(lines))
    ended = json.loads(journal.as_json())
    assert (document["outcome"], document["reason"]) == (ended["outcome"], ended["reason"])
    assert all(isinstance(line(event), str) for event in events)


@PATIENT
@given(odd_experiments(), st.booleans(), st.sampled_from([None, *DryMode]))
def test_no_run_is_too_odd(made: Experiment, dry: bool, left_out: DryMode | None) -> None:
    world, watcher = Odd(), Watcher()
    journal = run(made, world.host(dry=dry, left_out=left_out, progress=watcher))
    assert_ended(journal, world)
    assert_written(watcher.events, journal)


@pytest.mark.parametrize("word", ["title", "name", "type", "status", "run", "before", "lights"])
def test_a_secret_may_be_a_word_of_the_journal(word: str) -> None:
    world, watcher = Odd(), Watcher()
    made = experiment(action("put_out", name="a"), secrets={"group": {"token": word}}, source={"title": "x"})
    journal = run(made, world.host(progress=watcher))
    assert journal.outcome is Outcome.PASSED
    assert_ended(journal, world)
    assert_written(watcher.events, journal)


def test_an_error_without_words_is_that_of_its_activity() -> None:
    journal = run(experiment(action("mumble")), Odd().host())
    assert (journal.outcome, journal.reason) == (Outcome.ACTION_ERROR, "mumble: Unsayable")


#: Every key that a run looks at, on a world without a network and without programs.
LIGHTS = """\
title: The light ${name}
description: It goes out and on again
configuration:
  name: a
  short: 0.001
  home: {type: env, key: HOME, default: x}
  asked: {type: probe, provider: {type: python, module: cowbane.world, func: say, arguments: {word: asked}}}
secrets:
  group: {token: {type: env, key: TOKEN}, deeper: {inline: hidden}}
dry: null
controls: [{name: mine, provider: {type: python, module: os.path}}]
runtime:
  deadline: 5
  hypothesis: {strategy: continuously, frequency: 1ms, fail_fast: 50, recovered: {timeout: 2ms, every: 1ms}}
  rollbacks: {strategy: always}
steady-state-hypothesis:
  title: It is on
  controls: [{ref: mine}]
  probes:
  - type: probe
    name: lit
    tolerance: true
    until: {timeout: 2ms, every: 1ms}
    provider: {type: python, module: cowbane.world, func: is_on, arguments: {name: "${name}"}}
  - {ref: lit, tolerance: {type: range, range: [0, 1]}}
method:
- type: action
  name: out
  background: true
  save_as: killed
  timeout: 3
  pauses: {before: 0.001, after: "${short}"}
  controls: [{ref: mine}]
  provider:
    {type: python, module: cowbane.world, func: put_out, secrets: [group], arguments: {name: "${name}"}}
- type: probe
  name: said
  dry: actions
  tolerance: {type: regex, pattern: .}
  provider: {type: python, module: cowbane.world, func: say, arguments: {word: "${killed.0} $token"}}
- ref: lit
- type: probe
  name: judged
  tolerance:
    {type: probe, name: judge, provider: {type: python, module: cowbane.world, func: judge}}
  provider: {type: python, module: cowbane.world, func: odd, arguments: {which: 3}}
rollbacks:
- {ref: said, background: true}
- {type: action, name: back, provider: {type: python, module: cowbane.world, func: say, arguments: {word: b}}}
"""
DATA = yaml.safe_load(LIGHTS)
#: A long wait is ended from outside; many short ones would take too long here.
TREES = trees(
    words(DATA) | {"odd", "leave", "crash", "mumble", "fail", "stop_now"},
    st.sampled_from([-1, 0, 1e-6, 0.001, 1e300, 10**400, 9223372036, float("nan")]),
)
POLICY = replace(
    Policy.laptop(), modules=("cowbane.*",), controls=("os.path",), executables=(), http_hosts=()
)


def test_the_lights_go_out_and_on_again() -> None:
    made, problems = read_data(DATA, "f")
    assert made, [str(each) for each in problems]
    world = Odd()
    journal = run(made, world.host(policy=POLICY, environment={"TOKEN": "secret"}))
    assert journal.outcome is Outcome.DEVIATED
    assert "out a" in world.told


@st.composite
def loaded(draw: st.DrawFn) -> Experiment:
    """What the tree describes after up to three changes that leave it an experiment."""
    data: Json = DATA
    made, _ = read_data(data, "f")
    for _ in range(draw(st.integers(1, 3))):
        changed = draw(nearly(data, TREES, most=1))
        read, _ = read_data(changed, "f")
        data, made = (changed, read) if read else (data, made)
    assert made
    return made


@PATIENT
@given(loaded())
def test_no_loaded_tree_is_too_odd_to_be_run(made: Experiment) -> None:
    world, watcher = Odd(), Watcher()
    patience = Timer(0.2, world.stop.request, ["it takes too long"])
    patience.start()
    try:
        journal = run(made, world.host(policy=POLICY, environment={"TOKEN": "secret"}, progress=watcher))
        assert_ended(journal, world)
        assert_written(watcher.events, journal)
    finally:
        patience.cancel()
        patience.join()
