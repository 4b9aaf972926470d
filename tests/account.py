"""What the API server itself says that an account may do."""

from __future__ import annotations

from controlplane.client import APPLY, Client, Object

from experiments.kubernetes.grants import Grant, granted

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"


def grants_of(client: Client, namespace: str) -> frozenset[Grant]:
    """All of them in the namespace, with those that every account has."""
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    status = client.call("POST", REVIEWS, review)["status"]
    assert not status["incomplete"]
    return granted(status["resourceRules"])


def strictly_applied(admin: Client, one: Object) -> Object:
    """Server-side apply that refuses an unknown or a double field."""
    about = one["metadata"]
    path = admin.path(one["apiVersion"], one["kind"], about["name"], about.get("namespace"))
    return admin.call("PATCH", path, one, type=APPLY, fieldManager="kubectl", fieldValidation="Strict")
