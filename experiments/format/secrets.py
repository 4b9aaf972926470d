"""Secrets of an experiment, in a type that never prints them.

They are resolved when a run starts and revealed only to the activity that is given them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from experiments.format.configuration import is_from_environment
from experiments.model import Json

MASK = "***"


class Secret:
    """One secret value; prints as `***` and cannot be serialised by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: Json) -> None:
        self._value = value

    def reveal(self) -> Json:
        """The value itself; for the activity, never for a message."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


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
    declared: Mapping[str, Json], environment: Mapping[str, str]
) -> tuple[Secrets, list[str]]:
    """Every declared secret, and one sentence for each that is not there; no sentence holds a value."""
    problems: list[str] = []
    groups = {
        name: _resolve(value, environment, f"secrets.{name}", problems) for name, value in declared.items()
    }
    return Secrets(groups), problems


def _resolve(value: Json, environment: Mapping[str, str], place: str, problems: list[str]) -> Branch:
    if not isinstance(value, dict):
        return Secret(value)
    if is_from_environment(value):
        key = str(value.get("key"))
        if key not in environment:
            problems.append(f"{place}: the environment variable {key} is not set; set it")
        return Secret(environment.get(key, ""))
    if value.get("type") == "vault":
        problems.append(f"{place}: secrets from Vault are not available in this version; use type: env")
        return Secret("")
    return {name: _resolve(inner, environment, f"{place}.{name}", problems) for name, inner in value.items()}


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
