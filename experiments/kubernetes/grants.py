"""RBAC rules taken apart into single grants, so that they can be compared and put together again; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from experiments.kubernetes.objects import Object, Objects
from experiments.kubernetes.rights import Right

#: How many resources a sentence names.
TOLD = 8


class Grant(NamedTuple):
    """One verb on one resource; `*` means any."""

    group: str
    resource: str  #: with its subresource, e.g. "pods/exec"
    verb: str
    name: str = ""  #: of the only object; empty: any


def granted(rules: Iterable[Mapping[str, Any]]) -> frozenset[Grant]:
    """What the resource rules of a Role, or of the API server's review, allow together."""
    return frozenset(grant for rule in rules for grant in _of_rule(rule))


def of_rights(rights: Iterable[Right]) -> frozenset[Grant]:
    """What activities declare, as grants."""
    return frozenset(Grant(each.group, each.resource, verb) for each in rights for verb in each.verbs)


def covers(held: Grant, asked: Grant) -> bool:
    """Whether one grant is enough for another, as the API server judges it."""
    return (
        held.group in ("*", asked.group)
        and held.verb in ("*", asked.verb)
        and held.name in ("", asked.name)
        and held.resource in ("*", asked.resource, f"*/{asked.resource.partition('/')[2]}")
    )


def beyond(grants: Iterable[Grant], allowed: Iterable[Grant]) -> frozenset[Grant]:
    """Those that nothing allowed covers."""
    enough = frozenset(allowed)
    return frozenset(
        each for each in grants if each not in enough and not any(covers(held, each) for held in enough)
    )


def rules(grants: Iterable[Grant]) -> Objects:
    """The fewest rules that allow exactly this to objects of any name, always in the same order."""
    verbs = _verbs(grants)
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (group, resource, _), found in verbs.items():
        alike.setdefault((group, found), []).append(resource)
    return [_rule(group, alike[group, found], found) for group, found in sorted(alike)]


def told(grants: Iterable[Grant]) -> str:
    """In words, e.g. `delete, get pods; patch virtualservices.networking.istio.io`."""
    verbs = _verbs(grants)
    words = [
        f"{', '.join(found)} {shown(group, resource)}" + (f" {name}" if name else "")
        for (group, resource, name), found in verbs.items()
    ]
    more = len(words) - TOLD
    return "; ".join(words[:TOLD]) + (f"; and {more} more" if more > 0 else "")


def shown(group: str, resource: str) -> str:
    """A resource as kubectl writes it."""
    return f"{resource}.{group}" if group else resource


def _of_rule(rule: Mapping[str, Any]) -> Iterator[Grant]:
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for verb in rule.get("verbs") or ():
                for name in rule.get("resourceNames") or ("",):
                    yield Grant(str(group), str(resource), str(verb), str(name))


def _verbs(grants: Iterable[Grant]) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """The verbs of each resource, in order."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for group, resource, verb, name in sorted(set(grants)):
        found.setdefault((group, resource, name), []).append(verb)
    return {place: tuple(verbs) for place, verbs in found.items()}


def _rule(group: str, resources: Sequence[str], verbs: Sequence[str]) -> Object:
    return {"apiGroups": [group], "resources": [*resources], "verbs": [*verbs]}
