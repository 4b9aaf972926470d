"""The experiment's configuration as values, from the file, the environment and overrides."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.format.conversion import NotConvertible, convert
from experiments.format.problem import suggestion
from experiments.model import Json


def resolve_configuration(
    declared: Mapping[str, Json], environment: Mapping[str, str], overrides: Mapping[str, Json]
) -> tuple[dict[str, Json], list[str]]:
    """Every declared key with its value, and one sentence for each that has none.

    An override wins over the file and makes an absent environment variable unnecessary; one for a
    key that is not declared is a problem, because it would change nothing.
    """
    problems = [
        f"configuration has no key {name!r} to override{suggestion(name, declared)}"
        for name in overrides
        if name not in declared
    ]
    values: dict[str, Json] = {}
    for name, value in declared.items():
        try:
            values[name] = _value(overrides.get(name, value), environment)
        except NotConvertible as wrong:
            problems.append(f"configuration.{name}: {wrong}")
    return values, problems


def is_from_environment(value: Json) -> bool:
    """Whether a configuration or secret value says `type: env`."""
    return isinstance(value, dict) and value.get("type") == "env"


def _value(value: Json, environment: Mapping[str, str]) -> Json:
    if not isinstance(value, dict) or value.get("type") not in ("env", "probe"):
        return value
    if value["type"] == "probe":
        raise NotConvertible("values from probes are not available in this version; give it by --var")
    return _from_environment(value, environment)


def _from_environment(value: Mapping[str, Json], environment: Mapping[str, str]) -> Json:
    key, type_name = str(value.get("key")), value.get("env_var_type")
    found: Json = environment.get(key, value.get("default"))
    if key not in environment and "default" not in value:
        raise NotConvertible(f"the environment variable {key} is not set and there is no default; set it")
    if not isinstance(found, str):
        return found
    try:
        return convert(found, type_name if isinstance(type_name, str) else None)
    except NotConvertible as wrong:
        raise NotConvertible(f"{wrong} in the environment variable {key}") from None
