"""A simulated cluster that serves while it is entered: store, controllers and HTTP front together."""

from __future__ import annotations

import asyncio
import json
import secrets
import tempfile
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

from experiments.chance import Draw
from experiments.clock import Clock, SystemClock
from experiments.rehearsal.controllers import SHUT_DOWN, START_UP, Controllers
from experiments.rehearsal.kinds import NAMESPACES, NODES, Json, address_of, kind_of
from experiments.rehearsal.manifests import ManifestError, placed
from experiments.rehearsal.ownership import Writer
from experiments.rehearsal.pulse import Pulse
from experiments.rehearsal.status import StatusError
from experiments.rehearsal.store import Store

LOOPBACK = "127.0.0.1"

#: Who makes what the cluster itself consists of.
SELF = Writer(manager="rehearsal", api_version="v1")


class SimulatedCluster:
    """Serves this machine, from a thread of its own, from entering to leaving.

    `store` may be read and written directly, from any thread. Without a seed every cluster makes uids of its
    own, so that nothing recorded about one is ever taken for something in another.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        kubeconfig: Path | None = None,
        nodes: int = 3,
        start_up: timedelta = START_UP,
        shut_down: timedelta = SHUT_DOWN,
        clock: Clock | None = None,
        seed: bytes | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self.store = Store(clock=self._clock, draw=Draw(seed or secrets.token_bytes(32)))
        self._controllers = Controllers(self.store, start_up=start_up, shut_down=shut_down)
        self._port = port
        self._scratch = ExitStack()
        #: Both are known once it is entered.
        self.url = ""
        self.kubeconfig = kubeconfig or Path()
        self._ready: Future[tuple[int, Pulse]] = Future()
        self._stopping = False
        self._thread = Thread(target=self._run, name="simulated-cluster", daemon=True)
        self._found(nodes)

    def __enter__(self) -> Self:
        self._thread.start()
        port, _ = self._ready.result()
        self.url = f"http://{LOOPBACK}:{port}"
        if self.kubeconfig == Path():
            folder = self._scratch.enter_context(tempfile.TemporaryDirectory(prefix="cowbane-"))
            self.kubeconfig = Path(folder) / "kubeconfig"
        self.kubeconfig.write_text(_kubeconfig(self.url))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        _, pulse = self._ready.result()
        pulse.beat()
        self._thread.join()
        self._scratch.close()

    def apply(self, manifests: Iterable[Json], manager: str, *, namespace: str = "default") -> None:
        """Server-side apply by force, as `manager`; objects without a namespace go to this one."""
        for manifest in placed(manifests, namespace):
            kind = kind_of(manifest)
            if kind is None:
                raise ManifestError(f"expected a kind of the simulated cluster, found {manifest.get('kind')}")
            by = Writer(manager=manager, api_version=manifest["apiVersion"])
            try:
                self.store.apply(address_of(kind, manifest), manifest, by, force=True)
            except StatusError as refused:
                raise ManifestError(f"{refused}; correct the manifest") from None

    def _found(self, nodes: int) -> None:
        for name in ("default", "kube-system"):
            self.store.create(NAMESPACES, {"metadata": {"name": name}}, SELF)
        for number in range(1, nodes + 1):
            name = f"node-{number}"
            labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
            self.store.create(NODES, {"metadata": {"name": name, "labels": labels}, "spec": {}}, SELF)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as failed:
            if self._ready.done():
                raise
            self._ready.set_exception(failed)

    async def _serve(self) -> None:
        from aiohttp import web  # slow to import, and not needed by those who only import this module

        from experiments.rehearsal.server import application

        pulse = Pulse()
        self.store.on_change(pulse.beat)
        runner = web.AppRunner(
            application(self.store, pulse), access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, LOOPBACK, self._port).start()
            self._ready.set_result((runner.addresses[0][1], pulse))
            await self._control(pulse)
        finally:
            await runner.cleanup()

    async def _control(self, pulse: Pulse) -> None:
        """Reconcile after every change and whenever time alone changes something."""
        while not self._stopping:
            now = self._clock.now()
            self._controllers.reconcile(now)
            due = self._controllers.next_due()
            await pulse.wait(None if due is None else max(0.01, (due - now).total_seconds()))


def _kubeconfig(url: str) -> str:
    """A kubeconfig in JSON, which is YAML too; nobody has to authenticate."""
    name = "rehearsal"
    config: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": url}}],
        "users": [{"name": name, "user": {}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": "default"}}],
        "current-context": name,
    }
    return json.dumps(config, indent=2)
