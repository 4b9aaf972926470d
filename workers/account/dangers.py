"""Rights that lead to more than they say: whoever holds one can soon do what others can."""

from __future__ import annotations

from itertools import product

from experiments.kubernetes.grants import Grant, covers

#: On whatever resource.
VERBS = ("bind", "escalate", "impersonate")
WRITES = ("create", "delete", "deletecollection", "patch", "update")
#: Whoever makes or changes a pod has every Secret and service account of its namespace.
MAKES = ("create", "patch", "update")

RBAC = "rbac.authorization.k8s.io"
WEBHOOKS = ("validatingwebhookconfigurations", "mutatingwebhookconfigurations")
POLICIES = ("validatingadmissionpolicies", "validatingadmissionpolicybindings")
CONTROLLERS = ("daemonsets", "deployments", "replicasets", "statefulsets")

EVERYTHING = Grant("*", "*", "*")

_TABLE: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("", ("secrets",), ("get", "list", "watch", *WRITES)),  # the answer to a write holds the Secret
    ("", ("pods", "replicationcontrollers"), MAKES),
    ("apps", CONTROLLERS, MAKES),
    ("batch", ("cronjobs", "jobs"), MAKES),
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
        EVERYTHING,
        *(
            Grant(group, resource, verb)
            for group, resources, verbs in _TABLE
            for resource, verb in product(resources, verbs)
        ),
    }
)


def is_dangerous(held: Grant) -> bool:
    """Whether it leads to more: any wildcard does, so does one object of a dangerous kind."""
    if is_wildcard(held) or held.verb.startswith(VERBS):
        return True
    return any(covers(each, held) for each in DANGERS - {EVERYTHING})


def is_wildcard(grant: Grant) -> bool:
    """Whether it holds for any group, resource or verb, also of those that do not exist yet."""
    return "*" in f"{grant.group}{grant.resource}{grant.verb}"
