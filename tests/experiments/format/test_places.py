"""What is told of a file stands where an editor shows it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_files import PATIENT

from experiments.format.document import Document, parse_document
from experiments.format.problem import Position

pytestmark = pytest.mark.properties


def read(text: str, *, as_json: bool = False) -> Document:
    document = parse_document(text, name="f", json=as_json)
    assert isinstance(document, Document), [str(each) for each in document]
    return document


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_a_line_counts(end: str) -> None:
    assert read(f"a: 1{end}{end}b: 2{end}").key_at("b") == Position(line=3, column=1)


@pytest.mark.parametrize("no_end", ["\x85", "\u2028", "\u2029"])
def test_what_only_yaml_takes_for_the_end_of_a_line_does_not(no_end: str) -> None:
    assert read(f"a: 1 # {no_end}b: 2").key_at("b") == Position(line=1, column=9)


def test_a_line_of_json_ends_as_any_other() -> None:
    problems = parse_document('{\r"a": 1,\r"b" 2}', name="f", json=True)
    assert not isinstance(problems, Document)
    assert [str(each) for each in problems] == ["f:3:5: not JSON: expecting ':' delimiter"]


@PATIENT
@given(st.text() | st.text('a\U0001f600\x7f\u2028\ufeff\\"\n'), st.booleans(), st.booleans())
def test_no_text_of_json_moves_what_stands_behind_it(said: str, ascii_only: bool, lines: bool) -> None:
    text = json.dumps({"first": said, "second": said}, ensure_ascii=ascii_only, indent=1 if lines else None)
    before = text[: text.index('"second"')]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert read(text, as_json=True).key_at("second") == Position(line=line, column=column)


def test_what_would_move_the_cursor_is_escaped() -> None:
    problems = parse_document('"\\e[31m\\n": 1\n? [a]\n: 2\n', name="a\x1b[2J.yaml")
    assert not isinstance(problems, Document)
    assert [str(each) for each in problems] == [
        "a\\x1b[2J.yaml:2:3: expected text as a key, found a list or a mapping"
    ]
