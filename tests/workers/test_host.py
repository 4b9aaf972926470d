"""A worker's side of a run, on the simulated cluster: claimed, guarded, run, ended, told."""

from __future__ import annotations

import signal
from dataclasses import replace
from typing import Any

import pytest
from hosting import ABORT, KILL, NAMESPACE, QUEUE, Rig, python

from experiments.clock import SystemClock
from experiments.model import Json
from experiments.rehearsal.cluster import SimulatedCluster
from workers.ledger.memory import MemoryLedger
from workers.ledger.records import Claim, ClaimDenied, Ending, Hold, RunState
from workers.windows.calendar import Calendar


def test_a_run_is_claimed_started_ended_and_told_and_its_fault_is_gone(rig: Rig) -> None:
    record = rig.execute(ABORT)
    assert record.outcome == "passed"
    assert [event.name.value for event in rig.events()] == ["run-started", "run-passed"]
    assert rig.marks() == []
    assert rig.ledger.owing(QUEUE) == []
    assert [each["result"] for each in record.journal["undos"]] == ["undone"]
    assert rig.told == 1


def test_the_end_says_whom_the_run_hit_or_would_have(rig: Rig) -> None:
    hit = f"hit virtualservices/go-demo-8 in {NAMESPACE}"
    assert rig.execute(ABORT).reason.endswith(f"; {hit}")
    assert rig.execute(ABORT, armed=False).reason.endswith(f"; would have {hit}")


class Signalled(MemoryLedger):
    """A ledger in whose claim, or in whose end, the process is told to stop."""

    at = ""

    def claim(self, queue: str, run_id: str, worker: str, pid: int) -> Claim | ClaimDenied:
        self._signal("claim")
        return super().claim(queue, run_id, worker, pid)

    def end(self, hold: Hold, ending: Ending) -> bool:
        self._signal("end")
        return super().end(hold, ending)

    def _signal(self, where: str) -> None:
        if where == self.at:
            signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize(("at", "outcome"), [("claim", "interrupted"), ("end", "passed")])
def test_a_process_told_to_stop_still_writes_the_end_of_its_run(
    cluster: SimulatedCluster, at: str, outcome: str
) -> None:
    ledger = Signalled(SystemClock(), seed=b"s")
    ledger.at = at
    rig = Rig(cluster, ledger)
    assert rig.execute(ABORT).outcome == outcome
    assert [event.name.value for event in rig.events()] == ["run-started", f"run-{outcome}"]
    assert rig.marks() == []


def test_a_second_message_of_the_same_run_starts_nothing(rig: Rig) -> None:
    order = rig.decide(KILL)
    for _ in range(2):
        rig.host.execute(QUEUE, order.run_id)
    assert [event.name.value for event in rig.events()] == ["run-started", "run-passed"]
    assert rig.told == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"protected": (NAMESPACE,)}, "protected"),
        ({"cluster": "another"}, "another cluster"),
        ({"namespaces": ()}, "may act in no namespace"),
        ({"not_during": (Calendar(name="always").to_data(),)}, "outside its window"),
    ],
)
def test_a_guard_refuses_and_nothing_is_touched(rig: Rig, changes: dict[str, Any], words: str) -> None:
    before = rig.pods()
    record = rig.execute(KILL, **changes)
    assert record.outcome == "skipped"
    assert words in record.reason
    assert [event.name.value for event in rig.events()] == ["fire-skipped"]
    assert rig.pods() == before


def test_without_another_reaper_nothing_is_injected(rig: Rig) -> None:
    rig.host = replace(rig.host, solo=False)
    assert "nobody could undo after a crash" in rig.execute(ABORT).reason
    rig.ledger.heartbeat(QUEUE, "another")
    assert rig.execute(ABORT).outcome == "passed"


def test_what_the_policy_does_not_allow_does_not_start(rig: Rig) -> None:
    call = {"type": "action", "name": "call", "provider": {"type": "http", "url": "http://169.254.169.254/"}}
    record = rig.execute(KILL, call)
    assert record.outcome == "skipped"
    assert "169.254.169.254" in record.reason
    assert "policy" in record.reason


@pytest.mark.parametrize(("armed", "repo_armed"), [(False, True), (True, False)])
def test_unarmed_it_runs_dry_says_so_and_touches_nothing(rig: Rig, armed: bool, repo_armed: bool) -> None:
    before = rig.pods()
    record = rig.execute(KILL, ABORT, armed=armed, repo_armed=repo_armed)
    assert (record.outcome, record.dry) == ("passed", True)
    assert len(record.journal["targets"]) == 2
    assert all(event.dry for event in rig.events())
    assert rig.pods() == before
    assert rig.marks() == []


def test_the_same_seed_draws_the_same_target(rig: Rig) -> None:
    names = {rig.execute(KILL, armed=False).journal["targets"][0]["name"] for _ in range(3)}
    assert len(names) == 1


class TakenOver(MemoryLedger):
    """A reaper takes every run over just before it starts."""

    def start(self, hold: Hold, *, dry: bool = False) -> bool:
        self.take_over(hold.queue, hold.run_id, hold.epoch, "reaper")
        return super().start(hold, dry=dry)


def test_a_run_that_was_taken_over_injects_nothing_and_its_end_is_not_its_own(
    cluster: SimulatedCluster,
) -> None:
    rig = Rig(cluster, TakenOver(SystemClock(), seed=b"s"))
    record = rig.execute(ABORT)
    assert rig.marks() == []
    assert record.state is RunState.UNDOING
    assert rig.events() == []


def test_the_rollbacks_of_a_lost_run_are_played_by_whoever_took_it_over(rig: Rig) -> None:
    missing: Json = {
        "type": "action",
        "name": "undo-by-file",
        "provider": python("chaosistio.fault.actions", "none"),
    }
    order = rig.decide(ABORT)
    assert rig.ledger.claim(QUEUE, order.run_id, "w", 1)
    hold = rig.ledger.take_over(QUEUE, order.run_id, 1, "w2")
    assert hold
    routes: Json = [{"destination": {"host": "go-demo-8", "subset": "primary"}}]
    take_back = python(
        "chaosistio.fault.actions", "remove_abort_fault", virtual_service_name="go-demo-8", routes=routes
    )
    rollbacks: list[Json] = [{"type": "action", "name": "take-back", "provider": take_back}, missing]
    (failure,) = rig.host.roll_back(replace(order, document={**order.document, "rollbacks": rollbacks}), hold)
    assert failure.startswith("rollback undo-by-file: ")


class Disarmed(MemoryLedger):
    """The repo is disarmed between a run's first mutation and its second."""

    def start(self, hold: Hold, *, dry: bool = False) -> bool:
        fence = self.lead("beat")
        assert fence is not None
        self.set_armed(fence, False)
        return super().start(hold, dry=dry)


def test_a_repo_that_is_disarmed_stops_a_run_before_its_next_mutation(cluster: SimulatedCluster) -> None:
    rig = Rig(cluster, Disarmed(SystemClock(), seed=b"s"))
    record = rig.execute(ABORT, {**KILL, "name": "second"})
    assert record.outcome == "interrupted"
    assert "disarmed" in record.reason
    assert rig.marks() == []
    assert [event.name.value for event in rig.events()] == ["run-started", "run-interrupted"]
