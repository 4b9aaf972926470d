"""Every tolerance says what Chaos Toolkit says where that is sane, and a sentence where it is not."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from time import perf_counter

import pytest
from chaoslib.hypothesis import within_tolerance
from hypothesis import given
from hypothesis import strategies as st

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
    (["Running", "Succeeded"], "Scheduled"),
    (["Running", "Succeeded"], "Pending"),
    ([False, True], True),
    ([True, False], True),
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


HTTP = {"status": 503, "headers": {"server": "x"}, "body": "no upstream"}
PROGRAM = {"status": 3, "stdout": "", "stderr": "no route to host\n"}


@pytest.mark.parametrize(
    ("tolerance", "value", "sentence"),
    [
        (True, False, "expected true, got false"),
        ("ok", b"bad", 'expected "ok", got "bad"'),
        (2, Decimal("2.5"), "expected 2, got 2.5"),
        (200, {"status": 503}, "expected status 200, got status 503"),
        (200, HTTP, "expected status 200, got status 503 Service Unavailable"),
        (200, {**HTTP, "status": 799}, "expected status 200, got status 799"),
        (0, PROGRAM, 'expected status 0, got status 3, stderr "no route to host"'),
        ("ok", HTTP, 'expected "ok", got a whole HTTP answer (status 503 Service Unavailable)'),
        (True, {**PROGRAM, "stderr": ""}, "expected true, got a program's whole answer (status 3)"),
        ([200, 204], HTTP, "expected status one of 200, 204, got status 503 Service Unavailable"),
        (["a", "b", "c"], "d", 'expected one of "a", "b", "c", got "d"'),
        ([], 1, "expected one of nothing, as the list is empty, got 1"),
        ([1, 3], 4, "expected a number from 1 to 3, got 4"),
        (["a", "c"], "d", 'expected a text in the alphabet from "a" to "c", got "d"'),
        ([None, 1], 1, "expected a value from null to 1, got 1"),
        (
            {"type": "range", "range": [1, 3]},
            "many",
            'expected a number from 1 to 3, got "many", which is no number',
        ),
        (
            {"type": "range", "range": [1, 3], "target": "stdout"},
            HTTP,
            "expected a number from 1 to 3, got a whole HTTP answer (status 503 Service Unavailable), "
            "which has no 'stdout'",
        ),
        (
            {"type": "range", "range": ["low", 3]},
            2,
            'expected a number from "low" to 3, which are no numbers, got 2',
        ),
        ({"type": "range", "range": 3}, 2, "expected a range of two numbers, not 3, got 2"),
        ({"type": "regex", "pattern": "ok"}, None, 'expected text matching "ok", got null, which is no text'),
        ({"type": "regex", "pattern": "ok"}, "bad", 'expected text matching "ok", got "bad"'),
        (
            {"type": "regex", "pattern": "ok", "target": "body"},
            "ok",
            'expected text matching "ok", got "ok", which has no \'body\'',
        ),
        (
            {"type": "regex", "pattern": "("},
            "ok",
            'expected text matching "(", which is no pattern (missing ), unterminated subpattern at '
            'position 0), got "ok"',
        ),
        (
            {"type": "jsonpath", "path": "$.a", "count": 2},
            {"a": 1},
            "expected $.a to find 2 matches, got 1: 1",
        ),
        (
            {"type": "jsonpath", "path": "$.*", "count": 1},
            [7, 8],
            "expected $.* to find 1 match, got 2: [7, 8]",
        ),
        ({"type": "jsonpath", "path": "$.a"}, {}, "expected $.a to find something, got nothing in {}"),
        (
            {"type": "jsonpath", "path": "$[0].p", "expect": "Running"},
            [{"p": "Pending"}],
            'expected $[0].p to find "Running", got "Pending"',
        ),
        (
            {"type": "jsonpath", "path": "$[*].p", "expect": "Running"},
            [{"p": "Running"}, {"p": "Pending"}],
            'expected $[*].p to find "Running", got ["Running", "Pending"]',
        ),
        ({"type": "jsonpath", "path": "$.*", "expect": []}, [7], "expected $.* to find nothing, got 7"),
        (
            {"type": "jsonpath", "path": "$.a", "target": "stdout"},
            HTTP,
            "expected $.a to find something, got nothing in a whole HTTP answer (status 503 Service "
            "Unavailable), which has no 'stdout'",
        ),
        (
            {"type": "jsonpath", "path": "$.a", "target": "body"},
            "no answer",
            "expected $.a to find something, got \"no answer\", which has no 'body'",
        ),
        (
            {"type": "jsonpath", "path": "$.a["},
            {},
            "expected a match of $.a[, which is no path of Chaos Toolkit's dialect: column 5: expected a "
            "name in double quotes, a number, *, a slice or a filter, got the end, got {}",
        ),
        (
            {"type": "unheard"},
            1,
            "expected a tolerance of type regex, range, jsonpath, jsonpath-rfc9535, probe, "
            'not "unheard", got 1',
        ),
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


def test_a_long_value_is_cut_between_words_so_that_no_half_secret_is_left() -> None:
    value = {"password": "hunter2" * 30}
    assert str(met("ok", value)) == 'expected "ok", got {"password": "...'


def test_a_number_of_thousands_of_digits_is_judged_and_not_written_out() -> None:
    assert len(str(met(1, 10**5000))) < 200
    assert not met([1, 10**5000], [10**5000]).met


def test_a_big_value_is_not_read_to_its_end_for_a_sentence() -> None:
    def items() -> list[object]:
        return [{"name": "pod"}] * 10**6

    began = perf_counter()
    assert len(str(met("ok", items()))) < 200
    assert perf_counter() - began < 0.5


class Hostile:
    """Raises wherever it is touched."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("do not compare me")

    def __repr__(self) -> str:
        raise RuntimeError("do not show me")

    def __hash__(self) -> int:
        return 0


@pytest.mark.parametrize(
    "tolerance",
    [1, "a", [1], [1, 2], {"type": "regex", "pattern": "."}, {"type": "jsonpath", "path": "$", "expect": 1}],
    ids=repr,
)
def test_a_value_that_cannot_be_compared_or_shown_is_not_met(tolerance: object) -> None:
    verdict = met(tolerance, Hostile())
    assert not verdict.met
    assert "Hostile" in str(verdict)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["$", "$.a[*]", "body"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just("status"), inner, max_size=3)
    ),
    max_leaves=10,
)
KEYS = st.sampled_from(["pattern", "range", "path", "expect", "count", "target"])
KINDS = st.sampled_from(["regex", "range", "jsonpath", "jsonpath-rfc9535", "probe", "other"])
MAPPINGS = st.builds(lambda kind, keys: {**keys, "type": kind}, KINDS, st.dictionaries(KEYS, JSON))
VALUES = JSON | st.binary() | st.decimals() | st.dates() | st.sets(st.integers())


@given(tolerance=JSON | MAPPINGS, value=VALUES)
def test_no_tolerance_raises_over_any_value(tolerance: object, value: object) -> None:
    assert str(met(tolerance, value)).startswith("expected ")
