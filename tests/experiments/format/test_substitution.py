"""`${name}` means here what it means to Chaos Toolkit."""

from __future__ import annotations

import pytest
from chaoslib import substitute as their_substitute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.format.substitution import is_reference, substitute
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


SAVED: dict[str, Json] = {
    "web": {
        "status": 200,
        "headers": {"content-type": "text/plain"},
        "body": {"pods": [{"name": "a-1"}, {"name": "a-2"}], "a.b": 1, "0": "zero"},
    },
    "listed": [1, [2, 3]],
    "said": "hello",
    "number": 99,
    "nothing_saved": None,
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${web.status}", 200),
        ("${web.body.pods.1.name}", "a-2"),
        ("${web.body.pods}", [{"name": "a-1"}, {"name": "a-2"}]),
        ("${web.headers.content-type}", "text/plain"),
        ("${web.body.0}", "zero"),
        ("${listed.1.0}", 2),
        ("${listed}", [1, [2, 3]]),
        ("${said}", "hello"),
        ("${nothing_saved}", None),
        ("$said, ${web.body.pods.0.name}!", "hello, a-1!"),
        ("$said.x", "hello.x"),
        ("$${web.status}", "${web.status}"),
        ("${number}", 5),
        ("${number.x}", "${number.x}"),
        ("${web.body.a.b}", "${web.body.a.b}"),
        ("${web.absent} ${web.status}", "${web.absent} 200"),
        ("${web.status.more}", "${web.status.more}"),
        ("${said.0}", "${said.0}"),
        ("${listed.2}", "${listed.2}"),
        ("${listed.-1}", "${listed.-1}"),
        ("${listed.²}", "${listed.²}"),
        ("${listed.}", "${listed.}"),
        ("${.listed}", "${.listed}"),
        ("${unknown.a}", "${unknown.a}"),
        ("${mapping.a}", "${mapping.a}"),
        ({"a": ["${listed.0}"]}, {"a": [1]}),
    ],
)
def test_a_saved_output_is_found_by_its_name_and_its_parts(value: Json, expected: Json) -> None:
    found = substitute(value, NAMES, SAVED)
    assert found == expected
    assert type(found) is type(expected)


def test_whoever_changes_what_it_was_given_changes_no_saved_output() -> None:
    saved: dict[str, Json] = {"pods": ["b", "a"]}
    given = substitute("${pods}", {}, saved)
    assert isinstance(given, list)
    given.sort()
    assert saved == {"pods": ["b", "a"]}


@pytest.mark.parametrize(("value", "expected"), CASES)
def test_what_is_saved_changes_nothing_else(value: Json, expected: Json) -> None:
    assert substitute(value, NAMES, {"another": 1}) == expected


@pytest.mark.parametrize(
    ("value", "alone"),
    [
        ("${a}", True),
        ("${a.b.0}", True),
        ("${a.content-type}", True),
        ("${a}${b}", False),
        ("$a", False),
        ("${a.}", False),
        ("${a-b}", False),
        ("${a} ", False),
        (5, False),
    ],
)
def test_a_reference_stands_alone(value: Json, alone: bool) -> None:
    assert is_reference(value) is alone


@PATIENT
@given(st.lists(st.sampled_from(["$", "${", "}", "number", "text", "_", " ", "é", "9", "\n"])).map("".join))
def test_chaos_toolkit_agrees_on_any_text(text: str) -> None:
    assert substitute(text, NAMES) == their_substitute(text, NAMES, {})
