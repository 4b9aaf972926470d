"""Whatever stands in a file ends in an experiment or in problems, each on one line: never in a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from experiment_text import WHOLE, told
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.format.activity import read_activity
from experiments.format.check import check_experiment
from experiments.format.document import Document, read_document
from experiments.format.expansion import Place
from experiments.format.problem import Problem, Severity
from experiments.format.reader import read_data
from experiments.library import OurLibrary
from experiments.model import Json

pytestmark = pytest.mark.properties

#: On a busy machine an example may take long.
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
DATA: Json = yaml.safe_load(WHOLE)


def places(value: Json, place: Place = ()) -> Iterator[Place]:
    """The way to everything below a value."""
    items: list[tuple[str | int, Json]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, inner in items:
        yield (*place, key)
        yield from places(inner, (*place, key))


PLACES = list(places(DATA))
KEYS = st.sampled_from(sorted({key for place in PLACES for key in place if isinstance(key, str)} | {"ref"}))
LEAVES: st.SearchStrategy[Json] = (
    st.none() | st.booleans() | st.integers() | st.floats() | KEYS | st.text(max_size=5) | st.just("${name}")
)
TREES: st.SearchStrategy[Json] = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=40,
)


def replaced(value: Json, place: Place, by: Json) -> Json:
    """The same data with another value in one place, if it still has that place."""
    if not place:
        return by
    key, rest = place[0], place[1:]
    if isinstance(value, dict) and key in value and isinstance(key, str):
        return {**value, key: replaced(value[key], rest, by)}
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return [*value[:key], replaced(value[key], rest, by), *value[key + 1 :]]
    return value


@st.composite
def nearly_good(draw: st.DrawFn) -> Json:
    """The whole experiment with up to three values replaced."""
    data = deepcopy(DATA)
    for _ in range(draw(st.integers(1, 3))):
        data = replaced(data, draw(st.sampled_from(PLACES)), draw(TREES))
    return data


@st.composite
def nearly_good_text(draw: st.DrawFn) -> str:
    """The whole experiment as its author wrote it, cut, doubled or overwritten in up to three places."""
    text = WHOLE
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        text = text[:start] + draw(st.sampled_from(FRAGMENTS) | st.text(max_size=8)) + text[end:]
    return text


#: What YAML makes more of than letters.
FRAGMENTS = [
    *("&a ", "*a", "<<: *a\n", "!!str ", "!!int x", "!!python/object/apply:os.system", "---\n", "...\n"),
    *("\t", "\r\n", "\ufeff", "\x00", "\ud7ff", ": ", "- ", "? ", "|\n", ">-\n", "# ", "{", "}", "[", "]"),
    *("'", '"', "\\", "@", "`", "%YAML 1.2\n", "0o17", "1e999", ".nan", "~", "2026-11-27", "1_000", "12:30"),
]


def assert_one_line_each(problems: list[Problem], text: str | None = None) -> None:
    """Each on one line, at a place that the file has."""
    assert all("\n" not in str(each) for each in problems)
    if text is None:
        return
    lines = [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]
    for each in problems:
        assert 1 <= each.at.line <= len(lines), each
        assert 1 <= each.at.column <= max(map(len, lines)) + 2, each


def test_the_whole_format_is_good() -> None:
    assert told(WHOLE) == ["f:3:1: warning: 'version' has no effect in this version"]


@PATIENT
@given(TREES | nearly_good())
def test_no_tree_is_too_odd(data: Json) -> None:
    experiment, problems = read_data(data, "f")
    assert experiment or any(each.severity is Severity.ERROR for each in problems)
    assert_one_line_each(problems)
    document = Document(file="f", data=data)
    assert_one_line_each(check_experiment(document, OurLibrary(), deadline=3, which=lambda path: path))


@PATIENT
@given(TREES | st.sampled_from(PLACES).map(lambda place: place[0]))
def test_no_activity_is_too_odd(data: Json) -> None:
    activity = read_activity(data, "changed")
    if isinstance(activity, list):
        assert any(each.severity is Severity.ERROR for each in activity)
        assert_one_line_each(activity)


@PATIENT
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: text.encode(errors="replace"))
    | nearly_good_text().map(lambda text: text.encode(errors="replace"))
    | nearly_good().map(lambda data: yaml.safe_dump(data).encode())
    | nearly_good().map(lambda data: json.dumps(data).encode()),
    st.sampled_from([".yaml", ".json"]),
)
def test_no_file_is_too_odd(content: bytes, suffix: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"experiment{suffix}")
        path.write_bytes(content)
        document = read_document(path, as_chaos_toolkit=True)
    text = content.decode("utf-8-sig", errors="replace")
    if isinstance(document, Document):
        assert_one_line_each(check_experiment(document, OurLibrary(), which=lambda path: path), text)
    else:
        assert document
        assert_one_line_each(document, text)
