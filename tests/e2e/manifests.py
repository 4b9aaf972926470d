"""The account and the rights of a worker, from the very manifests that an operator applies."""

from __future__ import annotations

from pathlib import Path

import yaml
from controlplane.client import Object

MANIFESTS = Path(__file__).parents[2] / "deploy" / "kubernetes" / "manifests.yaml"

#: The service account of the queue's workers.
WORKER_ACCOUNT = "cowbane-worker-go-demo-8"


def worker_rbac(namespace: str, account_namespace: str) -> list[Object]:
    """Its objects, with nothing changed but the target's namespace and that of the account."""
    objects = [one for one in yaml.safe_load_all(MANIFESTS.read_text()) if one and _is_of_the_worker(one)]
    for one in objects:
        is_account = one["kind"] == "ServiceAccount"
        one["metadata"]["namespace"] = account_namespace if is_account else namespace
        for subject in one.get("subjects", ()):
            subject["namespace"] = account_namespace
    return objects


def _is_of_the_worker(one: Object) -> bool:
    rights = ("ServiceAccount", "Role", "RoleBinding")
    return one["kind"] in rights and one["metadata"]["name"] == WORKER_ACCOUNT
