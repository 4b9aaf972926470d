"""Where on this machine the one cluster is, and what it consists of."""

from __future__ import annotations

from pathlib import Path

from cluster import network
from cluster.node import Node
from controlplane import build
from controlplane.layout import Layout

NODES = {1: "node1", 2: "node2"}

#: The programs of its control plane.
PLANE = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")


def folder() -> Path:
    """Everything that it has on disk: there as long as anything of one is."""
    return build.cache() / "cluster"


def layout(secret: str) -> Layout:
    """Its control plane, listening where pods reach the host."""
    return Layout(
        parts=build.folder(),
        folder=folder() / "plane",
        port=6443,
        admin_token=f"{secret}.admin",
        address=network.HOST,
        nodes={name: f"{secret}.{name}" for name in NODES.values()},
    )


def nodes(plane: Layout) -> dict[str, Node]:
    """Its nodes by name."""
    return {
        name: Node(name=name, number=number, plane=plane, folder=folder() / name)
        for number, name in NODES.items()
    }
