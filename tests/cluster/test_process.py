"""A process of the cluster is known by its record, and nobody else's is touched."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from cluster.process import Process

pytestmark = pytest.mark.cluster  # for Linux, not for root


def test_a_started_process_is_found_by_its_record_and_stopped(tmp_path: Path) -> None:
    log = started(tmp_path, "echo begun; exec sleep 60")
    found = Process.recorded(log)
    assert found.is_alive()
    found.stop()
    assert not found.is_alive()
    assert log.read_text() == "begun\n"
    with pytest.raises(RuntimeError, match="program has ended, its last lines:\nbegun"):
        found.must_run()


@pytest.mark.parametrize("script", ["trap '' TERM; echo; sleep 60 & wait; sleep 60", "kill -STOP $$"])
def test_one_that_does_not_listen_is_stopped_too(tmp_path: Path, script: str) -> None:
    found = Process.recorded(started(tmp_path, script))
    found.stop(patience=0.3)
    assert not found.is_alive()


def test_it_is_in_its_group_before_anything_else(tmp_path: Path) -> None:
    log = started(tmp_path, "echo begun")
    assert (tmp_path / "cgroup.procs").read_text().isdigit()
    assert log.with_suffix(".pid").exists()


def test_a_pid_that_belongs_to_somebody_else_by_now_is_not_touched(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        log = tmp_path / "program.log"
        log.with_suffix(".pid").write_text(f"{stranger.pid} 1")
        ours = Process.recorded(log)
        assert not ours.is_alive()
        ours.stop(patience=0.1)
        assert stranger.poll() is None
        os.kill(stranger.pid, signal.SIGKILL)


def started(folder: Path, script: str) -> Path:
    """The log of a started shell script."""
    log = folder / "program.log"
    Process.start(["sh", "-c", script], group=folder, log=log)
    return log
