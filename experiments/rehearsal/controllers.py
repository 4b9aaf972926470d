"""The control loops of the simulated cluster, as one step of pure time."""

from __future__ import annotations

from datetime import datetime, timedelta

from experiments.rehearsal import garbage, nodes, workloads
from experiments.rehearsal.nodes import Kubelet
from experiments.rehearsal.store import Store

#: How long a pod takes to become ready: enough to be seen waiting, short enough to watch.
START_UP = timedelta(seconds=2)
#: How long a pod takes to stop after its deletion.
SHUT_DOWN = timedelta(seconds=1)


class Controllers:
    """Brings the store to where real controllers would have brought it; time passes only by being told."""

    def __init__(
        self, store: Store, *, start_up: timedelta = START_UP, shut_down: timedelta = SHUT_DOWN
    ) -> None:
        self._store = store
        self._kubelet = Kubelet(store=store, start_up=start_up, shut_down=shut_down)

    def reconcile(self, now: datetime) -> None:
        """Let every controller act until none has anything left to do at `now`."""
        with self._store.exclusively():
            before = -1
            while before != self._store.version:
                before = self._store.version
                self._step(now)

    def next_due(self) -> datetime | None:
        """When time alone will next change something."""
        return self._kubelet.next_due()

    def _step(self, now: datetime) -> None:
        garbage.collect(self._store)
        garbage.clear_namespaces(self._store)
        workloads.roll_out(self._store, now)
        workloads.replicate(self._store)
        nodes.register(self._store, now)
        nodes.schedule(self._store, now)
        self._kubelet.run(now)
