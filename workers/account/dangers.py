"""Rights that lead to more than they say: whoever holds one can soon do what others can."""

from __future__ import annotations

from itertools import product

from experiments.kubernetes.grants import Grant, covers

#: On whatever resource.
VERBS = ("bind", "escalate", "impersonate")
WRITES = ("create", "delete", "deletecollection", "patch", "update")

RBAC = "rbac.authorization.k8s.io"
WEBHOOKS = ("validatingwebhookconfigurations", "mutatingwebhookconfigurations")
POLICIES = ("validatingadmissionpolicies", "validatingadmissionpolicybindings")

_TABLE: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("", ("secrets",), ("get", "list", "watch")),
    ("", ("pods/exec", "pods/attach", "pods/portforward"), ("create", "get")),
    ("", ("pods/ephemeralcontainers", "namespaces"), ("patch", "update")),
    ("", ("nodes/proxy",), ("create", "get", "patch", "update", "delete")),
    ("", ("serviceaccounts/token", "persistentvolumes"), ("create",)),
    ("", ("serviceaccounts", "users", "groups"), ("impersonate",)),
    (RBAC, ("roles", "clusterroles"), ("bind", "escalate")),
    (RBAC, ("roles", "rolebindings", "clusterroles", "clusterrolebindings"), WRITES),
    ("admissionregistration.k8s.io", (*WEBHOOKS, *POLICIES), WRITES),
    ("certificates.k8s.io", ("certificatesigningrequests/approval",), ("patch", "update")),
)
#: One by one, to ask for where an API server cannot list what an account may do.
DANGERS = frozenset(
    {
        Grant("*", "*", "*"),
        *(
            Grant(group, resource, verb)
            for group, resources, verbs in _TABLE
            for resource, verb in product(resources, verbs)
        ),
    }
)


def is_dangerous(held: Grant) -> bool:
    """Whether it leads to more: any wildcard does, so does one object of a dangerous kind."""
    if "*" in "".join(held[:3]) or held.verb.startswith(VERBS):
        return True
    return any(covers(each, held) for each in DANGERS - {Grant("*", "*", "*")})
