"""Accounts and their rights as text: objects for kubectl, values for the chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from experiments.kubernetes.grants import rules
from experiments.kubernetes.objects import Object
from scheduler.rights.needs import Needs
from scheduler.rights.text import comments, rules_text, word

GROUP = "rbac.authorization.k8s.io"
LABELS = {"app.kubernetes.io/name": "cowbane", "app.kubernetes.io/part-of": "cowbane"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A service account of ours; its Roles and RoleBindings are called as it is."""

    name: str
    namespace: str
    labels: Mapping[str, str] = field(default_factory=lambda: LABELS)

    def about(self, namespace: str = "") -> Object:
        """The metadata of one of its objects."""
        return {"name": self.name, "namespace": namespace or self.namespace, "labels": dict(self.labels)}


def worker_account(prefix: str, queue: str, namespace: str) -> Account:
    """That of a queue's workers, called as the chart calls it."""
    labels = {**LABELS, "app.kubernetes.io/component": "worker", "cowbane.dev/queue": queue}
    return Account(name=f"{prefix}-worker-{queue}", namespace=namespace, labels=labels)


def manifests(queues: Mapping[str, Needs], prefix: str, namespace: str) -> str:
    """For `kubectl apply -f -`: of each queue its account, and a Role with its binding in each namespace."""
    texts: list[str] = []
    for queue, needs in queues.items():
        what = f"What the workers of queue {queue} may do: this, and nothing anywhere else."
        first, *others = account_text(worker_account(prefix, queue, namespace), needs)
        texts += [comments([what, *_warnings(needs)]) + first, *others]
    return "---\n".join(texts)


def values(queues: Mapping[str, Needs]) -> str:
    """For the chart: `helm upgrade ... -f FILE`."""
    lines = [comments(["Least rights of each queue, from what its schedules do."]), "queues:\n"]
    for queue, needs in queues.items():
        lines += [comments(_warnings(needs), "  "), f"  {word(queue)}:\n"]
        lines.append("    roles:\n" if needs.known else "    roles: {}\n")
        for namespace, found in needs.namespaces.items():
            lines += [f"      {word(namespace)}:\n", rules_text(found, "        ")]
    return "".join(lines)


def plain_values(queues: Mapping[str, Needs]) -> Object:
    """The same values as data."""
    return {"queues": {queue: {"roles": roles(needs)} for queue, needs in queues.items()}}


def roles(needs: Needs) -> dict[str, list[Object]]:
    """The rules of each namespace: what a worker's rights file holds."""
    return {namespace: rules(each.grant for each in found) for namespace, found in needs.namespaces.items()}


def account_text(account: Account, needs: Needs) -> Iterator[str]:
    """The documents of one account; no token of it comes into a pod by itself."""
    yield document("v1", "ServiceAccount", account.about(), automountServiceAccountToken=False)
    subject = {"kind": "ServiceAccount", "name": account.name, "namespace": account.namespace}
    reference = {"apiGroup": GROUP, "kind": "Role", "name": account.name}
    for namespace, found in needs.namespaces.items():
        about = account.about(namespace)
        yield document(f"{GROUP}/v1", "Role", about) + "rules:\n" + rules_text(found, "  ")
        yield document(f"{GROUP}/v1", "RoleBinding", about, roleRef=reference, subjects=[subject])


def document(api_version: str, kind: str, about: Object, **more: object) -> str:
    """One object as YAML."""
    return yaml.safe_dump(
        {"apiVersion": api_version, "kind": kind, "metadata": about, **more}, sort_keys=False, width=2**31
    )


def _warnings(needs: Needs) -> list[str]:
    return [f"MIND: {each}" for each in needs.unknown]
