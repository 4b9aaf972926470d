"""A program of the control plane: it never outlives the test run, and its log says why it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

KEEPER = Path(__file__).with_name("dies_with_parent.py")


class Running(Protocol):
    """A program that was started, by whoever."""

    @property
    def pid(self) -> int: ...

    def must_run(self) -> None:
        """Raise with the log's last lines when it has ended."""

    def pause(self) -> None:
        """Freeze it: its connections stay open and nothing answers."""

    def resume(self) -> None:
        """Let it go on."""

    def stop(self, *, patience: float = 5.0) -> None:
        """Ask it to end, kill it after `patience` seconds, and return when it is gone."""


#: Starts a program under a name, with its log in a file.
Launch = Callable[[str, list[str], Path], Running]


class Program:
    """One running program. Start it from the main thread: the kernel's "parent" is the thread that forked."""

    def __init__(self, name: str, command: list[str], log: Path) -> None:
        self.name = name
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-S", "-E", str(KEEPER), str(os.getpid()), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def pid(self) -> int:
        """The same before and after the exec."""
        return self._process.pid

    def must_run(self) -> None:
        code = self._process.poll()
        if code is not None:
            raise RuntimeError(f"{self.name} ended with {code}, {last_lines(self._log)}")

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def stop(self, *, patience: float = 5.0) -> None:
        self._process.terminate()
        self.resume()  # a frozen one does not see the request
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, said as such."""
    lines = log.read_text(errors="replace").splitlines()[-count:]
    return "\n".join(("its last lines:", *lines))
