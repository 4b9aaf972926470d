"""Where on this machine a cluster is and what it consists of: nothing is started here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cluster import network
from cluster.groups import Groups
from cluster.node import Node
from controlplane import build
from controlplane.layout import Layout

NODES = {1: "node1", 2: "node2"}

#: The programs of its control plane.
PLANE = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """One cluster: its control groups, and the folder that is there as long as anything of it is."""

    groups: Groups
    folder: Path

    @classmethod
    def usual(cls) -> Blueprint:
        """The one that everybody on this machine means."""
        return cls(groups=Groups(name="cowbane"), folder=build.cache() / "cluster")

    @property
    def lock(self) -> Path:
        """Held by who starts it or takes it down."""
        return self.folder.with_suffix(".lock")

    @property
    def mark(self) -> Path:
        """Written when a start came to its end."""
        return self.folder / "up"

    @property
    def secret(self) -> Path:
        """From which all its tokens are made."""
        return self.folder / "secret"

    def layout(self) -> Layout:
        """Its control plane, listening where pods reach the host."""
        secret = self.secret.read_text()
        return Layout(
            parts=build.folder(),
            folder=self.folder / "plane",
            port=6443,
            admin_token=f"{secret}.admin",
            address=network.HOST,
            nodes={name: f"{secret}.{name}" for name in NODES.values()},
        )

    def nodes(self) -> dict[str, Node]:
        """Its nodes by name."""
        plane = self.layout()
        return {
            name: Node(name=name, number=number, plane=plane, folder=self.folder / name, groups=self.groups)
            for number, name in NODES.items()
        }
