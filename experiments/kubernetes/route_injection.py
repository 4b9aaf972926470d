"""Putting a fault on routes of one VirtualService and taking it back, whoever else edits it meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from experiments.failures import ActivityFailed
from experiments.faults.injection import StepFaults
from experiments.faults.intent import FaultTooLarge, Intent, Target, UndoKind, UndoResult
from experiments.kubernetes.errors import Conflict, Replaced, TooManyRequests, Unavailable
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.marks import marks_on
from experiments.kubernetes.objects import Object, annotations_of, is_exempt, resource_version_of, target_of
from experiments.kubernetes.reversal import Reversal
from experiments.kubernetes.route_faults import RouteFault, describe, injection
from experiments.kubernetes.routes import FaultKind, http_routes, places_of

RESOURCE = "virtualservices"

#: How often an injection that lost a race, or heard nothing, looks again before it gives up.
TRIES = 5
#: Seconds before it looks again when nobody answered.
PAUSE = 0.5


def inject(
    live: Object,
    places: Sequence[int],
    kind: FaultKind,
    value: Object,
    version: str,
    cluster: Gateway,
    faults: StepFaults,
) -> dict[str, Any]:
    """One fault on each of these routes; what was done, for the journal."""
    target = target_of(version, RESOURCE, live)
    _refuse_protected(live, target, cluster)
    described = [describe(live, place, kind, value) for place in places]
    for injected, before in described:
        try:
            faults.inject(
                target,
                UndoKind.VIRTUAL_SERVICE_FAULT,
                lambda intent: _apply(intent, cluster, faults),
                injected=injected,
                before=before,
            )
        except FaultTooLarge as too_large:
            raise ActivityFailed(str(too_large)) from too_large
    routes = [str(injected["path"]) for injected, _ in described]
    return {"virtual_service": target.name, "ns": target.namespace, "routes": routes, kind.value: value}


def take_back(
    live: Object, places: Sequence[int], kind: FaultKind, version: str, cluster: Gateway, faults: StepFaults
) -> str:
    """Undo this run's faults of one kind on these routes now; what was done, for the journal."""
    target = target_of(version, RESOURCE, live)
    ours = [mark for mark in _marks(live, target) if _is_meant(mark, live, places, kind, faults)]
    for mark in reversed(ours):
        undone = faults.faults.undo(mark, Reversal(cluster))
        if undone.result is UndoResult.FAILED:
            raise ActivityFailed(undone.detail)
    if not ours:
        return f"this run has no {kind.value} on {target}: nothing of ours to remove"
    return f"removed the {kind.value} from {len(ours)} route(s) of {target}"


def _refuse_protected(live: Object, target: Target, cluster: Gateway) -> None:
    if target.namespace in cluster.protected:
        raise ActivityFailed(f"{target} is not touched: the namespace is protected")
    if is_exempt(live):
        raise ActivityFailed(f"{target} is not touched: it is labelled cowbane.dev/exempt")


def _apply(intent: Intent, cluster: Gateway, faults: StepFaults) -> Object:
    """The object with fault and mark on it; after a lost race or a lost answer it is looked at again."""
    failed: Exception | None = None
    for _ in range(TRIES):
        if failed is not None:
            faults.faults.permit()
        live = cluster.read(intent.target)
        if intent.annotation in annotations_of(live):
            return live
        change = injection(live, intent, _marks(live, intent.target))
        if change is None:
            raise ActivityFailed(f"the route {intent.injected['path']} of {intent.target} changed meanwhile")
        try:
            return cluster.patch(intent.target, change, resource_version=resource_version_of(live))
        except Replaced:
            raise
        except Conflict as lost:
            failed = lost
        except (TooManyRequests, Unavailable) as unheard:
            failed = unheard
            cluster.wait(PAUSE)
    raise ActivityFailed(f"{intent.target} got no fault in {TRIES} tries: {failed}")


def _is_meant(mark: Intent, live: Object, places: Sequence[int], kind: FaultKind, faults: StepFaults) -> bool:
    """True for a fault of this run and kind whose route is one of these, or is gone."""
    fault = RouteFault.of(mark)
    now = places_of(http_routes(live), fault.path)
    return mark.run == faults.faults.run and fault.kind is kind and (not now or now[0] in places)


def _marks(live: Object, target: Target) -> list[Intent]:
    found = marks_on(live, target, UndoKind.VIRTUAL_SERVICE_FAULT)
    return [each for each in found if isinstance(each, Intent)]
