"""One worker's side of a run on the simulated cluster, and what it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from experiments.clock import SystemClock
from experiments.faults.intent import Intent
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.marks import find_marks
from experiments.kubernetes.reversal import Reversal
from experiments.model import Json
from experiments.policy import Policy
from experiments.rehearsal.cluster import SimulatedCluster
from workers.host import RunHost
from workers.ledger.memory import MemoryLedger
from workers.ledger.records import Decision, Order, RunRecord, run_id
from workers.notifier.events import Event

NAMESPACE, QUEUE = "go-demo-8", "go-demo-8"


def python(module: str, func: str, **arguments: Json) -> dict[str, Json]:
    return {"type": "python", "module": module, "func": func, "arguments": {**arguments, "ns": NAMESPACE}}


KILL = {
    "type": "action",
    "name": "kill",
    "provider": python("chaosk8s.pod.actions", "terminate_pods", rand=True),
}
ABORT = {
    "type": "action",
    "name": "abort",
    "provider": python("cowbane.istio.actions", "abort_random_virtual_service"),
}


class Rig:
    """One worker on one cluster."""

    def __init__(self, cluster: SimulatedCluster, ledger: MemoryLedger | None = None) -> None:
        self.gateway = Gateway.connect(kubeconfig=cluster.kubeconfig)
        self.ledger = ledger or MemoryLedger(SystemClock(), seed=b"s")
        self.told = 0
        self.decided = 0
        self.host = RunHost(
            ledger=self.ledger,
            reverser=Reversal(self.gateway),
            injectables={Gateway: self.gateway},
            policy=Policy(namespaces=(NAMESPACE,)),
            clock=SystemClock(),
            sleep=lambda _: None,
            environment={},
            worker="w",
            cluster="test",
            solo=True,
            told=self._tell,
        )

    def execute(self, *method: Mapping[str, Any], **changes: Any) -> RunRecord:
        """Decide and run one experiment; its record afterwards."""
        order = self.decide(*method, **changes)
        self.host.execute(QUEUE, order.run_id)
        return self.record(order)

    def decide(
        self, *method: Mapping[str, Any], armed: bool = True, repo_armed: bool = True, **changes: Any
    ) -> Order:
        self.decided += 1000
        now = self.ledger.now() // 1000 * 1000 - 60_000 + self.decided
        document: dict[str, Json] = {
            "title": "t",
            "description": "d",
            "method": [dict(each) for each in method],
        }
        order = Order(
            run_id=run_id("abort", now),
            schedule="abort",
            nominal=now,
            queue=QUEUE,
            owner="team-shop",
            cluster="test",
            experiment="abort.yaml",
            document=document,
            revision="r",
            namespaces=(NAMESPACE,),
            armed=armed,
            run_seed="00" * 32,
        )
        order = replace(order, **changes)
        fence = self.ledger.lead("beat")
        assert fence is not None
        self.ledger.set_armed(fence, repo_armed)
        self.ledger.open_channel("all")
        self.ledger.sync(fence, {"abort": now}, {"abort": "d"}, [])
        self.ledger.decide(fence, [Decision(due=now, next_due=None, order=order)])
        return order

    def record(self, order: Order) -> RunRecord:
        record = self.ledger.get(QUEUE, order.run_id)
        assert record is not None
        return record

    def events(self) -> list[Event]:
        return [event for _, event in self.ledger.after_cursor("all", 100)]

    def marks(self) -> list[Intent]:
        return [each for each in find_marks(self.gateway, [NAMESPACE]) if isinstance(each, Intent)]

    def pods(self) -> set[str]:
        return {pod["metadata"]["uid"] for pod in self.gateway.list("v1", "pods", NAMESPACE)}

    def _tell(self) -> None:
        self.told += 1
