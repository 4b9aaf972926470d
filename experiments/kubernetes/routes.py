"""The HTTP routes of a VirtualService and the faults on them, as plain lists; pure.

A list has no keys, so a route is told by its place and by what it matches and where it leads: the owner may
reorder the list, change weights or time-outs, and it is still the same route.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from experiments.kubernetes.objects import Object, Objects
from experiments.shapes import NOTHING


class FaultKind(StrEnum):
    """What Istio can do to a route; both may be on one."""

    ABORT = "abort"
    DELAY = "delay"


def http_routes(virtual_service: Object) -> Objects:
    found: Objects = (virtual_service.get("spec") or NOTHING).get("http") or []
    return found


def destinations(route: Object) -> Iterator[Object]:
    found: Objects = route.get("route") or []
    for each in found:
        yield each.get("destination") or NOTHING


def matching(http: Objects, wanted: Sequence[Mapping[str, Any]]) -> list[int]:
    """The places of the routes that lead to a wanted destination; keys it does not name do not matter."""
    patterns: Objects = [each.get("destination") or NOTHING for each in wanted]
    return [
        index
        for index, route in enumerate(http)
        if any(_fits(found, pattern) for found in destinations(route) for pattern in patterns)
    ]


def path_of(http: Objects, index: int) -> str:
    """The name of a route in a mark, e.g. `http/0/3f6a09c2`."""
    return f"http/{index}/{_identity(http[index])}"


def fault_of(route: Object, kind: FaultKind) -> Object | None:
    found: Object | None = (route.get("fault") or NOTHING).get(kind.value)
    return found


def with_fault(http: Objects, index: int, kind: FaultKind, value: Object | None) -> Objects:
    """The list with this fault on that route, or without it; everything else as it was."""
    route = http[index]
    faults = {key: each for key, each in (route.get("fault") or NOTHING).items() if key != kind.value}
    if value is not None:
        faults[kind.value] = value
    bare = {key: each for key, each in route.items() if key != "fault"}
    changed = {**bare, "fault": faults} if faults else bare
    return [*http[:index], changed, *http[index + 1 :]]


def places_of(http: Objects, path: str) -> list[int]:
    """Where the route of a path may be now, its old place first; empty when it is gone."""
    old, identity = _parsed(path)
    same = [index for index, route in enumerate(http) if _identity(route) == identity]
    return sorted(same, key=lambda index: index != old)


def carrier_of(http: Objects, path: str, kind: FaultKind, value: Object) -> int | None:
    """Where the route of a path carries this fault now.

    A route that was edited in place has another identity, but still carries the fault at its old place.
    """
    old, _ = _parsed(path)
    candidates = [*places_of(http, path), *([old] if old < len(http) else [])]
    return next((index for index in candidates if fault_of(http[index], kind) == value), None)


def is_same_route(one: str, other: str) -> bool:
    """True for two paths of one route, wherever it was when each was made."""
    return one.rpartition("/")[2] == other.rpartition("/")[2]


def _parsed(path: str) -> tuple[int, str]:
    _, index, identity = path.split("/")
    return int(index), identity


def _fits(destination: Object, pattern: Mapping[str, Any]) -> bool:
    return bool(pattern) and all(destination.get(key) == value for key, value in pattern.items())


def _identity(route: Object) -> str:
    """A hash of what stays when the owner tunes a route: its name, its matches, its destinations."""
    parts = {
        "name": route.get("name"),
        "match": route.get("match"),
        "destinations": list(destinations(route)),
        "redirect": route.get("redirect"),
    }
    return blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=4).hexdigest()
