"""A program of the control plane: it never outlives the test run, and its log says why it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

KEEPER = Path(__file__).with_name("dies_with_parent.py")


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
        """Raise with the log's last lines when it has ended."""
        code = self._process.poll()
        if code is not None:
            raise RuntimeError(f"{self.name} ended with {code}, its last lines:\n{self.last_lines()}")

    def last_lines(self, count: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-count:])

    def pause(self) -> None:
        """Freeze it: its connections stay open and nothing answers."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def stop(self, *, patience: float = 5.0) -> None:
        """Ask it to end, kill it after `patience` seconds, and return when it is gone."""
        self._process.terminate()
        self.resume()  # a frozen one does not see the request
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
