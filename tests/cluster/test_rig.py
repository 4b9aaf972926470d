"""The real cluster is one as far as the tests rely on it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest
import urllib3
from cluster import standard
from cluster.rig import Cluster
from cluster.web import pod, web
from controlplane import build
from controlplane.client import Object, holds
from local_server import LocalServer, Reply
from waiting import eventually

pytestmark = pytest.mark.cluster

RBAC = "rbac.authorization.k8s.io"

#: Asks the API server for the pods of a namespace with nothing but what is mounted; prints the status.
ASK = """\
import ssl, sys, urllib.error, urllib.request
mounted = "/var/run/secrets/kubernetes.io/serviceaccount"
url = f"https://kubernetes.default.svc/api/v1/namespaces/{sys.argv[1]}/pods"
token = open(f"{mounted}/token").read()
request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
trust = ssl.create_default_context(cafile=f"{mounted}/ca.crt")
try:
    print(urllib.request.urlopen(request, context=trust).status)
except urllib.error.HTTPError as refused:
    print(refused.code)
"""

GET = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())"


def test_two_nodes_are_ready_and_the_networks_definitions_are_there(cluster: Cluster) -> None:
    nodes = cluster.plane.list("v1", "Node")
    assert [node["metadata"]["name"] for node in nodes if holds(node, "Ready")] == cluster.node_names
    assert cluster.plane.list("networking.istio.io/v1", "VirtualService") == []


def test_a_service_is_reached_by_its_name_from_a_pod_of_the_other_node(
    cluster: Cluster, webs: list[Object]
) -> None:
    one, other = webs
    assert {pod["spec"]["nodeName"] for pod in webs} == {*cluster.node_names}
    name = other["metadata"]["name"]
    url = f"http://web.{one['metadata']['namespace']}.svc.cluster.local/"
    eventually(lambda: exec_in(cluster, one, "python3", "-c", GET, url) == name, within=30)


def test_the_host_reaches_pods_and_services_and_pods_reach_the_host(
    cluster: Cluster, webs: list[Object]
) -> None:
    namespace = webs[0]["metadata"]["namespace"]
    service = cluster.plane.get("v1", "Service", "web", namespace)["spec"]["clusterIP"]
    names = {pod["metadata"]["name"] for pod in webs}
    assert {body(f"http://{pod['status']['podIP']}:8080/") for pod in webs} == names
    assert body(f"http://{service}/") in names
    with LocalServer(cluster.host_address) as server:
        server.replies["/"] = Reply(body=b"the host")
        assert exec_in(cluster, webs[0], "python3", "-c", GET, server.url()) == "the host"


def test_logs_exec_and_port_forward(cluster: Cluster, webs: list[Object]) -> None:
    one = webs[0]["metadata"]
    path = f"{cluster.plane.admin.path('v1', 'Pod', one['name'], one['namespace'])}/log"
    assert '"GET / HTTP/1.1" 200' in cluster.plane.admin.request("GET", path).body["message"]
    assert exec_in(cluster, webs[0], "id", "--user") == "10001"
    command = ["port-forward", "--namespace", one["namespace"], one["name"], ":8080"]
    words = [str(build.folder() / "kubectl"), f"--kubeconfig={cluster.plane.admin_kubeconfig}", *command]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as forward:
        assert forward.stdout
        said = re.match(r"Forwarding from (127\.0\.0\.1:\d+)", forward.stdout.readline())
        assert said
        assert body(f"http://{said[1]}/") == one["name"]
        forward.terminate()


def test_a_pod_without_root_calls_the_api_with_its_mounted_token_and_may_what_its_role_says(
    cluster: Cluster, webs: list[Object]
) -> None:
    namespace = webs[0]["metadata"]["namespace"]
    assert exec_in(cluster, webs[0], "python3", "-c", ASK, namespace) == "403"
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
    reader = {"name": "reader", "namespace": namespace}
    subject = {"kind": "ServiceAccount", "name": "default", "namespace": namespace}
    role = {"apiGroup": RBAC, "kind": "Role", "name": "reader"}
    about = {"apiVersion": f"{RBAC}/v1", "metadata": reader}
    cluster.plane.apply(
        [
            {**about, "kind": "Role", "rules": rules},
            {**about, "kind": "RoleBinding", "roleRef": role, "subjects": [subject]},
        ]
    )
    eventually(lambda: exec_in(cluster, webs[0], "python3", "-c", ASK, namespace) == "200", every=0.5)
    assert exec_in(cluster, webs[0], "python3", "-c", ASK, "default") == "403"


def test_a_deleted_pod_is_replaced(cluster: Cluster, webs: list[Object]) -> None:
    gone = webs[0]["metadata"]
    cluster.plane.delete("v1", "Pod", gone["name"], gone["namespace"])

    def replaced() -> bool:
        names = {pod["metadata"]["name"] for pod in ready_webs(cluster, gone["namespace"])}
        return len(names) == 2 and gone["name"] not in names

    eventually(replaced, within=30)


def test_a_changed_configmap_arrives_in_the_pod(cluster: Cluster, namespace: str) -> None:
    write_setting(cluster, namespace, "old")
    spec = pod("sleep", "600", volumeMounts=[{"name": "config", "mountPath": "/config"}])
    spec["volumes"] = [{"name": "config", "configMap": {"name": "config"}}]
    reader = start(cluster, namespace, "reader", spec)
    assert exec_in(cluster, reader, "cat", "/config/setting") == "old"
    write_setting(cluster, namespace, "new")
    eventually(lambda: exec_in(cluster, reader, "cat", "/config/setting") == "new", within=20, every=0.5)


def test_a_volume_is_kept_over_the_death_of_a_pod_and_reached_from_both_nodes(
    cluster: Cluster, namespace: str
) -> None:
    name = f"volume-{namespace}"
    folder = cluster.volume(name)
    claim: Object = {"accessModes": ["ReadWriteOnce"], "volumeName": name, "storageClassName": ""}
    claim["resources"] = {"requests": {"storage": "1Gi"}}
    about = {"name": "data", "namespace": namespace}
    cluster.plane.apply(
        [{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": about, "spec": claim}]
    )
    for node in cluster.node_names:
        spec = pod("sleep", "600", volumeMounts=[{"name": "data", "mountPath": "/data"}])
        spec |= {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}
        writer = start(
            cluster, namespace, f"on-{node}", spec | {"nodeSelector": {"kubernetes.io/hostname": node}}
        )
        exec_in(cluster, writer, "sh", "-c", f"echo {node} >> /data/visitors")
        cluster.plane.delete("v1", "Pod", f"on-{node}", namespace)
    assert (folder / "visitors").read_text().split() == cluster.node_names
    cluster.plane.delete("v1", "PersistentVolume", name)


def test_a_node_whose_kubelet_is_killed_is_found_silent_and_comes_back(cluster: Cluster) -> None:
    def is_silent() -> bool:
        node = cluster.plane.get("v1", "Node", "node2")
        taints = {taint["key"] for taint in node["spec"].get("taints", ())}
        return not holds(node, "Ready") and "node.kubernetes.io/unreachable" in taints

    cluster.stop_kubelet("node2")
    try:
        eventually(is_silent, within=30, every=0.5)
    finally:
        cluster.start_kubelets()
    eventually(lambda: not is_silent())


@pytest.fixture(scope="module")
def namespace(cluster: Cluster) -> Iterator[str]:
    """A namespace that lets in what restricted pod security does."""
    name = cluster.plane.namespace("rig")
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    about = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
    cluster.plane.apply([about])
    cluster.load(standard.image(standard.BASES[0]))
    yield name
    cluster.plane.delete("v1", "Namespace", name)


@pytest.fixture
def webs(cluster: Cluster, namespace: str) -> list[Object]:
    """The two ready pods of the web application."""
    cluster.plane.apply(web(namespace))

    def both() -> list[Object]:
        pods = ready_webs(cluster, namespace)
        return pods if len(pods) == 2 else []

    return eventually(both, within=30)


def ready_webs(cluster: Cluster, namespace: str) -> list[Object]:
    pods = cluster.plane.list("v1", "Pod", namespace, "app=web")
    return [pod for pod in pods if holds(pod, "Ready") and "deletionTimestamp" not in pod["metadata"]]


def start(cluster: Cluster, namespace: str, name: str, spec: Object) -> Object:
    """A ready pod."""
    about = {"name": name, "namespace": namespace}
    cluster.plane.apply([{"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": spec}])
    eventually(lambda: holds(cluster.plane.get("v1", "Pod", name, namespace), "Ready"), within=30)
    return cluster.plane.get("v1", "Pod", name, namespace)


def exec_in(cluster: Cluster, pod: Object, *command: str) -> str:
    """What the command says in the pod."""
    about = pod["metadata"]
    done = cluster.kubectl("exec", "--namespace", about["namespace"], about["name"], "--", *command)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def write_setting(cluster: Cluster, namespace: str, value: str) -> None:
    about = {"name": "config", "namespace": namespace}
    configmap = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": {"setting": value}}
    cluster.plane.apply([configmap])


def body(url: str) -> str:
    return urllib3.request("GET", url, timeout=5).data.decode()
