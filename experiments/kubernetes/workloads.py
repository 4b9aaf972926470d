"""What can be asked about everything that runs in a namespace; names are those of `chaosk8s.probes`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from experiments.failures import SteadyStateNotMet
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.objects import (
    Object,
    is_terminating,
    labels_of,
    metadata_of,
    name_of,
    status_of,
)
from experiments.kubernetes.rights import Right
from experiments.shapes import NOTHING

#: What each activity needs in the namespace it looks at.
RIGHTS: Mapping[str, tuple[Right, ...]] = {
    "all_microservices_healthy": (Right("", "pods", ("list",)), Right("apps", "deployments", ("list",))),
}


def all_microservices_healthy(ns: str = "default", *, cluster: Gateway) -> bool:
    """True when every pod runs or has succeeded and every Deployment has all its replicas available.

    Else, and when nothing runs there at all, a sentence names what is not healthy. A pod that is being
    terminated counts no more, also while the Deployment's own status has not heard of it.
    """
    pods = cluster.list("v1", "pods", ns)
    deployments = cluster.list("apps/v1", "deployments", ns)
    if not pods and not deployments:
        raise SteadyStateNotMet(f"nothing runs in namespace {ns}")
    ill = [
        *_ill_pods(pods),
        *_ill_deployments(deployments, Counter(map(_deployment_of, filter(_serves, pods)))),
    ]
    if ill:
        more = f" and {len(ill) - 3} more" if ill[3:] else ""
        raise SteadyStateNotMet(f"namespace {ns} is not healthy: {'; '.join(ill[:3])}{more}")
    return True


def _ill_pods(pods: list[Object]) -> Iterator[str]:
    for pod in pods:
        phase = status_of(pod).get("phase", "Unknown")
        if phase not in ("Running", "Succeeded"):
            yield f"pod {name_of(pod)} is {phase}"


def _ill_deployments(deployments: list[Object], serving: Mapping[str, int]) -> Iterator[str]:
    for deployment in deployments:
        state = status_of(deployment)
        wanted = (deployment.get("spec") or NOTHING).get("replicas", 1)
        available = min(state.get("availableReplicas", 0), serving.get(name_of(deployment), 0))
        if available < wanted:
            yield f"deployment {name_of(deployment)} has {available} of {wanted} replicas available"
        elif state.get("observedGeneration", 0) < metadata_of(deployment).get("generation", 0):
            yield f"deployment {name_of(deployment)} has a change that its controller has not seen yet"


def _serves(pod: Object) -> bool:
    conditions = status_of(pod).get("conditions") or ()
    ready = any(each.get("type") == "Ready" and each.get("status") == "True" for each in conditions)
    return ready and not is_terminating(pod)


def _deployment_of(pod: Object) -> str:
    """The Deployment whose ReplicaSet owns the pod; a ReplicaSet is called DEPLOYMENT-HASH."""
    ending = f"-{labels_of(pod).get('pod-template-hash', '')}"
    owners = metadata_of(pod).get("ownerReferences") or ()
    return next(
        (str(each["name"]).removesuffix(ending) for each in owners if each["kind"] == "ReplicaSet"), ""
    )
