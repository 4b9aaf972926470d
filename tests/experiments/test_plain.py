"""Whatever a function returns becomes JSON data that says the same, and nothing breaks it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from experiments.model import Json
from experiments.plain import DEEPEST, plain, text, written


class Colour(Enum):
    RED = "red"


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


CIRCLE: list[object] = [1]
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, None),
        (1.5, 1.5),
        (float("nan"), "nan"),
        ((1, "a"), [1, "a"]),
        ({2, 1}, [1, 2]),
        ({1: {"a": b"x"}}, {"1": {"a": "x"}}),
        ({(1, 2): 3}, {"[1, 2]": 3}),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (Decimal("1.10"), "1.10"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Colour.RED, "red"),
        (ValueError("x"), "ValueError('x')"),
        (Unspeakable(), "<Unspeakable that cannot be shown: RuntimeError>"),
        (CIRCLE, [1, "<contains itself>"]),
        (b"\xff", "\ufffd"),
    ],
)
def test_any_value_becomes_json_data(value: object, said: Json) -> None:
    assert plain(value) == said
    json.dumps(plain(value))


class Pod:
    """As the Kubernetes client has them."""

    def to_dict(self) -> dict[str, object]:
        return {"name": "a", "labels": {"app"}}


class Array:
    """As numpy has them."""

    def tolist(self) -> list[int]:
        return [1, 2]


class Anything:
    """Answers to any name, as mocks do."""

    def __getattr__(self, name: str) -> Anything:
        return self

    def __repr__(self) -> str:
        return "anything"


class Turned(Pod):
    def to_dict(self) -> dict[str, object]:
        raise ValueError("not now")

    def __repr__(self) -> str:
        return "turned"


class Itself:
    def to_dict(self) -> dict[str, object]:
        return {"me": self}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Pod(), {"name": "a", "labels": ["app"]}),
        (Array(), [1, 2]),
        (Anything(), "anything"),
        (Turned(), "turned"),
        (Itself(), {"me": "<contains itself>"}),
        (int, "<class 'int'>"),
    ],
)
def test_what_knows_itself_as_data_is_taken_at_its_word(value: object, said: Json) -> None:
    assert plain(value) == said


class Half(Mapping[str, int]):
    """Breaks while it is read."""

    def __getitem__(self, key: str) -> int:
        if key == "b":
            raise ConnectionError("gone")
        return 1

    def __iter__(self) -> Iterator[str]:
        return iter("ab")

    def __len__(self) -> int:
        return 2


class Stuck(list[int]):
    def __iter__(self) -> Iterator[int]:
        yield 1
        raise SystemExit(3)


def test_what_cannot_be_read_to_its_end_keeps_what_was_read() -> None:
    assert plain(Half()) == {"a": 1, "...": "<Half that cannot be shown: ConnectionError>"}
    assert plain([Stuck()]) == [[1, "<Stuck that cannot be shown: SystemExit>"]]


def test_keys_that_become_the_same_text_lose_no_value() -> None:
    assert plain({1: "a", "1": "b", None: "c", "None": "d"}) == {
        "1": "a",
        "1 (str)": "b",
        "None": "c",
        "None (str)": "d",
    }
    assert plain({(1,): 0, "[1]": 1, b"[1]": 2, "[1] (bytes)": 3}) == {
        "[1]": 0,
        "[1] (str)": 1,
        "[1] (bytes)": 2,
        "[1] (bytes) (str)": 3,
    }


def test_a_generator_is_not_used_up() -> None:
    numbers = (number for number in range(3))
    assert str(plain(numbers)).startswith("<generator object")
    assert list(numbers) == [0, 1, 2]


def test_what_is_too_deep_ends_in_words() -> None:
    deep: object = "bottom"
    for _ in range(100_000):
        deep = [deep]
    said = written(plain(deep))
    assert f"nested deeper than {DEEPEST}" in said
    while isinstance(deep, list) and deep:  # taken apart by hand: Python frees it level by level
        deep = deep.pop()


def test_a_number_that_python_does_not_print_is_printed() -> None:
    assert plain(10**6000) == hex(10**6000)
    assert plain(2**64) == 2**64


@pytest.mark.parametrize(
    ("words", "said"), [("a\ud800b", "a\\ud800b"), ("\udcff", "\\udcff"), ("\U0001f955 é", "\U0001f955 é")]
)
def test_half_a_character_is_escaped_and_whole_ones_are_not(words: str, said: str) -> None:
    assert text(words) == said
    assert plain({words: [words]}) == {said: [said]}


ANYTHING = some.recursive(
    some.one_of(
        some.none(),
        some.booleans(),
        some.integers(),
        some.floats(),
        some.binary(),
        some.text(some.characters()),
        some.builds(object),
        some.decimals(),
        some.datetimes(),
    ),
    lambda inner: some.lists(inner) | some.dictionaries(some.text() | some.integers() | some.none(), inner),
    max_leaves=20,
)


@given(ANYTHING)
def test_any_value_is_written_and_read_again(value: object) -> None:
    data = plain(value)
    assert json.loads(written(data), parse_constant=pytest.fail) == data
    assert plain(data) == data


@given(ANYTHING)
def test_whatever_is_handed_over_as_data_is_written(value: object) -> None:
    json.loads(written(value), parse_constant=pytest.fail)
