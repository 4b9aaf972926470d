"""The experiment's configuration as values, from the file, the environment and overrides.

A value may be a probe's answer: only the engine can ask it. It walks `overridden(...)` in order, asks
where `is_dynamic`, and gives every later probe the values so far.
"""

from __future__ import annotations

from collections.abc import Mapping

from experiments.format.conversion import NotConvertible, converted
from experiments.format.problem import one_line, suggestion
from experiments.model import Json


def resolve_configuration(
    declared: Mapping[str, Json], environment: Mapping[str, str], overrides: Mapping[str, Json]
) -> tuple[dict[str, Json], list[str]]:
    """Every declared key with its value, and one sentence for each that has none.

    What a probe must answer is left out. An override wins over the file and makes an absent environment
    variable unnecessary; one for a key that is not declared is a problem, because it would change nothing.
    """
    declarations, problems = overridden(declared, overrides)
    values: dict[str, Json] = {}
    for name, value in declarations.items():
        if is_dynamic(value):
            continue
        try:
            values[name] = resolve_value(value, environment)
        except NotConvertible as wrong:
            problems.append(one_line(f"configuration.{name}: {wrong}"))
    return values, problems


def overridden(
    declared: Mapping[str, Json], overrides: Mapping[str, Json], what: str = "configuration"
) -> tuple[dict[str, Json], list[str]]:
    """The declarations in the file's order, each replaced by its override; one may be a declaration itself.

    One sentence for each override that replaces nothing; none shows a value.
    """
    problems = [
        f"{what} has no key {name!r} to override{suggestion(name, declared)}"
        for name in overrides
        if name not in declared
    ]
    return {name: overrides.get(name, value) for name, value in declared.items()}, problems


def is_dynamic(value: Json) -> bool:
    """Whether a configuration value says `type: probe`, so that an activity answers it."""
    return isinstance(value, dict) and value.get("type") == "probe"


def resolve_value(value: Json, environment: Mapping[str, str]) -> Json:
    """The value of one declaration that is not dynamic; raises `NotConvertible` with what is wrong."""
    if isinstance(value, dict) and value.get("type") == "env":
        return _from_environment(value, environment)
    return value


def _from_environment(value: Mapping[str, Json], environment: Mapping[str, str]) -> Json:
    key, type_name = value.get("key"), value.get("env_var_type")
    if not isinstance(key, str):
        raise NotConvertible("a value from the environment needs 'key'; add it")
    if key not in environment and "default" not in value:
        raise NotConvertible(f"the environment variable {key} is not set and there is no default; set it")
    found: Json = environment.get(key, value.get("default"))
    try:
        return converted(found, type_name if isinstance(type_name, str) else None)
    except NotConvertible as wrong:
        where = "in the environment variable" if key in environment else "as the default of"
        raise NotConvertible(f"{wrong} {where} {key}") from None
