"""How a run goes: strategies, deadline, dry; theirs are read as they read them, ours are checked."""

from __future__ import annotations

import pytest
from experiment_text import ACTION, HEAD, in_method, read, told

from experiments.model import DryMode, HypothesisStrategy, RollbackStrategy, Runtime, Until


def runtime(text: str) -> str:
    """A file whose runtime begins at line 4, column 10."""
    return f"{HEAD}method: []\nruntime: {text}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Runtime()),
        ("{}", Runtime()),
        ("{hypothesis: null, rollbacks: {}}", Runtime()),
        *(
            (f"{{hypothesis: {{strategy: {each.value}}}}}", Runtime(hypothesis=each))
            for each in HypothesisStrategy
        ),
        *(
            (f"{{rollbacks: {{strategy: {each.value}}}}}", Runtime(rollbacks=each))
            for each in RollbackStrategy
        ),
        ("{deadline: 90}", Runtime(deadline=90)),
        ("{deadline: 1.5}", Runtime(deadline=1.5)),
        ("{deadline: 10m}", Runtime(deadline=600)),
        ("{deadline: 4h}", Runtime(deadline=4 * 3600)),
        ("{deadline: 2d}", Runtime(deadline=2 * 24 * 3600)),
        ("{hypothesis: {frequency: 500ms}}", Runtime(frequency=0.5)),
        ("{hypothesis: {frequency: 3}}", Runtime(frequency=3)),
        ("{hypothesis: {fail_fast: true}}", Runtime(fail_fast=0)),
        ("{hypothesis: {fail_fast: false}}", Runtime()),
        ("{hypothesis: {fail_fast: 12.5}}", Runtime(fail_fast=12.5)),
        ("{hypothesis: {recovered: true}}", Runtime(recovered=Until(timeout=0))),
        ("{hypothesis: {recovered: false}}", Runtime()),
        ("{hypothesis: {recovered: {timeout: 2m}}}", Runtime(recovered=Until(timeout=120, every=1))),
        ("{hypothesis: {recovered: {timeout: 0, every: 5}}}", Runtime(recovered=Until(timeout=0, every=5))),
    ],
)
def test_a_runtime_is_read(text: str, expected: Runtime) -> None:
    assert told(runtime(text)) == []
    assert read(runtime(text)).runtime == expected


def test_the_misspelling_of_chaos_toolkit_is_understood() -> None:
    text = runtime("{hypothesis: {strategy: continously}}")
    assert told(text) == ["f:4:34: warning: 'continously' is read as 'continuously'; write it so"]
    assert read(text).runtime.hypothesis is HypothesisStrategy.CONTINUOUSLY


DURATION = "seconds or a duration like 500ms, 30s, 10m, 4h or 2d"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("3", "f:4:10: expected runtime as a mapping, found 3"),
        ("{hypothesis: x}", "f:4:23: expected hypothesis as a mapping, found 'x'"),
        ("{rollbacks: {strategy: 3}}", "f:4:33: expected one of default, always, never, deviated, found 3"),
        ("{deadline: soon}", f"f:4:21: expected deadline as {DURATION}, found 'soon'"),
        ("{deadline: 10 m}", f"f:4:21: expected deadline as {DURATION}, found '10 m'"),
        ("{deadline: -1}", f"f:4:21: expected deadline as {DURATION}, found -1"),
        ("{deadline: 0s}", f"f:4:21: expected deadline as {DURATION}, more than 0, found '0s'"),
        ("{deadline: true}", f"f:4:21: expected deadline as {DURATION}, found true"),
        ("{deadline: 999999999999d}", f"f:4:21: expected deadline as {DURATION}, found '999999999999d'"),
        ("{hypothesis: {frequency: 0}}", f"f:4:35: expected frequency as {DURATION}, more than 0, found 0"),
        (
            "{hypothesis: {fail_fast: 101}}",
            "f:4:35: expected fail_fast true, false or a percentage from 0 to 100, found 101",
        ),
        (
            "{hypothesis: {recovered: 3}}",
            "f:4:35: expected recovered true, false or {timeout, every}, found 3",
        ),
        ("{hypothesis: {recovered: {}}}", "f:4:35: how long to ask is missing; add 'timeout'"),
    ],
)
def test_a_bad_runtime_is_told_in_its_place(text: str, line: str) -> None:
    assert told(runtime(text)) == [line]


@pytest.mark.parametrize("mode", list(DryMode))
def test_a_dry_mode_stands_at_the_top_and_at_an_activity(mode: DryMode) -> None:
    experiment = read(in_method(f"{{{ACTION}, dry: {mode.value}}}", f"dry: {mode.value}"))
    assert (experiment.dry, experiment.method[0].dry) == (mode, mode)


@pytest.mark.parametrize("nothing", ["", "false", "''"])
def test_no_dry_mode_leaves_nothing_out(nothing: str) -> None:
    assert read(in_method(f"{{{ACTION}, dry: {nothing}}}", f"dry: {nothing}")).dry is None


def test_whoever_says_dry_true_means_everything() -> None:
    text = in_method(f"{{{ACTION}}}", "dry: true")
    assert told(text) == [
        "f:5:6: warning: expected one of probes, actions, activities, pause, found true; read as activities"
    ]
    assert read(text).dry is DryMode.ACTIVITIES


def test_a_dry_mode_that_nobody_knows_runs_nothing() -> None:
    assert told(in_method(f"{{{ACTION}}}", "dry: action")) == [
        "f:5:6: expected one of probes, actions, activities, pause, found 'action'; did you mean 'actions'?"
    ]
