"""What is needed beyond what is granted, and what is granted beyond what is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from experiments.kubernetes.grants import Grant, beyond
from scheduler.rights.granted import EVERYWHERE, Places
from scheduler.rights.needs import Need, Needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Of one queue in one place."""

    queue: str
    place: str  #: a namespace, or everywhere
    more: frozenset[Grant]  #: needed, not granted there
    less: frozenset[Grant]  #: granted there, not needed


def differences(needed: Mapping[str, Needs], granted: Mapping[str, Places]) -> list[Difference]:
    """Place by place what would have to change, so that each queue has exactly what it needs."""
    found: list[Difference] = []
    for queue in sorted({*needed, *granted}):
        places = granted.get(queue, {})
        needs = needed[queue].namespaces if queue in needed else {}
        for place in sorted({*needs, *places}):
            wanted, held = {each.grant for each in needs.get(place, ())}, places.get(place, frozenset())
            more, less = beyond(wanted, held), beyond(held, wanted)
            if more or less:
                found.append(Difference(queue=queue, place=place, more=more, less=less))
    return found


def excess(needed: Mapping[str, Needs], granted: Mapping[str, Places]) -> list[tuple[str, Need]]:
    """Each need of a queue that nothing grants, in its namespace or everywhere."""
    found: list[tuple[str, Need]] = []
    for queue, needs in needed.items():
        places = granted.get(queue, {})
        for namespace, each in needs.namespaces.items():
            held = places.get(namespace, frozenset()) | places.get(EVERYWHERE, frozenset())
            lacking = beyond({need.grant for need in each}, held)
            found += [(queue, need) for need in each if need.grant in lacking]
    return found
