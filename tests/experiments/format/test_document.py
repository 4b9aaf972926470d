"""Text becomes data with positions, or one line for each reason why not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.format.document import SIZE_LIMIT, Document, parse_document, read_document
from experiments.format.problem import Position
from experiments.model import Json

#: On a busy machine an example may take long.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    # NEL and its kin break lines inside YAML text, which JSON written as YAML must not contain
    | st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff")
    ),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc:# -é", max_size=9), inner, max_size=4)
    ),
    max_leaves=20,
)


def told(text: str, *, json: bool = False) -> list[str]:
    """What a person is told of the text."""
    result = parse_document(text, name="f", json=json)
    assert not isinstance(result, Document), f"no problem in {result}"
    return [str(problem) for problem in result]


def read(text: str, *, json: bool = False) -> Document:
    """The text, which has no problem."""
    result = parse_document(text, name="f", json=json)
    assert isinstance(result, Document), [str(problem) for problem in result]
    return result


def bomb(levels: int) -> str:
    """A file of a few hundred bytes that stands for 10**levels values."""
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("true", True),
        ("False", False),
        ("on", "on"),
        ("no", "no"),
        ("y", "y"),
        ("~", None),
        ("", None),
        ("null", None),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("-3", -3),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("2026-01-01", "2026-01-01"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("=", "="),
        ("'5'", "5"),
        ('"true"', "true"),
        ("!!str 5", "5"),
        ("!!float 5", 5),
        ("! 5", "5"),
    ],
)
def test_a_word_means_what_yaml_1_2_says(word: str, value: Json) -> None:
    found = read(f"a: {word}").data
    assert found == {"a": value}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "f:1:1: the file is empty"),
        ("# nothing\n", "f:1:1: the file is empty"),
        ("a: [1, 2", "f:1:9: not YAML: did not find expected ',' or ']'"),
        ("a: b: c", "f:1:5: not YAML: mapping values are not allowed in this context"),
        ("a: 'x", "f:1:6: not YAML: found unexpected end of stream"),
        (
            "a:\n\t- b",
            "f:2:1: not YAML: found character that cannot start any token; indent with spaces, not tabs",
        ),
        ("a: é\x07", "f:1:5: not YAML: the character U+0007 is not allowed"),
        ("a: 1\nb: 2\na: 3", "f:3:1: duplicate key 'a'; the first is at line 1, keep one of them"),
        ("a: 1\n---\nb: 2", "f:2:1: expected one document, found a second one; put it into its own file"),
        ("a: &x [*x]", "f:1:8: *x contains itself; write the value out"),
        ("a: *x", "f:1:4: *x names no anchor above it; expected &x before"),
        (bomb(9), "f:5:10: aliases repeat more than 20000 values; write fewer of them"),
        ("[" * 300_000, "f:1:101: nested deeper than 100 levels; flatten it"),
        ("1: 2", "f:1:1: expected text as a key, found '1'; quote it"),
        ("1e999: 2", "f:1:1: expected text as a key, found '1e999'; quote it"),
        ("[" + "1," * 50_000 + "]", "f:1:100000: more than 50000 keys and values; split the file"),
        ("? [a]\n: 1", "f:1:3: expected text as a key, found a list or a mapping"),
        ("a: {<<: 3}", "f:1:9: expected a mapping, or a list of them, after <<"),
        (
            "a: !!python/name:os.x ",
            "f:1:4: the tag !!python/name:os.x is not supported; write the value without it",
        ),
        ("a: !own {b: 1}", "f:1:4: the tag !own is not supported; write the value without it"),
        ("a: !!int x", "f:1:4: expected int after !!int, found 'x'"),
        ("a: .inf", "f:1:4: expected a finite number, found '.inf'; quote it if it is text"),
        ("a: 1e999", "f:1:4: expected a finite number, found '1e999'; quote it if it is text"),
    ],
)
def test_bad_yaml_is_one_line(text: str, line: str) -> None:
    assert told(text) == [line]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a": 1,}', "f:1:9: not JSON: expecting property name enclosed in double quotes"),
        ('{\n  "a": on\n}', "f:2:8: not JSON: expecting value"),
        ('{"a": 1, "a": 2}', "f:1:10: duplicate key 'a'; the first is at line 1, keep one of them"),
        ("[NaN]", "f:1:2: not JSON: expected a value, found 'NaN'"),
        ("[" * 100_000, "f:1:1: nested deeper than 100 levels; flatten it"),
        ("[" * 200 + "]" * 200, "f:1:101: nested deeper than 100 levels; flatten it"),
        ("{} {}", "f:1:4: not JSON: extra data"),
    ],
)
def test_bad_json_is_one_line(text: str, line: str) -> None:
    assert told(text, json=True) == [line]


def test_every_duplicate_and_every_odd_key_is_told_at_once() -> None:
    assert told("a: 1\na: 2\nb: {c: 1, c: 2}\n3: .nan") == [
        "f:2:1: duplicate key 'a'; the first is at line 1, keep one of them",
        "f:3:11: duplicate key 'c'; the first is at line 3, keep one of them",
        "f:4:1: expected text as a key, found '3'; quote it",
    ]


def test_keys_and_values_know_their_places() -> None:
    document = read("a:\n  b: [1, {c: 2}]\n")
    assert document.at("a", "b", 1, "c") == Position(line=2, column=14)
    assert document.key_at("a", "b", 1, "c") == Position(line=2, column=11)
    assert document.key_at("a", "b", 1) == Position(line=2, column=10)
    assert document.at("a", "missing", "deeper") == document.at("a") == Position(line=2, column=3)


def test_json_knows_its_places_behind_characters_that_yaml_wants_escaped() -> None:
    document = read('{\n\t"a":\t"\\ud83d\\ude00 \x7f\u2028",\n\t"b": [1e5]\n}', json=True)
    assert document.data == {"a": "😀 \x7f\u2028", "b": [1e5]}
    assert document.at("b", 0) == Position(line=3, column=8)


def test_an_alias_stands_where_it_is_written_and_its_content_where_it_was() -> None:
    document = read("a: &x {b: 1}\nc: *x\n")
    assert document.data == {"a": {"b": 1}, "c": {"b": 1}}
    assert document.at("c") == Position(line=2, column=4)
    assert document.at("c", "b") == Position(line=1, column=11)


def test_a_merge_gives_way_to_what_the_mapping_says_itself_and_to_earlier_ones() -> None:
    document = read("x: &x {a: 1, b: 1, c: 1}\ny: &y {a: 2, d: 2}\nz:\n  <<: [*x, *y]\n  b: 3\n")
    assert isinstance(document.data, dict)
    assert document.data["z"] == {"a": 1, "b": 3, "c": 1, "d": 2}


def test_in_json_nothing_is_merged() -> None:
    assert read('{"<<": {"a": 1}}', json=True).data == {"<<": {"a": 1}}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a: 1\nb: \xff", ":2:4: not UTF-8 text; save the file as UTF-8"),
        (b"#" * (SIZE_LIMIT + 1), f":1:1: larger than {SIZE_LIMIT} bytes; split it"),
        (None, ":1:1: cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, content: bytes | None, line: str) -> None:
    path = tmp_path / "f.yaml"
    if content is not None:
        path.write_bytes(content)
    problems = read_document(path)
    assert not isinstance(problems, Document)
    assert [str(problem) for problem in problems] == [f"{path}{line}"]


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    problems = read_document(tmp_path, name="here")
    assert not isinstance(problems, Document)
    assert [str(problem) for problem in problems] == ["here:1:1: cannot be read: Is a directory"]


def test_the_name_of_a_file_says_how_to_read_it_and_a_byte_order_mark_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_text('\ufeff{"a": "on"}', encoding="utf-8")
    document = read_document(path, name="f.json")
    assert isinstance(document, Document)
    assert document.data == {"a": "on"}


@PATIENT
@given(JSON_VALUES)
def test_what_json_writes_is_read_back(value: Json) -> None:
    assert read(json.dumps(value), json=True).data == value
    assert read(json.dumps(value, ensure_ascii=False), json=True).data == value


@PATIENT
@given(JSON_VALUES)
def test_json_is_yaml(value: Json) -> None:
    assert read(json.dumps(value, ensure_ascii=False, indent=2)).data == value


@PATIENT
@given(st.text() | st.text("{}[]:,-&*!|>'\"%@` \n\tab1#?<"), st.booleans())
def test_no_text_is_too_odd(text: str, as_json: bool) -> None:
    result = parse_document(text, name="f", json=as_json)
    assert isinstance(result, Document) or all("\n" not in str(problem) for problem in result)
