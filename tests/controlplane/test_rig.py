"""The rig is a real cluster as far as the tests rely on it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3
from controlplane.client import MERGE, Client, Object, holds
from controlplane.demo import demo_system
from controlplane.program import KEEPER
from controlplane.rig import ControlPlane
from waiting import eventually

pytestmark = pytest.mark.controlplane

ISTIO, RBAC = "networking.istio.io/v1", "rbac.authorization.k8s.io/v1"


def test_the_demo_system_becomes_ready(demo: str, controlplane: ControlPlane) -> None:
    pods = controlplane.list("v1", "Pod", demo)
    assert {pod["metadata"]["labels"]["app"] for pod in pods} == {"go-demo-8", "go-demo-8-db", "repeater"}
    assert {pod["spec"]["nodeName"] for pod in pods} <= {"node-1", "node-2", "node-3"}


def test_a_deleted_pod_is_replaced(demo: str, controlplane: ControlPlane) -> None:
    before = ready_pods(controlplane, demo, "app=go-demo-8")
    controlplane.delete("v1", "Pod", min(before), demo)

    def replaced() -> bool:
        now = ready_pods(controlplane, demo, "app=go-demo-8")
        return len(now) == 3 and min(before) not in now

    eventually(replaced)


def test_a_virtual_service_with_a_wrong_field_is_refused_by_the_real_schema(
    demo: str, controlplane: ControlPlane
) -> None:
    path = controlplane.admin.path(ISTIO, "VirtualService", "go-demo-8", demo)
    wrong = {"spec": {"http": [{"fault": {"abort": {"httpStatus": "five hundred"}}}]}}
    answer = controlplane.admin.request("PATCH", path, wrong, type=MERGE)
    assert (answer.status, answer.body["reason"]) == (422, "Invalid")
    assert "httpStatus" in answer.body["message"]
    assert controlplane.get(ISTIO, "VirtualService", "go-demo-8", demo)["spec"]["hosts"] == ["go-demo-8"]


def test_an_account_may_do_what_its_role_says_and_nothing_else(controlplane: ControlPlane) -> None:
    namespace = controlplane.namespace()
    controlplane.apply([of(namespace, "v1", "ServiceAccount", "chaos")])
    account = controlplane.client(controlplane.token(namespace, "chaos"))
    assert status_of_listing_pods(account, namespace) == 403

    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
    subject = {"kind": "ServiceAccount", "name": "chaos", "namespace": namespace}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "chaos"}
    controlplane.apply(
        [
            {**of(namespace, RBAC, "Role", "chaos"), "rules": rules},
            {**of(namespace, RBAC, "RoleBinding", "chaos"), "roleRef": role, "subjects": [subject]},
        ]
    )
    eventually(lambda: status_of_listing_pods(account, namespace) == 200)
    assert status_of_listing_pods(account, "default") == 403


def test_a_kubeconfig_of_an_account_holds_its_token_and_not_the_administrators(
    controlplane: ControlPlane,
) -> None:
    file = controlplane.kubeconfig(controlplane.namespace(), "default").read_text()
    assert "system:masters" not in file
    assert controlplane.admin_kubeconfig.read_text() != file
    assert "client-key" not in file


def test_an_eviction_beyond_the_budget_is_refused(demo: str, controlplane: ControlPlane) -> None:
    budget = of(demo, "policy/v1", "PodDisruptionBudget", "all")
    budget["spec"] = {"minAvailable": 3, "selector": {"matchLabels": {"app": "go-demo-8"}}}
    controlplane.apply([budget])
    eventually(
        lambda: (
            controlplane.get("policy/v1", "PodDisruptionBudget", "all", demo)["status"].get("currentHealthy")
            == 3
        )
    )
    victim = min(ready_pods(controlplane, demo, "app=go-demo-8"))
    eviction = of(demo, "policy/v1", "Eviction", victim)
    path = controlplane.admin.path("v1", "Pod", victim, demo) + "/eviction"
    assert controlplane.admin.request("POST", path, eviction).status == 429
    assert victim in ready_pods(controlplane, demo, "app=go-demo-8")


def test_a_paused_api_server_keeps_silent_and_comes_back_and_a_stopped_plane_leaves_no_process() -> None:
    with ControlPlane() as plane:
        pids = plane.pids
        plane.pause_api()
        with pytest.raises(urllib3.exceptions.ReadTimeoutError):
            plane.admin.request("GET", "/readyz", wait=0.5)
        plane.resume_api()
        assert plane.admin.request("GET", "/readyz").status == 200
    assert len(pids) == 5
    assert not [name for name, pid in pids.items() if is_alive(pid)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can kill a child with its parent")
def test_a_program_dies_with_the_test_run_even_when_that_is_killed(tmp_path: Path) -> None:
    said = tmp_path / "pid"
    script = (
        "import os, pathlib, subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, {str(KEEPER)!r}, str(os.getpid()), '/bin/sleep', '60'])\n"
        f"pathlib.Path({str(said)!r}).write_text(f'{{child.pid}} ')\n"
        "child.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as run:
        text = eventually(lambda: said.exists() and said.read_text())
        child = int(text)
        eventually(lambda: Path(f"/proc/{child}/comm").read_text() == "sleep\n")
        run.kill()
    eventually(lambda: not is_alive(child))


@pytest.fixture
def demo(controlplane: ControlPlane) -> str:
    """A namespace in which the demo system is ready."""
    namespace = controlplane.namespace("go-demo-8")
    controlplane.apply(demo_system(namespace))
    eventually(lambda: len(ready_pods(controlplane, namespace)) == 6)
    return namespace


def ready_pods(plane: ControlPlane, namespace: str, selector: str = "") -> set[str]:
    """The names of the pods that say they are ready."""
    pods = plane.list("v1", "Pod", namespace, selector)
    return {pod["metadata"]["name"] for pod in pods if holds(pod, "Ready")}


def of(namespace: str, api_version: str, kind: str, name: str) -> Object:
    """The beginning of a manifest."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace}}


def status_of_listing_pods(account: Client, namespace: str) -> int:
    return account.request("GET", f"/api/v1/namespaces/{namespace}/pods").status


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
