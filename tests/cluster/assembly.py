"""A cluster comes to life: groups, network, nodes, control plane, network of the pods, name service."""

from __future__ import annotations

import subprocess
from collections.abc import Collection
from pathlib import Path

from cluster import network, standard
from cluster.blueprint import Blueprint
from cluster.groups import Groups
from cluster.images import Image
from cluster.network import Command
from cluster.node import Node
from cluster.process import Process
from controlplane.client import holds
from controlplane.layout import Layout
from controlplane.rig import ControlPlane
from waiting import eventually

COREDNS = Path(__file__).with_name("coredns.yaml")

#: A process that does nothing: it holds the namespaces of a node or of the switch.
HOLDER = ("unshare", "--net", "--mount", "sleep", "infinity")


def assemble(blueprint: Blueprint, plane: ControlPlane) -> None:
    """Start everything and return when the nodes and the name service are ready."""
    nodes = blueprint.nodes().values()
    blueprint.groups.make([node.name for node in nodes])
    _make_plane(blueprint.layout())
    switch = _hold(blueprint.groups, blueprint.folder / "switch.log")
    _do(*network.switch(switch.pid))
    for node in nodes:
        _prepare(node, switch)
        run(node, "containerd")
    plane.start()
    for node in nodes:
        _join(node)
    _connect_pods(plane, nodes)
    plane.apply(COREDNS.read_text())
    eventually(lambda: are_ready(plane, nodes), within=60, what="ready nodes")
    eventually(lambda: _answers(plane), within=60, what="the name service")


def run(node: Node, program: str) -> None:
    """Start a program of the node inside it."""
    command = network.inside(_holder(node), *node.programs()[program])
    Process.start(command, group=node.groups.of_programs, log=node.log(program))


def load(node: Node, image: Image) -> None:
    """Give the image to the node unless it has it."""
    known = node.folder / "images" / image.archive.name
    if not known.exists():
        into = ("ctr", f"--address={node.socket}", "--namespace=k8s.io")
        _do([*into, "images", "import", str(image.archive)])
        known.touch()


def are_ready(plane: ControlPlane, nodes: Collection[Node]) -> bool:
    """Whether the control plane says so of all; raises when a program of theirs has ended."""
    for node in nodes:
        for program in node.programs():
            Process.recorded(node.log(program)).must_run()
    found = plane.list("v1", "Node")
    return len(found) == len(nodes) and all(holds(node, "Ready") for node in found)


def _make_plane(layout: Layout) -> None:
    """The plane's folder, with the certificate of its own authority by which kubelets know the API server."""
    layout.folder.mkdir()
    file = layout.kubelet_client
    who = ("-subj", "/O=system:masters/CN=kube-apiserver", "-addext", "extendedKeyUsage=clientAuth")
    new = ("-x509", "-days", "3650", "-newkey", "rsa:2048", "-nodes", "-keyout", str(file), "-out", str(file))
    _do(["openssl", "req", *new, *who])


def _prepare(node: Node, switch: Process) -> None:
    """The node's folders, files, namespaces, mounts and link."""
    node.lay_out()
    holder = _hold(node.groups, node.log("holder"))
    _do(*(network.inside(holder.pid, *mount) for mount in node.mounts()))
    _do(*network.node(node.number, holder.pid, switch.pid))


def _join(node: Node) -> None:
    eventually(node.socket.exists, what=f"containerd of {node.name}")
    for image in map(standard.image, standard.NEEDED):
        load(node, image)
    run(node, "kubelet")
    run(node, "kube-proxy")


def _connect_pods(plane: ControlPlane, nodes: Collection[Node]) -> None:
    """A node becomes ready once its pods have the network that the control plane gave it."""
    pods = {node.number: _pods_of(plane, node) for node in nodes}
    for node in nodes:
        node.connect_pods(pods[node.number])
    _do(*network.routes(pods, {node.number: _holder(node) for node in nodes}))


def _pods_of(plane: ControlPlane, node: Node) -> str:
    """The subnet of the node's pods, as soon as it has one."""

    def given() -> str:
        found = plane.list("v1", "Node")
        return "".join(
            one["spec"].get("podCIDR", "") for one in found if one["metadata"]["name"] == node.name
        )

    return eventually(given, within=60, what=f"a subnet for the pods of {node.name}")


def _answers(plane: ControlPlane) -> bool:
    return holds(plane.get("apps/v1", "Deployment", "coredns", "kube-system"), "Available")


def _hold(groups: Groups, log: Path) -> Process:
    """Namespaces and the process that keeps them."""
    process = Process.start([*HOLDER], group=groups.of_programs, log=log)
    eventually(lambda: Path(f"/proc/{process.pid}/comm").read_text() == "sleep\n", what="namespaces")
    return process


def _holder(node: Node) -> int:
    return Process.recorded(node.log("holder")).pid


def _do(*commands: Command) -> None:
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"`{' '.join(command)}` ended with {done.returncode}: {done.stderr.strip()}")
