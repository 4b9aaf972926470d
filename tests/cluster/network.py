"""Who reaches whom: the host and the nodes on one switch, pods and services behind the nodes, no way out.

Pure: commands as lists of words. The switch is a bridge in a network namespace of its own, so the host's own
packet filter never sees the traffic between nodes, and stays empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from controlplane.layout import SERVICES

SUBNET = IPv4Network("10.200.1.0/24")

#: The host's end: the API server listens here, and whatever a test serves to pods.
HOST = str(SUBNET[1])

#: The host's interface; with it go the routes.
LINK = "cowbane0"

BRIDGE = "bridge"

Command = list[str]


def address(number: int) -> str:
    """The address of the node with this number, from 1."""
    return str(SUBNET[10 + number])


def gateway(pods: str) -> IPv4Address:
    """The node's own address among its pods."""
    return IPv4Network(pods)[1]


def inside(pid: int, *command: str) -> Command:
    """The command in the network and mount namespaces of a process.

    Not `ip netns exec`, which hides the control groups. It execs: the pid stays that of the command.
    """
    return ["nsenter", f"--target={pid}", "--net", "--mount", "--", *command]


def switch(pid: int) -> Iterator[Command]:
    """A bridge in the namespace of `pid`, and the host's link to it."""
    yield inside(pid, *_ip("link add", BRIDGE, "type bridge"))
    yield inside(pid, *_ip("link set", BRIDGE, "up"))
    yield _ip("link add", LINK, "type veth peer name host netns", str(pid))
    yield inside(pid, *_ip("link set host master", BRIDGE, "up"))
    yield _ip("addr add", f"{HOST}/{SUBNET.prefixlen}", "dev", LINK)
    yield _ip("link set", LINK, "up")


def node(number: int, pid: int, switch: int) -> Iterator[Command]:
    """The link of the node whose namespace is that of `pid`."""
    port = f"node{number}"
    yield inside(switch, *_ip("link add", port, "type veth peer name eth0 netns", str(pid)))
    yield inside(switch, *_ip("link set", port, "master", BRIDGE, "up"))
    yield inside(pid, *_ip("link set lo up"))
    yield inside(pid, *_ip("addr add", f"{address(number)}/{SUBNET.prefixlen}", "dev eth0"))
    yield inside(pid, *_ip("link set eth0 up"))
    yield inside(pid, *_ip("route add default dev eth0"))  # kubelet wants one; it leads nowhere
    yield inside(pid, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.bridge.bridge-nf-call-iptables=1")


def routes(pods: dict[int, str], pids: dict[int, int]) -> Iterator[Command]:
    """How the host and the nodes find each node's pods, and how the host finds services."""
    yield _ip("route add", SERVICES, "via", address(1))
    for number, subnet in pods.items():
        hop = _ip("route add", subnet, "via", address(number))
        yield hop
        yield from (inside(pid, *hop) for other, pid in pids.items() if other != number)


def pod_network(pods: str) -> dict[str, object]:
    """A node's CNI configuration: its pods on a bridge, where one also reaches itself by its service."""
    ranges = [[{"subnet": pods, "gateway": str(gateway(pods))}]]
    bridge = {
        "type": "bridge",
        "bridge": "pods",
        "isGateway": True,
        "hairpinMode": True,
        "ipMasq": False,
        "ipam": {"type": "host-local", "ranges": ranges, "routes": [{"dst": "0.0.0.0/0"}]},
    }
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    return {"cniVersion": "1.0.0", "name": "pods", "plugins": [bridge, ports]}


def _ip(*words: str) -> Command:
    return ["ip", *" ".join(words).split()]
