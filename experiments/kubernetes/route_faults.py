"""One fault on one HTTP route: the patch that injects it with its mark, and each step of its undo; pure.

The undo takes two patches, and its mark goes with the second: whoever dies between them leaves an object
that still says what it owes. Every step follows from the object as it is, so any step can be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from experiments.faults.intent import (
    FAULT_ANNOTATION,
    INJECTED_LABEL,
    Intent,
    Undone,
    UndoResult,
    UnreadableMark,
)
from experiments.kubernetes.objects import Object, Objects, annotations_of, managed_fields_of
from experiments.kubernetes.ownership import FieldPath, given_back, is_owned_by_us, last_writer, owners
from experiments.kubernetes.routes import (
    FaultKind,
    carrier_of,
    fault_of,
    http_routes,
    is_same_route,
    path_of,
    places_of,
    with_fault,
)

#: The whole list is one field: that is how the real server owns it.
HTTP: FieldPath = ("f:spec", "f:http")

PATH = re.compile(r"http/\d{1,5}/[0-9a-f]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFault:
    """What a mark of ours says about one route."""

    path: str
    kind: FaultKind
    value: Object
    before: Object | None  #: the fault of this kind that was there
    owners: Objects  #: who owned the list of routes
    restored: bool  #: the first half of its undo is done
    over: str  #: the id of the earlier fault of ours that it covers

    @classmethod
    def of(cls, intent: Intent) -> RouteFault:
        """Read from an intent; raises `UnreadableMark` for anything that we would not have written."""
        path, kind = intent.injected.get("path"), intent.injected.get("fault")
        value, before = intent.injected.get("value"), intent.before.get("value")
        former = intent.before.get("owners", [])
        if not isinstance(path, str) or not PATH.fullmatch(path):
            raise UnreadableMark(f"a mark on {intent.target} without the path of a route: {path!r}")
        if kind not in list(FaultKind) or not isinstance(value, dict):
            raise UnreadableMark(f"a mark on {intent.target} without a fault of a route: {kind!r}")
        if not isinstance(before, dict | None) or not isinstance(former, list):
            raise UnreadableMark(f"a mark on {intent.target} whose pre-image is none of a route")
        listed = [each for each in former if isinstance(each, dict)]
        return cls(
            path=path,
            kind=FaultKind(str(kind)),
            value=value,
            before=before,
            owners=listed,
            restored=intent.before.get("restored") is True,
            over=str(intent.before.get("over", "")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next patch of an undo, if it needs one, and how the undo ends if it is the last."""

    change: Object | None
    undone: Undone | None


def describe(live: Object, index: int, kind: FaultKind, value: Object) -> tuple[Object, Object]:
    """`injected` and `before` of the intent to put this fault on that route."""
    http = http_routes(live)
    injected = {"path": path_of(http, index), "fault": kind.value, "value": value}
    former = fault_of(http[index], kind)
    return injected, {"value": former, "owners": _rightful_owners(live, []), "restored": False, "over": ""}


def injection(live: Object, intent: Intent, marks: Sequence[Intent]) -> Object | None:
    """The one patch that sets fault and mark; None when the route is not as the intent found it."""
    fault = RouteFault.of(intent)
    http = http_routes(live)
    index = next(iter(places_of(http, fault.path)), None)
    if index is None or fault_of(http[index], fault.kind) != fault.before:
        return None
    found: Object = {"owners": list(_rightful_owners(live, marks)), "over": _covered(fault, marks)}
    exact = replace(intent, before={**intent.before, **found})
    return {
        "metadata": {"labels": {INJECTED_LABEL: "true"}, "annotations": {intent.annotation: exact.mark()}},
        "spec": {"http": with_fault(http, index, fault.kind, fault.value)},
    }


def undo_step(live: Object, intent: Intent, marks: Sequence[Intent]) -> Step:
    """What to do next about this fault; `marks` are all that the object carries.

    The mark on the object is what was applied; the recorded intent stands in only when somebody took it off.
    """
    mark = _own_mark(intent, marks)
    fault = RouteFault.of(mark or intent)
    if fault.restored:
        return Step(change=_release(live, intent, fault, mark), undone=Undone(result=UndoResult.UNDONE))
    if heir := _heir(intent, marks):
        return Step(change=_bequeath(intent, fault, heir), undone=Undone(result=UndoResult.UNDONE))
    place = _carrier(live, fault)
    if _is_ours(live, fault, mark, marks) and place is not None and fault.before != fault.value:
        return Step(change=_restoration(live, place, fault, mark), undone=None)
    return Step(change=_release(live, intent, fault, mark), undone=_verdict(live, fault, mark))


def removal(live: Object, intent: Intent, marks: Sequence[Intent]) -> str:
    """Empty while the fault is in place, else what became of it."""
    mark = _own_mark(intent, marks)
    fault = RouteFault.of(mark or intent)
    if _carrier(live, fault) is not None or _heir(intent, marks):
        return ""
    if mark is None:
        return "removed together with its mark"
    return f"removed or edited by {_last_writer(live)}"


def _own_mark(intent: Intent, marks: Sequence[Intent]) -> Intent | None:
    return next((mark for mark in marks if mark.id == intent.id), None)


def _heir(intent: Intent, marks: Sequence[Intent]) -> Intent | None:
    """The later fault that covers this one; equal values would not tell which is the later."""
    over = ((mark, RouteFault.of(mark)) for mark in marks)
    return next((mark for mark, later in over if later.over == intent.id and not later.restored), None)


def _covered(fault: RouteFault, marks: Sequence[Intent]) -> str:
    """The id of our fault that stands where this one goes; empty when none does."""
    standing = (mark for mark in marks if _stands(mark, fault, fault.before))
    return next((mark.id for mark in standing if not _heir(mark, marks)), "")


def _stands(mark: Intent, fault: RouteFault, value: Object | None) -> bool:
    """True for the mark of a fault of this value on the same route."""
    other = RouteFault.of(mark)
    same_place = is_same_route(other.path, fault.path) and other.kind is fault.kind
    return same_place and other.value == value and not other.restored


def _is_ours(live: Object, fault: RouteFault, mark: Intent | None, marks: Sequence[Intent]) -> bool:
    """Whether what the route carries may be this fault; without its mark, not what another one's says."""
    if mark is not None:
        return True
    is_another = any(_stands(each, fault, fault.value) for each in marks)
    return not is_another and is_owned_by_us(managed_fields_of(live), HTTP)


def _bequeath(intent: Intent, fault: RouteFault, heir: Intent) -> Object:
    """The later fault will restore what was there before this one."""
    told = replace(heir, before={**heir.before, "value": fault.before, "over": fault.over})
    return {"metadata": {"annotations": {intent.annotation: None, heir.annotation: told.mark()}}}


def _carrier(live: Object, fault: RouteFault) -> int | None:
    return carrier_of(http_routes(live), fault.path, fault.kind, fault.value)


def _is_as_before(live: Object, fault: RouteFault) -> bool:
    """True when the route is there with the fault that it had, or is gone with ours."""
    http = http_routes(live)
    places = places_of(http, fault.path)
    return not places or fault_of(http[places[0]], fault.kind) == fault.before


def _restoration(live: Object, place: int, fault: RouteFault, mark: Intent | None) -> Object:
    """Our value out, the former one in; whoever owns the list by now is noted to get it back."""
    change: Object = {"spec": {"http": with_fault(http_routes(live), place, fault.kind, fault.before)}}
    if mark:
        editors = owners(managed_fields_of(live), HTTP) or fault.owners
        noted = replace(mark, before={**mark.before, "owners": list(editors), "restored": True})
        change["metadata"] = {"annotations": {mark.annotation: noted.mark()}}
    return change


def _release(live: Object, intent: Intent, fault: RouteFault, mark: Intent | None) -> Object | None:
    """Our mark off, and with the last one the label and our ownership; None when nothing of that is there."""
    metadata: dict[str, Any] = {}
    is_last = not any(
        each.startswith(FAULT_ANNOTATION) and each != intent.annotation for each in annotations_of(live)
    )
    if mark:
        metadata["annotations"] = {intent.annotation: None}
    if mark and is_last:
        metadata["labels"] = {INJECTED_LABEL: None}
    managed = managed_fields_of(live)
    if is_last and is_owned_by_us(managed, HTTP):
        metadata["managedFields"] = given_back(managed, HTTP, fault.owners)
    return {"metadata": metadata} if metadata else None


def _verdict(live: Object, fault: RouteFault, mark: Intent | None) -> Undone:
    as_before = _is_as_before(live, fault)
    by_us = is_owned_by_us(managed_fields_of(live), HTTP) or fault.before == fault.value
    if as_before and by_us:
        return Undone(result=UndoResult.UNDONE)
    if mark is None:
        return Undone(result=UndoResult.GONE, detail="no mark of this fault is there any more")
    if as_before:
        return Undone(result=UndoResult.GONE, detail=f"removed before by {_last_writer(live)}")
    detail = f"the {fault.kind.value} of {fault.path} was edited by {_last_writer(live)}; that edit stays"
    return Undone(result=UndoResult.DRIFTED, detail=detail)


def _last_writer(live: Object) -> str:
    return last_writer(managed_fields_of(live), HTTP) or "somebody unknown"


def _rightful_owners(live: Object, marks: Sequence[Intent]) -> Objects:
    """Who owns the list now, or did before an earlier fault of ours that is still there."""
    now = owners(managed_fields_of(live), HTTP)
    before: list[Objects] = [RouteFault.of(mark).owners for mark in marks]
    return now or (before[0] if before else [])
