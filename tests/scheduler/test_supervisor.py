"""Programs start in order, are started again when they die, and stop in reverse, each before the next."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest
from waiting import eventually

from experiments.clock import SystemClock
from scheduler.procfile import Program
from scheduler.supervisor import Supervisor

LIVES = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: (print("bye", flush=True), sys.exit(0)))
print("hello", flush=True)
signal.pause()
"""


class Kept:
    """A supervisor of little Python programs, and what they said."""

    def __init__(self, *names: str) -> None:
        self.lines: list[tuple[str, str]] = []
        programs = [Program(name=name, words=(sys.executable, "-c", LIVES)) for name in names]
        self.supervisor = Supervisor(
            programs=programs,
            environment=os.environ,
            say=lambda name, line: self.lines.append((name, line)),
            clock=SystemClock(),
        )
        self.thread = threading.Thread(target=self.supervisor.watch)

    def said(self, name: str, line: str) -> int:
        return self.lines.count((name, line))


@pytest.fixture
def kept() -> Iterator[Kept]:
    kept = Kept("first", "second")
    kept.supervisor.start()
    kept.thread.start()
    yield kept
    kept.supervisor.stop()
    kept.thread.join()


def test_a_program_that_dies_is_started_again(kept: Kept) -> None:
    eventually(lambda: kept.said("first", "hello"))
    pid = kept.supervisor.pid("first")
    assert pid
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: kept.said("first", "hello") == 2)
    assert kept.supervisor.pid("first") != pid
    assert any(line.startswith("ended with signal SIGKILL") for _, line in kept.lines)


def test_the_last_one_started_is_stopped_first(kept: Kept) -> None:
    eventually(lambda: kept.said("first", "hello") and kept.said("second", "hello"))
    kept.supervisor.stop()
    eventually(lambda: kept.said("first", "bye"))
    assert kept.lines.index(("second", "bye")) < kept.lines.index(("first", "bye"))
    assert kept.supervisor.pid("first") is kept.supervisor.pid("second") is None


def test_a_program_that_does_not_exist_is_one_line() -> None:
    kept = Kept()
    kept.supervisor.programs = [Program(name="ghost", words=("no-such-program",))]
    kept.supervisor.start()
    eventually(lambda: ("ghost", "no-such-program: not found on PATH") in kept.lines)
    kept.supervisor.stop()
