"""Files that nobody would write, for the laws that say what is told of them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from odd_yaml import yaml_texts

from experiments.format.expansion import Place
from experiments.format.problem import Problem
from experiments.model import Json

#: On a busy machine an example may take long.
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

#: What an editor takes for the end of a line.
_BREAK = re.compile(r"\r\n|\r|\n")


def assert_told(problems: Iterable[Problem], text: str | None = None) -> None:
    """Each in one line that a terminal can show, at a place that the text has."""
    lines = None if text is None else _BREAK.split(text.lstrip("\ufeff"))
    for each in problems:
        assert_one_line(str(each))
        if lines is not None:
            assert 1 <= each.at.line <= len(lines), each
            assert 1 <= each.at.column <= len(lines[each.at.line - 1]) + 1, each


def assert_one_line(sentence: str) -> None:
    """Words, and nothing that would move the cursor."""
    assert sentence.strip()
    assert sentence.isprintable(), sentence


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


def words(value: Json) -> set[str]:
    """Every key and every text of a value."""
    keys = {key for place in places(value) for key in place if isinstance(key, str)}
    return keys | {each for each in leaves(value) if isinstance(each, str)}


def leaves(value: Json) -> Iterator[Json]:
    """Everything in a value that holds nothing else."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


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


#: As long as an operating system can wait, and longer.
NUMBERS = st.integers() | st.floats() | st.sampled_from([0, -1, 0.001, 1e300, 2**63, 10**400, 9223372036.0])


def trees(
    known: Collection[str], numbers: st.SearchStrategy[int | float] = NUMBERS
) -> st.SearchStrategy[Json]:
    """Any data, made of the words of a format above all."""
    keys = st.sampled_from(sorted({*known, "ref", "x-mine", "", "\x1b[31m\n"}))
    leaf: st.SearchStrategy[Json] = (
        st.none()
        | st.booleans()
        | numbers
        | keys
        | st.text(max_size=5)
        | st.sampled_from(["${name}", "${", "$$"])
    )
    return st.recursive(
        leaf,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(keys | st.text(max_size=3), inner, max_size=6)
        ),
        max_leaves=40,
    )


@st.composite
def nearly(draw: st.DrawFn, good: Json, by: st.SearchStrategy[Json], most: int = 3) -> Json:
    """Good data with up to so many values replaced, also by another part of it."""
    data, everywhere = deepcopy(good), list(places(good))
    parts = st.sampled_from(everywhere).map(lambda place: part(good, place))
    for _ in range(draw(st.integers(1, most))):
        data = replaced(data, draw(st.sampled_from(everywhere)), draw(by | parts))
    return data


def part(value: Json, place: Place) -> Json:
    """What stands in a place that the value has."""
    for key in place:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int):
            value = value[key]
    return value


#: What YAML makes more of than letters.
FRAGMENTS = [
    *(
        "&a ",
        "*a",
        "<<: *a\n",
        "!!str ",
        "!!int x",
        "!!python/object/apply:os.system",
        "---\n",
        "...\n",
        "\t",
    ),
    *("\r\n", "\r", "\x85", "\u2028", "\ufeff", "\x00", "\x1b[2J", "\ud7ff", "\U0001f600", ": ", "- ", "? "),
    *("|\n", ">-\n", "# ", "{", "}", "[", "]", "'", '"', "\\", "\\ud800", "@", "`", "%YAML 1.2\n", "0o17"),
    *("1e999", ".nan", "~", "2026-11-27", "1_000", "12:30", "9" * 5000, "[" * 200, "${a.b}"),
]


@st.composite
def nearly_text(draw: st.DrawFn, text: str) -> str:
    """A text as its author wrote it, cut, doubled or overwritten in up to three places."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        put_in = draw(st.sampled_from(FRAGMENTS) | st.text(max_size=8) | st.just(text[start:end] * 2))
        text = text[:start] + put_in + text[end:]
    return text


def files(good: str, by: st.SearchStrategy[Json]) -> st.SearchStrategy[bytes]:
    """The bytes of any file, above all of one that is nearly the good one."""
    data: Json = yaml.safe_load(good)
    texts = (
        st.text(max_size=60)
        | nearly_text(good)
        | nearly_text(json.dumps(data, indent=1))
        | nearly(data, by).map(yaml.safe_dump)
        | nearly(data, by).map(json.dumps)
        | yaml_texts()
    )
    return st.binary(max_size=60) | st.builds(
        _encoded, texts, st.sampled_from(["utf-8"] * 6 + ["utf-8-sig", "utf-16"])
    )


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding, errors="replace")
