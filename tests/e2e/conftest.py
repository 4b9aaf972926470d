"""A namespace with the demo system, the worker's account as deploy/ has it, and a deployment to start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from controlplane.client import Object, holds
from controlplane.demo import demo_system
from controlplane.rig import ControlPlane
from e2e.manifests import WORKER_ACCOUNT, worker_rbac
from e2e.system import System, deployed
from waiting import eventually

from experiments.faults.intent import Intent
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.marks import find_marks

ISTIO = "networking.istio.io/v1"


@dataclass
class Shop:
    """The target: a namespace that the Role covers, one that it does not, and the worker's kubeconfig."""

    plane: ControlPlane
    namespace: str
    forbidden: str
    kubeconfig: Path

    def virtual_service(self) -> Object:
        return self.plane.get(ISTIO, "VirtualService", "go-demo-8", self.namespace)

    def pods(self) -> dict[str, bool]:
        """name -> ready."""
        return {
            pod["metadata"]["name"]: holds(pod, "Ready")
            for pod in self.plane.list("v1", "Pod", self.namespace)
        }

    def marks(self) -> set[str]:
        """The runs whose faults are in, by the cluster's own word."""
        gateway = Gateway.connect(kubeconfig=self.plane.admin_kubeconfig)
        found = find_marks(gateway, [self.namespace])
        return {mark.run for mark in found if isinstance(mark, Intent)}


@pytest.fixture
def shop(controlplane: ControlPlane) -> Shop:
    """A fresh shop whose six pods are ready."""
    namespace, forbidden = controlplane.namespace("shop"), controlplane.namespace("other")
    accounts = controlplane.namespace("cowbane")
    controlplane.apply(worker_rbac(namespace, accounts))
    controlplane.apply(demo_system(namespace))
    kubeconfig = controlplane.kubeconfig(accounts, WORKER_ACCOUNT)
    shop = Shop(controlplane, namespace, forbidden, kubeconfig)
    eventually(lambda: len(shop.pods()) == 6 and all(shop.pods().values()), within=60, what="the demo system")
    return shop


@pytest.fixture
def system(tmp_path: Path, shop: Shop) -> Iterator[System]:
    """Redis and the receiver of one deployment; everything the test starts is stopped after it."""
    repo = tmp_path / "repo"
    (repo / "schedules").mkdir(parents=True)
    (repo / "experiments").mkdir()
    (tmp_path / "policy.yaml").write_text(
        f"version: 1\nnamespaces: [{shop.namespace}, {shop.forbidden}]\nhttp_hosts: ['127.0.0.1']\n"
    )
    with deployed(tmp_path, repo) as system:
        yield system
