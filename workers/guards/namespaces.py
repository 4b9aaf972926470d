"""The namespaces that an experiment names in its arguments, as far as the file alone tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from experiments.format.substitution import has_reference, substitute
from experiments.model import Json

#: Arguments by which the activities of our library name a namespace.
ARGUMENTS = ("ns", "namespace", "pod_namespace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One argument that names a namespace."""

    place: tuple[str | int, ...]  #: where in the file
    namespace: str | None  #: None: only the worker's environment can tell


def named_namespaces(document: Mapping[str, Json], values: Mapping[str, Json]) -> list[Named]:
    """Every one, after substitution of `values` and of the configuration's literals and defaults."""
    known = {**_known(document.get("configuration")), **values}
    return [
        Named(place=place, namespace=_substituted(text, known))
        for place, text in _arguments(dict(document), ())
    ]


def _arguments(value: Json, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    match value:
        case {"provider": {"type": "python", "arguments": dict(arguments)}}:
            for name in ARGUMENTS:
                if isinstance(text := arguments.get(name), str):
                    yield (*place, "provider", "arguments", name), text
    match value:
        case dict():
            for key, inner in value.items():
                yield from _arguments(inner, (*place, key))
        case list():
            for index, inner in enumerate(value):
                yield from _arguments(inner, (*place, index))


def _known(configuration: Json) -> dict[str, Json]:
    """Literals, and the defaults of what comes from the environment."""
    if not isinstance(configuration, dict):
        return {}
    known: dict[str, Json] = {}
    for name, value in configuration.items():
        if not isinstance(value, dict):
            known[name] = value
        elif value.get("type") == "env" and "default" in value:
            known[name] = value["default"]
    return known


def _substituted(text: str, known: Mapping[str, Json]) -> str | None:
    value = substitute(text, known)
    return None if has_reference(value) else str(value)
