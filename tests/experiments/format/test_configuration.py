"""Configuration comes from the file, the environment and the command line, with its types."""

from __future__ import annotations

import pytest
from chaoslib.configuration import load_configuration

from experiments.format.configuration import (
    is_dynamic,
    overridden,
    resolve_configuration,
    resolve_value,
)
from experiments.format.overrides import parse_overrides
from experiments.model import Json

#: A variable that no machine has, for what reads the real environment.
ENV = {"type": "env", "key": "COWBANE_TEST_ABSENT"}


def from_env(**more: Json) -> dict[str, Json]:
    return {"it": {"type": "env", "key": "IT", **more}}


@pytest.mark.parametrize(
    ("type_name", "text", "value"),
    [
        (None, "5", "5"),
        ("str", "5", "5"),
        ("string", "5", "5"),
        ("int", "5", 5),
        ("integer", "-5", -5),
        ("float", "0.5", 0.5),
        ("number", "5", 5.0),
        ("bytes", "é", "é"),
        ("bool", "false", False),
        ("bool", "No", False),
        ("bool", "0", False),
        ("bool", "yes", True),
        ("bool", "", True),
        ("json", '{"a": [1]}', {"a": [1]}),
        ("json", "", ""),
    ],
)
def test_a_variable_has_the_type_that_is_asked_for(type_name: str | None, text: str, value: Json) -> None:
    declared = from_env(env_var_type=type_name) if type_name else from_env()
    values, problems = resolve_configuration(declared, {"IT": text}, {})
    assert values == {"it": value}
    assert type(values["it"]) is type(value)
    assert problems == []


@pytest.mark.parametrize(
    ("type_name", "text"),
    [("int", "5.5"), ("float", "nan"), ("float", "x"), ("json", "{"), ("json", "NaN"), ("json", "1e999")],
)
def test_a_variable_of_another_type_is_a_sentence_without_its_value(type_name: str, text: str) -> None:
    values, problems = resolve_configuration(from_env(env_var_type=type_name), {"IT": text}, {})
    assert values == {}
    expected = f"expected {type_name}, found text that is none in the environment variable IT"
    assert problems == [f"configuration.it: {expected}"]


def test_a_default_stands_in_for_an_absent_variable_only() -> None:
    declared = from_env(default="7", env_var_type="int")
    assert resolve_configuration(declared, {}, {}) == ({"it": 7}, [])
    assert resolve_configuration(declared, {"IT": "8"}, {}) == ({"it": 8}, [])
    assert resolve_configuration(from_env(default=50, env_var_type="str"), {}, {}) == ({"it": 50}, [])
    assert resolve_configuration(from_env(default=None), {}, {}) == ({"it": None}, [])


def test_an_absent_variable_without_default_is_a_sentence() -> None:
    values, problems = resolve_configuration({**from_env(), "other": 1}, {}, {})
    assert values == {"other": 1}
    assert problems == [
        "configuration.it: the environment variable IT is not set and there is no default; set it"
    ]


def test_an_override_wins_keeps_its_type_and_makes_the_variable_unnecessary() -> None:
    assert resolve_configuration(from_env(), {}, {"it": 30}) == ({"it": 30}, [])
    assert resolve_configuration({"it": 50}, {}, {"it": {"a": 1}}) == ({"it": {"a": 1}}, [])


def test_an_override_of_nothing_is_a_sentence() -> None:
    _, problems = resolve_configuration({"percentage": 50}, {}, {"percentag": 30})
    assert problems == ["configuration has no key 'percentag' to override; did you mean 'percentage'?"]


def test_other_mappings_are_values() -> None:
    assert resolve_configuration({"a": {"type": "x"}, "b": [1]}, {}, {}) == (
        {"a": {"type": "x"}, "b": [1]},
        [],
    )


def test_what_a_probe_must_answer_is_left_out_until_somebody_gives_it() -> None:
    declared: dict[str, Json] = {"it": {"type": "probe", "name": "x", "provider": {}}, "other": 1}
    assert resolve_configuration(declared, {}, {}) == ({"other": 1}, [])
    assert resolve_configuration(declared, {}, {"it": 1}) == ({"it": 1, "other": 1}, [])
    assert [name for name, value in declared.items() if is_dynamic(value)] == ["it"]


def test_an_override_may_be_a_declaration_and_keeps_its_place_in_the_order() -> None:
    declared: dict[str, Json] = {"a": 1, "it": {"type": "probe"}, "z": 2}
    given: dict[str, Json] = {"z": {"type": "probe", "name": "y"}, "it": {"type": "env", "key": "IT"}}
    declarations, problems = overridden(declared, given)
    assert list(declarations) == ["a", "it", "z"]
    assert [name for name, value in declarations.items() if is_dynamic(value)] == ["z"]
    assert resolve_value(declarations["it"], {"IT": "x"}) == "x"
    assert problems == []
    assert resolve_configuration(declared, {"IT": "x"}, given) == ({"a": 1, "it": "x"}, [])


@pytest.mark.parametrize(
    ("type_name", "default", "value"),
    [
        ("int", 5.7, 5),
        ("float", 5, 5.0),
        ("number", True, 1.0),
        ("bool", "no", False),
        ("bool", True, True),
        ("json", [1], [1]),
        ("json", 5, 5),
        ("str", 50, 50),
    ],
)
def test_a_default_has_the_type_that_chaos_toolkit_gives_it(
    type_name: str, default: Json, value: Json
) -> None:
    declared = from_env(default=default, env_var_type=type_name)
    theirs = load_configuration({"it": {**ENV, "default": default, "env_var_type": type_name}})
    ours, problems = resolve_configuration(declared, {}, {})
    assert (ours, problems) == ({"it": value}, [])
    assert theirs == ours
    assert type(ours["it"]) is type(value) is type(theirs["it"])


def test_a_default_that_has_no_number_is_a_sentence() -> None:
    declared = from_env(default=1e309, env_var_type="int")
    problems = ["configuration.it: expected int, found a number that is none as the default of IT"]
    assert resolve_configuration(declared, {}, {}) == ({}, problems)


def test_overrides_on_the_command_line_carry_their_types() -> None:
    arguments = ["a=1", "b:int=2", "c:bool=no", "d=x=y", "e:json=[1]", "b:int=3", "url=http://h:80/"]
    assert parse_overrides(arguments) == (
        {"a": "1", "b": 3, "c": False, "d": "x=y", "e": [1], "url": "http://h:80/"},
        [],
    )


@pytest.mark.parametrize(
    ("argument", "problem"),
    [
        ("a", "--var a: expected name[:type]=value"),
        ("=1", "--var : expected name[:type]=value"),
        ("a:int=x", "--var a: expected int, found text that is none"),
        (
            "a:itn=1",
            "--var a: expected one of str, string, int, integer, float, number, bytes, bool, json, "
            "found 'itn'; did you mean 'int'?",
        ),
    ],
)
def test_an_override_that_cannot_be_read_is_one_line(argument: str, problem: str) -> None:
    assert parse_overrides([argument]) == ({}, [problem])
