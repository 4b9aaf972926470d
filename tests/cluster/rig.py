"""A real two-node Kubernetes on this machine, in which pods run: the control plane with real nodes below it.

It outlives whoever starts it, until it is taken down. Only root can have one, and a machine has at most one.
"""

from __future__ import annotations

import secrets
import subprocess
from pathlib import Path

from cluster import assembly, network
from cluster.blueprint import PLANE, Blueprint
from cluster.images import Image
from cluster.process import Process
from controlplane import build
from controlplane.client import Object
from controlplane.rig import ControlPlane
from waiting import eventually


class Cluster:
    """A cluster on this machine: `start` makes one, `attach` takes the one that runs."""

    def __init__(self, blueprint: Blueprint, running: dict[str, Process]) -> None:
        self._blueprint = blueprint
        self._nodes = blueprint.nodes()
        self.plane = ControlPlane(blueprint.layout(), self._launch, running)

    @classmethod
    def attach(cls, blueprint: Blueprint) -> Cluster:
        """The one that runs."""
        plane = blueprint.layout().folder
        return cls(blueprint, {name: Process.recorded(plane / f"{name}.log") for name in PLANE})

    @classmethod
    def start(cls, blueprint: Blueprint) -> Cluster:
        """A new one, with its nodes and its name service ready."""
        blueprint.folder.mkdir(parents=True)
        blueprint.secret.write_text(secrets.token_urlsafe(24))
        cluster = cls(blueprint, {})
        assembly.assemble(blueprint, cluster.plane)
        return cluster

    @property
    def host_address(self) -> str:
        """Where pods reach what this host listens to."""
        return network.HOST

    @property
    def node_names(self) -> list[str]:
        return [*self._nodes]

    def process(self, node: str, program: str) -> Process:
        """One program of a node: containerd, kubelet or kube-proxy."""
        return Process.recorded(self._nodes[node].log(program))

    def stop_kubelet(self, node: str) -> None:
        """Kill it: its pods run on, and the control plane finds the node silent."""
        self.process(node, "kubelet").kill()

    def start_kubelets(self) -> None:
        """Start those that are stopped, and return when all nodes are ready again."""
        for node in self._nodes.values():
            if not self.process(node.name, "kubelet").is_alive():
                assembly.run(node, "kubelet")
        eventually(self.is_ready, within=60, what="ready nodes")

    def is_ready(self) -> bool:
        """Whether the control plane says so of all nodes."""
        return assembly.are_ready(self.plane, self._nodes.values())

    def load(self, image: Image) -> None:
        """Give the image to every node that has not got it."""
        for node in self._nodes.values():
            assembly.load(node, image)

    def kubectl(self, *words: str, within: float = 60) -> subprocess.CompletedProcess[str]:
        """What an administrator types."""
        command = [str(build.folder() / "kubectl"), f"--kubeconfig={self.plane.admin_kubeconfig}", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=within)

    def volume(self, name: str, size: str = "1Gi") -> Path:
        """Offer a volume that both nodes reach and anybody may write; its folder on this host."""
        place = self._blueprint.folder / "volumes" / name
        place.mkdir(parents=True)
        place.chmod(0o777)
        self.plane.apply([_volume(name, size, place)])
        return place

    def _launch(self, name: str, command: list[str], log: Path) -> Process:
        return Process.start(command, group=self._blueprint.groups.of_programs, log=log)


def _volume(name: str, size: str, place: Path) -> Object:
    spec = {
        "capacity": {"storage": size},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": str(place), "type": "Directory"},
    }
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}
