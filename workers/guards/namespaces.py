"""The namespaces that an experiment acts in, by argument or by default, as far as the file alone tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from experiments.format.substitution import has_reference, substitute
from experiments.library import default_namespace
from experiments.model import Json

#: Arguments by which the activities of our library name a namespace.
ARGUMENTS = ("ns", "namespace", "pod_namespace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One namespace of one activity."""

    place: tuple[str | int, ...]  #: where in the file
    namespace: str | None  #: None: only the worker's environment can tell


def named_namespaces(document: Mapping[str, Json], values: Mapping[str, Json]) -> list[Named]:
    """Every one, after substitution of `values` and of the configuration's literals and defaults.

    An activity of our library that names none acts in its function's default.
    """
    known = {**_known(document.get("configuration")), **values}
    return [
        Named(place=place, namespace=_substituted(text, known))
        for place, text in _arguments(dict(document), ())
    ]


def _arguments(value: Json, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    match value:
        case {"provider": dict(provider)} if provider.get("type") == "python":
            yield from _of_provider(provider, (*place, "provider"))
    match value:
        case dict():
            for key, inner in value.items():
                yield from _arguments(inner, (*place, key))
        case list():
            for index, inner in enumerate(value):
                yield from _arguments(inner, (*place, index))


def _of_provider(
    provider: Mapping[str, Json], place: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    arguments = provider.get("arguments")
    given = arguments if isinstance(arguments, dict) else {}
    named = [name for name in ARGUMENTS if name in given]
    for name in named:
        if isinstance(text := given[name], str):
            yield (*place, "arguments", name), text
    default = default_namespace(str(provider.get("module")), str(provider.get("func")))
    if default and not named:
        yield place, default


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
