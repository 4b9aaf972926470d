"""Deployments keep replica sets, replica sets keep pods: as many as they say, replaced when gone.

A rollout is plain: all new pods first, then the old ones go. Stateful and daemon sets are stored, not run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from experiments.rehearsal.conditions import condition, dated, is_ready
from experiments.rehearsal.kinds import DEPLOYMENTS, PODS, REPLICA_SETS, Json, Kind, address_of
from experiments.rehearsal.merge import overlay
from experiments.rehearsal.names import template_hash
from experiments.rehearsal.ownership import Writer
from experiments.rehearsal.store import Store

HASH = "pod-template-hash"
CONTROLLER = Writer(manager="kube-controller-manager", api_version="apps/v1")
ENDED = ("Failed", "Succeeded")


def roll_out(store: Store, now: datetime) -> None:
    """Each deployment has one replica set of its size for its present template."""
    owned = _by_controller(store.select(REPLICA_SETS))
    for deployment in store.select(DEPLOYMENTS):
        if _is_kept(deployment):
            _roll_out(store, deployment, owned.get(deployment["metadata"]["uid"], []), now)


def replicate(store: Store) -> None:
    """Each replica set has as many pods as it says."""
    owned = _by_controller(store.select(PODS))
    for replica_set in store.select(REPLICA_SETS):
        if _is_kept(replica_set):
            _replicate(store, replica_set, owned.get(replica_set["metadata"]["uid"], []))


def _roll_out(store: Store, deployment: Json, owned: list[Json], now: datetime) -> None:
    size = deployment["spec"]["replicas"]
    template = deployment["spec"]["template"]
    wanted = template_hash(json.dumps(template, sort_keys=True))
    current = next((each for each in owned if each["metadata"]["labels"][HASH] == wanted), None)
    if current is None:
        current = _new_replica_set(store, deployment, wanted)
        owned = [*owned, current]
    _resize(store, current, size)
    if current.get("status", {}).get("readyReplicas", 0) >= size:
        for old in owned:
            if old is not current:
                _resize(store, old, 0)
    status = _deployment_status(deployment, current, owned, now)
    store.set_status(address_of(DEPLOYMENTS, deployment), status)


def _new_replica_set(store: Store, deployment: Json, template_hash: str) -> Json:
    spec, meta = deployment["spec"], deployment["metadata"]
    marked = {"metadata": {"labels": {HASH: template_hash}}}
    body: Json = {
        "metadata": {
            "name": f"{meta['name']}-{template_hash}",
            "labels": {**spec["template"]["metadata"]["labels"], HASH: template_hash},
            "ownerReferences": [_owner(DEPLOYMENTS, deployment)],
        },
        "spec": {
            "replicas": spec["replicas"],
            "selector": overlay(spec["selector"], {"matchLabels": {HASH: template_hash}}),
            "template": overlay(spec["template"], marked),
        },
    }
    return store.create(REPLICA_SETS, body, CONTROLLER, namespace=meta["namespace"])


def _resize(store: Store, replica_set: Json, size: int) -> None:
    if replica_set["spec"]["replicas"] != size:
        store.patch(address_of(REPLICA_SETS, replica_set), {"spec": {"replicas": size}}, CONTROLLER)


def _deployment_status(deployment: Json, current: Json, owned: list[Json], now: datetime) -> Json:
    size, before = deployment["spec"]["replicas"], deployment.get("status", {})
    ready = _total(owned, "readyReplicas")
    enough = ready >= size - size // 4  # the default of maxUnavailable
    rolled_out = current.get("status", {}).get("readyReplicas", 0) >= size
    available = condition("Available", enough, f"MinimumReplicas{'Available' if enough else 'Unavailable'}")
    progress = condition("Progressing", True, "NewReplicaSetAvailable" if rolled_out else "ReplicaSetUpdated")
    counts = {
        "observedGeneration": deployment["metadata"]["generation"],
        "replicas": _total(owned, "replicas"),
        "updatedReplicas": _total([current], "replicas"),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "unavailableReplicas": max(0, size - ready),
    }
    return {**_without_zeros(counts), "conditions": dated([available, progress], before, now)}


def _replicate(store: Store, replica_set: Json, pods: list[Json]) -> None:
    meta, size = replica_set["metadata"], replica_set["spec"]["replicas"]
    alive = [pod for pod in pods if _is_kept(pod) and pod["status"]["phase"] not in ENDED]
    for _ in range(size - len(alive)):
        store.create(PODS, _new_pod(replica_set), CONTROLLER, namespace=meta["namespace"])
    for pod in sorted(alive, key=_worth)[: max(0, len(alive) - size)]:
        store.delete(address_of(PODS, pod))
    ready = sum(map(is_ready, alive))
    counts = {
        "observedGeneration": meta["generation"],
        "fullyLabeledReplicas": len(alive),
        "readyReplicas": ready,
        "availableReplicas": ready,
    }
    status = {"replicas": len(alive), **_without_zeros(counts)}
    store.set_status(address_of(REPLICA_SETS, replica_set), status)


def _new_pod(replica_set: Json) -> Json:
    template = replica_set["spec"]["template"]
    meta = {
        **template["metadata"],
        "generateName": f"{replica_set['metadata']['name']}-",
        "ownerReferences": [_owner(REPLICA_SETS, replica_set)],
    }
    return {"metadata": meta, "spec": template["spec"]}


def _by_controller(items: Iterable[Json]) -> Mapping[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for item in items:
        for owner in item["metadata"].get("ownerReferences", []):
            if owner.get("controller"):
                found.setdefault(owner["uid"], []).append(item)
    return found


def _owner(kind: Kind, body: Json) -> Json:
    return {
        "apiVersion": kind.api_version(),
        "kind": kind.name,
        "name": body["metadata"]["name"],
        "uid": body["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _is_kept(body: Json) -> bool:
    return "deletionTimestamp" not in body["metadata"]


def _worth(pod: Json) -> tuple[bool, int]:
    """Those that are not ready go first, then the youngest."""
    return is_ready(pod), -int(pod["metadata"]["resourceVersion"])


def _total(replica_sets: Iterable[Json], count: str) -> int:
    return sum(each.get("status", {}).get(count, 0) for each in replica_sets)


def _without_zeros(counts: Mapping[str, int]) -> Json:
    return {name: count for name, count in counts.items() if count}
