"""Whatever an experiment does, its run ends in one outcome and a journal that can be read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_world import World, action, experiment, probe

from experiments.engine.run import run
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

pytestmark = pytest.mark.properties
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


class Broken:
    """An output that cannot even be shown."""

    def __repr__(self) -> str:
        raise ValueError("no")


def _circle() -> list[object]:
    circle: list[object] = []
    circle.append(circle)
    return circle


OUTPUTS: list[object] = [
    None,
    {1, "a"},
    b"\xff",
    object(),
    Broken(),
    _circle(),
    float("nan"),
    {("a", 1): 2},
    "\ud800",
    range(3),
    Exception("x"),
    {"status": 200, "body": "x"},
    10**400,
]


class Odd(World):
    """Answers with what no JSON can hold."""

    def odd(self, which: int) -> object:
        return OUTPUTS[which]

    def leave(self) -> None:
        raise SystemExit(1)

    def crash(self) -> None:
        raise RecursionError("too deep")


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
                "provider": st.just({"type": "python", "module": "cowbane.world", "func": "say"}),
            },
        )
    ),
    max_leaves=4,
)
BODIES = st.one_of(
    st.integers(0, len(OUTPUTS) - 1).map(lambda which: probe("odd", tolerance=None, which=which)),
    st.sampled_from(
        [
            action("say", word="${saved.body}"),
            action("say", word="${saved}"),
            action("put_out", name="a"),
            action("put_out", name="b"),
            action("fail"),
            action("leave"),
            action("crash"),
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


@PATIENT
@given(odd_experiments(), st.booleans(), st.sampled_from([None, *DryMode]))
def test_no_run_is_too_odd(made: Experiment, dry: bool, left_out: DryMode | None) -> None:
    world = Odd()
    journal = run(made, world.host(dry=dry, left_out=left_out))
    assert isinstance(journal.outcome, Outcome) or journal.refused
    assert set(json.loads(journal.as_json().encode())) >= {"outcome", "status", "run", "rollbacks"}
    assert world.lights == {"a": True, "b": True} or journal.undo_failed
