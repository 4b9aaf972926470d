"""A namespace of one of the two clusters for a test to play in, and a run to play with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from controlplane.client import Client, Object

from experiments.chance import Draw
from experiments.clock import FixedClock
from experiments.engine.stop import Stop
from experiments.faults.injection import Faults, RunIdentity, StepFaults
from experiments.faults.intent import Intent, Undone
from experiments.kubernetes.gateway import Gateway

ISTIO = "networking.istio.io/v1"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def route(subset: str = "primary", **more: Any) -> Object:
    """A route of a VirtualService."""
    return {"route": [{"destination": {"host": "web", "subset": subset}, "weight": 100}], **more}


@dataclass
class Log:
    """Keeps what a run records; `meanwhile` happens right after each record, before its mutation."""

    recorded: list[Intent] = field(default_factory=list)
    closed: list[tuple[Intent, Undone]] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def record(self, intent: Intent) -> None:
        self.recorded.append(intent)
        self.meanwhile()

    def close(self, intent: Intent, undone: Undone) -> None:
        self.closed.append((intent, undone))


@dataclass(frozen=True)
class Playground:
    """A fresh namespace: `client` is its administrator and owner, `gateway` what is tested."""

    client: Client
    kubeconfig: Path
    namespace: str

    @property
    def gateway(self) -> Gateway:
        return Gateway.connect(self.kubeconfig)

    def run(self, run: str = "run-1", *, log: Log | None = None, dry: bool = False) -> Faults:
        """A run of its own."""
        identity = RunIdentity(run=run, epoch=1, queue="shop", cluster="test", expires=NOON)
        return Faults(identity=identity, log=log or Log(), clock=FixedClock(NOON), stop=Stop(), dry=dry)

    def step(self, run: str = "run-1", step: str = "method-0", **more: Any) -> StepFaults:
        """One step of a run of its own."""
        return self.run(run, **more).at(step)

    def virtual_service(
        self,
        name: str = "web",
        http: Sequence[Object] = (route(),),
        *,
        manager: str = "owner",
        **metadata: Any,
    ) -> Object:
        """Apply a VirtualService as its owner does, without force; as stored."""
        body = {
            "apiVersion": ISTIO,
            "kind": "VirtualService",
            "metadata": {"name": name, "namespace": self.namespace, **metadata},
            "spec": {"hosts": ["web"], "http": list(http)},
        }
        return self.client.apply([body], manager)[0]

    def live(self, name: str = "web") -> Object:
        """A VirtualService as it is now."""
        return self.client.get(ISTIO, "VirtualService", name, self.namespace)

    def edit(self, body: Object, name: str = "web", manager: str = "kubectl-edit") -> Object:
        """What somebody else does to a VirtualService by a merge patch."""
        path = self.client.path(ISTIO, "VirtualService", name, self.namespace)
        return self.client.call(
            "PATCH", path, body, type="application/merge-patch+json", fieldManager=manager
        )

    def pod(self, name: str, labels: dict[str, str] | None = None) -> Object:
        """A bare pod."""
        body = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": self.namespace, "labels": labels or {"app": "web"}},
            "spec": {"containers": [{"name": "main", "image": "web:1"}], "terminationGracePeriodSeconds": 1},
        }
        return self.client.apply([body])[0]

    def deployment(self, name: str = "web", replicas: int = 2) -> Object:
        """A Deployment whose pods carry the label `app` with its name."""
        labels = {"app": name}
        template = {
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "main", "image": "web:1"}]},
        }
        body = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": self.namespace},
            "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
        }
        return self.client.apply([body])[0]

    def pods(self) -> list[Object]:
        """Those that are not on their way out."""
        found = self.client.list("v1", "Pod", self.namespace)
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def draw(seed: str = "seed") -> Draw:
    return Draw(seed.encode(), ("test",))


def owned(thing: Object) -> Object:
    """What an undo must leave as it was."""
    meta = thing["metadata"]
    kept = {key: meta.get(key) for key in ("labels", "annotations", "managedFields")}
    return {"spec": thing["spec"], **kept}
