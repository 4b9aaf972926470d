"""The secrets of an experiment: in groups, from the environment, from files, from Vault, or as they stand.

They are resolved when a run starts and revealed only to the activity that is given them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from experiments.format.problem import one_line
from experiments.format.secret import NoSecret, Secret
from experiments.format.secret_file import read_secret
from experiments.model import Json

#: What one declaration stands for; raises `NoSecret`.
Source: TypeAlias = Callable[[Mapping[str, Json]], Json]
Branch: TypeAlias = "Secret | dict[str, Branch]"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Every secret of one experiment, in its groups."""

    groups: Mapping[str, Branch]

    def group(self, names: tuple[str, ...]) -> dict[str, Json]:
        """The named groups merged into one mapping, revealed: the `secrets` argument of an activity."""
        merged: dict[str, Json] = {}
        for name in names:
            if name in self.groups:
                revealed = _reveal(self.groups[name])
                merged.update(revealed if isinstance(revealed, dict) else {name: revealed})
        return merged

    def names(self) -> dict[str, Json]:
        """What `${name}` may stand for, revealed; the first group that has a name wins."""
        found: dict[str, Json] = {}
        for group in self.groups:
            found = self.group((group,)) | found
        return found

    def values(self) -> Iterator[Json]:
        """Every value, revealed: for the `Redactor`."""
        for branch in self.groups.values():
            yield from _leaves(branch)


def resolve_secrets(
    declared: Mapping[str, Json],
    environment: Mapping[str, str],
    *,
    vault: Source | None = None,
    absolute_files: bool = False,
) -> tuple[Secrets, list[str]]:
    """Every declared secret, and one sentence for each that is not there; no sentence holds a value.

    Without `vault` none is asked. A file is read below `COWBANE_SECRETS_DIR` of the environment, any other
    one only where `absolute_files` says so.
    """
    sources: dict[str, Source] = {
        "env": partial(_from_environment, environment=environment),
        "file": partial(_from_file, environment=environment, absolute=absolute_files),
        "vault": vault or _without_vault,
    }
    problems: list[str] = []
    groups = {name: _resolve(value, sources, f"secrets.{name}", problems) for name, value in declared.items()}
    return Secrets(groups), problems


def _resolve(value: Json, sources: Mapping[str, Source], place: str, problems: list[str]) -> Branch:
    if not isinstance(value, dict):
        return Secret(value)
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in sources:
        return {name: _resolve(inner, sources, f"{place}.{name}", problems) for name, inner in value.items()}
    try:
        return Secret(sources[kind](value))
    except NoSecret as why:
        problems.append(one_line(f"{place}: {why}"))
        return Secret("")


def _from_environment(declared: Mapping[str, Json], environment: Mapping[str, str]) -> Json:
    key = declared.get("key")
    if not isinstance(key, str):
        raise NoSecret("a secret from the environment needs 'key'; add it")
    if key not in environment:
        raise NoSecret(f"the environment variable {key} is not set; set it")
    return environment[key]


def _from_file(declared: Mapping[str, Json], environment: Mapping[str, str], absolute: bool) -> Json:
    path = declared.get("path")
    if not isinstance(path, str) or not path:
        raise NoSecret("a secret from a file needs 'path'; add it")
    return read_secret(path, environment, absolute=absolute)


def _without_vault(declared: Mapping[str, Json]) -> Json:
    raise NoSecret("Vault is not asked here; use type: env or type: file")


def _reveal(branch: Branch) -> Json:
    if isinstance(branch, Secret):
        return branch.reveal()
    return {name: _reveal(inner) for name, inner in branch.items()}


def _leaves(branch: Branch) -> Iterator[Json]:
    if isinstance(branch, Secret):
        yield branch.reveal()
        return
    for inner in branch.values():
        yield from _leaves(inner)
