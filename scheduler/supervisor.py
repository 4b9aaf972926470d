"""Keeps a set of programs running: started in order, restarted when one dies, stopped in reverse.

Stopping beat before the worker and the worker before the notifier means that nothing new is decided,
every open fault is undone, and the last messages are told.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from experiments.clock import Clock
from scheduler.procfile import Program
from workers.dies_with_parent import leashed

#: Seconds between two looks at the processes.
LOOK_SECONDS = 0.2
#: A program that dies is started again after 1, 2, 4 ... seconds; one that lived a minute starts afresh.
FIRST_BACKOFF, LONGEST_BACKOFF, GOOD_LIFE = 1.0, 30.0, 60.0
#: Seconds a program gets to stop by itself; a worker undoes within that.
STOP_SECONDS = 90.0


@dataclass(slots=True)
class _Kept:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    backoff: float = FIRST_BACKOFF
    again_at: float = 0.0


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """Runs programs until `stop`; `say(name, line)` gets every line they print."""

    programs: Sequence[Program]
    environment: Mapping[str, str]
    say: Callable[[str, str], None]
    clock: Clock
    #: Called after a program started; returns when the next may start, e.g. once Redis answers.
    ready: Callable[[Program], None] = lambda program: None
    _kept: list[_Kept] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start every program, in order."""
        for program in self.programs:
            kept = _Kept(program)
            self._kept.append(kept)
            self._launch(kept)
            self.ready(program)

    def pid(self, name: str) -> int | None:
        """The pid of a program, None while it is down."""
        for kept in self._kept:
            if kept.program.name == name and kept.process is not None and kept.process.poll() is None:
                return kept.process.pid
        return None

    def watch(self, seconds: float | None = None) -> None:
        """Restart what dies, until `stop` is asked for or `seconds` are over."""
        ends = None if seconds is None else self.clock.monotonic() + seconds
        while not self._over.wait(LOOK_SECONDS) and (ends is None or self.clock.monotonic() < ends):
            for kept in self._kept:
                self._look(kept)

    def ask_to_stop(self) -> None:
        """End `watch`; for a signal handler."""
        self._over.set()

    def stop(self) -> None:
        """Stop every program in reverse order, each before the next; idempotent."""
        self._over.set()
        for kept in reversed(self._kept):
            self._end(kept)

    def _look(self, kept: _Kept) -> None:
        now = self.clock.monotonic()
        if kept.process is not None:
            code = kept.process.poll()
            if code is None:
                return
            kept.process = None
            kept.backoff = FIRST_BACKOFF if now - kept.started > GOOD_LIFE else kept.backoff
            kept.again_at = now + kept.backoff
            self.say(kept.program.name, f"ended with {_words(code)}; starts again in {kept.backoff:g} s")
            kept.backoff = min(kept.backoff * 2, LONGEST_BACKOFF)
        elif now >= kept.again_at:
            self._launch(kept)

    def _launch(self, kept: _Kept) -> None:
        kept.started = self.clock.monotonic()
        try:
            kept.process = subprocess.Popen(
                leashed(*kept.program.words),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as wrong:
            kept.again_at = kept.started + kept.backoff
            self.say(kept.program.name, f"cannot be started: {wrong}; again in {kept.backoff:g} s")
            return
        if kept.process.stdout is not None:
            arguments = (kept.program.name, kept.process.stdout)
            threading.Thread(target=self._relay, args=arguments, daemon=True).start()

    def _relay(self, name: str, output: IO[bytes]) -> None:
        with output:
            for line in output:
                self.say(name, line.decode(errors="replace").rstrip())

    def _end(self, kept: _Kept) -> None:
        process, kept.process = kept.process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.say(kept.program.name, f"did not stop within {STOP_SECONDS:g} s; ended by force")
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _words(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"
