"""What can be done to pods and asked about them; names and arguments are those of `chaosk8s.pod`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from experiments.chance import Draw
from experiments.engine.stop import Stop
from experiments.failures import ActivityFailed, SteadyStateNotMet
from experiments.faults.injection import StepFaults
from experiments.faults.intent import Intent, Target, UndoKind
from experiments.kubernetes.errors import GatewayError, NotFound, Replaced, TooManyRequests, Unavailable
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.objects import Object, Objects, is_terminating, name_of, status_of, target_of
from experiments.kubernetes.rights import Right
from experiments.kubernetes.selection import Amount, select
from experiments.shapes import NOTHING

LIST = Right("", "pods", ("list",))

#: What each activity needs in the namespace of its pods.
RIGHTS: Mapping[str, tuple[Right, ...]] = {
    "terminate_pods": (Right("", "pods", ("list", "get", "delete")),),
    "count_pods": (LIST,),
    "pods_in_phase": (LIST,),
    "pods_in_conditions": (LIST,),
}
#: How the fault of an activity is undone; the others inject none.
UNDOS: Mapping[str, UndoKind] = {"terminate_pods": UndoKind.NOTHING}

#: A pod in one of these phases runs no more.
UNFINISHED = "status.phase!=Succeeded,status.phase!=Failed"
#: A busy API server is asked this many times to delete one pod.
TRIES = 5


def terminate_pods(
    label_selector: str | None = None,
    name_pattern: str | None = None,
    all: bool = False,
    rand: bool = False,
    mode: str = "fixed",
    qty: int = 1,
    grace_period: int = -1,
    order: str = "alphabetic",
    ns: str = "default",
    *,
    cluster: Gateway,
    faults: StepFaults,
    draw: Draw,
    stop: Stop,
) -> list[str]:
    """Delete pods: all that match, or the first, or random ones; their names.

    Finished, terminating, exempt and our own pods are never chosen. No match is a failure.
    """
    amount = Amount(all=all, rand=rand, mode=mode, qty=qty, order=order)
    found = cluster.list(
        "v1", "pods", ns, label_selector=label_selector, field_selector=UNFINISHED, metadata_only=True
    )
    selection = select(
        found,
        amount,
        draw,
        listed=_described("unfinished pod", label_selector, ns),
        name_pattern=name_pattern,
        protected=cluster.protected,
    )
    grace = grace_period if grace_period >= 0 else None
    return _delete_each(
        [target_of("v1", "pods", pod) for pod in selection.chosen], grace, cluster, faults, stop
    )


def count_pods(
    label_selector: str | None = None, phase: str | None = None, ns: str = "default", *, cluster: Gateway
) -> int:
    """How many pods match, optionally only those in a phase."""
    phases = f"status.phase={phase}" if phase else None
    found = cluster.list(
        "v1", "pods", ns, label_selector=label_selector, field_selector=phases, metadata_only=True
    )
    return len(found)


def pods_in_phase(
    label_selector: str | None = None,
    phase: str = "Running",
    ns: str = "default",
    raise_on_invalid_phase: bool = True,
    *,
    cluster: Gateway,
) -> bool:
    """True when there are such pods and all are in the phase; else a sentence names the pod and its phase."""
    return _judged(
        (
            f"pod {name_of(pod)} is in phase {status_of(pod).get('phase', 'Unknown')}, expected {phase}"
            for pod in _some(cluster, label_selector, ns)
            if status_of(pod).get("phase", "Unknown") != phase
        ),
        raise_on_invalid_phase,
    )


def pods_in_conditions(
    label_selector: str | None = None,
    conditions: Sequence[Mapping[str, str]] = (),
    ns: str = "default",
    raise_on_invalid_conditions: bool = True,
    *,
    cluster: Gateway,
) -> bool:
    """True when there are such pods and all meet every condition; else a sentence names pod and condition."""
    return _judged(
        (
            _unmet(pod, condition)
            for pod in _some(cluster, label_selector, ns)
            for condition in conditions
            if _condition(pod, condition["type"]).get("status", "missing") != condition["status"]
        ),
        raise_on_invalid_conditions,
    )


def _delete_each(
    targets: Sequence[Target], grace: int | None, cluster: Gateway, faults: StepFaults, stop: Stop
) -> list[str]:
    """The names of those deleted; a failure in the middle names those that are gone already."""
    deleted: list[str] = []
    for target in targets:

        def mutation(intent: Intent) -> bool:
            return _delete(intent.target, grace, cluster, stop)

        try:
            outcome = faults.inject(target, UndoKind.NOTHING, mutation)
        except GatewayError as failed:
            before = f"; deleted before that: {', '.join(deleted)}" if deleted else ""
            raise ActivityFailed(f"{failed}{before}") from failed
        if outcome is not False:  # None: a dry run, which says whom it would have hit
            deleted.append(target.name)
    return deleted


def _delete(target: Target, grace: int | None, cluster: Gateway, stop: Stop) -> bool:
    """False when the pod was gone already. Asked again only where nothing can have happened."""
    for _ in range(TRIES):
        try:
            cluster.delete(target, grace_period=grace)
            return True
        except (NotFound, Replaced):
            return False
        except TooManyRequests as busy:
            stop.wait(busy.retry_after)
        except Unavailable as unclear:
            if unclear.maybe_applied:
                return _went(target, cluster, unclear)
            stop.wait(0.5)
    raise ActivityFailed(f"the API server was too busy to delete {target}, {TRIES} times")


def _went(target: Target, cluster: Gateway, unclear: Unavailable) -> bool:
    """True when the pod is going or gone after a delete without an answer."""
    try:
        if is_terminating(cluster.read(target)):
            return True
    except (NotFound, Replaced):
        return True
    raise ActivityFailed(f"{unclear}, and {target} is still there") from unclear


def _some(cluster: Gateway, label_selector: str | None, ns: str) -> Objects:
    found = cluster.list("v1", "pods", ns, label_selector=label_selector)
    if not found:
        raise SteadyStateNotMet(f"there is no {_described('pod', label_selector, ns)}")
    return found


def _described(what: str, label_selector: str | None, ns: str) -> str:
    return (
        f"{what} with {label_selector} in namespace {ns}" if label_selector else f"{what} in namespace {ns}"
    )


def _judged(complaints: Iterable[str], raising: bool) -> bool:
    """True without complaints; else the first three as the reason, or just False."""
    first = list(islice(complaints, 4))
    if first and raising:
        raise SteadyStateNotMet("; ".join([*first[:3], *(["..."] if first[3:] else [])]))
    return not first


def _unmet(pod: Object, condition: Mapping[str, str]) -> str:
    found = _condition(pod, condition["type"])
    why = f" ({found['reason']})" if found.get("reason") else ""
    state = f"is {found['status']}{why}" if found else "is missing"
    return f"pod {name_of(pod)}: condition {condition['type']} {state}, expected {condition['status']}"


def _condition(pod: Object, kind: str) -> Object:
    conditions: Objects = status_of(pod).get("conditions") or []
    return next((each for each in conditions if each.get("type") == kind), NOTHING)
