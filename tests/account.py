"""Accounts of the real API server, and what it says itself that they may do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from controlplane.client import APPLY, Client, Object
from controlplane.rig import ControlPlane
from waiting import eventually

from experiments.kubernetes.grants import Grant, granted, rules

GROUP = "rbac.authorization.k8s.io"
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"


@dataclass
class Account:
    """One of the real cluster, in a namespace of its own, that acts in another."""

    plane: ControlPlane
    home: str
    target: str

    def may(self, *grants: Grant, namespace: str = "") -> None:
        """Give it these rights in a namespace."""
        place = namespace or self.target
        role = {"kind": "Role", "metadata": {"name": "w", "namespace": place}, "rules": rules(grants)}
        self.bind("RoleBinding", {"name": "w", "namespace": place}, "Role", "w", role)
        self.wait_for({*grants}, place)

    def wait_for(self, grants: set[Grant], namespace: str) -> None:
        """The API server hears of a change of rights a moment after it has taken it."""
        client = self.plane.client(self.plane.token(self.home, "default"))
        eventually(lambda: grants <= grants_of(client, namespace))

    def bind(self, kind: str, about: Object, to: str, name: str, *first: Object) -> None:
        reference = {"apiGroup": GROUP, "kind": to, "name": name}
        subject = {"kind": "ServiceAccount", "name": "default", "namespace": self.home}
        binding = {"kind": kind, "metadata": about, "roleRef": reference, "subjects": [subject]}
        self.plane.apply([{"apiVersion": f"{GROUP}/v1", **each} for each in (*first, binding)])

    @property
    def kubeconfig(self) -> Path:
        return self.plane.kubeconfig(self.home, "default")


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
