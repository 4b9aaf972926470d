"""The names of a file: whether each means one thing, and whether what is asked for by name is there."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.items import Section, activity_items, provider_items
from experiments.format.problem import shown, suggestion
from experiments.model import Json


def check_names(findings: Findings, data: dict[str, Json]) -> None:
    """One name for two activities, outputs saved under a taken one, groups of secrets that are not there."""
    _check_duplicates(findings, data)
    _check_saved(findings, data)
    _check_groups(findings, data)


def _check_duplicates(findings: Findings, data: dict[str, Json]) -> None:
    first: dict[str, Section] = {}
    referred = {item.ref for item in activity_items(data) if isinstance(item.ref, str)}
    for item in activity_items(data):
        name = item.data.get("name") if isinstance(item.data, dict) and item.ref is None else None
        if not isinstance(name, str) or name not in referred:
            continue
        if name in first:
            meant = "that of the hypothesis" if first[name] is Section.HYPOTHESIS else "the last of them"
            message = f"another activity is named {shown(name)} too; a ref to it means {meant}"
            findings.warning(message, (*item.place, "name"))
        first.setdefault(name, item.section)


def _check_saved(findings: Findings, data: dict[str, Json]) -> None:
    taken = dict(_taken(data))
    for item in activity_items(data):
        name = item.data.get("save_as") if isinstance(item.data, dict) else None
        if not isinstance(name, str):
            continue
        if name in taken:
            message = f"the name {shown(name)} is taken by {taken[name]}; save it under another"
            findings.error(message, (*item.place, "save_as"))
        taken.setdefault(name, "another activity")


def _taken(data: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """What `${name}` already stands for, and where it comes from; the configuration wins, so it is last."""
    secrets, configuration = data.get("secrets"), data.get("configuration")
    for group, value in secrets.items() if isinstance(secrets, dict) else ():
        names = value if isinstance(value, dict) and not isinstance(value.get("type"), str) else (group,)
        for name in names:
            yield name, "a secret"
    for name in configuration if isinstance(configuration, dict) else ():
        yield name, "the configuration"


def _check_groups(findings: Findings, data: dict[str, Json]) -> None:
    """Chaos Toolkit passes on nothing for a group that is not there, and says nothing."""
    secrets = data.get("secrets")
    declared = list(secrets) if isinstance(secrets, dict) else []
    for place, provider in provider_items(data):
        if provider.get("type") != "python":
            continue
        for at, name in _asked(provider.get("secrets"), (*place, "secrets")):
            if name not in declared:
                near = suggestion(name, declared) or _having(declared)
                findings.warning(f"no group of secrets is named {shown(name)}{near}", at)


def _asked(value: Json, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    for index, name in enumerate(value if isinstance(value, list) else ()):
        if isinstance(name, str):
            yield (*place, index), name


def _having(declared: list[str]) -> str:
    return f"; there are {', '.join(declared)}" if declared else "; the file declares none"
