"""The activity that a mapping of a checked file describes: for the probe inside a tolerance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from experiments.model import (
    Activity,
    ActivityKind,
    HttpProvider,
    Json,
    ProcessProvider,
    Provider,
    PythonProvider,
)

_PROVIDERS: Mapping[str, Callable[..., Provider]] = {
    "python": PythonProvider,
    "http": HttpProvider,
    "process": ProcessProvider,
}
_KEYS = {
    kind: frozenset(field.name for field in fields(noun))
    for kind, noun in (("python", PythonProvider), ("http", HttpProvider), ("process", ProcessProvider))
}
#: A source that no check of a file has seen, e.g. a tolerance that was substituted, may hold anything.
_SHAPES: Mapping[str, tuple[type, ...]] = {
    "module": (str,),
    "func": (str,),
    "path": (str,),
    "url": (str,),
    "method": (str,),
    "headers": (dict,),
    "max_retries": (int,),
    "secrets": (list, str),
}
_ARGUMENTS: Mapping[str, tuple[type, ...]] = {
    "python": (dict,),
    "http": (dict, list, str),
    "process": (list, dict, str),
}


def described(source: Mapping[str, Json]) -> Activity:
    """The probe; raises `ValueError` where it names no provider that we have."""
    return Activity(
        kind=ActivityKind.PROBE,
        name=str(source.get("name", "tolerance")),
        provider=_provider(source.get("provider")),
        source=source,
    )


def _provider(source: Json) -> Provider:
    kind = source.get("type") if isinstance(source, dict) else None
    if not isinstance(source, dict) or not isinstance(kind, str) or kind not in _PROVIDERS:
        raise ValueError(f"expected a provider of type {', '.join(_PROVIDERS)}, got {source!r}")
    try:
        return _PROVIDERS[kind](**_settings(source, kind))
    except TypeError as wrong:
        raise ValueError(f"the provider {source!r} is incomplete: {wrong}") from wrong


def _settings(source: Mapping[str, Json], kind: str) -> dict[str, Any]:
    """What the provider takes, absent where the file says nothing; secrets are a tuple of names."""
    given = {key: value for key, value in source.items() if key in _KEYS[kind] and value is not None}
    for key, shapes in {**_SHAPES, "arguments": _ARGUMENTS[kind]}.items():
        if key in given and not isinstance(given[key], shapes):
            known = " or ".join(shape.__name__ for shape in shapes)
            raise ValueError(f"expected {key} as {known}, got {given[key]!r}")
    secrets = given.get("secrets")
    names = [secrets] if isinstance(secrets, str) else secrets
    return {**given, "secrets": tuple(map(str, names))} if isinstance(names, list) else given
