"""The manifests of the demo system: what the rehearsal simulates, and what the catalog aims at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml
from controlplane.client import APPLY, Object, Refused, holds
from controlplane.demo import demo_system
from controlplane.rig import ControlPlane
from deploy.demo_programs import DEMO
from waiting import eventually

from experiments.catalog import catalog
from experiments.kubernetes.objects import EXEMPT_LABEL

NAMESPACE = "go-demo-8"
FILES = ("manifests.yaml", "autoscaling.yaml", "istio.yaml", "traffic.yaml", "pod.yaml")
OBJECTS: list[Object] = [one for file in FILES for one in yaml.safe_load_all((DEMO / file).read_text())]
EXPERIMENTS = {name: yaml.safe_load(file.read_text()) for name, file in catalog().items()}
#: Of each pod, by kind and name of what makes it.
PODS: dict[str, Object] = {
    f"{one['kind']} {one['metadata']['name']}": one if one["kind"] == "Pod" else one["spec"]["template"]
    for one in OBJECTS
    if one["kind"] in ("Pod", "Deployment")
}


def named(kind: str) -> dict[str, Object]:
    return {one["metadata"]["name"]: one for one in OBJECTS if one["kind"] == kind}


def container(pod: Object) -> Object:
    (only,) = pod["spec"]["containers"]
    assert isinstance(only, dict)
    return only


def holds_all(real: Any, simulated: Any) -> bool:
    """Whether the real one says everything that the simulated one says, at the same places."""
    if isinstance(simulated, dict):
        return all(key in real and holds_all(real[key], value) for key, value in simulated.items())
    if isinstance(simulated, list):
        return all(any(holds_all(each, value) for each in real) for value in simulated)
    return bool(real == simulated)


@pytest.mark.parametrize(
    "simulated", demo_system(NAMESPACE), ids=lambda one: f"{one['kind']}-{one['metadata']['name']}"
)
def test_everything_that_the_rehearsal_simulates_is_there_and_the_same(simulated: Object) -> None:
    real = named(simulated["kind"])[simulated["metadata"]["name"]]
    assert holds_all(real, simulated)


def test_what_serves_is_what_the_rehearsal_simulates_and_the_traffic() -> None:
    simulated = {
        (one["kind"], one["metadata"]["name"])
        for one in demo_system(NAMESPACE)
        if one["kind"] in ("Deployment", "Service")
    }
    real = {(kind, name) for kind in ("Deployment", "Service") for name in named(kind)}
    assert real - simulated == {("Deployment", "traffic")}


def test_all_of_it_is_in_one_namespace() -> None:
    assert {one["metadata"].get("namespace") for one in OBJECTS if one["kind"] != "Namespace"} == {NAMESPACE}
    assert list(named("Namespace")) == [NAMESPACE]


@pytest.mark.parametrize("name", PODS)
def test_a_pod_runs_one_of_our_programs_and_can_do_the_least(name: str) -> None:
    pod = PODS[name]
    only = container(pod)
    assert only["image"] == "cowbane-demo:0.1.0"
    assert (DEMO / only["args"][0]).is_file()
    assert "command" not in only
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert pod["spec"]["terminationGracePeriodSeconds"] <= 5
    assert only["securityContext"]["readOnlyRootFilesystem"] is True
    assert only["resources"]["requests"]["memory"] == only["resources"]["limits"]["memory"] == "64Mi"


def test_a_bare_pod_is_the_applications_pod_without_its_owner() -> None:
    bare, owned = PODS["Pod go-demo-8"], PODS["Deployment go-demo-8"]
    assert bare["metadata"]["labels"] == owned["metadata"]["labels"]
    assert container(bare) == container(owned)


def test_who_watches_is_never_a_target() -> None:
    exempt = [name for name, pod in PODS.items() if EXEMPT_LABEL in pod["metadata"]["labels"]]
    assert exempt == ["Deployment traffic"]


def test_a_service_leads_to_a_port_that_its_pods_open() -> None:
    for name, service in named("Service").items():
        (port,) = service["spec"]["ports"]
        pod = PODS[f"Deployment {name}"]
        assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
        assert container(pod)["ports"] == [{"containerPort": port.get("targetPort", port["port"])}]


def test_no_budget_keeps_a_pod_on_its_node_for_ever() -> None:
    allowed = {name: one["spec"]["maxUnavailable"] for name, one in named("PodDisruptionBudget").items()}
    assert allowed == {"go-demo-8": 1, "repeater": 1}


def test_a_new_pod_is_ready_after_the_short_pause_of_the_catalog_and_before_the_long_one() -> None:
    """So one replica deviates and a Deployment is healthy again; the database is not, after either."""
    delay = container(PODS["Deployment go-demo-8"])["readinessProbe"]["initialDelaySeconds"]
    assert pause("health-http") < delay < pause("health-pause")
    (loading,) = re.findall(r"--loading=(\d+)", str(container(PODS["Deployment go-demo-8-db"])["args"]))
    assert int(loading) > pause("health-instances")


def pause(experiment: str) -> float:
    """What it waits after its one action."""
    (action,) = EXPERIMENTS[experiment]["method"]
    return float(action["pauses"]["after"])


def mappings() -> Iterator[Object]:
    """Every mapping in every experiment of the catalog."""
    waiting: list[Any] = [*EXPERIMENTS.values()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def test_whatever_the_catalog_aims_at_is_there() -> None:
    selectors = {*(f"app={name}" for name in named("Deployment")), "${node_label}", "kubernetes.io/os=linux"}
    for each in mappings():
        assert each.get("label_selector", "app=go-demo-8") in selectors
        assert each.get("ns", each.get("pod_namespace", NAMESPACE)) == NAMESPACE
        assert each.get("virtual_service_name", NAMESPACE) in named("VirtualService")
        assert each.get("destination", {"host": NAMESPACE, "subset": "primary"}) == the_route()
        host = each.get("headers", {}).get("Host", "go-demo-8.example.com")
        assert any(fnmatch(host, pattern) for pattern in gateway_hosts())
        asked = re.search(r"addr=http://([^/]+)", str(each.get("url", "")))
        assert asked is None or asked[1] in container(PODS["Deployment repeater"])["args"]


def the_route() -> Object:
    (http,) = named("VirtualService")[NAMESPACE]["spec"]["http"]
    ((destination),) = (each["destination"] for each in http["route"])
    return {"host": destination["host"], "subset": destination["subset"]}


def gateway_hosts() -> list[str]:
    (server,) = named("Gateway")[NAMESPACE]["spec"]["servers"]
    hosts: list[str] = server["hosts"]
    return hosts


def test_deploy_holds_no_python_package() -> None:
    assert not [*DEMO.parent.rglob("__init__.py")]


@pytest.mark.controlplane
def test_a_real_api_server_takes_all_of_it_under_restricted_pod_security(controlplane: ControlPlane) -> None:
    namespace = controlplane.namespace(NAMESPACE)
    for one in OBJECTS:
        about = {**one["metadata"], "namespace": namespace}
        if one["kind"] == "Namespace":
            about = {**one["metadata"], "name": namespace}
        path = controlplane.admin.path(one["apiVersion"], one["kind"], about["name"], about.get("namespace"))
        asked, strictly = {**one, "metadata": about}, {"fieldManager": "kubectl", "fieldValidation": "Strict"}
        controlplane.admin.call("PATCH", path, asked, type=APPLY, **strictly)
    eventually(lambda: ready(controlplane, namespace) == 8, within=30, what="8 ready pods")
    spec = {"containers": [{"name": "plain", "image": "plain"}]}
    plain = {"kind": "Pod", "metadata": {"name": "plain"}, "spec": spec}
    with pytest.raises(Refused, match="restricted"):
        controlplane.admin.call("POST", controlplane.admin.path("v1", "Pod", "", namespace), plain)


def ready(plane: ControlPlane, namespace: str) -> int:
    return sum(holds(pod, "Ready") for pod in plane.list("v1", "Pod", namespace))
