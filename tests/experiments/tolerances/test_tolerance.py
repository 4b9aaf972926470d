"""Every tolerance says what Chaos Toolkit says where that is sane, and a sentence where it is not."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import pytest
from chaoslib.hypothesis import within_tolerance

from experiments.failures import ActivityFailed
from experiments.tolerances.tolerance import met

POD = {"items": [{"p": "Running"}, {"p": "Pending"}]}

TABLE: list[tuple[object, object]] = [
    (True, True),
    (True, False),
    (True, 1),
    (True, {"status": True}),
    (False, 0),
    (False, None),
    (200, 200),
    (200, 200.0),
    (200, "200"),
    (200, {"status": 200}),
    (200, {"status": 503}),
    (200, {"code": 200}),
    (1, True),
    (0, None),
    ("ok", "ok"),
    ("ok", "OK"),
    ("ok", None),
    ([200, 204], {"status": 204}),
    ([200, 404], {"status": 300}),
    ([200, 204, 301], {"status": 301}),
    ([1, 3], 1),
    ([1, 3], 2),
    ([1, 3], 3),
    ([1, 3], 4),
    ([1.5, 2.5], 2),
    ([1, 2, 3], 2),
    ([1, 2, 3], 4),
    (["a"], "a"),
    (["a", "b", "c"], "c"),
    (["a", "b", "c"], "d"),
    ([], "a"),
    ({"type": "regex", "pattern": "^[0-9]+$"}, "42"),
    ({"type": "regex", "pattern": "^[0-9]+$"}, "x"),
    ({"type": "regex", "pattern": "ok", "target": "body"}, {"body": "all ok"}),
    ({"type": "regex", "pattern": "ok", "target": "body"}, {"body": "bad"}),
    ({"type": "range", "range": [1, 3]}, 2),
    ({"type": "range", "range": [1, 3]}, "2.5"),
    ({"type": "range", "range": [1, 3]}, "many"),
    ({"type": "range", "range": [1, 3]}, 3.0001),
    ({"type": "range", "range": [0.1, 0.3], "target": "body"}, {"body": "0.3"}),
    ({"type": "jsonpath", "path": "$.items[*].p"}, POD),
    ({"type": "jsonpath", "path": "$.items[*].q"}, POD),
    ({"type": "jsonpath", "path": "$.items[*].p", "count": 2}, POD),
    ({"type": "jsonpath", "path": "$.items[*].p", "count": 0}, POD),
    ({"type": "jsonpath", "path": "$.items[*].q", "count": 0}, POD),
    ({"type": "jsonpath", "path": "$.items[0].p", "expect": "Running"}, POD),
    ({"type": "jsonpath", "path": "$.items[*].p", "expect": "Running"}, POD),
    ({"type": "jsonpath", "path": "$.items[*].p", "expect": ["Running", "Pending"]}, POD),
    ({"type": "jsonpath", "path": "$.items[*].p", "expect": ["Pending", "Running"]}, POD),
    ({"type": "jsonpath", "path": "$.items[*].p", "expect": ["Running", "Pending"], "count": 9}, POD),
    ({"type": "jsonpath", "path": "$.items[0].p", "target": "body"}, {"body": POD}),
    ({"type": "jsonpath", "path": "$.a"}, '{"a": 1}'),
    ({"type": "jsonpath", "path": "$.a"}, b'{"a": 1}'),
    ({"type": "jsonpath", "path": "$.a"}, "no json"),
    ({"type": "jsonpath", "path": "$"}, "no json"),
]

#: Chaos Toolkit raises for these, and the run ends with a traceback.
RAISING: list[tuple[object, object]] = [
    ({"type": "regex", "pattern": "x"}, 42),
    ({"type": "regex", "pattern": "x"}, None),
    ({"type": "regex", "pattern": "("}, "x"),
    ({"type": "regex", "pattern": "y", "target": "body"}, "text"),
    ({"type": "range", "range": [1, 3]}, None),
    ({"type": "range", "range": ["low", "high"]}, 2),
    ({"type": "jsonpath", "path": "$.items["}, POD),
    ([1, 3], None),
    ([1, 3], {"code": 2}),
]


@pytest.mark.parametrize(("tolerance", "value"), TABLE, ids=repr)
def test_a_verdict_is_that_of_chaos_toolkit(tolerance: object, value: object) -> None:
    theirs = bool(within_tolerance(copy.deepcopy(tolerance), copy.deepcopy(value)))
    assert met(tolerance, value).met is theirs


@pytest.mark.parametrize(("tolerance", "value"), RAISING, ids=repr)
def test_a_type_mismatch_is_not_met_with_a_sentence(tolerance: object, value: object) -> None:
    verdict = met(tolerance, value)
    assert not verdict.met
    assert verdict.expected
    assert verdict.found


@pytest.mark.parametrize(
    ("tolerance", "value", "expected"),
    [
        (["Running", "Succeeded"], "Scheduled", False),
        (["Running", "Succeeded"], "Succeeded", True),
        ({"type": "range", "range": ["1", "3"]}, 2, True),
        (0.5, 0.5, True),
        (None, None, False),
        ({"type": "unheard"}, 1, False),
        ({}, 1, False),
        ({"type": "jsonpath-rfc9535", "path": "$.items[?@.p=='Pending'].p"}, POD, True),
        ({"type": "jsonpath-rfc9535", "path": "$.items[?@.p=='Gone'].p"}, POD, False),
        ({"type": "jsonpath-rfc9535", "path": "$.items[?("}, POD, False),
        ({"type": "jsonpath-rfc9535", "path": "$"}, 3, True),
    ],
)
def test_where_we_leave_chaos_toolkit(tolerance: object, value: object, expected: bool) -> None:
    assert met(tolerance, value).met is expected


@pytest.mark.parametrize(
    ("tolerance", "value", "sentence"),
    [
        (True, False, "expected true, got false"),
        (200, {"status": 503}, "expected status 200, got status 503"),
        ([200, 204], {"status": 503}, "expected status one of 200, 204, got status 503"),
        ([1, 3], 4, "expected a number from 1 to 3, got 4"),
        ({"type": "regex", "pattern": "ok"}, None, 'expected text matching "ok", got null, which is no text'),
        ({"type": "jsonpath", "path": "$.a", "count": 2}, {"a": 1}, "expected $.a to find 2, got 1"),
        ({"type": "jsonpath", "path": "$.a"}, {}, "expected $.a to find something, got nothing"),
    ],
)
def test_a_verdict_reads_as_a_sentence(tolerance: object, value: object, sentence: str) -> None:
    assert str(met(tolerance, value)) == sentence


def test_a_probe_is_asked_about_the_value() -> None:
    asked: list[object] = []

    def ask(tolerance: Mapping[str, object], value: object) -> object:
        asked.append(value)
        return value == 7

    assert met({"type": "probe", "name": "is-seven"}, 7, ask).met
    assert not met({"type": "probe", "name": "is-seven"}, 8, ask).met
    assert asked == [7, 8]


def test_a_probe_that_fails_has_not_confirmed_the_value() -> None:
    def ask(tolerance: Mapping[str, object], value: object) -> object:
        raise ActivityFailed("no answer from the oracle")

    verdict = met({"type": "probe", "name": "oracle"}, 7, ask)
    assert not verdict.met
    assert str(verdict) == "expected oracle to accept 7, got no answer from the oracle"
