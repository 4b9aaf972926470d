"""Whoever dies by SIGKILL in the middle of a fault: it is undone, closed once, and told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from controlplane.client import Object
from e2e.conftest import Shop
from e2e.page import Page
from e2e.repo import ABORT, PROBE, write_experiment, write_schedules, write_settings
from e2e.system import PROGRAMS, Process, System
from waiting import eventually

from experiments.clock import SystemClock
from workers.ledger.records import Held, RunRecord, RunState

SECRETS = {"SLACK_TOKEN": "xoxb-canary-1", "HOOK_SECRET": "canary-2-canary-2"}


@dataclass
class Scene:
    """A fault that is in, the run that put it in, and everybody who could die."""

    system: System
    shop: Shop
    before: Object
    workers: list[Process]

    @property
    def held(self) -> Held:
        """The run that holds the fault."""
        return eventually(lambda: self.system.ledger.held("shop"), within=20, what="a held run")[0]

    def fault_is_in(self) -> Held:
        eventually(self.shop.marks, within=40, what=f"a fault\n{self.system.logs()}")
        return self.held

    def assert_undone(self, run_id: str, within: float) -> float:
        """The seconds it took."""
        clock = SystemClock()
        began = clock.monotonic()
        eventually(
            lambda: run_id not in self.shop.marks(), within=within, what=f"the undo\n{self.system.logs()}"
        )
        return clock.monotonic() - began

    def assert_lost_and_told_once(self, run_id: str) -> RunRecord:
        def ended() -> RunRecord | None:
            record = self.system.ledger.get("shop", run_id)
            return record if record and record.state is RunState.ENDED else None

        record = eventually(ended, within=20, what="the end of the run")
        assert record is not None
        assert record.outcome == "lost"
        assert not record.undo_failed
        told = eventually(lambda: self._told(run_id), within=20, what="the message")
        assert told == ["run-lost"]
        return record

    def _told(self, run_id: str) -> list[str]:
        hooks = (message.event for message in self.system.receiver.messages if message.event)
        return [event.name.value for event in hooks if event.run_id == run_id]


@pytest.fixture
def scene(system: System, shop: Shop) -> Scene:
    """Two workers, two beats, a notifier, and one schedule that aborts for a long time."""
    before = shop.virtual_service()
    _write_repo(system, shop, '{ cron: "* * * * * */3" }', pause=60)
    system.notifier(SECRETS)
    workers = [system.worker("shop", shop.kubeconfig, name=name) for name in ("one", "two")]
    return Scene(system, shop, before, workers)


def test_a_killed_child_is_undone_within_five_seconds_and_its_run_is_lost(scene: Scene) -> None:
    beat = scene.system.beat()
    held = scene.fault_is_in()
    beat.stop()
    os.kill(held.pid, signal.SIGKILL)
    scene.assert_undone(held.run_id, within=5)
    record = scene.assert_lost_and_told_once(held.run_id)
    assert f"process {held.pid}" in record.reason
    assert scene.shop.virtual_service()["spec"] == scene.before["spec"]


def test_a_killed_worker_is_undone_within_twenty_seconds_and_its_run_is_lost(scene: Scene) -> None:
    beat = scene.system.beat()
    held = scene.fault_is_in()
    beat.stop()
    (victim,) = [worker for worker in scene.workers if held.pid in worker.children]
    victim.kill_all()
    scene.assert_undone(held.run_id, within=20)
    scene.assert_lost_and_told_once(held.run_id)
    assert scene.shop.virtual_service()["spec"] == scene.before["spec"]


def test_a_killed_leader_loses_no_fire_and_makes_none_twice(system: System, shop: Shop) -> None:
    """A run that is under way goes on; the standby decides what the dead leader did not."""
    with Page() as page:
        write_experiment(system.repo, "probe.yaml", PROBE, page=page.url)
        _write_repo(
            system,
            shop,
            '{ cron: "* * * * * */20" }',
            pause=8,
            ask=("probe.yaml", '{ cron: "* * * * * */2" }'),
        )
        system.notifier(SECRETS)
        for name in ("one", "two"):
            system.worker("shop", shop.kubeconfig, name=name)
        beats = [system.beat("beat-1"), system.beat("beat-2")]
        eventually(shop.marks, within=40, what=f"a fault\n{system.logs()}")
        (leader,) = [beat for beat in beats if "leads, fence" in beat.log.read_text()]
        (standby,) = [beat for beat in beats if beat is not leader]
        known = len(system.runs("ask"))
        leader.kill_all()
        eventually(lambda: len(system.runs("ask")) > known + 4, within=40, what="fires of the standby")
        standby.stop()
        eventually(
            lambda: all(run.state is RunState.ENDED for run in system.runs()), within=40, what="the ends"
        )
        asked = page.asked
    fires = sorted(run.order.nominal for run in system.runs("ask"))
    assert fires == list(range(fires[0], fires[-1] + 1, 2000)), "every second second, each exactly once"
    outcomes = Counter(run.outcome for run in system.runs("ask"))
    assert asked == outcomes["passed"]
    assert all(run.reason for run in system.runs() if run.outcome != "passed")
    assert {run.outcome for run in system.runs("abort")} <= {"passed", "skipped", "missed"}
    assert shop.marks() == set()


def test_by_hand_everything_is_found_and_undone_with_redis_and_celery_gone(scene: Scene) -> None:
    scene.system.beat()
    held = scene.fault_is_in()
    for process in scene.system.processes:
        process.kill_all()
    scene.system.redis.stop()
    shown = _cowbane("injected", "--namespace", scene.shop.namespace, kubeconfig=scene.shop.kubeconfig)
    assert shown.returncode == 0
    assert "virtualservices/go-demo-8" in shown.stdout
    assert held.run_id in shown.stdout.replace("\n", "")
    undone = _cowbane("undo", "--namespace", scene.shop.namespace, kubeconfig=scene.shop.kubeconfig)
    assert undone.returncode == 0, undone.stdout + undone.stderr
    assert "undone" in undone.stdout
    assert scene.shop.virtual_service()["spec"] == scene.before["spec"]
    again = _cowbane("injected", "--namespace", scene.shop.namespace, kubeconfig=scene.shop.kubeconfig)
    assert "Nothing is injected." in again.stdout


def _write_repo(system: System, shop: Shop, when: str, *, pause: int, **more: tuple[str, str]) -> None:
    write_settings(
        system.repo,
        namespace=shop.namespace,
        forbidden=shop.forbidden,
        receiver=system.receiver.url,
        events="run-failed, validate-failed",
    )
    write_experiment(system.repo, "abort.yaml", ABORT, pause=pause, namespace=shop.namespace)
    write_schedules(system.repo, abort=("abort.yaml", when), **more)


def _cowbane(*words: str, kubeconfig: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "KUBECONFIG": str(kubeconfig), "COLUMNS": "200"}
    command = [sys.executable, str(PROGRAMS / "cowbane"), *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
