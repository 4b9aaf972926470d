"""A process that outlives whoever started it, known by what it wrote on disk: pid and start time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from controlplane.program import last_lines
from waiting import eventually

JOINS = Path(__file__).with_name("joins.py")

#: What a program is given of the environment: above all no proxy.
ENVIRONMENT = ("PATH", "HOME")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One started program. A pid that meanwhile belongs to somebody else is never touched."""

    pid: int
    started: str
    log: Path

    @classmethod
    def start(cls, command: list[str], *, group: Path, log: Path) -> Process:
        """Start the command in a session of its own and in the control group, its record beside its log."""
        words = [sys.executable, "-S", "-E", str(JOINS), str(group), str(_record(log)), *command]
        with log.open("ab") as output:
            subprocess.run(
                words,
                env={name: os.environ[name] for name in ENVIRONMENT},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                check=True,
            )
        return cls.recorded(log)

    @classmethod
    def recorded(cls, log: Path) -> Process:
        """The process whose log this is, running or not."""
        pid, started = _record(log).read_text().split()
        return cls(pid=int(pid), started=started, log=log)

    def is_alive(self) -> bool:
        """False when it has ended, also while its parent has not noticed."""
        try:
            state, *fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return False
        return state not in "ZX" and fields[18] == self.started

    def must_run(self) -> None:
        """Raise with the log's last lines when it has ended."""
        if not self.is_alive():
            raise RuntimeError(f"{self.log.stem} has ended, {last_lines(self.log)}")

    def pause(self) -> None:
        """Freeze it: its connections stay open and nothing answers."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._send(signal.SIGCONT)

    def kill(self) -> None:
        """End it without asking, and return when it is gone."""
        self._send(signal.SIGKILL)
        eventually(lambda: not self.is_alive(), what=f"the end of {self.log.stem}")

    def stop(self, *, patience: float = 5.0) -> None:
        """Ask it to end, kill it after `patience` seconds, and return when it is gone."""
        self._send(signal.SIGTERM)
        self.resume()  # a frozen one does not see the request
        try:
            eventually(lambda: not self.is_alive(), within=patience)
        except AssertionError:
            self.kill()

    def _send(self, number: signal.Signals) -> None:
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return
        try:
            if self.is_alive():  # looked at after the descriptor pins who it is
                signal.pidfd_send_signal(descriptor, number)
        finally:
            os.close(descriptor)


def _record(log: Path) -> Path:
    return log.with_suffix(".pid")
