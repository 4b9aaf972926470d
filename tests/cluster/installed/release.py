"""Cowbane as an operator has it: installed by Helm, its repo a ConfigMap, asked through `kubectl exec`."""

from __future__ import annotations

import base64
import os
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml
from cluster.installed.place import log_of, pods_of
from controlplane import build
from controlplane.client import Object, holds
from controlplane.rig import ControlPlane

from deploy.chart import CHART
from workers.ledger.records import RunRecord, RunState
from workers.ledger.redis import RedisLedger

NAMESPACE, NAME = "cowbane", "cowbane"

#: Prints when the first process of the container started, in seconds since 1970.
PROCESS_START = """\
import os, time
ticks = int(open("/proc/1/stat").read().rpartition(")")[2].split()[19])
booted = time.time() - float(open("/proc/uptime").read().split()[0])
print(booted + ticks / os.sysconf("SC_CLK_TCK"))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release of the chart in the real cluster; every method is what a person would type."""

    plane: ControlPlane
    values: Object

    def install(self) -> str:
        """`helm install`; returns when every object was accepted, not when the pods run."""
        return self._helm("install", self.values)

    def upgrade(self, **changes: Any) -> str:
        """`helm upgrade` with some values changed, and wait for the pods."""
        return self._helm("upgrade", {**self.values, **changes}, "--wait", "--timeout", "4m")

    def rollback(self) -> str:
        """`helm rollback` to the revision before, and wait for the pods."""
        return self._run("helm", "rollback", NAME, "--namespace", NAMESPACE, "--wait", "--timeout", "4m")

    def uninstall(self) -> str:
        """`helm uninstall`, its hook included."""
        return self._run("helm", "uninstall", NAME, "--namespace", NAMESPACE, "--wait", "--timeout", "5m")

    def cowbane(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command, in beat's pod, as the notes of the chart say."""
        return self.exec("deploy/cowbane-beat", "cowbane", *words)

    def exec(self, workload: str, *words: str) -> subprocess.CompletedProcess[str]:
        """`kubectl exec` in one pod of a workload."""
        command = [_program("kubectl"), "exec", "--namespace", NAMESPACE, workload, "--", *words]
        return subprocess.run(command, env=self._environment(), capture_output=True, text=True, timeout=60)

    def pods(self, component: str, queue: str = "") -> list[Object]:
        """Pods of one part that are not on their way out."""
        selector = f"app.kubernetes.io/component={component}" + (
            f",cowbane.dev/queue={queue}" if queue else ""
        )
        return pods_of(self.plane, NAMESPACE, selector)

    def ready(self) -> bool:
        """Whether every pod of it may take work."""
        alive = pods_of(self.plane, NAMESPACE, "app.kubernetes.io/part-of=cowbane")
        states = {pod["metadata"]["name"]: holds(pod, "Ready") for pod in alive}
        assert all(states.values()), states
        return bool(states)

    def ledger(self) -> RedisLedger:
        """The ledger, as the operator's user of Redis reads it from outside."""
        secret = self.plane.get("v1", "Secret", "cowbane-redis", NAMESPACE)["data"]
        password = base64.b64decode(secret["operator"]).decode()
        (redis,) = self.pods("redis")
        return RedisLedger.connect(f"redis://operator:{password}@{redis['status']['podIP']}:6379/0", NAME)

    def runs(self, schedule: str = "") -> list[RunRecord]:
        """Fires and runs so far, newest first."""
        found = self.ledger().runs(10_000)
        return [run for run in found if schedule in ("", run.order.schedule)]

    def ended(self, schedule: str, *outcomes: str) -> list[RunRecord]:
        """Those of a schedule that are closed, with one of these outcomes if any are given."""
        closed = [run for run in self.runs(schedule) if run.state is RunState.ENDED]
        return [run for run in closed if not outcomes or run.outcome in outcomes]

    def leader(self) -> str:
        """The pod of the beat that leads, by its own word."""
        beats = [pod["metadata"]["name"] for pod in self.pods("beat")]
        said = {name: self.log(name) for name in beats}
        leader: str
        (leader, *_) = [
            name for name, text in said.items() if text.rfind("leads, fence") > text.rfind("stands by")
        ]
        return leader

    def seconds_to_consume(self, pod: str) -> float:
        """From the start of the pod's first process to the line with which its worker begins to consume."""
        started = float(self.exec(f"pod/{pod}", "python3", "-c", PROCESS_START).stdout)
        (line,) = [line for line in self.log(pod, timestamps="true").splitlines() if line.endswith(" ready.")]
        return datetime.fromisoformat(line.partition(" ")[0][:26] + "+00:00").timestamp() - started

    def log(self, pod: str, **query: str) -> str:
        """What a pod has said."""
        return log_of(self.plane, NAMESPACE, pod, **query)

    def left(self) -> list[str]:
        """What is still there of ours, anywhere in the cluster; volumes of the cluster's own aside."""
        kinds = [
            *(("v1", kind) for kind in ("Pod", "Service", "ServiceAccount", "Secret", "ConfigMap")),
            ("v1", "PersistentVolumeClaim"),
            *(("apps/v1", kind) for kind in ("Deployment", "StatefulSet", "ReplicaSet")),
            *(("rbac.authorization.k8s.io/v1", kind) for kind in ("Role", "RoleBinding", "ClusterRole")),
            ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
            ("networking.k8s.io/v1", "NetworkPolicy"),
            ("policy/v1", "PodDisruptionBudget"),
            ("scheduling.k8s.io/v1", "PriorityClass"),
            ("batch/v1", "Job"),
        ]
        return [
            f"{kind} {one['metadata']['name']}"
            for version, kind in kinds
            for one in self.plane.list(version, kind, selector="app.kubernetes.io/part-of=cowbane")
        ]

    def logs(self) -> str:
        """The last words of every pod, for the message of a failure."""
        names = [pod["metadata"]["name"] for pod in self.plane.list("v1", "Pod", NAMESPACE)]
        return "\n".join(f"== {name}\n{self.log(name, tailLines='15')}" for name in names)

    def _helm(self, verb: str, values: Object, *options: str) -> str:
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump(values, file)
            file.flush()
            words = (verb, NAME, str(CHART), "--namespace", NAMESPACE, "--values", file.name, *options)
            return self._run("helm", *words)

    def _run(self, program: str, *words: str) -> str:
        done = subprocess.run(
            [_program(program), *words], env=self._environment(), capture_output=True, text=True, timeout=400
        )
        assert done.returncode == 0, f"{program} {words[0]}: {done.stdout}{done.stderr}\n{self.logs()}"
        return done.stdout

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "KUBECONFIG": str(self.plane.admin_kubeconfig)}


def _program(name: str) -> str:
    return str(build.folder() / name)
