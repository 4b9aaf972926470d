"""A release at work: the demo system under traffic, a repo that people edit, and somebody who listens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cluster.installed.place import Place, log_of, pods_of
from cluster.installed.release import NAMESPACE, Release
from cluster.installed.repos import rules
from controlplane.client import Object
from controlplane.rig import ControlPlane

from experiments.clock import SystemClock
from workers.notifier.events import Event
from workers.notifier.receiver import Receiver

ISTIO = "networking.istio.io/v1"
#: Where the demo system stands.
DEMO = "go-demo-8"


@dataclass(slots=True)
class Scene:
    """Everything around a release; `receiver` is on the host, where pods reach it."""

    place: Place
    receiver: Receiver
    installed_at: float = 0.0
    routes_before: dict[str, Object] = field(default_factory=dict)

    @property
    def plane(self) -> ControlPlane:
        return self.place.plane

    def write_repo(self, files: Mapping[str, str]) -> None:
        """`kubectl apply` of the repo's ConfigMap."""
        about = {"name": "cowbane-repo", "namespace": NAMESPACE}
        configmap = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": dict(files)}
        path = self.plane.admin.path("v1", "ConfigMap", "cowbane-repo", NAMESPACE)
        if self.plane.admin.request("PUT", path, configmap).status == 404:
            self.plane.admin.apply([configmap])

    @contextmanager
    def installed(
        self, queues: Mapping[str, Sequence[str]], settings: Mapping[str, Any] | None = None
    ) -> Iterator[Release]:
        """A release with these queues and their namespaces, uninstalled at the end if it is still there."""
        open_egress: Object = {
            "networkPolicy": {"notifier": [{}]}
        }  # the receiver listens on a port of its own
        values = {**self.place.values(), **open_egress, "queues": of(queues), **(settings or {})}
        release = Release(plane=self.plane, values=values)
        self.installed_at = SystemClock().monotonic()
        release.install()
        try:
            yield release
        finally:
            if release.left():
                release.uninstall()

    def told(self, name: str, schedule: str = "") -> list[Event]:
        """The events of this name that arrived, of one schedule if it is named."""
        events = [message.event for message in self.receiver.messages if message.event]
        return [each for each in events if each.name == name and schedule in ("", each.schedule)]

    def faulty(self) -> bool:
        """Whether a fault is in any route of the demo system."""
        return "'fault'" in str(self.routes())

    def routes(self) -> dict[str, Object]:
        """What its VirtualServices say, by name; a random fault may hit any of them."""
        return {one["metadata"]["name"]: one["spec"] for one in self._virtual_services()}

    def marked(self) -> list[str]:
        """The VirtualServices that carry our label or an annotation of ours."""
        return [
            one["metadata"]["name"] for one in self._virtual_services() if "cowbane.dev/" in str(_signs(one))
        ]

    def _virtual_services(self) -> list[Object]:
        return self.plane.list(ISTIO, "VirtualService", DEMO)

    def traffic_answers(self) -> int:
        """How many requests of the traffic were answered with a person so far, as far as its log goes."""
        (pod,) = pods_of(self.plane, DEMO, "app=traffic")
        return sum(map(int, re.findall(r"(\d+) x 200", log_of(self.plane, DEMO, pod["metadata"]["name"]))))


def of(queues: Mapping[str, Sequence[str]]) -> Object:
    """The chart's `queues`: each may kill and abort in its namespaces, and ask their services."""
    return {
        name: {
            "roles": {each: rules() for each in spaces},
            "policy": {"http_hosts": [f"*.{each}.svc" for each in spaces]},
        }
        for name, spaces in queues.items()
    }


def _signs(one: Object) -> tuple[Object, Object]:
    about = one["metadata"]
    return about.get("labels", {}), about.get("annotations", {})
