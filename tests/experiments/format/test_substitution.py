"""`${name}` means here what it means to Chaos Toolkit."""

from __future__ import annotations

import pytest
from chaoslib import substitute as their_substitute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.format.substitution import substitute
from experiments.model import Json

#: On a busy machine an example may take long.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAMES: dict[str, Json] = {
    "text": "x",
    "number": 5,
    "share": 0.5,
    "flag": True,
    "nothing": None,
    "items": [1, "two"],
    "mapping": {"a": 1},
    "_odd9": "odd",
    "Upper": "UP",
    "again": "${text}",
}

CASES: list[tuple[Json, Json]] = [
    ("plain", "plain"),
    ("", ""),
    ("${number}", 5),
    ("${share}", 0.5),
    ("${flag}", True),
    ("${nothing}", None),
    ("${items}", [1, "two"]),
    ("${mapping}", {"a": 1}),
    ("${number} pods", "5 pods"),
    ("${items}!", "[1, 'two']!"),
    ("${number}${number}", "55"),
    ("$number", "5"),
    ("$number pods", "5 pods"),
    ("$$number", "$number"),
    ("$$", "$"),
    ("$", "$"),
    ("5 $", "5 $"),
    ("$${number}", "${number}"),
    ("$$$number", "$5"),
    ("${unknown}", "${unknown}"),
    ("${unknown} and ${number}", "${unknown} and 5"),
    ("${a-b}", "${a-b}"),
    ("${a.b}", "${a.b}"),
    ("${number:-3}", "${number:-3}"),
    ("${ number }", "${ number }"),
    (" ${number}", " 5"),
    ("${number}\n", "5\n"),
    ("${_odd9}", "odd"),
    ("${Upper}", "UP"),
    ("${again}", "${text}"),
    ("${9}", "${9}"),
    ("${}", "${}"),
    ("${number", "${number"),
    ("${K}", "${K}"),  # the Kelvin sign is no letter of a name
    (["${number}", {"${number}": "${text}"}, 7], [5, {"${number}": "x"}, 7]),
    ({"a": ["${flag}"], "b": None}, {"a": [True], "b": None}),
    (True, True),
    (3, 3),
    (None, None),
    ([], []),
    ({}, {}),
]


@pytest.mark.parametrize(("value", "expected"), CASES)
def test_a_name_alone_keeps_its_type_and_inside_text_becomes_text(value: Json, expected: Json) -> None:
    found = substitute(value, NAMES)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("value", "expected"), CASES)
def test_chaos_toolkit_agrees(value: Json, expected: Json) -> None:
    assert their_substitute(value, NAMES, {}) == expected


@PATIENT
@given(st.lists(st.sampled_from(["$", "${", "}", "number", "text", "_", " ", "é", "9", "\n"])).map("".join))
def test_chaos_toolkit_agrees_on_any_text(text: str) -> None:
    assert substitute(text, NAMES) == their_substitute(text, NAMES, {})
