"""Configuration comes from the file, the environment and the command line, with its types."""

from __future__ import annotations

import pytest

from experiments.format.configuration import resolve_configuration
from experiments.format.overrides import parse_overrides
from experiments.model import Json


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
    ("type_name", "text"), [("int", "5.5"), ("float", "nan"), ("float", "x"), ("json", "{"), ("json", "NaN")]
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


def test_a_value_from_a_probe_is_refused_until_somebody_gives_it() -> None:
    declared: dict[str, Json] = {"it": {"type": "probe", "name": "x", "provider": {}}}
    assert resolve_configuration(declared, {}, {})[1] == [
        "configuration.it: values from probes are not available in this version; give it by --var"
    ]
    assert resolve_configuration(declared, {}, {"it": 1}) == ({"it": 1}, [])


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
