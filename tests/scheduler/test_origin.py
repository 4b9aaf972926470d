"""A `workers` package of somebody else's is never run as ours, by beat, worker or notifier."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scheduler.origin import OURS, refusal

THEIRS = "from celery import Celery\napp = Celery('theirs', broker='memory://')\n"
#: What pyproject.toml says to Celery.
ENTRY_POINT = "[celery.commands]\ncowbane = scheduler.celery_plugin:command\n"


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A folder with a `workers` package that even has an application."""
    folder = tmp_path / "foreign"
    (folder / "workers").mkdir(parents=True)
    (folder / "workers" / "__init__.py").touch()
    (folder / "workers" / "app.py").write_text(THEIRS)
    return folder


NAMING = [
    "-A workers.app worker -Q q",
    "-Aworkers.app worker",
    "--app=workers.app:app beat -S cowbane",
    "--app workers.app beat",
]


@pytest.mark.parametrize("words", NAMING)
def test_our_application_in_a_folder_with_another_one_is_refused(foreign: Path, words: str) -> None:
    refused = refusal(words.split(), {}, foreign, sys.path)
    assert f"expected the package `workers` of {OURS}, found {foreign}/workers" in refused
    assert refusal(words.split(), {}, foreign.parent, sys.path) == ""


def test_the_variable_and_the_folder_that_celery_knows_count_too(foreign: Path) -> None:
    assert refusal(["worker"], {"APP": "workers.app"}, foreign, sys.path)
    assert refusal(["-A", "workers.app", "--workdir", str(foreign), "worker"], {}, Path("/"), sys.path)


@pytest.mark.parametrize("words", ["-A theirs worker", "-A workers.other worker", "--version", ""])
def test_an_application_of_somebody_else_is_their_own_affair(foreign: Path, words: str) -> None:
    assert refusal(words.split(), {}, foreign, sys.path) == ""


def test_our_own_folder_is_ours_and_a_folder_without_a_package_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "workers").mkdir()
    assert refusal(NAMING[0].split(), {}, OURS, sys.path) == ""
    assert refusal(NAMING[0].split(), {}, tmp_path, [str(OURS)]) == ""


@pytest.mark.parametrize(
    "process", ["beat -S cowbane", "worker -Q q", "worker -Q cowbane-notify --pool threads"]
)
def test_celery_itself_refuses_in_one_line(foreign: Path, tmp_path: Path, process: str) -> None:
    described = tmp_path / "site" / "plugin-0.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin\nVersion: 0\n")
    (described / "entry_points.txt").write_text(ENTRY_POINT)
    done = subprocess.run(
        [str(Path(sys.executable).parent / "celery"), "-A", "workers.app", *process.split()],
        cwd=foreign,
        env={**os.environ, "PYTHONPATH": f"{described.parent}{os.pathsep}{OURS}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("cowbane: expected the package `workers` of")
    assert len(done.stderr.splitlines()) == 1
