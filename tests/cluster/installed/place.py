"""What stands in the real cluster beside a release: namespaces, the demo system, a volume for Redis."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from cluster.images import Image, build
from cluster.rig import Cluster
from cluster.standard import BASES, PYTHON, PYTHON_BUILD, image
from controlplane.client import MERGE, Object, holds
from controlplane.rig import ControlPlane
from waiting import eventually

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "deploy" / "demo"
COWBANE, DEMO_SYSTEM = "kl.local/cowbane:tests", "kl.local/cowbane-demo:tests"
APP = "go-demo-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """What the nodes have been given."""

    cowbane: Image
    demo: Image
    valkey: Image

    @classmethod
    def built(cls) -> Images:
        """Built from the Dockerfiles of deploy/; what has not changed is not built again."""
        *_, valkey = [image(base) for base in BASES]
        bases = {"BASE": PYTHON, "BUILD_BASE": PYTHON_BUILD}
        return cls(
            cowbane=build(ROOT / "deploy" / "Dockerfile", ROOT, COWBANE, bases),
            demo=build(DEMO / "Dockerfile", DEMO, DEMO_SYSTEM, {"BASE": PYTHON}),
            valkey=valkey,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The real cluster with our images in it, as a test furnishes it."""

    cluster: Cluster
    images: Images

    @classmethod
    def furnished(cls, cluster: Cluster, images: Images) -> Place:
        """The cluster, with the images on every node."""
        for each in (images.cowbane, images.demo, images.valkey):
            cluster.load(each)
        return cls(cluster=cluster, images=images)

    @property
    def plane(self) -> ControlPlane:
        return self.cluster.plane

    def values(self) -> Object:
        """Of the chart, for the images that the nodes have and a repo in ConfigMap cowbane-repo."""
        repository, _, tag = self.images.cowbane.tag.rpartition(":")
        return {
            "image": {"repository": repository, "tag": tag, "pullPolicy": "Never"},
            "repo": {"configMap": "cowbane-repo"},
            "redis": {"embedded": {"image": self.images.valkey.tag}},
        }

    def make_namespace(self, name: str) -> None:
        """A namespace that enforces restricted pod security, ready for pods."""
        about = {"name": name, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}
        self.plane.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": about}])
        eventually(lambda: self.plane.list("v1", "ServiceAccount", name), what=f"namespace {name}")

    @contextmanager
    def namespace(self, name: str, *, fresh: bool = False) -> Iterator[str]:
        """A namespace while the context is open, and gone with all that is in it when it closes."""
        name = f"{name}-{secrets.token_hex(3)}" if fresh else name
        self.make_namespace(name)
        try:
            yield name
        finally:
            self.plane.delete("v1", "Namespace", name)
            eventually(
                lambda: self._is_gone(name), within=120, every=0.5, what=f"the end of namespace {name}"
            )

    @contextmanager
    def volume(self) -> Iterator[None]:
        """A prepared volume that a claim without a class takes: the rig has no dynamic ones."""
        name = f"volume-{secrets.token_hex(3)}"
        folder = self.cluster.volume(name)
        try:
            yield
        finally:
            self.plane.delete("v1", "PersistentVolume", name)
            shutil.rmtree(folder)

    def demo_system(
        self, namespace: str, *, replicas: int, database: bool = True, mesh: bool = True, loading: float = 15
    ) -> None:
        """The demo system, ready; without its database its application runs and never is.

        `loading` is how many seconds the database takes to be one.
        """
        files = ["manifests.yaml", *(["istio.yaml"] if mesh else [])]
        found = [one for name in files for one in self._demo(name, namespace)]
        for one in found:
            if one["kind"] == "Deployment" and one["metadata"]["name"] == APP:
                one["spec"]["replicas"] = replicas
            if one["kind"] == "Deployment" and one["metadata"]["name"] == f"{APP}-db":
                one["spec"]["template"]["spec"]["containers"][0]["args"] += ["--loading", str(loading)]
        kept = [one for one in found if database or not one["metadata"]["name"].startswith(f"{APP}-db")]
        self.plane.apply([one for one in kept if one["kind"] not in ("Namespace", "Gateway")])
        self._await_pods(namespace, ready=database)

    def bare_pod(self, namespace: str) -> None:
        """The application as a pod that nobody replaces, ready, with its database."""
        self.demo_system(namespace, replicas=0, mesh=False, loading=1)
        self.plane.apply(self._demo("pod.yaml", namespace))
        self._await_pods(namespace)

    def traffic(self, namespace: str) -> None:
        """Users of the demo system."""
        self.plane.apply(self._demo("traffic.yaml", namespace))
        self._await_pods(namespace)

    def bystanders(self, namespace: str, *, replicas: int) -> None:
        """Pods of somebody else that do nothing, ready."""
        objects = self._demo("traffic.yaml", namespace)
        for one in objects:
            del one["spec"]["template"]["metadata"]["labels"]["cowbane.dev/exempt"]
            text = yaml.safe_dump(one).replace("traffic.py", "repeater.py").replace("traffic", "bystander")
            changed: Object = yaml.safe_load(text)
            changed["spec"]["replicas"] = replicas
            changed["spec"]["template"]["spec"]["containers"][0]["args"] = ["repeater.py", "nobody"]
            self.plane.apply([changed])
        self._await_pods(namespace, selector="app=bystander")

    def scale(self, namespace: str, deployment: str, replicas: int) -> None:
        """`kubectl scale`, and wait for it."""
        path = self.plane.admin.path("apps/v1", "Deployment", deployment, namespace)
        self.plane.admin.call("PATCH", path, {"spec": {"replicas": replicas}}, type=MERGE)
        eventually(
            lambda: len(pods_of(self.plane, namespace, f"app={deployment}")) == replicas,
            what=f"{replicas} {deployment}",
        )
        self._await_pods(namespace)

    def _demo(self, file: str, namespace: str) -> list[Object]:
        """A file of deploy/demo in another namespace and with the image that the nodes have."""
        found: list[Object] = [one for one in yaml.safe_load_all((DEMO / file).read_text()) if one]
        for one in found:
            one["metadata"]["namespace"] = namespace
            pod = (
                one["spec"]
                if one["kind"] == "Pod"
                else one.get("spec", {}).get("template", {}).get("spec", {})
            )
            for container in pod.get("containers", ()):
                container |= {"image": self.images.demo.tag, "imagePullPolicy": "Never"}
        return found

    def _await_pods(self, namespace: str, *, ready: bool = True, selector: str = "") -> None:
        def settled() -> bool:
            wanted = [one["spec"]["replicas"] for one in self.plane.list("apps/v1", "Deployment", namespace)]
            pods = pods_of(self.plane, namespace, selector)
            states = {pod["metadata"]["name"]: holds(pod, "Ready") for pod in pods}
            running = all(pod["status"].get("phase") == "Running" for pod in pods)
            assert running, states
            assert all(states.values()) or not ready, states
            return bool(states) and (bool(selector) or len(pods) >= sum(wanted))

        eventually(settled, within=90, every=0.3, what=f"the pods of {namespace}")

    def _is_gone(self, name: str) -> bool:
        return name not in {one["metadata"]["name"] for one in self.plane.list("v1", "Namespace")}


def pods_of(plane: ControlPlane, namespace: str, selector: str = "") -> list[Object]:
    """Those that are not on their way out."""
    found = plane.list("v1", "Pod", namespace, selector)
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def log_of(plane: ControlPlane, namespace: str, pod: str, **query: str) -> str:
    """What a pod has said."""
    path = f"{plane.admin.path('v1', 'Pod', pod, namespace)}/log"
    return str(plane.admin.request("GET", path, query=query).body.get("message", ""))
