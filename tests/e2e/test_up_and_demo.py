"""The two commands that start everything: `cowbane demo` and `cowbane up`, as a person runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from e2e.system import PROGRAMS
from waiting import eventually

from experiments.rehearsal.__main__ import DEMO_SYSTEM
from experiments.rehearsal.cluster import SimulatedCluster
from experiments.rehearsal.manifests import read_manifests
from scheduler.demo.stage import NAMESPACE, write_repo
from workers.embedded import EmbeddedRedis
from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.records import RunRecord, RunState
from workers.ledger.redis import RedisLedger
from workers.notifier.receiver import Receiver

COWBANE = [sys.executable, str(PROGRAMS / "cowbane")]


def test_a_demo_ends_by_itself_and_is_good(tmp_path: Path) -> None:
    command = [*COWBANE, "demo", "--for", "35s", "--output", "json", "--keep", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=110, cwd=tmp_path)
    log = (tmp_path / "demo.log").read_text()
    assert ran.returncode == 0, ran.stdout + ran.stderr + log[-3000:]
    summary = json.loads(ran.stdout)
    assert summary["good"]
    assert summary["outcomes"]["passed"]
    assert summary["messages"]["slack"] == summary["messages"]["webhook"] >= 1
    assert "Traceback" not in log


@dataclass
class Up:
    """A running `cowbane up`."""

    process: subprocess.Popen[str]
    output: Path
    ledger: RedisLedger

    def ended(self) -> list[RunRecord]:
        try:
            return [run for run in self.ledger.runs() if run.state is RunState.ENDED]
        except LedgerUnavailable:
            return []

    def said(self, words: str) -> int:
        return self.output.read_text().count(words)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """Against a simulated cluster, with an embedded Redis of its own."""
    cluster = SimulatedCluster(kubeconfig=tmp_path / "kubeconfig")
    cluster.apply(read_manifests(DEMO_SYSTEM.read_text(), "demo"), "kubectl", namespace=NAMESPACE)
    with cluster, Receiver() as receiver, (tmp_path / "output").open("w") as output:
        write_repo(tmp_path / "chaos", receiver.url)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COWBANE_")}
        environment = {
            **inherited,
            "KUBECONFIG": str(cluster.kubeconfig),
            "COWBANE_STATE_DIR": str(tmp_path / "state"),
            "DEMO_SLACK_TOKEN": "t",
            "DEMO_HOOK_SECRET": "s",
        }
        command = [*COWBANE, "up", "--repo", str(tmp_path / "chaos")]
        process = subprocess.Popen(
            command, env=environment, cwd=tmp_path, stdout=output, stderr=subprocess.STDOUT, text=True
        )
        url = EmbeddedRedis(tmp_path / "state").url
        yield Up(process, tmp_path / "output", RedisLedger.connect(url, "cowbane"))
        process.kill()
        process.wait()


def test_up_runs_the_repo_restarts_what_dies_and_stops_in_order(up: Up) -> None:
    eventually(up.ended, within=60, what=f"a run\n{up.output.read_text()}")
    worker = _pid_of("worker@", up.process.pid)
    os.kill(worker, signal.SIGKILL)
    eventually(lambda: up.said("worker   | ended with signal SIGKILL; starts again"), within=10)
    eventually(
        lambda: up.said("worker@") >= 2 and up.said(" ready.") >= 3, within=20, what=up.output.read_text()
    )
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(60) == 0
    text = up.output.read_text()
    assert text.index("stopping: beat, worker (it undoes), notifier") < text.index("worker: Warm shutdown")
    assert "Traceback" not in text
    with pytest.raises(LedgerUnavailable):
        up.ledger.runs()


def _pid_of(words: str, parent: int) -> int:
    """The child of `parent` whose command line holds the words."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    found = [pid for pid in children if words in Path(f"/proc/{pid}/cmdline").read_text()]
    return int(found[0])
