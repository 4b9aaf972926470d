"""A program: without a shell, in a process group of its own that never outlives the activity.

Arguments given as one text are split as a shell splits words, on a laptop too, where Chaos Toolkit
hands the text to a shell: pipes, redirections and `$(...)` in it are plain words here. A worker's policy
refuses such text, allows programs by their absolute path, and says which variables they are given.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import IO

from experiments.failures import ActivityFailed
from experiments.model import Json, ProcessProvider
from experiments.providers.sentence import from_exception
from experiments.providers.surroundings import Surroundings
from experiments.providers.timeout import seconds

#: Of each of the two outputs; the rest is read and thrown away, so that the program never blocks.
OUTPUT_LIMIT = 1024 * 1024
#: How long an output may stay open after its program ended: a daemon it left behind may hold it.
_DRAIN_SECONDS = 1.0


def execute(provider: ProcessProvider, around: Surroundings) -> dict[str, Json]:
    """`status`, `stdout` and `stderr`; a non-zero status is an answer, not a failure."""
    limit = around.substituted(provider.timeout)
    timeout = around.policy.program_seconds if limit is None else seconds(limit)
    command = _command(provider, around)
    with _group(command, around) as (process, outputs), around.stop.on_stop(lambda: _kill(process)):
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired as late:
            raise ActivityFailed(f"{command[0]} took longer than {timeout:g} s and was killed") from late
        stdout, stderr = (output.text() for output in outputs)
    around.stop.check()
    return {"status": status, "stdout": stdout, "stderr": stderr}


class _Output:
    """One output, read as it comes by a thread of its own, kept up to the limit."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._stream = stream
        self._kept = bytearray()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def text(self) -> str:
        self._reader.join(_DRAIN_SECONDS)
        return bytes(self._kept).decode("utf-8", errors="replace")

    def _read(self) -> None:
        if self._stream is None:
            return
        with self._stream as stream:
            while chunk := os.read(stream.fileno(), 65536):
                self._kept += chunk[: OUTPUT_LIMIT - len(self._kept)]


@contextmanager
def _group(
    command: list[str], around: Surroundings
) -> Generator[tuple[subprocess.Popen[bytes], list[_Output]], None, None]:
    """Whoever stops the run while the program starts must leave nothing of it behind: hence the shield."""
    started: list[tuple[subprocess.Popen[bytes], list[_Output]]] = []
    try:
        with around.stop.shielded():
            process = _started(command, around)
            started.append((process, [_Output(process.stdout), _Output(process.stderr)]))
        yield started[0]
    finally:
        for process, _ in started:
            _kill(process)
            process.wait()


def _started(command: list[str], around: Surroundings) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=around.policy.given(around.environment),
            start_new_session=True,
        )
    except (OSError, ValueError) as wrong:
        raise ActivityFailed(f"{command[0]} cannot be started: {from_exception(wrong)}") from wrong


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _command(provider: ProcessProvider, around: Surroundings) -> list[str]:
    named = str(around.substituted(provider.path))
    if not around.policy.allows_executable(named):
        raise ActivityFailed(f"the policy of this worker does not allow the program {named!r}")
    if isinstance(provider.arguments, str) and not around.policy.shell_words:
        raise ActivityFailed(f"{named}: the policy of this worker allows arguments as a list only")
    path = named
    if around.policy.shell_words and path.startswith("~/"):
        path = around.environment.get("HOME", "~") + path.removeprefix("~")
    program = shutil.which(path, path=around.environment.get("PATH"))
    if program is None:
        raise ActivityFailed(f"there is no program {named!r} on PATH: install it or give its path")
    return [program, *_words(around.arguments(provider.arguments))]


def _words(arguments: Json) -> list[str]:
    """As Chaos Toolkit has it: nothing and empty text are dropped, a mapping is its keys and values."""
    match arguments:
        case str():
            return _split(arguments)
        case dict():
            words = [word for pair in arguments.items() for word in pair]
        case list():
            words = list(arguments)
        case _:
            words = [arguments]
    return [str(word) for word in words if word is not None and word != ""]


def _split(arguments: str) -> list[str]:
    try:
        return shlex.split(arguments)
    except ValueError as wrong:
        raise ActivityFailed(f"the arguments {arguments!r} cannot be split into words: {wrong}") from wrong
