"""Which files, folders and commands a node runs with; nothing is started here.

A node has a mount namespace of its own in which folders of the rig stand for /run, /var/lib and /var/log. So
every program keeps its usual paths, two nodes do not meet, and all mounts go with the last process.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cluster.groups import Groups
from cluster.network import Command, address, pod_network
from controlplane.layout import PODS, Layout

#: The tenth address of the services, as everywhere.
DNS = "10.96.0.10"

PAUSE = "kl.local/pause:3.10"

SOCKET = "/run/containerd/containerd.sock"

#: What a kubelet sets for the whole machine: a node gets copies to set.
SYSCTLS = (
    *("vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"),
    *("kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node of a plane, with everything it writes in `folder`."""

    name: str
    number: int
    plane: Layout
    folder: Path
    groups: Groups

    @property
    def etc(self) -> Path:
        return self.folder / "etc"

    @property
    def socket(self) -> Path:
        """containerd's socket, as the host sees it."""
        return self.folder / "run" / Path(SOCKET).relative_to("/run")

    def log(self, program: str) -> Path:
        """What a program of it says; its record is beside it."""
        return self.folder / f"{program}.log"

    def lay_out(self) -> None:
        """Make the folders and write the files."""
        for name in (*STANDS_FOR, "images", "etc/cni"):
            (self.folder / name).mkdir(parents=True)
        for file, text in self._files().items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def connect_pods(self, subnet: str) -> None:
        """Tell containerd the network of its pods; without it the node is not ready."""
        (self.etc / "cni" / "10-pods.conflist").write_text(json.dumps(pod_network(subnet)))

    def mounts(self) -> Iterator[Command]:
        """To run inside, once."""
        for name, path in STANDS_FOR.items():
            yield ["mount", "--bind", str(self.folder / name), path]
        for name in SYSCTLS:
            yield ["mount", "--bind", str(self.folder / "sys" / name), f"/proc/sys/{name}"]

    def programs(self) -> dict[str, Command]:
        """What runs inside, in this order."""
        parts = self.plane.parts
        return {
            "containerd": ["containerd", f"--config={self.etc}/containerd.toml"],
            "kubelet": [
                *(f"{parts}/kubelet", f"--config={self.etc}/kubelet.yaml"),
                *(f"--kubeconfig={self.etc}/kubelet.kubeconfig", f"--hostname-override={self.name}"),
                f"--node-ip={address(self.number)}",
            ],
            "kube-proxy": [f"{parts}/kube-proxy", f"--config={self.etc}/kube-proxy.yaml"],
        }

    def _files(self) -> dict[Path, str]:
        token = self.plane.nodes[self.name]
        return {
            **{self.folder / "sys" / name: Path("/proc/sys", name).read_text() for name in SYSCTLS},
            self.etc / "resolv.conf": "",
            self.etc / "containerd.toml": CONTAINERD.format(pause=PAUSE, cni=self.etc / "cni"),
            self.etc / "kubelet.kubeconfig": self.plane.kubeconfig(token),
            self.etc / "kubelet.yaml": json.dumps(self._kubelet()),
            self.etc / "proxy.kubeconfig": self.plane.kubeconfig(f"{token}.proxy"),
            self.etc / "kube-proxy.yaml": json.dumps(self._kube_proxy()),
        }

    def _kubelet(self) -> dict[str, object]:
        return {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "authentication": {
                "anonymous": {"enabled": False},
                "webhook": {"enabled": True},
                "x509": {"clientCAFile": str(self.plane.kubelet_client)},
            },
            "authorization": {"mode": "Webhook"},
            "containerRuntimeEndpoint": f"unix://{SOCKET}",
            "cgroupDriver": "cgroupfs",
            "cgroupRoot": f"/{self.groups.name}/{self.name}",
            "failCgroupV1": False,
            "clusterDNS": [DNS],
            "clusterDomain": "cluster.local",
            "resolvConf": str(self.etc / "resolv.conf"),
            "volumePluginDir": "/var/lib/kubelet/volume-plugins",
            **FOR_TESTS,
        }

    def _kube_proxy(self) -> dict[str, object]:
        return {
            "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
            "kind": "KubeProxyConfiguration",
            "clientConnection": {"kubeconfig": str(self.etc / "proxy.kubeconfig")},
            "mode": "nftables",
            "clusterCIDR": PODS,
            "hostnameOverride": self.name,
            "oomScoreAdj": 0,
            "conntrack": UNTOUCHED,
        }


STANDS_FOR = {"run": "/run", "lib": "/var/lib", "log": "/var/log"}

#: No image comes back once it is collected, no disk is too full, a silent node and a changed ConfigMap
#: show within seconds; and nobody lowers its OOM score, which takes a capability a container may lack.
FOR_TESTS = {
    "imageGCHighThresholdPercent": 100,
    "imageGCLowThresholdPercent": 99,
    "failSwapOn": False,
    "evictionHard": dict.fromkeys(
        ("memory.available", "nodefs.available", "nodefs.inodesFree", "imagefs.available"), "0%"
    ),
    "oomScoreAdj": 0,
    "nodeStatusUpdateFrequency": "4s",
    "nodeLeaseDurationSeconds": 12,
    "syncFrequency": "5s",
}

#: conntrack's limits are the machine's.
UNTOUCHED = {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"}

CONTAINERD = """\
version = 2
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
]
[plugins."io.containerd.internal.v1.opt"]
  path = "/var/lib/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  enable_unprivileged_ports = true
  restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "{cni}"
"""
