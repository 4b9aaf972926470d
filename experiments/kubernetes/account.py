"""What our own account is and may do, as the API server itself says it."""

from __future__ import annotations

from collections.abc import Collection

from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.grants import Grant, beyond, granted
from experiments.kubernetes.objects import Object, status_of
from experiments.shapes import NOTHING

AUTHORIZATION, AUTHENTICATION = "authorization.k8s.io/v1", "authentication.k8s.io/v1"


def username(gateway: Gateway) -> str:
    """E.g. `system:serviceaccount:cowbane:cowbane-worker-shop`."""
    review = {"apiVersion": AUTHENTICATION, "kind": "SelfSubjectReview"}
    answer = gateway.create(AUTHENTICATION, "selfsubjectreviews", "", review)
    return str((status_of(answer).get("userInfo") or NOTHING).get("username", ""))


def grants_in(gateway: Gateway, namespace: str, doubtful: Collection[Grant]) -> frozenset[Grant]:
    """What it may do in the namespace.

    A server that cannot list everything, because not only RBAC decides there, is asked for each of the
    doubtful ones; what else such an account may do is not to be seen.
    """
    spec = {"namespace": namespace}
    review: Object = {"apiVersion": AUTHORIZATION, "kind": "SelfSubjectRulesReview", "spec": spec}
    status = status_of(gateway.create(AUTHORIZATION, "selfsubjectrulesreviews", "", review))
    listed = granted(status.get("resourceRules") or ())
    if not status.get("incomplete"):
        return listed
    return listed | {each for each in beyond(doubtful, listed) if _may(gateway, each, namespace)}


def _may(gateway: Gateway, grant: Grant, namespace: str) -> bool:
    return gateway.can(grant.verb, grant.group, grant.resource, namespace, grant.name)
