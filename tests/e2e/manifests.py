"""The account and the rights of a worker, from the very file that an operator applies."""

from __future__ import annotations

from pathlib import Path

import yaml
from controlplane.client import Object

RBAC = Path(__file__).parents[2] / "deploy" / "kubernetes" / "rbac-go-demo-8.yaml"

#: The service account in that file.
WORKER_ACCOUNT = "cowbane-worker-go-demo-8"


def worker_rbac(namespace: str, account_namespace: str) -> list[Object]:
    """Its objects, with nothing changed but the target's namespace and that of the account."""
    objects: list[Object] = list(yaml.safe_load_all(RBAC.read_text()))
    for one in objects:
        is_account = one["kind"] == "ServiceAccount"
        one["metadata"]["namespace"] = account_namespace if is_account else namespace
        for subject in one.get("subjects", ()):
            subject["namespace"] = account_namespace
        for rule in one.get("rules", ()):
            if rule["resources"] == ["namespaces"]:
                rule["resourceNames"] = [namespace]
    return objects
