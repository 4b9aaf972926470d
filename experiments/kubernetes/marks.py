"""Reading our marks from objects: what is injected right now, as the cluster itself says.

A mark is untrusted text. It counts only if it is whole, belongs to the object it is on, and asks for an undo
that its kind of object may have; any other is reported and left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from experiments.faults.intent import (
    FAULT_ANNOTATION,
    INJECTED_LABEL,
    Intent,
    Target,
    UndoKind,
    UnreadableMark,
)
from experiments.kubernetes.errors import Forbidden, NotFound, OutOfBounds
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.objects import Object, Objects, annotations_of, target_of
from experiments.kubernetes.rights import Right
from experiments.kubernetes.route_faults import RouteFault

#: What it takes to find the marks of each kind of fault, in their namespaces.
RIGHTS: Mapping[UndoKind, tuple[Right, ...]] = {
    UndoKind.NOTHING: (),
    UndoKind.VIRTUAL_SERVICE_FAULT: (Right("networking.istio.io", "virtualservices", ("list",)),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Markable:
    """A kind of object that can carry a mark, and the undo that its marks may ask for."""

    resource: str
    api_versions: tuple[str, ...]  #: newest first; the first one served is asked
    undo: UndoKind


#: The closed list; a fault on anything else cannot be found without its record.
MARKABLE = (
    Markable(
        resource="virtualservices",
        api_versions=(
            "networking.istio.io/v1",
            "networking.istio.io/v1beta1",
            "networking.istio.io/v1alpha3",
        ),
        undo=UndoKind.VIRTUAL_SERVICE_FAULT,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A mark that cannot be read, or a place where marks cannot be looked for."""

    where: str
    sentence: str


def find_marks(
    gateway: Gateway,
    namespaces: Collection[str] | None,
    *,
    sought: Callable[[UndoKind, str], bool] = lambda kind, namespace: True,
) -> list[Intent | Problem]:
    """Every fault marked in these namespaces, or in all; one without rights does not hide the others.

    Where faults of a kind are not `sought` nobody is asked.
    """
    places = [""] if namespaces is None else sorted(namespaces)
    return [
        found
        for markable in MARKABLE
        for place in places
        if sought(markable.undo, place)
        for found in _marks_in(gateway, markable, place)
    ]


def marks_on(thing: Object, target: Target, undo: UndoKind) -> Iterator[Intent | Problem]:
    """Every mark of one object."""
    for annotation, text in annotations_of(thing).items():
        if annotation.startswith(FAULT_ANNOTATION):
            try:
                yield _checked(Intent.from_mark(text, target), annotation, undo)
            except UnreadableMark as unreadable:
                yield Problem(where=f"{target}: {annotation}", sentence=str(unreadable))


def _marks_in(gateway: Gateway, markable: Markable, namespace: str) -> Iterator[Intent | Problem]:
    for api_version in markable.api_versions:
        try:
            marked = _marked(gateway, api_version, markable.resource, namespace)
        except NotFound:  # no such kind in this cluster, or not in this version
            continue
        except (Forbidden, OutOfBounds) as refused:
            yield Problem(where=f"{markable.resource} in {namespace or 'the cluster'}", sentence=str(refused))
            return
        for thing in marked:
            yield from marks_on(thing, target_of(api_version, markable.resource, thing), markable.undo)
        return


def _marked(gateway: Gateway, api_version: str, resource: str, namespace: str) -> Objects:
    selector = f"{INJECTED_LABEL}=true"
    return gateway.list(api_version, resource, namespace, label_selector=selector, metadata_only=True)


def _checked(intent: Intent, annotation: str, undo: UndoKind) -> Intent:
    if intent.undo is not undo:
        raise UnreadableMark(
            f"a mark on {intent.target} asks for {intent.undo.value}; only {undo.value} fits"
        )
    RouteFault.of(intent)
    if intent.annotation != annotation:
        raise UnreadableMark(f"a mark on {intent.target} was made for another object or another fault")
    return intent
