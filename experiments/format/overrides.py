"""What a command line says about one run's values: `--var`, and the files of `--var-file`.

Nothing is resolved here: an override may be a declaration itself, e.g. `{type: env, key: TOKEN}`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from experiments.format.conversion import NotConvertible, convert
from experiments.format.problem import Severity, one_line, suggestion
from experiments.format.var_file import SECTIONS, read_var_file
from experiments.model import Json

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Values that replace those an experiment declares, and the environment in which it is run."""

    configuration: Mapping[str, Json] = field(default_factory=dict[str, Json])
    #: By groups; as secret as what they replace, so never shown.
    secrets: Mapping[str, Json] = field(default_factory=dict[str, Json], repr=False)
    environment: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    #: What `--var` said, as opposed to a file.
    named: frozenset[str] = frozenset()
    #: What a person should know of the files, one line each.
    warnings: tuple[str, ...] = ()

    def fitting(self, configuration: Mapping[str, Json], secrets: Mapping[str, Json]) -> Overrides:
        """Without what the files say beyond these declarations, which is a warning: files are shared.

        What `--var` says stays, so that one for a key that is not declared is refused when it is applied.
        """
        declared = {"configuration": {*configuration, *self.named}, "secrets": {*secrets}}
        given = {"configuration": self.configuration, "secrets": self.secrets}
        dropped = (
            f"{section} has no key {name!r} to override{suggestion(name, declared[section])}"
            for section in SECTIONS
            for name in given[section]
            if name not in declared[section]
        )
        return replace(
            self,
            configuration=_only(declared["configuration"], self.configuration),
            secrets=_only(declared["secrets"], self.secrets),
            warnings=(*self.warnings, *dropped),
        )


def read_overrides(
    vars: Iterable[str], files: Iterable[Path], environment: Mapping[str, str]
) -> Overrides | list[str]:
    """All of it together, or one line for each thing that cannot be read; no line shows a secret.

    `--var` wins over the files, a later file over an earlier one. `.json`, `.yaml` and `.yml` hold
    `configuration` and `secrets`; any other file is read as `.env`, on top of the environment, which is
    not touched.
    """
    read = [read_var_file(path) for path in files]
    values, wrong = parse_overrides(vars)
    problems = [each for one in read for each in one.problems]
    errors = [str(each) for each in problems if each.severity is Severity.ERROR]
    if errors or wrong:
        return [*errors, *wrong]
    return Overrides(
        configuration={**_merged(one.configuration for one in read), **values},
        secrets=_merged(one.secrets for one in read),
        environment={**environment, **_merged(one.environment for one in read)},
        named=frozenset(values),
        warnings=tuple(map(str, problems)),
    )


def parse_overrides(arguments: Iterable[str]) -> tuple[dict[str, Json], list[str]]:
    """`--var name[:type]=value`: each name with its value, the last one winning, and one sentence for each
    that cannot be read."""
    values: dict[str, Json] = {}
    problems: list[str] = []
    for argument in arguments:
        left, separator, text = argument.partition("=")
        name, _, type_name = left.rpartition(":") if ":" in left else (left, "", "str")
        if not separator or not name:
            problems.append(one_line(f"--var {left}: expected name[:type]=value"))
            continue
        try:
            values[name] = convert(text, type_name)
        except NotConvertible as wrong:
            problems.append(one_line(f"--var {name}: {wrong}"))
    return values, problems


def _only(names: Collection[str], values: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if name in names}


def _merged(parts: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    """The later one wins."""
    return {name: value for part in parts for name, value in part.items()}
