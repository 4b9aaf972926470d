"""What can be done to Istio's VirtualServices; names and arguments are those of `chaosistio.fault.actions`.

A fault and its mark are one conditional patch. Whatever fault was there before comes back with the undo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.chance import Draw
from experiments.failures import ActivityFailed
from experiments.faults.injection import StepFaults
from experiments.faults.intent import UndoKind
from experiments.kubernetes.errors import NotFound
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.objects import Object, is_exempt, name_of, uid_of
from experiments.kubernetes.rights import Right
from experiments.kubernetes.route_injection import RESOURCE, inject, take_back
from experiments.kubernetes.routes import FaultKind, destinations, http_routes, matching, path_of
from experiments.kubernetes.selection import NothingChosen

V1, V1ALPHA3 = "networking.istio.io/v1", "networking.istio.io/v1alpha3"

NAMED = (Right("networking.istio.io", RESOURCE, ("get", "patch")),)
ANY = (Right("networking.istio.io", RESOURCE, ("get", "list", "patch")),)

#: What each activity needs in the namespace of the VirtualService.
RIGHTS: Mapping[str, tuple[Right, ...]] = {
    "add_abort_fault": NAMED,
    "add_delay_fault": NAMED,
    "remove_abort_fault": NAMED,
    "remove_delay_fault": NAMED,
    "abort_random_virtual_service": ANY,
    "delay_random_virtual_service": ANY,
}
#: How the fault of an activity is undone; the others inject none.
UNDOS: Mapping[str, UndoKind] = dict.fromkeys(
    (
        "add_abort_fault",
        "add_delay_fault",
        "abort_random_virtual_service",
        "delay_random_virtual_service",
    ),
    UndoKind.VIRTUAL_SERVICE_FAULT,
)

#: What a file says about routes: `[{destination: {host, subset}}]`.
Routes = Sequence[Mapping[str, Any]]


def add_abort_fault(
    virtual_service_name: str,
    http_status: int,
    routes: Routes,
    percentage: float | None = None,
    ns: str = "default",
    version: str = V1ALPHA3,
    *,
    cluster: Gateway,
    faults: StepFaults,
) -> dict[str, Any]:
    """Answer a share of the requests to these destinations with an error; all without a percentage."""
    live = cluster.get(version, RESOURCE, virtual_service_name, ns)
    value = _abort(http_status, percentage)
    return inject(live, _matched(live, routes), FaultKind.ABORT, value, version, cluster, faults)


def add_delay_fault(
    virtual_service_name: str,
    fixed_delay: str,
    routes: Routes,
    percentage: float | None = None,
    ns: str = "default",
    version: str = V1ALPHA3,
    *,
    cluster: Gateway,
    faults: StepFaults,
) -> dict[str, Any]:
    """Hold up a share of the requests to these destinations; all without a percentage."""
    live = cluster.get(version, RESOURCE, virtual_service_name, ns)
    value = _delay(fixed_delay, percentage)
    return inject(live, _matched(live, routes), FaultKind.DELAY, value, version, cluster, faults)


def remove_abort_fault(
    virtual_service_name: str,
    routes: Routes,
    ns: str = "default",
    version: str = V1ALPHA3,
    *,
    cluster: Gateway,
    faults: StepFaults,
) -> str:
    """Undo this run's own abort of these destinations now; one that somebody else put there stays."""
    return _take_back(virtual_service_name, routes, FaultKind.ABORT, ns, version, cluster, faults)


def remove_delay_fault(
    virtual_service_name: str,
    routes: Routes,
    ns: str = "default",
    version: str = V1ALPHA3,
    *,
    cluster: Gateway,
    faults: StepFaults,
) -> str:
    """Undo this run's own delay of these destinations now; one that somebody else put there stays."""
    return _take_back(virtual_service_name, routes, FaultKind.DELAY, ns, version, cluster, faults)


def abort_random_virtual_service(
    http_status: int = 500,
    percentage: float | None = 50,
    ns: str = "default",
    version: str = V1,
    *,
    cluster: Gateway,
    faults: StepFaults,
    draw: Draw,
) -> dict[str, Any]:
    """Answer a share of the requests of one random route of one random VirtualService with an error."""
    value = _abort(http_status, percentage)
    live, index = _drawn(ns, version, cluster, draw)
    return inject(live, [index], FaultKind.ABORT, value, version, cluster, faults)


def delay_random_virtual_service(
    fixed_delay: str = "5s",
    percentage: float | None = 50,
    ns: str = "default",
    version: str = V1,
    *,
    cluster: Gateway,
    faults: StepFaults,
    draw: Draw,
) -> dict[str, Any]:
    """Hold up a share of the requests of one random route of one random VirtualService."""
    value = _delay(fixed_delay, percentage)
    live, index = _drawn(ns, version, cluster, draw)
    return inject(live, [index], FaultKind.DELAY, value, version, cluster, faults)


def _take_back(
    name: str, routes: Routes, kind: FaultKind, ns: str, version: str, cluster: Gateway, faults: StepFaults
) -> str:
    try:
        live = cluster.get(version, RESOURCE, name, ns)
    except NotFound:
        return f"virtualservice {name} is gone from namespace {ns}: nothing of ours to remove"
    return take_back(live, matching(http_routes(live), routes), kind, version, cluster, faults)


def _abort(http_status: int, percentage: float | None) -> Object:
    status = _number("http_status", http_status, 100, 599)
    return {"httpStatus": int(status), **_share(percentage)}


def _delay(fixed_delay: str, percentage: float | None) -> Object:
    return {"fixedDelay": str(fixed_delay), **_share(percentage)}


def _share(percentage: float | None) -> Object:
    return {} if percentage is None else {"percentage": {"value": _number("percentage", percentage, 0, 100)}}


def _number(what: str, given: float | str, least: int, most: int) -> float:
    """As a number, also when the environment gave it as text."""
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(given, bool) or not least <= number <= most:
        raise ActivityFailed(f"{what} must be a number from {least} to {most}; found {given!r}")
    return int(number) if number.is_integer() else number


def _matched(live: Object, routes: Routes) -> list[int]:
    """The places of the routes that the file means; none is a failure that says which there are."""
    http = http_routes(live)
    places = matching(http, routes)
    if not places:
        there = ", ".join(_shown(each) for route in http for each in destinations(route)) or "none"
        wanted = ", ".join(_shown(each.get("destination") or {}) for each in routes) or "nothing"
        raise NothingChosen(
            f"virtualservice {name_of(live)} has no HTTP route to {wanted}; its destinations: {there}"
        )
    return places


def _shown(destination: Mapping[str, Any]) -> str:
    return " ".join(f"{key}={value}" for key, value in sorted(destination.items()))


def _drawn(ns: str, version: str, cluster: Gateway, draw: Draw) -> tuple[Object, int]:
    """One VirtualService that leads somewhere, and one of its routes."""
    found = cluster.list(version, RESOURCE, ns)
    candidates = [each for each in found if _leading(each) and not is_exempt(each)]
    if not candidates:
        raise NothingChosen(
            f"no virtualservice in namespace {ns} has an HTTP route to act on: "
            f"{len(found)} there, {sum(map(is_exempt, found))} exempt"
        )
    live = draw.within("virtual-service").sample(candidates, 1, key=uid_of)[0]
    http = http_routes(live)
    within = draw.within("route", uid_of(live))
    return live, within.sample(_leading(live), 1, key=lambda index: path_of(http, index))[0]


def _leading(live: Object) -> list[int]:
    return [index for index, route in enumerate(http_routes(live)) if any(destinations(route))]
