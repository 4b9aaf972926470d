"""The times of an activity, its wait, and what it is judged by, depending on where it stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from experiment_text import ACTION, HEAD, PROBE, in_hypothesis, in_method, read, told

from experiments.model import Activity, Until


def only(text: str) -> Activity:
    (activity,) = read(text).activities()
    return activity


@pytest.mark.parametrize("timeout", ["3", "0.5", "'${limit}'"])
def test_a_timeout_is_seconds_or_a_name(timeout: str) -> None:
    text = in_method(f"{{{ACTION}, timeout: {timeout}}}")
    assert told(text) == []
    assert str(only(text).timeout) == timeout.strip("'")


@pytest.mark.parametrize("timeout", ["0", "-1", "true"])
def test_a_timeout_that_leaves_no_time_has_no_effect_as_in_chaos_toolkit(timeout: str) -> None:
    text = in_method(f"{{{ACTION}, timeout: {timeout}}}")
    assert told(text) == [
        f"f:4:115: warning: expected timeout in seconds above 0, found {timeout}; it has no effect"
    ]
    assert only(text).timeout is None


@pytest.mark.parametrize("timeout", ["'3'", "'${a}s'", "[1, 2]", "{}"])
def test_a_timeout_of_anything_else_is_an_error(timeout: str) -> None:
    (line,) = told(in_method(f"{{{ACTION}, timeout: {timeout}}}"))
    assert line.startswith("f:4:115: expected timeout in seconds above 0, or ${name}, found ")


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("{timeout: 30}", Until(timeout=30, every=1)),
        ("{timeout: 30s, every: 500ms}", Until(timeout=30, every=0.5)),
        ("{timeout: 2m, every: null}", Until(timeout=120, every=1)),
    ],
)
@pytest.mark.parametrize("place", [in_method, in_hypothesis])
def test_a_probe_with_a_tolerance_may_wait(until: str, expected: Until, place: Callable[[str], str]) -> None:
    text = place(f"{{{PROBE}, tolerance: true, until: {until}}}")
    assert told(text) == []
    assert only(text).until == expected


@pytest.mark.parametrize(
    ("activity", "line"),
    [
        (
            f"{{{PROBE}, until: {{timeout: 3}}}}",
            "f:4:105: 'until' needs a tolerance; add what the probe must answer",
        ),
        (
            f"{{{ACTION}, tolerance: true, until: {{timeout: 3}}}}",
            "f:4:123: 'until' is for probes; an action would be done again",
        ),
        (
            f"{{{PROBE}, tolerance: 1, until: 30s}}",
            "f:4:126: expected until as {timeout, every}, found '30s'",
        ),
        (f"{{{PROBE}, tolerance: 1, until: {{}}}}", "f:4:126: how long to ask is missing; add 'timeout'"),
        (
            f"{{{PROBE}, tolerance: 1, until: {{timeout: 1, evry: 1}}}}",
            "f:4:139: warning: unknown key 'evry' has no effect; did you mean 'every'?",
        ),
        (
            f"{{{PROBE}, tolerance: 1, until: {{timeout: 1, every: 0}}}}",
            "f:4:146: expected every as seconds or a duration like 500ms, 30s, 10m, 4h or 2d, more than 0, "
            "found 0",
        ),
    ],
)
def test_a_wait_that_cannot_be_is_told_in_its_place(activity: str, line: str) -> None:
    assert told(in_method(activity)) == [line]


@pytest.mark.parametrize("name", ["a", "_", "Found_1", "x9"])
def test_an_output_is_saved_under_a_name(name: str) -> None:
    assert only(in_method(f"{{{PROBE}, save_as: {name}}}")).save_as == name


@pytest.mark.parametrize("name", ["''", "a b", "a-b", "9x", "a.b", "ü", "[]"])
def test_what_is_no_name_saves_nothing(name: str) -> None:
    (line,) = told(in_method(f"{{{PROBE}, save_as: {name}}}"))
    assert line.startswith("f:4:114: expected a name of letters, digits and _, found ")


REFERRING = f"""\
title: t
description: d
steady-state-hypothesis:
  title: h
  probes:
  - {{{PROBE}, tolerance: 200, timeout: 5}}
method:
- {{ref: p}}
- {{ref: p, tolerance: 1}}
- {{ref: p, until: {{timeout: 1m}}, save_as: seen, dry: pause, timeout: 9}}
rollbacks:
- {{ref: p}}
- {{{PROBE.replace("name: p", "name: q")}, tolerance: true}}
"""


def test_outside_the_hypothesis_only_what_says_so_is_judged() -> None:
    assert told(REFERRING) == []
    experiment = read(REFERRING)
    assert [each.tolerance for each in experiment.method] == [None, 1, 200]
    assert [each.tolerance for each in experiment.rollbacks] == [None, True]


def test_an_item_that_refers_may_wait_save_be_limited_and_be_dry_by_itself() -> None:
    plain, _, own = read(REFERRING).method
    assert (plain.until, plain.save_as, plain.dry, plain.timeout) == (None, "", None, 5)
    assert (own.until, own.save_as, own.dry, own.timeout) == (Until(timeout=60), "seen", "pause", 9)


def test_a_tolerance_in_the_method_must_be_one() -> None:
    assert told(in_method(f"{{{PROBE}, tolerance: {{type: regex}}}}")) == [
        "f:4:116: a regex tolerance needs 'pattern'; add it"
    ]


def test_a_probe_of_the_hypothesis_may_run_in_the_background() -> None:
    text = in_hypothesis(f"{{{PROBE}, tolerance: 1, background: true}}")
    assert told(text) == []
    assert only(text).background is True


@pytest.mark.parametrize("pause", ["0", "1.5", "'${wait}'", "'${a}${b}'", "null"])
def test_a_pause_is_seconds_or_known_later(pause: str) -> None:
    assert told(in_method(f"{{{ACTION}, pauses: {{before: {pause}, after: {pause}}}}}")) == []


@pytest.mark.parametrize("pause", ["'5'", "-1", "true", "[1]", "'$wait'", "1e30", "9" * 299])
def test_a_pause_that_nobody_can_wait_for_is_an_error(pause: str) -> None:
    lines = told(f"{HEAD}rollbacks:\n- {{{ACTION}, pauses: {{before: {pause}}}}}\nmethod: []")
    assert [line.split(", found")[0] for line in lines if "warning" not in line] == [
        "f:4:123: expected before in seconds, or ${name}"
    ]
