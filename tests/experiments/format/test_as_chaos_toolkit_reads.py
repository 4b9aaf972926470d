"""An experiment's text means what it means in Chaos Toolkit, and says so where that is a surprise."""

from __future__ import annotations

import math
from datetime import date

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.format.document import Document, parse_document
from experiments.model import Json


def parsed(text: str) -> Document | list[str]:
    result = parse_document(text, name="f", as_chaos_toolkit=True)
    return result if isinstance(result, Document) else [str(each) for each in result]


def value(word: str) -> tuple[Json, list[str]]:
    document = parsed(f"a: {word}\n")
    assert isinstance(document, Document), document
    assert isinstance(document.data, dict)
    return document.data["a"], [str(each) for each in document.warnings]


@pytest.mark.parametrize(
    "word", ["text", "1", "-2", "0", "1.5", "true", "false", "null", "", "~", "'no'", '"010"']
)
def test_most_words_mean_the_same_everywhere(word: str) -> None:
    assert value(word) == (yaml.safe_load(word), [])


@pytest.mark.parametrize(
    ("word", "meant", "said"),
    [
        ("yes", True, "true"),
        ("No", False, "false"),
        ("ON", True, "true"),
        ("off", False, "false"),
        ("010", 8, "8"),
        ("-017", -15, "-15"),
        ("0b101", 5, "5"),
        ("0x_ff", 255, "255"),
        ("1_000", 1000, "1000"),
        ("1_000.5", 1000.5, "1000.5"),
        ("12:30:00", 45000, "45000"),
        ("1:30", 90, "90"),
        ("1e3", "1e3", "text"),
        ("-.5", "-.5", "text"),
        ("0o17", "0o17", "text"),
        ("089", "089", "text"),
    ],
)
def test_a_word_of_the_older_yaml_means_what_it_means_there(word: str, meant: Json, said: str) -> None:
    assert yaml.safe_load(word) == meant
    found, warnings = value(word)
    assert (found, type(found)) == (meant, type(meant))
    assert warnings == [
        f"f:1:4: warning: {word!r} is read as {said}, as Chaos Toolkit does; quote it if it is text"
    ]


@pytest.mark.parametrize("word", ["2026-11-30", "2026-11-30 10:00:00"])
def test_a_date_stays_text_and_is_told(word: str) -> None:
    assert isinstance(yaml.safe_load(word), date)
    assert value(word) == (
        word,
        [f"f:1:4: warning: {word!r} is text here and a date in Chaos Toolkit; quote it"],
    )


@pytest.mark.parametrize("digits", ["0x" + "f" * 5000, "0b" + "1" * 20_000, "1" + ":59" * 5000])
def test_digits_without_end_are_text(digits: str) -> None:
    assert value(digits) == (digits, [])


@settings(max_examples=500)
@given(st.from_regex(r"[-+.0-9a-fxoXO_:eETZ ]{1,12}|[a-zA-Z]{1,5}", fullmatch=True))
def test_no_word_means_something_else_without_a_warning(word: str) -> None:
    try:
        theirs = yaml.safe_load(f"a: {word}\n")["a"]
    except (yaml.YAMLError, ValueError, TypeError):
        return
    document = parsed(f"a: {word}\n")
    if not isinstance(document, Document):
        assert isinstance(theirs, float)
        assert not math.isfinite(theirs)
        return
    assert isinstance(document.data, dict)
    ours = document.data["a"]
    same = type(ours) is type(theirs) and ours == theirs
    assert same or (isinstance(theirs, date) and document.warnings)


@pytest.mark.parametrize("word", ["0123", "1_000", "yes", "12:30", "2026-01-01"])
def test_no_warning_quotes_a_secret(word: str) -> None:
    document = parsed(f"secrets: {{a: {{b: {word}}}}}\n")
    assert isinstance(document, Document)
    assert document.warnings
    assert all(word not in str(each) for each in document.warnings)


def test_the_last_of_two_keys_counts_and_is_told() -> None:
    document = parsed("a: {b: 1}\nc: 2\na: 3\n")
    assert isinstance(document, Document)
    assert document.data == {"a": 3, "c": 2} == yaml.safe_load("a: {b: 1}\nc: 2\na: 3\n")
    assert [str(each) for each in document.warnings] == [
        "f:3:1: warning: duplicate key 'a'; the first is at line 1, keep one of them, this one counts"
    ]
    assert document.at("a").line == 3


def test_a_key_that_is_no_text_becomes_one() -> None:
    document = parsed("404: x\nno: y\n")
    assert isinstance(document, Document)
    assert document.data == {"404": "x", "no": "y"}
    assert [str(each) for each in document.warnings] == [
        "f:1:1: warning: expected text as a key, found '404'; quote it",
        "f:2:1: warning: expected text as a key, found 'no'; quote it",
    ]


def test_json_has_no_such_words() -> None:
    document = parse_document('{"a": "no", "b": 1e3, "a": "yes"}', name="f", json=True, as_chaos_toolkit=True)
    assert isinstance(document, Document)
    assert document.data == {"a": "yes", "b": 1000.0}
    assert len(document.warnings) == 1


def test_files_that_are_ours_alone_are_read_strictly() -> None:
    problems = parse_document("a: 1\na: no\n404: x\n", name="f")
    assert isinstance(problems, list)
    assert [str(each) for each in problems] == [
        "f:2:1: duplicate key 'a'; the first is at line 1, keep one of them",
        "f:3:1: expected text as a key, found '404'; quote it",
    ]
    strict = parse_document("on: 12:30\n", name="f")
    assert isinstance(strict, Document)
    assert strict.data == {"on": "12:30"}
