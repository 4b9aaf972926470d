"""A ledger to try, whichever it is, with the few moves that every law begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from experiments.faults.intent import Intent, Target, UndoKind
from experiments.model import Outcome
from workers.ledger.protocol import Ledger
from workers.ledger.records import Claim, Decided, Decision, Ending, Order, run_id

QUEUE = "go-demo-8"
CHANNEL = "slack"
PASSED = Ending(outcome=Outcome.PASSED, reason="", journal={"status": "completed"})


@dataclass
class Bench:
    """One ledger, empty but for a leader and an open channel."""

    ledger: Ledger
    pass_time: Callable[[float], None]
    numbers: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.ledger.open_channel(CHANNEL)

    @property
    def fence(self) -> int:
        """Of the one leader."""
        fence = self.ledger.lead("beat-0")
        assert fence is not None
        return fence

    def order(self, schedule: str = "kill-any-pod", **changes: Any) -> Order:
        """An order for now; each has a nominal time of its own."""
        nominal = self.ledger.now() - 1000 * next(self.numbers) % 60_000
        return Order(
            **{
                "run_id": run_id(schedule, nominal),
                "schedule": schedule,
                "nominal": nominal,
                "queue": QUEUE,
                "owner": "team-shop",
                "cluster": "default",
                "experiment": "health.yaml",
                "document": {"title": "Does it survive?"},
                "revision": "r1",
                "namespaces": ("go-demo-8",),
                "armed": True,
                **changes,
            }
        )

    def decision(self, order: Order, **changes: Any) -> Decision:
        """Make it due and propose it."""
        self.ledger.sync(self.fence, {order.schedule: order.nominal}, {order.schedule: "d"}, ())
        return Decision(**{"due": order.nominal, "next_due": None, "order": order, **changes})

    def decide(self, order: Order, **changes: Any) -> Decided:
        """Decide it alone."""
        [decided] = self.ledger.decide(self.fence, [self.decision(order, **changes)])
        return decided

    def queued(self, schedule: str = "kill-any-pod", **changes: Any) -> Order:
        """An order that waits for a worker."""
        order = self.order(schedule, **changes)
        assert self.decide(order) is Decided.QUEUED
        return order

    def claimed(self, schedule: str = "kill-any-pod", **changes: Any) -> Claim:
        """A run that a worker holds."""
        order = self.queued(schedule, **changes)
        claim = self.ledger.claim(order.queue, order.run_id, "worker-a", 41)
        assert isinstance(claim, Claim), claim
        return claim

    def told(self) -> list[str]:
        """Names of the events so far."""
        return [event.name.value for _, event in self.ledger.after_cursor(CHANNEL, 1000)]

    def reasons(self) -> Mapping[str, str]:
        """Event name -> sentence, of the events so far."""
        return {event.name.value: event.reason for _, event in self.ledger.after_cursor(CHANNEL, 1000)}


def intent(claim: Claim, step: str = "method-0", name: str = "shop") -> Intent:
    """A fault of a run on one VirtualService."""
    return Intent(
        run=claim.order.run_id,
        step=step,
        epoch=claim.hold.epoch,
        queue=claim.order.queue,
        cluster="default",
        expires=datetime(2027, 1, 1, tzinfo=UTC),
        undo=UndoKind.VIRTUAL_SERVICE_FAULT,
        target=Target(
            api_version="networking.istio.io/v1",
            resource="virtualservices",
            namespace="go-demo-8",
            name=name,
            uid=f"uid-{name}",
        ),
        injected={"path": "spec.http[0].fault.abort", "value": {"percentage": {"value": 50}}},
        before={"absent": True},
    )
