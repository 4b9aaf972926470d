"""A real Kubernetes control plane: etcd, API server, controllers, scheduler, and kwok where no real node is.

No container runs on kwok's nodes: it says that pods are ready, and so they are.
"""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import urllib3
from controlplane import build
from controlplane.client import Client, Object, holds
from controlplane.layout import AUDITED, Layout
from controlplane.program import Launch, Program, Running
from waiting import eventually

NODES = ("node-1", "node-2", "node-3")

#: Of Istio's definitions; each more is a schema that the API server has to compile at start.
DEFINITIONS = ("virtualservices", "destinationrules", "gateways")


class ControlPlane:
    """Runs from entering to leaving. Give each test a namespace of its own.

    One per test session is enough; start a second one only for tests that pause it. `running` are the
    programs of one that was started before.
    """

    def __init__(
        self,
        layout: Layout | None = None,
        launch: Launch = Program,
        running: Mapping[str, Running] | None = None,
    ) -> None:
        self._layout = layout = layout or _on_loopback()
        self._launch = launch
        self._programs = dict(running or {})
        self.server = layout.server
        self.ca_file = layout.ca_file
        self.admin_kubeconfig = layout.admin_kubeconfig

        #: What an administrator may do; its calls are offered here by the same names.
        self.admin = self.client(layout.admin_token)
        self.apply, self.get = self.admin.apply, self.admin.get
        self.list, self.delete = self.admin.list, self.admin.delete

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything and return when the API server, kwok's nodes and Istio's definitions are there."""
        layout = self._layout
        missing = [part.name for part in build.missing()]
        if missing:
            raise RuntimeError(f"no {', '.join(missing)} in {layout.parts}: run `make controlplane`")
        layout.audit_policy.write_text(json.dumps(AUDITED))
        layout.tokens.write_text(layout.accounts())
        layout.admin_kubeconfig.write_text(layout.kubeconfig(layout.admin_token))
        self._run("etcd", layout.etcd())
        self._run("kube-apiserver", layout.kube_apiserver())
        eventually(self._api_is_ready, within=60, what="the API server")
        self._run("kube-controller-manager", layout.kube_controller_manager())
        self._run("kube-scheduler", layout.kube_scheduler())
        if not layout.nodes:
            self._run("kwok", layout.kwok())
            self.apply([*map(_node, NODES)])
        self.apply(_definitions((layout.parts / "crds.yaml").read_text()))
        eventually(self._everything_is_ready, within=60, what="nodes and definitions")

    def stop(self) -> None:
        """Stop in reverse order, each one gone before the next is asked, and remove every file."""
        for program in reversed(self._programs.values()):
            program.stop()
        self._programs.clear()
        shutil.rmtree(self._layout.folder)

    @property
    def pids(self) -> dict[str, int]:
        """The processes it consists of, by name."""
        return {name: program.pid for name, program in self._programs.items()}

    def client(self, token: str) -> Client:
        """A client with the rights of one bearer token."""
        return Client(self.server, self.ca_file, token)

    def namespace(self, prefix: str = "test") -> str:
        """Create a namespace with a fresh name, ready for pods, and say its name."""
        name = f"{prefix}-{secrets.token_hex(4)}"
        self.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}])
        eventually(
            lambda: self.list("v1", "ServiceAccount", name), what=f"the default account of namespace {name}"
        )
        return name

    def token(self, namespace: str, service_account: str) -> str:
        """A token of the service account, by the TokenRequest API."""
        account = self.admin.path("v1", "ServiceAccount", service_account, namespace)
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        token: str = self.admin.call("POST", f"{account}/token", request)["status"]["token"]
        return token

    def kubeconfig(self, namespace: str, service_account: str) -> Path:
        """A kubeconfig file that holds nothing but the token of the service account and the CA."""
        file = self._layout.folder / f"{namespace}.{service_account}.kubeconfig"
        file.write_text(self._layout.kubeconfig(self.token(namespace, service_account), namespace))
        return file

    def deleted_pods(self, namespace: str, service_account: str) -> list[str]:
        """Every pod that the account deleted in the namespace, as often as the API server agreed to it."""
        entries = (json.loads(line) for line in self._layout.audit_log.read_text().splitlines())
        return [
            entry["objectRef"]["name"]
            for entry in entries
            if entry["verb"] == "delete"
            and entry["objectRef"]["resource"] == "pods"
            and entry["objectRef"]["namespace"] == namespace
            and entry["user"]["username"].endswith(f":{service_account}")
            and entry["responseStatus"]["code"] < 300
        ]

    def pause_api(self) -> None:
        """Freeze the API server: connections stay open, nothing answers."""
        self._programs["kube-apiserver"].pause()

    def resume_api(self) -> None:
        """Let the API server go on."""
        self._programs["kube-apiserver"].resume()

    def _run(self, name: str, command: list[str]) -> None:
        self._programs[name] = self._launch(name, command, self._layout.folder / f"{name}.log")

    def _api_is_ready(self) -> bool:
        self._all_must_run()
        try:
            return self.admin.request("GET", "/readyz").status == 200
        except (urllib3.exceptions.HTTPError, OSError):  # no certificate yet, or nobody listens
            return False

    def _everything_is_ready(self) -> bool:
        self._all_must_run()
        nodes = [] if self._layout.nodes else self.list("v1", "Node")
        definitions = self.list("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        return all(holds(node, "Ready") for node in nodes) and all(
            holds(one, "Established") for one in definitions
        )

    def _all_must_run(self) -> None:
        for program in self._programs.values():
            program.must_run()


def _on_loopback() -> Layout:
    return Layout(
        parts=build.folder(),
        folder=Path(tempfile.mkdtemp(prefix="cowbane-")),
        port=_free_port(),
        admin_token=secrets.token_urlsafe(24),
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _node(name: str) -> Object:
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    room = {"cpu": "64", "memory": "256Gi", "pods": "5000"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "status": {"allocatable": room, "capacity": room},
    }


def _definitions(text: str) -> str:
    """The documents of the definitions we use; the whole file takes a second to parse."""
    names = [f"name: {plural}.networking.istio.io\n" for plural in DEFINITIONS]
    return "\n---\n".join(one for one in text.split("\n---\n") if any(name in one for name in names))
