"""The kill switch on a whole deployment: a fault is out within five seconds, and nothing goes in again."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from e2e.conftest import Shop
from e2e.repo import ABORT, write_experiment, write_schedules, write_settings
from e2e.system import PROGRAMS, System
from waiting import eventually

from experiments.clock import SystemClock
from workers.ledger.records import RunRecord, RunState

SECRETS = {"SLACK_TOKEN": "xoxb-canary-1", "HOOK_SECRET": "canary-2-canary-2"}
EVENTS = "run-*, halted, resumed, fire-skipped"


@pytest.fixture
def running(system: System, shop: Shop) -> System:
    """Two beats, two workers, a notifier, and a fault that would stay in for a minute."""
    write_settings(
        system.repo,
        namespace=shop.namespace,
        forbidden=shop.forbidden,
        receiver=system.receiver.url,
        events=EVENTS,
    )
    write_experiment(system.repo, "abort.yaml", ABORT, pause=60, namespace=shop.namespace)
    write_schedules(system.repo, abort=("abort.yaml", '{ cron: "* * * * * */2" }'))
    system.notifier(SECRETS)
    for name in ("one", "two"):
        system.worker("shop", shop.kubeconfig, name=name)
    for name in ("beat-1", "beat-2"):
        system.beat(name)
    eventually(shop.marks, within=40, what=f"a fault\n{system.logs()}")
    return system


def test_a_halt_takes_the_fault_out_within_five_seconds_and_no_injection_follows(
    running: System, shop: Shop
) -> None:
    (run_id,) = shop.marks()
    clock = SystemClock()
    began = clock.monotonic()
    halted = _cowbane(running, "halt", "--reason", "release day")
    assert halted.returncode == 0, halted.stderr
    assert run_id in halted.stdout
    eventually(lambda: not shop.marks(), within=5 - (clock.monotonic() - began), what=running.logs())

    sentence = halted.stdout.splitlines()[0]
    ended = eventually(lambda: _ended(running, run_id), within=10, what="the end of the run")
    assert ended
    assert (ended.outcome, ended.undo_failed) == ("interrupted", False)
    assert ended.reason == f"{sentence}; hit virtualservices/go-demo-8 in {shop.namespace}"
    versions = _version(shop)
    skipped = eventually(lambda: _skipped(running, 3), within=20, what=f"skipped fires\n{running.logs()}")
    assert {run.reason for run in skipped} == {sentence}
    assert _version(shop) == versions, "nothing was injected, not even for a moment"
    assert [run.order.run_id for run in running.runs() if run.outcome not in ("skipped", "missed")] == [
        run_id
    ]

    told = eventually(lambda: _told(running, "halted", "run-interrupted"), within=15, what="the messages")
    assert f"{sentence}; open: {run_id}" in told["halted"]
    assert told["run-interrupted"] == ended.reason

    assert _cowbane(running, "resume", "--reason", "all clear").returncode == 0
    eventually(shop.marks, within=15, what=f"a fault after the resumption\n{running.logs()}")
    resumed = eventually(lambda: _told(running, "resumed"), within=15, what="the message")
    assert resumed["resumed"].endswith(f"all clear; it was {sentence}")


def test_a_halt_for_a_while_waits_until_the_fault_is_out_and_ends_by_itself(
    running: System, shop: Shop
) -> None:
    clock = SystemClock()
    began = clock.monotonic()
    halted = _cowbane(running, "halt", "--for", "12s", "--wait", "10s")
    assert clock.monotonic() - began < 10
    assert (halted.returncode, shop.marks()) == (0, set()), halted.stdout + halted.stderr
    assert halted.stdout.splitlines()[-1] == "All of it has ended, and no undo is owed."
    listed = _cowbane(running, "runs", "list")
    assert listed.stderr.startswith(halted.stdout.splitlines()[0])
    eventually(shop.marks, within=25, what=f"a fault after the halt\n{running.logs()}")
    assert clock.monotonic() - began >= 11.5
    told = eventually(lambda: _told(running, "resumed"), within=15, what="the message")
    assert told["resumed"].startswith("its time is over; it was halted by ops@desk")


def test_a_halt_reports_what_it_could_not_undo(running: System, shop: Shop) -> None:
    """Nobody is left who could: every worker was killed."""
    (run_id,) = shop.marks()
    for process in running.processes:
        if process.name in ("one", "two"):
            process.kill_all()
    left = _cowbane(running, "halt", "--wait", "2s")
    assert left.returncode == 1
    assert "Still left; `cowbane injected` shows what is in" in left.stdout
    assert left.stdout.count(run_id) == 2
    running.worker("shop", shop.kubeconfig, name="three")
    settled = _cowbane(running, "halt", "--wait", "40s")
    assert (settled.returncode, shop.marks()) == (0, set()), settled.stdout + settled.stderr


def _cowbane(system: System, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "COLUMNS": "200",
        "COWBANE_REDIS_URL": system.redis.url,
        "COWBANE_DEPLOYMENT": "e2e",
        "COWBANE_ACTOR": "ops@desk",
    }
    command = [sys.executable, str(PROGRAMS / "cowbane"), *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)


def _ended(system: System, run_id: str) -> RunRecord | None:
    record = system.ledger.get("shop", run_id)
    return record if record and record.state is RunState.ENDED else None


def _skipped(system: System, count: int) -> list[RunRecord]:
    """The latest fires, once so many of them were skipped by a halt."""
    latest = [run for run in system.runs() if run.reason.startswith("halted by ") and not run.started]
    return latest if len(latest) >= count else []


def _version(shop: Shop) -> str:
    version: str = shop.virtual_service()["metadata"]["resourceVersion"]
    return version


def _told(system: System, *names: str) -> dict[str, str]:
    """Event name -> sentence, once all of them have arrived."""
    events = (message.event for message in system.receiver.messages if message.event)
    told = {event.name.value: event.reason for event in events}
    return told if set(names) <= set(told) else {}
