"""A halt ends a run at once, lets none begin, and one that cannot be read stops every injection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hosting import ABORT, KILL, QUEUE, Rig
from waiting import eventually

from experiments.clock import SystemClock
from experiments.rehearsal.cluster import SimulatedCluster
from workers.ledger.memory import MemoryLedger
from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.records import Claim, ClaimDenied, Halt, Hold


class Halted(MemoryLedger):
    """Somebody halts right after a run's first mutation was allowed."""

    def start(self, hold: Hold, *, dry: bool = False) -> bool:
        self.halt("ann", "release day", None)
        return super().start(hold, dry=dry)


PAUSED = {**ABORT, "pauses": {"after": 60}}


@pytest.mark.parametrize("method", [(ABORT, {**KILL, "name": "second"}), (PAUSED,)])
@pytest.mark.parametrize("armed", [True, False])
def test_a_halt_ends_a_run_before_its_next_mutation_and_in_a_pause(
    cluster: SimulatedCluster, method: tuple[Mapping[str, Any], ...], armed: bool
) -> None:
    rig = Rig(cluster, Halted(SystemClock(), seed=b"s"))
    eventually(lambda: len(rig.pods()) == 6)
    before, clock = rig.pods(), SystemClock()
    began = clock.monotonic()
    record = rig.execute(*method, armed=armed)
    assert clock.monotonic() - began < 5
    assert (record.outcome, record.undo_failed) == ("interrupted", False)
    assert record.reason.startswith("halted by ann since ")
    assert record.reason.endswith(" until somebody resumes: release day")
    assert rig.marks() == []
    assert rig.pods() == before
    assert [event.name.value for event in rig.events()] == ["halted", "run-started", "run-interrupted"]


class HaltedAtTheLastMoment(MemoryLedger):
    """Somebody halts between a run's claim and its guards."""

    def claim(self, queue: str, run_id: str, worker: str, pid: int) -> Claim | ClaimDenied:
        claim = super().claim(queue, run_id, worker, pid)
        self.halt("ann", "", 60)
        return claim


def test_a_halt_between_claim_and_guards_skips_the_fire(cluster: SimulatedCluster) -> None:
    rig = Rig(cluster, HaltedAtTheLastMoment(SystemClock(), seed=b"s"))
    record = rig.execute(ABORT)
    assert (record.outcome, record.started) == ("skipped", False)
    assert record.reason.startswith("halted by ann since ")


def test_what_waits_while_halted_is_not_claimed(rig: Rig) -> None:
    order = rig.decide(ABORT)
    rig.ledger.halt("ann", "", None)
    rig.host.execute(QUEUE, order.run_id)
    assert rig.record(order).outcome == "skipped"
    assert rig.marks() == []


class Unreadable(MemoryLedger):
    """Whether it is halted cannot be read from the run's start on."""

    started = False

    def start(self, hold: Hold, *, dry: bool = False) -> bool:
        self.started = True
        return super().start(hold, dry=dry)

    def halted(self) -> Halt | None:
        if self.started:
            raise LedgerUnavailable("Redis at nowhere does not answer as needed: no")
        return super().halted()


def test_while_a_halt_cannot_be_read_nothing_more_is_injected(cluster: SimulatedCluster) -> None:
    rig = Rig(cluster, Unreadable(SystemClock(), seed=b"s"))
    eventually(lambda: len(rig.pods()) == 6)
    before = rig.pods()
    record = rig.execute(ABORT, {**KILL, "name": "second"})
    assert "does not answer as needed" in record.reason
    assert (rig.marks(), rig.pods()) == ([], before)
