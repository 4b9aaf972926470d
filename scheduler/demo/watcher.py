"""Looks at the running demo from outside: its ledger, its cluster, its receiver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from experiments.faults.intent import Intent
from experiments.kubernetes.errors import GatewayError
from experiments.kubernetes.marks import find_marks
from experiments.kubernetes.objects import is_terminating, name_of, status_of
from scheduler.demo.stage import NAMESPACE, Stage
from scheduler.demo.story import Kind, Line, Look, told
from workers.ledger.protocol import LedgerUnavailable

#: More than a demo of a day makes.
RUNS = 10_000


@dataclass(slots=True)
class Watcher:
    """Tells what happened since its last look."""

    stage: Stage
    tell: Callable[[Line], None]
    last: Look = field(default_factory=Look)
    pods_replaced: int = 0

    def look(self) -> None:
        """One look; what cannot be read this time is as it was."""
        now = self._now()
        for line in told(self.last, now):
            self.pods_replaced += line.kind is Kind.POD and line.what == "pod gone"
            self.tell(line)
        self.last = now

    def _now(self) -> Look:
        seen = replace(self.last, messages=tuple(self.stage.receiver.messages))
        try:
            runs = self.stage.ledger.runs(RUNS)
            seen = replace(seen, runs={record.order.run_id: record for record in reversed(runs)})
            found = find_marks(self.stage.gateway, [NAMESPACE])
            faults = {each.id: each for each in found if isinstance(each, Intent)}
            return replace(seen, pods=self._pods(), faults=faults)
        except (LedgerUnavailable, GatewayError):
            return seen

    def _pods(self) -> dict[str, bool]:
        """Those that live: one that is being terminated is as good as gone."""
        pods = self.stage.gateway.list("v1", "pods", NAMESPACE)
        living = [pod for pod in pods if not is_terminating(pod)]
        return {name_of(pod): _ready(status_of(pod)) for pod in living}


def _ready(status: dict[str, object]) -> bool:
    conditions = status.get("conditions")
    return isinstance(conditions, list) and any(
        each.get("type") == "Ready" and each.get("status") == "True" for each in conditions
    )
