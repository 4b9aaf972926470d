"""What the controllers do as time passes, and that nothing but told time moves them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from experiments.chance import Draw
from experiments.clock import FixedClock
from experiments.rehearsal.conditions import is_ready
from experiments.rehearsal.controllers import Controllers
from experiments.rehearsal.kinds import BY_RESOURCE, DEPLOYMENTS, NAMESPACES, NODES, PODS, Address, Json
from experiments.rehearsal.ownership import Writer
from experiments.rehearsal.store import Store

US = Writer(manager="owner", api_version="apps/v1")
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
WEB = Address(DEPLOYMENTS.resource, "shop", "web")


class Cluster:
    """A store with two nodes and its controllers, under a clock that the test moves."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOON)
        self.store = Store(clock=self.clock, draw=Draw(b"seed"))
        self.controllers = Controllers(
            self.store, start_up=timedelta(seconds=2), shut_down=timedelta(seconds=1)
        )
        self.store.create(NAMESPACES, {"metadata": {"name": "shop"}}, US)
        for name in ("node-1", "node-2"):
            self.store.create(NODES, {"metadata": {"name": name}}, US)

    def after(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.controllers.reconcile(self.clock.now())

    def deploy(self, replicas: int) -> None:
        self.store.create(DEPLOYMENTS, _deployment(replicas), US, namespace="shop")
        self.after(0)

    @property
    def pods(self) -> dict[str, Json]:
        return {pod["metadata"]["name"]: pod for pod in self.store.select(PODS, "shop")}

    @property
    def ready(self) -> set[str]:
        return {name for name, pod in self.pods.items() if is_ready(pod)}

    @property
    def status(self) -> Json:
        status: Json = self.store.get(WEB)["status"]
        return status


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def test_pods_wait_for_their_start_up_and_are_then_ready(cluster: Cluster) -> None:
    cluster.deploy(2)
    assert {pod["status"]["phase"] for pod in cluster.pods.values()} == {"Pending"}
    cluster.after(1.9)
    assert not cluster.ready
    assert cluster.status["unavailableReplicas"] == 2
    cluster.after(0.1)
    assert len(cluster.ready) == 2
    assert {pod["status"]["phase"] for pod in cluster.pods.values()} == {"Running"}
    assert (cluster.status["readyReplicas"], cluster.status["availableReplicas"]) == (2, 2)


def test_a_deleted_pod_stops_after_a_while_and_its_replacement_starts_at_once(cluster: Cluster) -> None:
    cluster.deploy(2)
    cluster.after(2)
    victim = min(cluster.pods)
    cluster.store.delete(Address(PODS.resource, "shop", victim))
    cluster.after(0)
    assert len(cluster.pods) == 3
    assert len(cluster.ready - {victim}) == 1
    cluster.after(1)
    assert len(cluster.pods) == 2
    assert victim not in cluster.pods
    cluster.after(1)
    assert len(cluster.ready) == 2


def test_without_time_nothing_moves(cluster: Cluster) -> None:
    cluster.deploy(3)
    settled = cluster.store.version
    for _ in range(5):
        cluster.after(0)
    assert cluster.store.version == settled
    cluster.after(60)
    assert len(cluster.ready) == 3
    settled = cluster.store.version
    cluster.after(3600)
    assert cluster.store.version == settled


def test_it_says_when_time_alone_will_change_something(cluster: Cluster) -> None:
    cluster.deploy(1)
    assert cluster.controllers.next_due() == NOON + timedelta(seconds=2)
    cluster.after(2)
    assert cluster.controllers.next_due() is None


@pytest.mark.parametrize("size", [0, 1, 5])
def test_a_deployment_is_resized(cluster: Cluster, size: int) -> None:
    cluster.deploy(3)
    cluster.after(2)
    cluster.store.patch(WEB, {"spec": {"replicas": size}}, US)
    cluster.after(0)
    cluster.after(3)
    assert len(cluster.pods) == len(cluster.ready) == size
    assert cluster.status.get("replicas", 0) == size
    assert cluster.status["observedGeneration"] == 2


def test_scaling_down_takes_those_that_are_not_ready_first(cluster: Cluster) -> None:
    cluster.deploy(1)
    cluster.after(2)
    veteran = cluster.ready
    cluster.store.patch(WEB, {"spec": {"replicas": 3}}, US)
    cluster.after(1)
    cluster.store.patch(WEB, {"spec": {"replicas": 1}}, US)
    cluster.after(0)
    cluster.after(5)
    assert set(cluster.pods) == veteran


def test_during_a_rollout_the_old_pods_stay_until_the_new_ones_are_ready(cluster: Cluster) -> None:
    cluster.deploy(2)
    cluster.after(2)
    old = set(cluster.pods)
    cluster.store.patch(WEB, {"spec": {"template": {"metadata": {"labels": {"app": "web", "v": "2"}}}}}, US)
    cluster.after(0)
    cluster.after(1)
    assert cluster.ready == old
    cluster.after(1)
    cluster.after(1)
    assert not old & set(cluster.pods)
    assert len(cluster.ready) == 2


def test_a_cordoned_node_gets_no_pods(cluster: Cluster) -> None:
    cluster.after(0)
    cluster.store.patch(Address(NODES.resource, "", "node-1"), {"spec": {"unschedulable": True}}, US)
    cluster.deploy(4)
    assert {pod["spec"]["nodeName"] for pod in cluster.pods.values()} == {"node-2"}


def test_pods_spread_over_the_nodes(cluster: Cluster) -> None:
    cluster.deploy(4)
    assert Counter(pod["spec"]["nodeName"] for pod in cluster.pods.values()) == {"node-1": 2, "node-2": 2}


def test_pods_that_no_node_takes_say_so_and_start_once_one_does(cluster: Cluster) -> None:
    for name in ("node-1", "node-2"):
        cluster.store.patch(Address(NODES.resource, "", name), {"spec": {"unschedulable": True}}, US)
    cluster.deploy(1)
    (pod,) = cluster.pods.values()
    assert [each["reason"] for each in pod["status"]["conditions"]] == ["Unschedulable"]
    cluster.store.patch(Address(NODES.resource, "", "node-1"), {"spec": {"unschedulable": None}}, US)
    cluster.after(0)
    cluster.after(2)
    assert len(cluster.ready) == 1


def test_conditions_keep_the_time_since_which_they_hold(cluster: Cluster) -> None:
    cluster.deploy(1)
    cluster.after(2)
    cluster.after(100)
    (pod,) = cluster.pods.values()
    since = {each["type"]: each["lastTransitionTime"] for each in pod["status"]["conditions"]}
    assert since["PodScheduled"] == "2026-03-29T12:00:00Z"
    assert since["Ready"] == "2026-03-29T12:00:02Z"


def test_everything_in_a_deleted_namespace_goes_and_nothing_comes_back(cluster: Cluster) -> None:
    cluster.deploy(2)
    cluster.after(2)
    service = {"metadata": {"name": "web"}, "spec": {}}
    cluster.store.create(BY_RESOURCE["services"], service, US, namespace="shop")
    cluster.store.delete(Address(NAMESPACES.resource, "", "shop"))
    cluster.after(0)
    cluster.after(1)
    left = {address.resource for address, _ in cluster.store.everything()}
    assert left == {NODES.resource}


def test_an_object_goes_only_when_the_last_of_its_owners_has_gone(cluster: Cluster) -> None:
    config = BY_RESOURCE["configmaps"]
    owners = [
        cluster.store.create(config, {"metadata": {"name": name}}, US, namespace="shop") for name in "ab"
    ]
    references = [{"name": each["metadata"]["name"], "uid": each["metadata"]["uid"]} for each in owners]
    body = {"metadata": {"name": "c", "ownerReferences": references}}
    cluster.store.create(config, body, US, namespace="shop")
    for gone, left in (("a", 2), ("b", 0)):
        cluster.store.delete(Address(config.resource, "shop", gone))
        cluster.after(0)
        assert len(cluster.store.select(config)) == left


def _deployment(replicas: int) -> Json:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": "web"}, "spec": spec}
