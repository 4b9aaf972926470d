"""Nodes take pods and run them: pending, then running and ready, and gone some time after their deletion."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from experiments.rehearsal.conditions import condition, dated, is_ready, timestamp
from experiments.rehearsal.kinds import NODES, PODS, Json, address_of
from experiments.rehearsal.ownership import Writer
from experiments.rehearsal.store import Store
from experiments.shapes import NOTHING

SCHEDULER = Writer(manager="kube-scheduler", api_version="v1")
ROOM: Json = {"cpu": "8", "memory": "32Gi", "pods": "110"}
NOT_READY = ("ContainersNotReady", "containers with unready status")


def register(store: Store, now: datetime) -> None:
    """Each node says that it is ready."""
    for node in store.select(NODES):
        ready = dated([condition("Ready", True, "KubeletReady")], node.get("status", {}), now)
        status = {"allocatable": ROOM, "capacity": ROOM, "conditions": ready}
        store.set_status(address_of(NODES, node), status)


def schedule(store: Store, now: datetime) -> None:
    """Each waiting pod goes to the node with the fewest pods; to none that is cordoned."""
    pods = store.select(PODS)
    busy = Counter(pod["spec"]["nodeName"] for pod in pods if "nodeName" in pod["spec"])
    names = [node["metadata"]["name"] for node in store.select(NODES) if _takes_pods(node)]
    for pod in pods:
        if "nodeName" in pod["spec"]:
            continue
        if names:
            name = min(names, key=lambda each: (busy[each], each))
            busy[name] += 1
            store.patch(address_of(PODS, pod), {"spec": {"nodeName": name}}, SCHEDULER)
        else:
            waiting = condition("PodScheduled", False, "Unschedulable", "no node takes pods")
            conditions = dated([waiting], pod["status"], now)
            store.set_status(address_of(PODS, pod), {"phase": "Pending", "conditions": conditions})


@dataclass(kw_only=True, slots=True)
class Kubelet:
    """What all nodes do with their pods; remembers only what is under way."""

    store: Store
    start_up: timedelta
    shut_down: timedelta
    _due: dict[str, datetime] = field(default_factory=dict[str, datetime])

    def run(self, now: datetime) -> None:
        """Each pod on a node is as far as it has to be at `now`."""
        due: dict[str, datetime] = {}
        for pod in self.store.select(PODS):
            key, delay = self._stage(pod)
            if delay is None:
                continue
            at = self._due.get(key, now + delay)
            if at > now:
                due[key] = at
            self._act(pod, now, done=at <= now)
        self._due = due

    def next_due(self) -> datetime | None:
        """When `run` next has something to do by itself."""
        return min(self._due.values(), default=None)

    def _stage(self, pod: Json) -> tuple[str, timedelta | None]:
        """What is under way with a pod, under a key of its own, and how long that takes; None for nothing."""
        uid = pod["metadata"]["uid"]
        if "deletionTimestamp" in pod["metadata"]:
            return f"stop {uid}", self.shut_down
        waits = "nodeName" in pod["spec"] and pod["status"]["phase"] == "Pending"
        return f"start {uid}", self.start_up if waits else None

    def _act(self, pod: Json, now: datetime, *, done: bool) -> None:
        address = address_of(PODS, pod)
        if "deletionTimestamp" not in pod["metadata"]:
            self.store.set_status(address, _status(pod, now, running=done))
        elif done and not pod["metadata"].get("finalizers"):
            self.store.remove(address)


def _takes_pods(node: Json) -> bool:
    return is_ready(node) and not (node.get("spec") or NOTHING).get("unschedulable")


def _status(pod: Json, now: datetime, *, running: bool) -> Json:
    before = pod["status"]
    why = ("", "") if running else NOT_READY
    found = [
        condition("PodScheduled", True),
        condition("Initialized", True),
        condition("ContainersReady", running, *why),
        condition("Ready", running, *why),
    ]
    return {
        "phase": "Running" if running else "Pending",
        "startTime": before.get("startTime", timestamp(now)),
        "conditions": dated(found, before, now),
        "containerStatuses": [_container(each, now, running) for each in pod["spec"]["containers"]],
    }


def _container(container: Json, now: datetime, running: bool) -> Json:
    waiting: Json = {"waiting": {"reason": "ContainerCreating"}}
    return {
        "name": container["name"],
        "image": container.get("image", ""),
        "imageID": "",
        "ready": running,
        "started": running,
        "restartCount": 0,
        "state": {"running": {"startedAt": timestamp(now)}} if running else waiting,
    }
