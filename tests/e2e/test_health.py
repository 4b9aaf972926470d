"""The probes tell a process that works from one that is merely there: real Celery, Redis and signals."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from e2e.production import Production, production
from local_server import LocalServer, Reply
from waiting import eventually

from experiments.clock import SystemClock
from workers.health import LIVE, complaints
from workers.ledger.records import RunState
from workers.pulse import Act, Role

#: A minute is long for a test: what happens then happens after these seconds here.
SOON = replace(LIVE, within=4.0)


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Production]:
    with production(tmp_path) as started:
        yield started


@pytest.fixture
def slow() -> Iterator[LocalServer]:
    """A page that does not answer before the test is over."""
    over = Event()
    with LocalServer() as server:
        server.replies["/state"] = Reply(hold=over)
        yield server
        over.set()


def _dead(deployment: Production, role: str) -> list[str]:
    """Why the role's process would be restarted, were `LIVE` as impatient as we are."""
    return complaints(deployment.state_dir(role) / "health", SOON, SystemClock().now().timestamp())


def _age(deployment: Production, role: str, act: Act) -> float:
    """Seconds since the worker noted it."""
    noted = (deployment.state_dir(role) / "health" / Role.WORKER / act).stat().st_mtime
    return SystemClock().now().timestamp() - noted


def _ready(deployment: Production, role: str) -> bool:
    return deployment.health(role, "ready")[0] == 0


def _await_ready(deployment: Production, role: str) -> None:
    eventually(lambda: _ready(deployment, role), within=60, what=f"{role} to be ready\n{deployment.logs()}")


def _await_not_ready(deployment: Production, role: str) -> None:
    eventually(lambda: not _ready(deployment, role), within=30, what=f"{role} to be unready")


def test_who_is_not_answered_gets_no_work_until_redis_is_back(deployment: Production) -> None:
    deployment.start("worker", "worker-a")
    deployment.start("notifier", "notifier")
    for role in ("worker-a", "notifier"):
        _await_ready(deployment, role)
        assert deployment.health(role, "live") == (0, "")
    deployment.redis.pause()
    for role, words in (("worker-a", "worker: last"), ("notifier", "notifier: last answer of the broker")):
        _await_not_ready(deployment, role)
        assert words in deployment.health(role, "ready")[1]
    assert _dead(deployment, "notifier")
    deployment.redis.resume()
    for role in ("worker-a", "notifier"):
        _await_ready(deployment, role)
        assert _dead(deployment, role) == []
    assert all(each.popen.poll() is None for each in deployment.processes)


def test_a_worker_is_alive_while_redis_is_away_and_dead_when_it_hangs_then(deployment: Production) -> None:
    worker = deployment.start("worker", "worker-a")
    _await_ready(deployment, "worker-a")
    deployment.redis.stop()
    eventually(lambda: _age(deployment, "worker-a", Act.POLLED) > 2 * SOON.within, within=20)
    assert _dead(deployment, "worker-a") == []
    os.kill(worker.popen.pid, signal.SIGSTOP)
    eventually(lambda: _dead(deployment, "worker-a"), within=15)
    os.kill(worker.popen.pid, signal.SIGCONT)
    eventually(lambda: not _dead(deployment, "worker-a"), within=15)
    deployment.redis.start()
    _await_ready(deployment, "worker-a")


def test_a_worker_that_hangs_is_dead_although_its_process_is_there(deployment: Production) -> None:
    worker = deployment.start("worker", "worker-a")
    _await_ready(deployment, "worker-a")
    os.kill(worker.popen.pid, signal.SIGSTOP)
    eventually(lambda: _dead(deployment, "worker-a"), within=15)
    os.kill(worker.popen.pid, signal.SIGCONT)
    eventually(lambda: not _dead(deployment, "worker-a"), within=15)


def test_a_worker_whose_children_are_all_busy_asks_nobody_and_is_alive_and_ready(
    deployment: Production, slow: LocalServer
) -> None:
    deployment.write_repo(slow.url(""))
    deployment.start("worker", "worker-a", "--concurrency", "1")
    deployment.start("beat", "beat")
    eventually(lambda: _claimed(deployment) == 1, within=40, what=deployment.logs())
    polled = deployment.state_dir("worker-a") / "health" / Role.WORKER / Act.POLLED
    begun = polled.stat().st_mtime
    eventually(lambda: polled.stat().st_mtime > begun + SOON.within, within=20)
    assert _ready(deployment, "worker-a")
    assert _claimed(deployment) == 1


def test_a_worker_that_was_told_to_stop_gets_no_work_and_is_not_killed(
    deployment: Production, slow: LocalServer
) -> None:
    deployment.write_repo(slow.url(""))
    worker = deployment.start("worker", "worker-a")
    deployment.start("beat", "beat")
    eventually(lambda: _claimed(deployment) > 0, within=40, what=deployment.logs())
    worker.popen.terminate()
    eventually(lambda: not _ready(deployment, "worker-a"), within=5)
    assert deployment.health("worker-a", "live")[0] == 0
    assert worker.popen.wait(30) == 0
    assert "told to stop" in deployment.health("worker-a", "ready")[1]


def test_beat_is_alive_when_it_ticks_and_ready_with_a_repo_and_a_ledger(deployment: Production) -> None:
    settings = deployment.repo / "cowbane.yaml"
    good = settings.read_text()
    settings.write_text("version: nine\n")
    deployment.start("beat", "beat")
    eventually(lambda: deployment.health("beat", "live")[0] == 0, within=20, what=deployment.logs())
    assert "repo in force" in deployment.health("beat", "ready")[1]
    settings.write_text(good)
    _await_ready(deployment, "beat")
    deployment.redis.pause()
    _await_not_ready(deployment, "beat")
    assert deployment.health("beat", "live")[0] == 0
    deployment.redis.resume()
    _await_ready(deployment, "beat")


def _claimed(deployment: Production) -> int:
    return sum(run.state is RunState.CLAIMED for run in deployment.runs())
