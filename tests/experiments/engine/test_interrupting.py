"""SIGTERM ends a run at once, wherever it blocks, and what it changed is undone."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from waiting import eventually

from experiments.engine.interrupter import interrupting
from experiments.engine.stop import Interrupted, Stop

TESTS = Path(__file__).parents[2]


@contextmanager
def run_of(what: str, argument: str = "") -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(TESTS / "interrupted_run.py"), what, argument]
    path = os.pathsep.join((str(TESTS.parent), str(TESTS)))
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def interrupted(child: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> list[str]:
    child.send_signal(number)
    out, _ = child.communicate(timeout=10)
    return out.splitlines()


def check(lines: list[str], name: str = "SIGTERM") -> None:
    journal = json.loads(lines[-1])
    assert (journal["outcome"], journal["reason"]) == ("interrupted", f"told to stop ({name})")
    assert journal["undo_failed"] is False
    assert lines[-2] == "lights True"


def begun(child: subprocess.Popen[str]) -> None:
    assert child.stdout is not None
    assert child.stdout.readline() == "begun\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_in_a_pause(number: signal.Signals) -> None:
    with run_of("pause") as child:
        begun(child)
        check(interrupted(child, number), number.name)


def test_in_a_python_activity_that_swallows_every_exception() -> None:
    with run_of("python") as child:
        begun(child)
        check(interrupted(child))


def test_in_an_http_call_that_is_not_answered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        with run_of("http", f"http://127.0.0.1:{silent.getsockname()[1]}") as child, silent.accept()[0]:
            check(interrupted(child))


def test_in_a_program_whose_whole_group_ends_with_it(tmp_path: Path) -> None:
    written = tmp_path / "pid"
    with run_of("process", str(written)) as child:
        grandchild = int(eventually(lambda: written.exists() and written.read_text(), within=20) or 0)
        check(interrupted(child))
        eventually(lambda: not _is_running(grandchild), what="the end of the program's own child")


def test_outside_of_bodies_a_signal_only_asks_for_the_stop() -> None:
    stop = Stop()
    with interrupting(stop, "told"):
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.reason == "told (SIGTERM)"
    with pytest.raises(Interrupted):
        stop.check()


def test_a_signal_in_a_body_is_raised_there() -> None:
    stop = Stop()
    with pytest.raises(Interrupted), interrupting(stop, "told"), stop.exposed():
        _forever(lambda: os.kill(os.getpid(), signal.SIGTERM))


def test_the_handlers_before_it_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with interrupting(Stop(), "told"):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def _forever(first: Callable[[], None]) -> None:
    first()
    while True:
        pass


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False
