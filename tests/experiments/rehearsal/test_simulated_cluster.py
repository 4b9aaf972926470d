"""The simulated cluster as a program and as a helper: what clients and people meet."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import urllib3
from waiting import eventually

from experiments.rehearsal.__main__ import DEMO_SYSTEM
from experiments.rehearsal.cluster import SimulatedCluster
from experiments.rehearsal.conditions import is_ready
from experiments.rehearsal.kinds import PODS, Json, kind_of
from experiments.rehearsal.manifests import ManifestError, read_manifests

QUICK = timedelta(seconds=0.1)
ISTIO = ("networking.istio.io", "v1", "shop", "virtualservices")


@pytest.fixture(scope="module")
def cluster() -> Iterator[SimulatedCluster]:
    """A served cluster with the demo system in the namespace `shop`."""
    with SimulatedCluster(start_up=QUICK, shut_down=QUICK) as cluster:
        cluster.apply(read_manifests(DEMO_SYSTEM.read_text(), "demo"), "owner", namespace="shop")
        eventually(lambda: _ready(cluster) >= 6, what="every pod ready")
        yield cluster


def test_the_demo_system_is_the_one_that_the_experiments_aim_at(cluster: SimulatedCluster) -> None:
    apps = {pod["metadata"]["labels"]["app"] for pod in cluster.store.select(PODS, "shop")}
    assert {"go-demo-8", "go-demo-8-db", "repeater"} <= apps
    (service,) = _call(cluster, "GET", "/apis/networking.istio.io/v1/virtualservices")["items"]
    assert service["metadata"]["name"] == "go-demo-8"


def test_the_official_client_lists_and_patches(cluster: SimulatedCluster) -> None:
    kubernetes: Any = import_module("kubernetes")
    with kubernetes.config.new_client_from_config(config_file=str(cluster.kubeconfig)) as client:
        client.default_headers["Content-Type"] = "application/merge-patch+json"
        api = kubernetes.client.CustomObjectsApi(client)
        (service,) = api.list_namespaced_custom_object(*ISTIO)["items"]
        name, version = service["metadata"]["name"], service["metadata"]["resourceVersion"]
        patch = {"metadata": {"annotations": {"a": "b"}, "resourceVersion": version}}
        patched = api.patch_namespaced_custom_object(*ISTIO, name, patch)
        assert patched["metadata"]["annotations"] == {"a": "b"}
        with pytest.raises(kubernetes.client.ApiException) as refused:
            api.patch_namespaced_custom_object(*ISTIO, name, patch)
        assert getattr(refused.value, "status", None) == 409


def test_the_official_dynamic_client_finds_every_kind(cluster: SimulatedCluster, tmp_path: Path) -> None:
    kubernetes: Any = import_module("kubernetes")
    dynamic: Any = import_module("kubernetes.dynamic")
    with kubernetes.config.new_client_from_config(config_file=str(cluster.kubeconfig)) as client:
        resources = dynamic.DynamicClient(client, cache_file=str(tmp_path / "discovery")).resources
        pods = resources.get(api_version="v1", kind="Pod")
        found = pods.get(namespace="shop", label_selector="app=go-demo-8").items
        assert {pod.status.phase for pod in found} == {"Running"}
        deployments = resources.get(api_version="apps/v1", kind="Deployment")
        assert deployments.get(name="go-demo-8", namespace="shop").status.readyReplicas == len(found)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/version", None),
        ("/api", "APIVersions"),
        ("/api/v1", "APIResourceList"),
        ("/apis", "APIGroupList"),
        ("/apis/apps/v1", "APIResourceList"),
        ("/apis/networking.istio.io/v1alpha3", "APIResourceList"),
    ],
)
def test_clients_can_discover_what_is_served(cluster: SimulatedCluster, path: str, kind: str | None) -> None:
    assert _call(cluster, "GET", path).get("kind") == kind


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/api/v1/namespaces/shop/pods/one", 405),
        ("DELETE", "/api/v1/namespaces/shop/pods", 405),
        ("POST", "/api/v1/namespaces/shop/pods", 400),
        ("GET", "/api/v1/namespaces/shop/pods?limit=many", 400),
        ("GET", "/api/v1/namespaces/shop/secrets", 404),
        ("GET", "/api/v1/namespaces/shop/pods/one/log", 404),
        ("GET", "/apis/apps/v1/deployments/one", 404),
    ],
)
def test_what_is_not_simulated_is_refused_not_ignored(
    cluster: SimulatedCluster, method: str, path: str, status: int
) -> None:
    body = b"no json" if method == "POST" else None
    answer = urllib3.request(method, cluster.url + path, body=body, retries=False)
    assert answer.status == status


@pytest.mark.parametrize("policy", ["Foreground", "Orphan"])
def test_a_way_of_deletion_that_is_not_simulated_is_refused(cluster: SimulatedCluster, policy: str) -> None:
    path = "/apis/apps/v1/namespaces/shop/deployments/repeater"
    refused = _call(cluster, "DELETE", path, {"propagationPolicy": policy})
    assert (refused["code"], policy in refused["message"]) == (400, True)
    assert _call(cluster, "GET", path)["kind"] == "Deployment"


def test_a_deployment_does_not_understand_a_strategic_merge(cluster: SimulatedCluster) -> None:
    path = f"{cluster.url}/apis/apps/v1/namespaces/shop/deployments/repeater"
    headers = {"Content-Type": "application/strategic-merge-patch+json"}
    assert urllib3.request("PATCH", path, body=b"{}", headers=headers, retries=False).status == 415


@pytest.mark.parametrize(
    "patch",
    [
        "words",
        [],
        {"metadata": "words"},
        {"metadata": {"labels": ["a"]}},
        {"metadata": {"annotations": {"a": {}}}},
        {"metadata": {"ownerReferences": [{"name": "nobody"}]}},
        {"spec": "words"},
        {"spec": {"replicas": -1}},
        {"spec": {"replicas": "many"}},
        {"spec": {"selector": None}},
        {"spec": {"selector": {"matchLabels": {"app": "other"}}}},
        {"spec": {"template": []}},
        {"spec": {"template": {"spec": {"containers": []}}}},
        {"spec": {"template": {"spec": {"containers": [{"image": "nameless:1"}]}}}},
    ],
)
def test_what_no_controller_could_live_with_is_refused_and_nothing_is_touched(
    cluster: SimulatedCluster, patch: object
) -> None:
    path = "/apis/apps/v1/namespaces/shop/deployments/repeater"
    before = _call(cluster, "GET", path)
    refused = _call(cluster, "PATCH", path, patch)
    assert refused["kind"] == "Status"
    assert refused["code"] in (400, 422)
    assert _call(cluster, "GET", path) == before


def test_everything_may_be_done(cluster: SimulatedCluster) -> None:
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    asked = {"spec": {"resourceAttributes": {"verb": "patch", "resource": "pods", "namespace": "shop"}}}
    assert _call(cluster, "POST", path, asked)["status"] == {"allowed": True}


def test_a_port_that_is_taken_is_said_at_once(cluster: SimulatedCluster) -> None:
    port = int(cluster.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"), SimulatedCluster(port=port):
        pass


def test_two_clusters_share_no_uid() -> None:
    first, second = SimulatedCluster(), SimulatedCluster()
    uids = [{body["metadata"]["uid"] for _, body in each.store.everything()} for each in (first, second)]
    assert not uids[0] & uids[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "shop.yaml: expected YAML"),
        ("just words", "shop.yaml: document 1: expected a Kubernetes object"),
        ("{apiVersion: v1, kind: Secret, metadata: {name: a}}", "found Secret of v1"),
        ("---\n{apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\n{kind: Pod}", "document 2"),
    ],
)
def test_a_manifest_that_cannot_be_loaded_says_where_and_why(text: str, said: str) -> None:
    with pytest.raises(ManifestError, match=said) as refused:
        read_manifests(text, "shop.yaml")
    assert "\n" not in str(refused.value)


def test_lists_are_taken_apart() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
    text = json.dumps({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": [pod, pod]})
    assert [kind_of(each) for each in read_manifests(text, "list")] == [PODS, PODS]


def test_the_program_says_its_address_serves_the_demo_and_stops_when_told(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    with _program("--kubeconfig", str(kubeconfig), "--start-up", "0.1") as program:
        assert program.stdout
        url = program.stdout.readline().split()[2]
        assert json.loads(kubeconfig.read_text())["clusters"][0]["cluster"]["server"] == url
        assert urllib3.request("GET", f"{url}/readyz", retries=False).data == b"ok"
        pods = urllib3.request("GET", f"{url}/api/v1/namespaces/go-demo-8/pods", retries=False).json()[
            "items"
        ]
        assert len(pods) >= 3
        watch = urllib3.request("GET", f"{url}/api/v1/pods?watch=true", preload_content=False, retries=False)
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=5) == 0
        watch.release_conn()


def test_the_program_refuses_a_broken_manifest_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text("{apiVersion: v1, kind: Pod, metadata: {name: a}}")
    with _program("--load", str(file)) as program:
        said, complaint = program.communicate(timeout=20)
    assert (program.returncode, said) == (2, "")
    assert "spec.containers: Required value" in complaint
    assert complaint.count("\n") == 1


def _ready(cluster: SimulatedCluster) -> int:
    return sum(map(is_ready, cluster.store.select(PODS)))


def _call(cluster: SimulatedCluster, method: str, path: str, body: object = None) -> Json:
    raw = None if body is None else json.dumps(body).encode()
    content = "application/merge-patch+json" if method == "PATCH" else "application/json"
    headers = {"Content-Type": content}
    answer: Json = urllib3.request(
        method, cluster.url + path, body=raw, headers=headers, retries=False
    ).json()
    return answer


def _program(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "experiments.rehearsal", *arguments]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
