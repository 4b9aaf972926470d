"""The manifests on a real API server: strict about fields, pod security enforced, rights as it sees them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from account import strictly_applied
from controlplane.client import Client, Object, Refused, holds
from controlplane.rig import ControlPlane
from deploy.rendering import manifests, name_of, pods, secret_names
from e2e.manifests import WORKER_ACCOUNT, worker_rbac
from waiting import eventually

pytestmark = pytest.mark.controlplane

ISTIO, SELF = "networking.istio.io/v1", "/apis/authorization.k8s.io/v1"
OURS, TARGET, VOLUME = "cowbane", "go-demo-8", "cowbane-test"

#: The namespaces that the manifests name, and the storage that a cluster would bring.
SURROUNDINGS: list[Object] = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TARGET}},
    {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": VOLUME},
        "spec": {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "hostPath": {"path": "/nowhere"},
        },
    },
]


@pytest.fixture(scope="module")
def installed(controlplane: ControlPlane) -> Iterator[list[Object]]:
    """Everything as the README says, Secrets included; gone afterwards."""
    controlplane.apply(SURROUNDINGS)
    try:
        yield [strictly_applied(controlplane.admin, one) for one in [*with_secrets(manifests())]]
    finally:
        for name in (OURS, TARGET):
            controlplane.delete("v1", "Namespace", name)
        controlplane.delete("v1", "PersistentVolume", VOLUME)


def with_secrets(objects: list[Object]) -> Iterator[Object]:
    names = sorted({name for pod in pods().values() for name in secret_names(pod)})
    for one in objects:
        yield one
        if one["kind"] == "Namespace":
            yield from (secret(name) for name in names)


def secret(name: str) -> Object:
    metadata = {"name": name, "namespace": OURS}
    data = {"password": "0", "seed": "0", "slack-token": "0"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data}


def test_everything_is_accepted_and_becomes_ready(
    installed: list[Object], controlplane: ControlPlane
) -> None:
    wanted = {name_of(one): one["spec"]["replicas"] for one in installed if "replicas" in one.get("spec", {})}

    def ready() -> bool:
        made = [
            *controlplane.list("apps/v1", "Deployment", OURS),
            *controlplane.list("apps/v1", "StatefulSet", OURS),
        ]
        found = {name_of(one): one.get("status", {}).get("readyReplicas", 0) for one in made}
        assert found == wanted
        return True

    eventually(ready, within=60, what="every pod of Cowbane to be ready")


def test_the_two_workers_are_on_different_nodes(installed: list[Object], controlplane: ControlPlane) -> None:
    def placed() -> bool:
        workers = controlplane.list("v1", "Pod", OURS, "app.kubernetes.io/component=worker")
        assert all(holds(pod, "PodScheduled") for pod in workers)
        return len({pod["spec"].get("nodeName") for pod in workers}) == len(workers) == 2

    eventually(placed, within=30)


def test_a_pod_that_could_do_more_is_kept_out_of_our_namespace(
    installed: list[Object], controlplane: ControlPlane
) -> None:
    spec = {"containers": [{"name": "root", "image": "cowbane"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "root", "namespace": OURS}, "spec": spec}
    with pytest.raises(Refused, match="violates PodSecurity"):
        controlplane.apply([pod])


@pytest.fixture(scope="module")
def target(controlplane: ControlPlane) -> str:
    """A namespace in which the worker's account has its Role."""
    return controlplane.namespace("target")


@pytest.fixture(scope="module")
def elsewhere(controlplane: ControlPlane) -> str:
    """A namespace about which the Role says nothing."""
    return controlplane.namespace("elsewhere")


@pytest.fixture(scope="module")
def worker(controlplane: ControlPlane, target: str) -> Client:
    """A client with nothing but a token of the worker's account."""
    accounts = controlplane.namespace("accounts")
    controlplane.apply(worker_rbac(target, accounts))
    client = controlplane.client(controlplane.token(accounts, WORKER_ACCOUNT))
    eventually(lambda: client.request("GET", f"/api/v1/namespaces/{target}/pods").status == 200)
    return client


@pytest.fixture(scope="module")
def nobody(controlplane: ControlPlane, elsewhere: str) -> Client:
    """An account to which nobody gave anything."""
    return controlplane.client(controlplane.token(elsewhere, "default"))


def rules_in(client: Client, namespace: str) -> set[tuple[str, ...]]:
    """What the API server says the account may do there, one verb on one resource each."""
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    status = client.call("POST", f"{SELF}/selfsubjectrulesreviews", review)["status"]
    assert not status["incomplete"]
    return {
        (group, resource, verb, *rule.get("resourceNames", ()))
        for rule in status["resourceRules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def test_the_account_may_do_exactly_what_the_role_lists(worker: Client, nobody: Client, target: str) -> None:
    assert rules_in(worker, target) - rules_in(nobody, target) == {
        *(("", "pods", verb) for verb in ("get", "list", "delete")),
        *(("networking.istio.io", "virtualservices", verb) for verb in ("get", "list", "patch")),
        ("apps", "deployments", "list"),
    }


def test_in_any_other_namespace_it_may_do_what_every_account_may(
    worker: Client, nobody: Client, elsewhere: str
) -> None:
    for place in (elsewhere, "default", "kube-system"):
        assert rules_in(worker, place) == rules_in(nobody, place)


def test_what_the_role_lists_is_answered(worker: Client, target: str) -> None:
    assert worker.list("v1", "Pod", target) == []
    assert worker.list(ISTIO, "VirtualService", target) == []
    assert worker.list("apps/v1", "Deployment", target) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/namespaces/{elsewhere}/pods"),
        ("GET", "/api/v1/namespaces/{elsewhere}"),
        ("DELETE", "/api/v1/namespaces/{elsewhere}/pods/any"),
        ("PATCH", "/apis/networking.istio.io/v1/namespaces/{elsewhere}/virtualservices/any"),
        ("GET", "/api/v1/pods"),
        ("GET", "/api/v1/namespaces"),
        ("GET", "/api/v1/nodes"),
        ("GET", "/api/v1/namespaces/{target}"),
        ("GET", "/apis/apps/v1/namespaces/{target}/statefulsets"),
        ("GET", "/api/v1/namespaces/{target}/secrets"),
        ("GET", "/api/v1/namespaces/{target}/configmaps"),
        ("POST", "/api/v1/namespaces/{target}/pods"),
        ("PATCH", "/api/v1/namespaces/{target}/pods/any"),
        ("DELETE", "/api/v1/namespaces/{target}/pods"),
        ("GET", "/api/v1/namespaces/{target}/pods/any/exec"),
        ("POST", "/api/v1/namespaces/{target}/pods/any/eviction"),
        ("DELETE", "/apis/networking.istio.io/v1/namespaces/{target}/virtualservices/any"),
        ("PATCH", "/apis/apps/v1/namespaces/{target}/deployments/any"),
        ("PATCH", "/api/v1/namespaces/{target}"),
        ("POST", "/api/v1/namespaces/{target}/serviceaccounts/default/token"),
        ("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/{target}/rolebindings"),
    ],
)
def test_everything_else_is_403(worker: Client, target: str, elsewhere: str, method: str, path: str) -> None:
    body: object = None if method in ("GET", "DELETE") else {}
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    answer = worker.request(method, path.format(target=target, elsewhere=elsewhere), body, type=kind)
    assert answer.status == 403, answer.body
