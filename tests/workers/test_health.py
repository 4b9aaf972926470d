"""Whether a process is alive and ready is read from what it noted, with a sentence for each no."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from scheduler.cli.health import health
from workers.health import ANSWERED, CONSUMES, LIVE, LOOKS, READY, REAPS, Question, complaints
from workers.pulse import Act, Pulse, Role

NOW = 1_795_425_000.0
BROKER, REAPER = ANSWERED.what, LOOKS.what
ROUND, CONSUMER = f"worker: {REAPS.what}", f"worker: {CONSUMES.what}"


def _noted(folder: Path, role: Role, ages: Mapping[Act, float]) -> Path:
    (folder / role).mkdir(parents=True)
    for act, age in ages.items():
        path = folder / role / act
        path.touch()
        os.utime(path, (NOW - age, NOW - age))
    return folder


@pytest.mark.parametrize(
    ("role", "question", "ages", "words"),
    [
        (Role.WORKER, LIVE, {Act.POLLED: 59, Act.LOOKED: 59}, ()),
        # it hangs
        (Role.WORKER, LIVE, {}, (f"{ROUND} none yet", f"{CONSUMER} none yet")),
        (Role.WORKER, LIVE, {Act.POLLED: 61, Act.LOOKED: 62}, (f"{ROUND} 62 s", f"{CONSUMER} 61 s")),
        (
            Role.WORKER,
            LIVE,
            {Act.POLLED: 1, Act.LOOKED: 61},
            (f"{ROUND} 61 s ago, expected within 60 s: it",),
        ),
        # Redis is away, and has come back
        (Role.WORKER, LIVE, {Act.POLLED: 300, Act.LOOKED: 300, Act.MISSED: 14}, ()),
        (Role.WORKER, LIVE, {Act.POLLED: 300, Act.LOOKED: 1, Act.MISSED: 59}, ()),
        (Role.WORKER, LIVE, {Act.MISSED: 1}, ()),
        # it has stopped consuming, although Redis answers its reaper
        (Role.WORKER, LIVE, {Act.POLLED: 61, Act.LOOKED: 1}, (f"{CONSUMER} 61 s ago, expected within 60 s",)),
        (Role.WORKER, LIVE, {Act.POLLED: 300, Act.LOOKED: 1, Act.MISSED: 61}, (f"{CONSUMER} 61 s ago",)),
        (Role.WORKER, LIVE, {Act.LOOKED: 1}, (f"{CONSUMER} none yet",)),
        (Role.WORKER, LIVE, {Act.POLLED: 300, Act.LEAVING: 100}, ()),
        (Role.WORKER, LIVE, {Act.WAITING: 5}, ()),
        (Role.WORKER, LIVE, {Act.WAITING: 61}, (f"{ROUND} 61 s", f"{CONSUMER} 61 s")),
        (Role.WORKER, READY, {Act.WAITING: 5, Act.LOOKED: 1}, (f"worker: {BROKER} none yet",)),
        (Role.WORKER, READY, {Act.POLLED: 1, Act.MISSED: 1}, (f"worker: {REAPER} none yet",)),
        (Role.WORKER, READY, {Act.POLLED: 9, Act.LOOKED: 9}, ()),
        (Role.WORKER, READY, {Act.POLLED: 11, Act.LOOKED: 1}, (f"worker: {BROKER} 11 s ago",)),
        (Role.WORKER, READY, {Act.POLLED: 1, Act.LOOKED: 11}, (f"worker: {REAPER} 11 s ago",)),
        (Role.WORKER, READY, {Act.POLLED: 1}, (f"worker: {REAPER} none yet",)),
        (
            Role.WORKER,
            READY,
            {Act.POLLED: 1, Act.LOOKED: 1, Act.LEAVING: 0},
            ("worker: it was told to stop",),
        ),
        (Role.NOTIFIER, LIVE, {Act.POLLED: 1}, ()),
        (
            Role.NOTIFIER,
            LIVE,
            {Act.POLLED: 61},
            (f"notifier: {BROKER} 61 s ago, expected within 60 s: Redis is",),
        ),
        (Role.NOTIFIER, LIVE, {Act.WAITING: 5}, ()),
        (Role.NOTIFIER, READY, {Act.POLLED: 1}, ()),
        (Role.NOTIFIER, READY, {Act.POLLED: 11}, (f"notifier: {BROKER} 11 s ago",)),
        (Role.BEAT, LIVE, {Act.TICKED: 1}, ()),
        (Role.BEAT, LIVE, {Act.WAITING: 5}, ()),
        (Role.BEAT, LIVE, {Act.TICKED: 61}, ("beat: last tick 61 s ago",)),
        (Role.BEAT, READY, {Act.TICKED: 1, Act.SCHEDULED: 9}, ()),
        (Role.BEAT, READY, {Act.TICKED: 1}, ("beat: last pass with a repo in force and a ledger",)),
    ],
)
def test_the_answer_follows_from_the_last_acts(
    tmp_path: Path, role: Role, question: Question, ages: Mapping[Act, float], words: tuple[str, ...]
) -> None:
    found = complaints(_noted(tmp_path, role, ages), question, NOW)
    assert len(found) == len(words), found
    for sentence, beginning in zip(found, words, strict=True):
        assert sentence.startswith(beginning)


def test_an_empty_folder_is_nobody_alive(tmp_path: Path) -> None:
    (found,) = complaints(tmp_path / "health", LIVE, NOW)
    assert "no process has begun in" in found


def test_each_process_of_a_folder_is_asked(tmp_path: Path) -> None:
    _noted(tmp_path, Role.BEAT, {Act.TICKED: 90})
    _noted(tmp_path, Role.WORKER, {Act.POLLED: 90, Act.LOOKED: 1})
    assert [each.split(":")[0] for each in complaints(tmp_path, LIVE, NOW)] == ["beat", "worker"]


def test_an_act_is_noted_now_and_a_new_process_forgets_the_old_ones(tmp_path: Path) -> None:
    _noted(tmp_path / "health", Role.WORKER, {Act.POLLED: 90, Act.LEAVING: 90})
    pulse = Pulse(tmp_path / "health")
    pulse.begin(Role.WORKER)
    assert _asked(tmp_path, "live")[0] == 1
    pulse.note(Act.POLLED)
    assert _asked(tmp_path, "live") == (1, f"{ROUND} none yet")
    assert _asked(tmp_path, "ready") == (1, f"worker: {REAPER} none yet")
    pulse.note(Act.LOOKED)
    assert _asked(tmp_path, "live")[0] == 0
    assert _asked(tmp_path, "ready") == (0, "")


def test_a_forked_child_notes_nothing(tmp_path: Path) -> None:
    pulse = Pulse(tmp_path)
    pulse.begin(Role.WORKER)
    if (child := os.fork()) == 0:
        pulse.note(Act.POLLED)
        os._exit(0)
    os.waitpid(child, 0)
    assert not (tmp_path / Role.WORKER / Act.POLLED).exists()


def test_a_folder_that_cannot_be_written_is_said_once_and_harms_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    pulse = Pulse(tmp_path / "file" / "health")
    pulse.begin(Role.WORKER)
    pulse.note(Act.POLLED)
    assert [each.message.split(" in ")[0] for each in caplog.records] == [
        "`cowbane health` will find nothing"
    ]


def test_a_probe_that_runs_every_few_seconds_imports_nothing_heavy(tmp_path: Path) -> None:
    program = """
import sys
from scheduler.cli.main import main
try:
    main(["health", "live"])
except SystemExit as end:
    assert end.code == 1
heavy = {"celery", "kombu", "redis", "kubernetes", "pydantic", "yaml", "urllib3"}
print(" ".join(heavy & sys.modules.keys()))
"""
    environment = {**os.environ, "COWBANE_STATE_DIR": str(tmp_path)}
    words = [sys.executable, "-c", program]
    told = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=30, check=True)
    assert told.stdout.splitlines()[1:] == [""]


def _asked(state_dir: Path, question: str) -> tuple[int, str]:
    """The exit status, and the sentence up to its first comma."""
    answer = CliRunner().invoke(health, [question], env={"COWBANE_STATE_DIR": str(state_dir)})
    return answer.exit_code, answer.stdout.strip().partition(",")[0]
