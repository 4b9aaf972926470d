"""A file with rights as it was printed earlier: values of the chart, or objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from experiments.kubernetes.objects import Object
from experiments.kubernetes.roles import NoRoles
from scheduler.rights.granted import Places, of_objects, of_values


class Unusable(Exception):
    """A file that says nothing about rights; one line with its name."""


def read(path: Path, prefix: str) -> dict[str, Places]:
    """What the file grants to each queue; raises `Unusable`."""
    try:
        documents = [each for each in yaml.safe_load_all(path.read_text(encoding="utf-8")) if each]
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as wrong:
        raise Unusable(f"{path}: cannot be read: {' '.join(str(wrong).split())}") from wrong
    try:
        match documents:
            case [{"queues": dict()} as values]:
                return of_values(values)
        return of_objects([each for document in documents for each in _objects(document)], prefix)
    except NoRoles as wrong:
        raise Unusable(f"{path}: {wrong}") from wrong
    except (KeyError, TypeError, AttributeError) as wrong:
        raise Unusable(f"{path}: no API server would take it: {type(wrong).__name__}: {wrong}") from wrong


def _objects(document: Any) -> Iterator[Object]:
    match document:
        case {"kind": str(kind), "items": list(items)} if kind.endswith("List"):
            for item in items:
                yield from _objects(item)
        case {"kind": str(), "metadata": dict()}:
            yield document
        case _:
            raise NoRoles("expected values of the chart with `queues`, or manifests, found neither")
