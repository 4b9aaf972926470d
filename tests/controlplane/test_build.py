"""The build of the control plane is whole or not there, and says in one line what it lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from controlplane import build


def run_build(cache: Path, path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program with its own cache folder and nothing but `path` on PATH."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PATH": str(path)}
    command = [sys.executable, build.__file__, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def fake_go(folder: Path, script: str) -> Path:
    """A folder with a `go` that does what the script says."""
    (folder / "go").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "go").chmod(0o755)
    return folder


def test_without_go_it_says_so_in_one_line_and_exits_2(tmp_path: Path) -> None:
    done = run_build(tmp_path / "cache", tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "expected Go" in done.stderr
    assert not (tmp_path / "cache").exists()


def test_asking_for_the_status_builds_nothing(tmp_path: Path) -> None:
    done = run_build(tmp_path / "cache", fake_go(tmp_path, "exit 3"), "--status")
    assert done.returncode == 1
    assert "make controlplane" in done.stdout
    assert not (tmp_path / "cache").exists()


def test_a_failed_build_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    done = run_build(tmp_path / "cache", fake_go(tmp_path, "echo the proxy is away >&2; exit 3"))
    assert done.returncode == 1
    assert "the proxy is away" in done.stderr
    assert [file.name for file in (tmp_path / "cache").rglob("*") if file.is_file()] == [".lock"]


def test_the_versions_are_those_of_the_pinned_module() -> None:
    pins = (build.MODULE / "go.mod").read_text()
    assert f"\tk8s.io/kubernetes v{build.KUBERNETES} " in pins
    assert f"\tgo.etcd.io/etcd/server/v3 v{build.ETCD} " in pins
